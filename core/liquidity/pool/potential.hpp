/// The price of risk as a function of what the pool holds.  Not part of the door.
/// docs/methods/liquidity.md, section 1.
#pragma once

#include <ballast/base/result.hpp>
#include <ballast/pool/quote.hpp>

namespace ballast::pool {

/// The three Greeks in dollars.  Each a function of the totals alone, whose magnitude never falls
/// when the total's grows.
struct Dollars {
    Cash delta;  ///< delta * spot.
    Cash gamma;  ///< gamma * spot^2 / 100.
    Cash vega;   ///< vega / 100.
};

/// Rounded towards zero.  `spot` > 0.  Rejects overflow.
[[nodiscard]] Result<Dollars> dollars(const Totals& totals, Price spot);

/// size * price, `price` >= 0; rounded towards zero.
[[nodiscard]] Cash notional(i64 size, Price price);

/// price * exposure^2 / (2 * capital), rounded up; the same for -exposure, and never falling when
/// |exposure| grows.  `capital` > 0.  Rejects overflow.
[[nodiscard]] Result<Cash> potential(Cash exposure, Ratio price, Cash capital);

/// The potential of a position of `size` units in the instrument.
[[nodiscard]] Result<Cash> inventory_potential(const Terms& terms, i64 size, const Market& market,
                                               Cash capital);

/// |size| times half the base spread and the confidence of the mark, rounded up.
[[nodiscard]] Result<Cash> spread_cost(const Terms& terms, i64 size, const Market& market);

}  // namespace ballast::pool
