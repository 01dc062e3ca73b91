/// The machine at earlier heights, from snapshots and the log, and the newest one when a home is
/// opened.  Not part of the door.
#pragma once

#include <ballast/chain/outcome.hpp>
#include <ballast/store/store.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ballast::chain {

/// The newest machine not after `height` that a snapshot or the genesis gives.  Snapshots that are
/// damaged, or whose root is not the log's, are passed over with a remark.
[[nodiscard]] files::Attempt<engine::Machine> nearest_machine(const engine::Genesis& genesis,
                                                              const store::Store& store, u64 height,
                                                              std::vector<std::string>& remarks);

/// Executes the kept block behind the machine's.  What its outcome says of signatures is believed,
/// because the root must come out as the log says; a fault where it does not.
[[nodiscard]] files::Attempt<engine::Record> replay_block(engine::Machine& machine,
                                                          const store::Store& store);

/// Machines that were asked for lately.
class History {
public:
    static constexpr std::size_t machines_max = 4;
    static constexpr u64 blocks_max = 20'000;           ///< Replayed for one answer.
    static constexpr u64 transactions_max = 2'000'000;  ///< Likewise.

    History(const engine::Genesis& genesis, const store::Store& store)
        : genesis_(genesis), store_(store) {}

    /// A fault where the history is gone or it would take too long.
    [[nodiscard]] files::Attempt<std::shared_ptr<const engine::Machine>> at(u64 height);

private:
    using Place = std::shared_ptr<engine::Machine>;
    files::Attempt<Place> starting_place(u64 height);

    const engine::Genesis& genesis_;
    const store::Store& store_;
    std::mutex mutex_;
    std::vector<Place> places_;  ///< The latest asked for last.
};

}  // namespace ballast::chain
