#include <ballast/binaries/binaries.hpp>

#include <ballast/math/money.hpp>
#include <ballast/math/power.hpp>
#include <ballast/pricing/pricing.hpp>

#include <algorithm>
#include <array>

namespace ballast::binaries {
namespace {

using pricing::Fine;
using pricing::fine_one;
using pricing::Point;
using pricing::Right;

Result<void> check(const risk::Series& series) {
    if (series.strike <= Price{}) return no(Reject::strike_not_positive);
    if (series.strike > limits::price_max) return no(Reject::strike_over_limit);
    if (series.payout <= Price{}) return no(Reject::payout_not_positive);
    if (series.payout > limits::price_max) return no(Reject::payout_over_limit);
    if (series.expiry == 0) return no(Reject::expiry_missing);
    if (series.expiry > limits::time_max) return no(Reject::expiry_over_limit);
    if (series.period != 0) return no(Reject::period_not_allowed);
    return {};
}

void value(const risk::Series& series, std::span<const Point> points, std::span<Price> out) {
    pricing::cash_binary(series.right, series.strike, series.payout, points, out);
}

pricing::Greeks greeks(const risk::Series& series, const Point& point) {
    return pricing::cash_binary_greeks(series.right, series.strike, series.payout, point);
}

/// Every point of a box as one at the box's longest time: the value depends on time through the
/// total volatility and the discount alone (methods, section 4).
struct Flat {
    u64 seconds;
    Fine volatility_low;
    Fine volatility_high;
    Fine rate_low;
    Fine rate_high;
};

/// value * from / to, `from` <= `to`.
Fine scaled(Fine value, u64 from, u64 to, Round round) {
    if (from == to) return value;
    const i128 product = i128{value.units()} * static_cast<i128>(from);
    return Fine::units(static_cast<i64>(math::divide(product, static_cast<i128>(to), round)));
}

constexpr Fine volatility_max = Fine::units(1000 * fine_one);  ///< As pricing holds it.

/// volatility * sqrt(from / to), rounded down; 0 <= volatility, `from` <= `to`.
Fine stretched(Fine volatility, u64 from, u64 to) {
    if (from == to) return volatility;
    const u128 root = math::magnitude(volatility.units());
    const auto squared = math::mul_div(root * root, u128{from}, u128{to}, Round::down);
    BALLAST_ASSERT(squared);  // It is at most root * root.
    return Fine::units(static_cast<i64>(math::square_root(*squared)));
}

Flat flatten(const risk::Box& box) {
    const u64 from = box.low.seconds;
    const u64 to = box.high.seconds;
    const bool falls = box.low.rate < Fine{};
    const bool rises = box.high.rate > Fine{};
    const Fine low = std::clamp(box.low.volatility, Fine{}, volatility_max);
    const Fine high = std::clamp(box.high.volatility, Fine{}, volatility_max);
    return {to, stretched(low, from, to), high,
            falls ? box.low.rate : scaled(box.low.rate, from, to, Round::down),
            rises ? box.high.rate : scaled(box.high.rate, from, to, Round::up)};
}

constexpr Fine shift_max = Fine::units(8 * fine_one);

/// A forward from which, at the box's highest volatility, the chance to end at or above the strike
/// is at least that from `forward` < strike at any volatility of the box:
/// forward * e^(v (v - u) T / 2), u and v the lowest and the highest (methods, section 5).  None if
/// it exceeds what a price can be.
std::optional<Price> lifted(Price forward, const Flat& flat) {
    const i128 high = flat.volatility_high.units();
    const i128 spread = high - flat.volatility_low.units();
    const i128 per_year =
        math::saturating_mul_div(high, spread, fine_one, math::money_max, Round::up);
    const i128 shift =
        math::saturating_mul_div(per_year, static_cast<i128>(flat.seconds),
                                 i128{2} * pricing::year_seconds, math::money_max, Round::up);
    if (shift > shift_max.units()) return {};
    // Two units and 2^-40 cover what the exponential may be off by.
    const i64 factor = pricing::exponential(Fine::units(static_cast<i64>(shift))).units();
    const i128 safe = i128{factor} + (factor >> 40) + 2;
    const i128 units = math::divide(forward.units() * safe, i128{fine_one}, Round::up);
    if (units > limits::price_max.units()) return {};
    return Price::units(static_cast<i64>(units));
}

/// The points among which are those at which the call is worth least, and at which most, whatever
/// its discount.  `low` and `high` hold their rates.
struct Corners {
    std::array<Point, 2> least;
    Point most;
    bool bounded;  ///< Whether `most` is of use; else the payout is the only bound.
};

Corners corners(const risk::Series& series, const risk::Box& box, const Flat& flat) {
    Corners found{};
    // Under the strike the chance rises with the volatility and then falls; above it only falls.
    // So it is least at an end.
    const Price forward = box.low.forward;
    found.least[0] = {forward, forward, flat.volatility_low, {}, flat.seconds};
    found.least[1] = {forward, forward, flat.volatility_high, {}, flat.seconds};
    const Price top = box.high.forward;
    if (top >= series.strike) {
        found.most = {top, top, flat.volatility_low, {}, flat.seconds};
        found.bounded = true;
        return found;
    }
    const auto up = lifted(top, flat);
    found.bounded = up.has_value();
    found.most = {top, up.value_or(top), flat.volatility_high, {}, flat.seconds};
    return found;
}

/// The worth of the payout if it is certain, at the lowest rate.
Price certain(const risk::Series& series, const Flat& flat) {
    risk::Series sure = series;
    sure.right = Right::call;
    const Point point{sure.strike, sure.strike, {}, flat.rate_low, flat.seconds};
    std::array<Price, 1> worth;
    value(sure, std::array{point}, worth);
    return worth[0];
}

// What the call pays, the put does not: where the chance of one is least, that of the other is
// most.
risk::Range range(const risk::Series& series, const risk::Box& box) {
    const Flat flat = flatten(box);
    Corners found = corners(series, box, flat);
    const bool call = series.right == Right::call;
    for (Point& point : found.least) point.rate = call ? flat.rate_high : flat.rate_low;
    found.most.rate = call ? flat.rate_low : flat.rate_high;
    std::array<Price, 2> ends;
    value(series, found.least, ends);
    std::array<Price, 1> other;
    value(series, std::array{found.most}, other);

    const Price most = certain(series, flat);
    const Price error = pricing::value_error(series.payout, box.high.forward);
    Price low = call ? std::min(ends[0], ends[1]) : other[0];
    Price high = call ? other[0] : std::max(ends[0], ends[1]);
    if (!found.bounded) (call ? high : low) = call ? most : Price{};
    return {std::max(Price{}, low - error - error), std::min(most, high) + error + error};
}

risk::Flow funding(const risk::Series&, const risk::FundingInput&) {
    return {};
}

Price payoff(const risk::Series& series, Price settlement) {
    const bool above = settlement >= series.strike;
    return above == (series.right == Right::call) ? series.payout : Price{};
}

constexpr risk::Kind binary{
    .name = "binary",
    .shape = risk::Shape::option,
    .upfront = true,
    .check = check,
    .value = value,
    .greeks = greeks,
    .range = range,
    .funding = funding,
    .payoff = payoff,
};

}  // namespace

const risk::Kind& kind() {
    return binary;
}

Price spread_width(const Point& point, u64 seconds) {
    constexpr i128 deviations = 3;
    const i128 most = limits::price_max.units();
    const i128 per_year = math::saturating_mul_div(
        point.spot.units() * deviations, point.volatility.units(), fine_one, most, Round::up);
    const i128 width = math::saturating_mul_div(per_year, pricing::root_years(seconds).units() + 1,
                                                fine_one, most, Round::up);
    return Price::units(std::max<i64>(1, static_cast<i64>(width)));
}

risk::Range spread(const risk::Series& series, const Point& point, Price width) {
    BALLAST_ASSERT(width > Price{});
    const bool call = series.right == Right::call;
    const Price one = Price::units(1);
    const Price below = std::max(one, series.strike - width);
    const Price above =
        std::min(limits::price_max, series.strike + std::min(width, limits::price_max));
    const auto at = [&](Price strike) {
        std::array<Price, 1> out;
        pricing::european(series.right, strike, std::array{point}, out);
        return out[0];
    };
    const Price middle = at(series.strike);
    const Price lower = at(below);
    const Price upper = at(above);
    // A value is rounded down, so what is taken away counts one unit more.
    const Price near = call ? middle - upper - one : middle - lower - one;
    const Price far = call ? lower + one - middle : upper + one - middle;
    const auto paid = [&](Price difference, Price step, Round round) {
        const i128 most = limits::price_max.units();
        return Price::units(static_cast<i64>(math::saturating_mul_div(
            difference.units(), series.payout.units(), step.units(), most, round)));
    };
    const Price down = std::max(one, series.strike - below);
    const Price up = std::max(one, above - series.strike);
    return {std::max(Price{}, paid(near, call ? up : down, Round::down)),
            paid(far, call ? down : up, Round::up)};
}

}  // namespace ballast::binaries
