/// Everlasting options: they never expire; who is long pays who is short the mark less the payoff,
/// once per period, accrued per block.  docs/methods/instruments.md, section 6.
#pragma once

#include <ballast/risk/series.hpp>

namespace ballast::everlasting {

inline constexpr u64 period_min = 14'400;  ///< Shortest funding period, seconds: 1200 blocks of 12
                                           ///< seconds, so that a block pays less than a
                                           ///< thousandth.
inline constexpr u64 period_max = u64{366} * 86'400;  ///< Longest funding period, seconds.

/// Calls, puts and, with a payout, cash-or-nothing calls and puts.  A fair mark solves
/// mark = E[integral over t of payoff(t) e^(-t/period) dt / period], discounted at the rate of the
/// point for the premium style (the mark is paid when traded) and not at all for the futures style
/// (gains against the entry are); the spot grows at the rate of the point in both.
///
/// check, of both: strike_not_positive, strike_over_limit, payout_not_positive, payout_over_limit,
/// expiry_not_allowed, period_under_minimum, period_over_limit.
/// funding: (mark - payoff(index)) * elapsed / period, rounded down; a gap longer than the period
/// pays once.
/// payoff: that of the option; only one that is closed down is paid it.
[[nodiscard]] const risk::Kind& premium_kind();
[[nodiscard]] const risk::Kind& futures_kind();

}  // namespace ballast::everlasting
