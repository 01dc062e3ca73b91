/// Dated cash-or-nothing options, paid for when traded, settled like the Europeans.
/// docs/methods/instruments.md, section 5.
#pragma once

#include <ballast/risk/series.hpp>

namespace ballast::binaries {

/// Calls pay Series::payout per unit if the settlement price is at or above the strike, puts if it
/// is below it.
///
/// check: strike_not_positive, strike_over_limit, payout_not_positive, payout_over_limit,
/// expiry_missing, expiry_over_limit, period_not_allowed.
[[nodiscard]] const risk::Kind& kind();

/// How far the index is likely to move in `seconds`: 3 * spot * volatility * sqrt(seconds), rounded
/// up, at least one unit.  With the seconds between two looks it is the narrowest width over which
/// a binary may be margined.
[[nodiscard]] Price spread_width(const pricing::Point& point, u64 seconds);

/// What the binary is worth at least and at most if it paid out gradually over `width` of the
/// settlement price on either side of the strike instead of at once: the call (put) spreads that it
/// dominates and that dominate it.  Who is long is margined at the low, who is short at the high;
/// their Greeks stay bounded by payout / width up to the last second.  `width` > 0.
[[nodiscard]] risk::Range spread(const risk::Series& series, const pricing::Point& point,
                                 Price width);

}  // namespace ballast::binaries
