/// A perpetual on the square of its index: the template of an instrument.
/// docs/methods/instruments.md, section 1, says how it becomes part of the machine.
#pragma once

#include <ballast/risk/series.hpp>

namespace ballast::power {

inline constexpr u64 period_min = 86'400;            ///< Shortest funding period, seconds.
inline constexpr u64 period_max = u64{90} * 86'400;  ///< Longest funding period, seconds.

/// Paid for when traded.  The payoff of one unit is index^2 / 10 000 dollars; who is long pays the
/// mark less the payoff once per period.  The fair mark is payoff / (1 - (rate + volatility^2) *
/// period), the growth held between -1/2 and 1/2; rounded down, at most limits::price_max.
///
/// check: right_not_allowed, strike_not_allowed, payout_not_allowed, expiry_not_allowed,
/// period_under_minimum, period_over_limit.
[[nodiscard]] const risk::Kind& kind();

}  // namespace ballast::power
