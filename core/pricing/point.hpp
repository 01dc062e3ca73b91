/// What one instrument sees of the market, today or under one scenario.  Integers: this is what
/// goes in at the door of the one room that computes in floating point.
#pragma once

#include <ballast/base/quantity.hpp>

namespace ballast::pricing {

struct FineKind;
using Fine = Quantity<FineKind, i64>;  ///< 1 unit = 10^-12: volatilities, rates, shocks, Greeks.
inline constexpr i64 fine_one = 1'000'000'000'000;  ///< Units in the Fine 1.

inline constexpr u64 year_seconds = u64{365} * 86'400;  ///< A year, wherever time is divided by it.

enum class Right : u8 { call, put };
[[nodiscard]] constexpr bool valid(Right right) {
    return right <= Right::put;
}

struct Point {
    Price spot;       ///< Of the underlying; > 0.
    Price forward;    ///< Of the underlying for the instrument's expiry; of a perp its own mark.
    Fine volatility;  ///< Per year, of this instrument's strike; >= 0.
    Fine rate;        ///< Continuous, per year: what is paid at expiry is discounted by it.
    u64 seconds = 0;  ///< To expiry; 0 at and after it.  Of no meaning without an expiry.
};

/// Of one unit of an instrument.
struct Greeks {
    Price value;
    Fine delta;   ///< Dollars per dollar of spot, the forward moving in proportion.
    Fine gamma;   ///< Delta per dollar of spot.
    Price vega;   ///< Dollars per 1.00 of volatility.
    Price theta;  ///< Dollars per year that passes.
};

}  // namespace ballast::pricing
