/// Collateral that earns: a staked or lent asset is worth the price of what it can be exchanged for
/// times a rate that grows.  The growth of the rate is capped where it is observed (oracle, feeds
/// of kind rate), so what arrives here cannot have been inflated by more than that.
#pragma once

#include <ballast/base/quantity.hpp>

namespace ballast::yield {

/// Price of one unit of the asset that earns: `underlying` price times `rate` (10^-8 of the
/// underlying per unit), at most limits::price_max.  Neither is negative.
[[nodiscard]] Price through_rate(Price underlying, Price rate, Round round);

}  // namespace ballast::yield
