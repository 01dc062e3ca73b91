#include <ballast/everlasting/carry.hpp>

#include <ballast/math/money.hpp>
#include <ballast/pricing/pricing.hpp>

#include <algorithm>

namespace ballast::everlasting {
namespace {

using pricing::Fine;
using pricing::fine_one;
using pricing::Point;
using pricing::Right;

constexpr i128 carry_max = fine_one / 4;         ///< What pricing holds a carry at.
constexpr i64 volatility_max = 1000 * fine_one;  ///< What pricing holds a volatility at.

/// How far the carry that pricing reads off spot and forward may lie from the one they were made
/// with, twice over: what rounding to units of a Fine and of a Price can do.
i128 slack(Price spot) {
    return 4 + 4 * i128{fine_one} / std::max<i64>(1, spot.units());
}

Point at(Price spot, i128 growth, Fine volatility, Fine rate) {
    const Fine held = Fine::units(static_cast<i64>(std::clamp(growth, -carry_max, carry_max)));
    return {.spot = spot,
            .forward = grown(spot, held),
            .volatility = volatility,
            .rate = rate,
            .seconds = 0};
}

i128 product(i128 a, i128 b, i128 c, Round round) {
    return math::saturating_mul_div(a, b, c, math::money_max, round);
}

/// Ranges of the two things that a chance depends on besides the spot: volatility per year, carry
/// per period.
struct Span {
    i128 volatility_low;
    i128 volatility_high;
    i128 carry_low;
    i128 carry_high;
    i128 error;  ///< By which a carry that comes out of them is moved outwards.
};

/// A volatility of the span and a carry at which ending at or above the strike is as likely as it
/// gets (or as unlikely), or more so.
struct Tilt {
    i128 volatility;
    i128 carry;
    bool known;
};

/// v (v - u) period / 2, rounded up: by how much a carry is worth less at volatility v than at u.
i128 drag(i128 volatility, const Span& span, u64 period) {
    const i128 spread = span.volatility_high - span.volatility_low;
    const i128 per_year = product(volatility, spread, fine_one, Round::up);
    return product(per_year, static_cast<i128>(period), i128{2} * pricing::year_seconds, Round::up);
}

bool representable(i128 carry) {
    return -carry_max <= carry && carry <= carry_max;
}

// d2 = x / (v sqrt t) + (c / v - v / 2) sqrt t for every t.  Each term is bounded by itself, and
// the sum is d2 again at the volatility that bounds the first and at another carry.
Tilt likeliest(const Span& span, Price spot, Price strike, u64 period) {
    const bool above = spot >= strike;
    const i128 volatility = above ? span.volatility_low : span.volatility_high;
    const i128 by = span.carry_high >= 0 ? span.volatility_low : span.volatility_high;
    if (by == 0) return {volatility, 0, false};
    const i128 carry = product(span.carry_high, volatility, by, Round::up) +
                       (above ? 0 : drag(volatility, span, period)) + span.error;
    return {volatility, carry, representable(carry)};
}

Tilt unlikeliest(const Span& span, Price spot, Price strike, u64 period) {
    const bool above = spot >= strike;
    const i128 volatility = above ? span.volatility_high : span.volatility_low;
    const i128 by = span.carry_low >= 0 ? span.volatility_high : span.volatility_low;
    if (by == 0) return {volatility, 0, false};
    const i128 carry = product(span.carry_low, volatility, by, Round::down) -
                       (above ? 0 : drag(volatility, span, period)) - span.error;
    return {volatility, carry, representable(carry)};
}

}  // namespace

Fine held(Fine rate, u64 period) {
    const i128 most = i128{fine_one} / 5 * pricing::year_seconds / static_cast<i128>(period);
    return Fine::units(static_cast<i64>(std::clamp(i128{rate.units()}, -most, most)));
}

Fine carry(Fine rate, u64 period) {
    return Fine::units(static_cast<i64>(math::divide(i128{rate.units()} * static_cast<i128>(period),
                                                     i128{pricing::year_seconds}, Round::down)));
}

Price grown(Price spot, Fine carry) {
    const i128 factor = pricing::exponential(carry).units();
    const i128 units = math::divide(spot.units() * factor, i128{fine_one}, Round::down);
    return Price::units(static_cast<i64>(std::clamp<i128>(units, 1, limits::price_max.units())));
}

Bounds plain_bounds(const risk::Series& series, const risk::Box& box) {
    const bool call = series.right == Right::call;
    const Point& worst = call ? box.low : box.high;
    const Point& best = call ? box.high : box.low;
    const i128 towards = call ? slack(box.low.spot) : -slack(box.low.spot);
    const auto bound = [&](const Point& point, Fine volatility, i128 by) {
        const Fine rate = held(point.rate, series.period);
        return at(point.spot, carry(rate, series.period).units() + by, volatility, rate);
    };
    return {.least = bound(worst, box.low.volatility, -towards),
            .most = bound(best, box.high.volatility, towards)};
}

Bounds binary_bounds(const risk::Series& series, const risk::Box& box) {
    const bool call = series.right == Right::call;
    const Fine rate_low = held(box.low.rate, series.period);
    const Fine rate_high = held(box.high.rate, series.period);
    const i128 error = slack(box.low.spot);
    const Span span{std::clamp<i64>(box.low.volatility.units(), 0, volatility_max),
                    std::clamp<i64>(box.high.volatility.units(), 0, volatility_max),
                    carry(rate_low, series.period).units() - error,
                    carry(rate_high, series.period).units() + error, error};
    const Tilt up = likeliest(span, box.high.spot, series.strike, series.period);
    const Tilt down = unlikeliest(span, box.low.spot, series.strike, series.period);
    const auto point = [&](Price spot, const Tilt& tilt, Fine rate) {
        return at(spot, tilt.carry, Fine::units(static_cast<i64>(tilt.volatility)), rate);
    };
    // What the call pays, the put does not; the discount is taken at the rate that suits the bound.
    const Point upper = point(box.high.spot, up, call ? rate_low : rate_high);
    const Point lower = point(box.low.spot, down, call ? rate_high : rate_low);
    if (call) return {lower, upper, down.known, up.known};
    return {upper, lower, up.known, down.known};
}

Price certain(Price payout) {
    return Price::units(static_cast<i64>(
        math::saturating_mul_div(payout.units(), 5, 4, limits::price_max.units(), Round::up)));
}

}  // namespace ballast::everlasting
