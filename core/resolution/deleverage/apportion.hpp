/// Division of a whole among weights, in whole units.  Not part of the door.
#pragma once

#include <ballast/base/integers.hpp>

#include <span>
#include <vector>

namespace ballast::deleverage {

/// `total` in proportion to `weights`: each share is rounded down, and the units left over go one
/// each to those whose share lost most by that, the earlier of equals first (largest remainder).
/// The shares are exactly the total and none exceeds its weight.  `total` <= the sum of the
/// weights, which fits u128.
[[nodiscard]] std::vector<u128> apportion(u128 total, std::span<const u128> weights);

}  // namespace ballast::deleverage
