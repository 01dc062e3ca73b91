/// The sum over one account that `evaluate`, `quick` and `explain` share.
#pragma once

#include <ballast/scenario/scenario.hpp>

namespace ballast::scenario {

/// Which scenarios are looked at: all of them, or the listed ones.
struct Selection {
    u32 count = 0;
    std::span<const u8> picked;  ///< Empty: all.

    [[nodiscard]] u32 scenario(u32 position) const {
        return picked.empty() ? position : picked[position];
    }
};

/// What the sum comes to; `profit` and `groups` of `parts` stay empty.
struct Sum {
    Margin margin;
    Cash collateral;
    Cash positions;
    Cash basis;
    Cash floor;
    Breakdown::Level initial;
    Breakdown::Level maintenance;
};

/// `record`, where given, receives the groups and the profit of each scenario.
[[nodiscard]] Sum sum(const Terms& terms, const Table& table, const Portfolio& portfolio,
                      Workspace& workspace, const Selection& selection, Breakdown* record);

}  // namespace ballast::scenario
