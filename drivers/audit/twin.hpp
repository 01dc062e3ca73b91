/// The laws that need a second machine: blocks executed again from a copy, from bytes, from a
/// snapshot, and without what was rejected.
#pragma once

#include <ballast/audit/laws.hpp>

#include <optional>

namespace ballast::audit {

class Twin {
public:
    /// Keeps a copy of the machine, for the block that comes next.
    void keep(const engine::Machine& machine) { copy_ = machine; }
    [[nodiscard]] bool kept() const { return copy_.has_value(); }

    /// L4, L5 and L6 on the block for which a copy was kept; and every block after it on a machine
    /// restored from a snapshot, for as long as `blocks_alongside` says.
    void check(const Scene& scene, Findings& findings);

private:
    void check_replay(const Scene& scene, Findings& findings) const;
    void check_rejected(const Scene& scene, Findings& findings) const;
    void check_snapshot(const Scene& scene, Findings& findings);
    void go_alongside(const Scene& scene, Findings& findings);

    std::optional<engine::Machine> copy_;      ///< As it stood before the block.
    std::optional<engine::Machine> restored_;  ///< Goes alongside.
    u32 alongside_ = 0;                        ///< Blocks that it still goes.
};

/// Blocks that a machine restored from a snapshot goes alongside.
inline constexpr u32 blocks_alongside = 5;

}  // namespace ballast::audit
