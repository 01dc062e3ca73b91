/// Owners: when they add collateral, and how much.  docs/methods/replay.md, section 7.
#pragma once

#include <ballast/replay/assumptions.hpp>

namespace ballast::replay {

/// Which owners watch their vaults: one draw per owner, in order, from the seed.
[[nodiscard]] std::vector<bool> attentive_owners(const OwnerTerms& terms, std::size_t count);

/// The share by which an attentive owner raises his collateral at this health (1 is the liquidation
/// threshold): enough to lift it to the target, nothing at or above the trigger.  Rounded up.
[[nodiscard]] Ratio top_up(const OwnerTerms& terms, Ratio health);

}  // namespace ballast::replay
