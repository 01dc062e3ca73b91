/// Perpetual futures: linear, margined, held to their index by funding.
/// docs/methods/instruments.md, section 3.
#pragma once

#include <ballast/risk/series.hpp>

namespace ballast::perps {

inline constexpr u64 period_min = 3'600;             ///< Shortest funding period, seconds.
inline constexpr u64 period_max = u64{30} * 86'400;  ///< Longest funding period, seconds.

/// The perp.  One unit is worth its mark, Point::forward.
///
/// check: right_not_allowed, strike_not_allowed, payout_not_allowed, expiry_not_allowed,
/// period_under_minimum, period_over_limit.
/// funding: the premium of the mark over the index plus the interest, between -cap and cap, of the
/// index, per period; rounded down.
/// payoff: the settlement price itself; only a perp that is closed down needs it.
[[nodiscard]] const risk::Kind& kind();

/// What a trade of a stated size would get on the book, and have to pay; bid <= ask.
struct Impact {
    Price bid;
    Price ask;
};

/// The mark of a perp that trades on a book: the index, moved to the nearer impact price if it lies
/// outside them (the premium of dYdX and Derive: max(0, bid - index) - max(0, index - ask)), and
/// cut where it leaves the index by more than `band` of it.  All prices > 0; 0 <= `band` < 1.
[[nodiscard]] Price mark(Price index, Impact impact, Ratio band);

}  // namespace ballast::perps
