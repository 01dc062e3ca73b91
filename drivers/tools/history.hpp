/// The blocks of a chain as somebody kept them, in a log file or in the home of a node.  Read only:
/// whoever looks disturbs nobody.
#pragma once

#include <ballast/engine/log.hpp>
#include <ballast/engine/machine.hpp>
#include <ballast/files/fault.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace ballast::tools {

class History {
public:
    /// Opens a log file or a home, whichever `path` is.  A fault says what is wrong with it.
    static files::Attempt<std::unique_ptr<History>> open(const std::filesystem::path& path);
    virtual ~History() = default;

    [[nodiscard]] virtual const engine::Genesis& genesis() const = 0;
    /// First height whose block is here: 1, or more where history was pruned.
    [[nodiscard]] virtual u64 first() const = 0;
    /// Height of the last block; 0: there is none yet.
    [[nodiscard]] virtual u64 last() const = 0;
    /// The lowest height at which `start` gives a machine: 0 for genesis, else the oldest snapshot
    /// that the blocks here go on from.
    [[nodiscard]] virtual u64 base() const = 0;
    /// The block of this height with the root that was recorded for it.
    [[nodiscard]] virtual files::Attempt<engine::Record> record(u64 height) const = 0;
    /// Only that root.
    [[nodiscard]] virtual files::Attempt<crypto::Digest> root(u64 height) const = 0;
    /// A machine at the highest place not above `height` from which the blocks here can be
    /// replayed: genesis or a snapshot whose root is the recorded one.
    [[nodiscard]] virtual files::Attempt<engine::Machine> start(u64 height) const = 0;
    /// What stands at the end and is no block (a torn record); empty: nothing.
    [[nodiscard]] virtual std::string torn() const = 0;
};

/// Called with the machine after each block; a fault ends the walk.
using Visit = std::function<files::Attempt<void>(const engine::Machine&, const engine::Record&)>;

/// Executes every block after `machine` up to and with `last`.  A block that the machine does not
/// accept is a fault.  Roots are not compared: that is for `visit`.
[[nodiscard]] files::Attempt<void> walk(const History& history, engine::Machine& machine, u64 last,
                                        const Visit& visit);

/// The machine at this height, replayed from the nearest start; every root on the way is compared
/// with the recorded one, and one that differs is a fault.
[[nodiscard]] files::Attempt<engine::Machine> machine_at(const History& history, u64 height,
                                                         const std::function<void(u64)>& progress);

/// As `machine_at`'s comparison of one block.
[[nodiscard]] files::Attempt<void> same_root(const engine::Machine& machine,
                                             const engine::Record& record);

/// Whether the fault is that what was recorded does not come out again: a root that differs, or a
/// block that the machine does not take.  Known by the sentences of this folder, of drivers/chain
/// when it opens a home, and of drivers/audit.
[[nodiscard]] bool tells_of_another_past(const files::Fault& fault);

}  // namespace ballast::tools
