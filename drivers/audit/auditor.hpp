/// The auditor: looks at every block of a machine and recomputes its laws the slow way.
///
/// It reads the machine's tables and events and shares no code with what wrote them, except the
/// representation of numbers and the bytes that are signed.  The laws are L1 to L10 of
/// ARCHITECTURE, the custody of the machine's own accounts, and who may act.
#pragma once

#include <ballast/audit/authority.hpp>
#include <ballast/audit/pools.hpp>
#include <ballast/audit/twin.hpp>

namespace ballast::audit {

struct Options {
    /// Every so many blocks the block is executed again, without what was rejected, and from a
    /// snapshot (L4, L5, and of L6 the root).  At least 1.
    u32 sample_blocks = 50;
};

class Auditor {
public:
    /// Begins with the machine as it stands.
    explicit Auditor(const engine::Machine& machine, Options options = {});

    /// Looks at the block that the machine has just executed.  Every block must be shown, in order.
    void look(const engine::Block& block, const engine::Outcome& outcome,
              const engine::Machine& machine);

    [[nodiscard]] const Findings& findings() const { return findings_; }

private:
    void prepare(const engine::Machine& machine);

    Options options_;
    View before_;
    Pools pools_;
    Authority authority_;
    Twin twin_;
    Findings findings_;
};

}  // namespace ballast::audit
