/// How the underlying of an everlasting option grows, and at which two points of a box the option
/// is certainly worth least and most.  docs/methods/instruments.md, section 6.
#pragma once

#include <ballast/risk/series.hpp>

namespace ballast::everlasting {

/// The yearly rate that counts: at most 1/5 per period either way, so that rates and carries stay
/// inside those for which pricing holds its errors.
[[nodiscard]] pricing::Fine held(pricing::Fine rate, u64 period);

/// The growth of the spot per period that a held rate means, as a logarithm: rate * period / year,
/// rounded down.
[[nodiscard]] pricing::Fine carry(pricing::Fine rate, u64 period);

/// spot * e^carry, rounded down, at least one unit, at most limits::price_max.
[[nodiscard]] Price grown(Price spot, pricing::Fine carry);

/// Two points outside or on the edge of a box, their forwards one period ahead.
struct Bounds {
    pricing::Point least;
    pricing::Point most;
    bool least_known = true;  ///< If not, the value is at least 0.
    bool most_known = true;   ///< If not, the value is at most certain(payout).
};

/// Of a call or put without a payout.
[[nodiscard]] Bounds plain_bounds(const risk::Series& series, const risk::Box& box);
/// Of a cash-or-nothing one.
[[nodiscard]] Bounds binary_bounds(const risk::Series& series, const risk::Box& box);

/// What a payout that is certain is worth at most: 5/4 of it, at the lowest rate held.
[[nodiscard]] Price certain(Price payout);

}  // namespace ballast::everlasting
