#include <ballast/power/power.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>
#include <limits>

namespace ballast::power {
namespace {

using pricing::Fine;
using pricing::fine_one;
using pricing::Point;

Result<void> check(const risk::Series& series) {
    if (series.right != pricing::Right::call) return no(Reject::right_not_allowed);
    if (!series.strike.zero()) return no(Reject::strike_not_allowed);
    if (!series.payout.zero()) return no(Reject::payout_not_allowed);
    if (series.expiry != 0) return no(Reject::expiry_not_allowed);
    if (series.period < period_min) return no(Reject::period_under_minimum);
    if (series.period > period_max) return no(Reject::period_over_limit);
    return {};
}

i64 scaled(i128 a, i128 b, i128 c, Round round = Round::down) {
    const i128 most = limits::price_max.units();
    return static_cast<i64>(math::saturating_mul_div(a, b, c, most, round));
}

/// What the square is expected to grow by in a period beyond its discount, 10^-12: E[S^2] grows by
/// 2 rate + volatility^2, of which the discount takes one rate.
i64 growth(const risk::Series& series, const Point& point) {
    const i64 volatility = std::max<i64>(0, point.volatility.units());
    const i128 per_year = scaled(volatility, volatility, fine_one) + i128{point.rate.units()};
    const i64 per_period =
        scaled(per_year, static_cast<i128>(series.period), i128{pricing::year_seconds});
    return std::clamp<i64>(per_period, -fine_one / 2, fine_one / 2);
}

// (10^-8)^2 over 10^4 is 10^-12 units of price, and so are 10^-12 of growth: the two cancel.
Price worth(const risk::Series& series, const Point& point) {
    const i64 spot = point.spot.units();
    return Price::units(scaled(spot, spot, fine_one - growth(series, point)));
}

void value(const risk::Series& series, std::span<const Point> points, std::span<Price> out) {
    BALLAST_ASSERT(points.size() == out.size());
    for (std::size_t i = 0; i < points.size(); ++i) out[i] = worth(series, points[i]);
}

Price payoff(const risk::Series&, Price settlement) {
    return Price::units(scaled(settlement.units(), settlement.units(), fine_one));
}

pricing::Greeks greeks(const risk::Series& series, const Point& point) {
    const Price value = worth(series, point);
    const i64 delta = scaled(i128{2} * value.units(), fine_one, point.spot.units());
    const i64 gamma = scaled(delta, amount_one, point.spot.units());
    const i64 twice = scaled(i128{2} * point.volatility.units(), static_cast<i128>(series.period),
                             i128{pricing::year_seconds});
    const i64 vega = scaled(value.units(), twice, fine_one - growth(series, point));
    const Price excess = value - payoff(series, point.spot);
    const i64 theta =
        -scaled(excess.units(), i128{pricing::year_seconds}, static_cast<i128>(series.period));
    return {value, Fine::units(delta), Fine::units(gamma), Price::units(vega), Price::units(theta)};
}

// Every step of `worth` rises with the spot, the volatility and the rate, its roundings included,
// so the corners bound it exactly.
risk::Range range(const risk::Series& series, const risk::Box& box) {
    return {worth(series, box.low), worth(series, box.high)};
}

constexpr i128 flow_per_price = 10'000'000'000;  ///< 10^-18 dollars in 10^-8.

risk::Flow funding(const risk::Series& series, const risk::FundingInput& in) {
    const Price excess = in.mark - payoff(series, in.index);
    const u64 elapsed = std::min(in.elapsed, series.period);
    return risk::Flow::units(math::divide(excess.units() * flow_per_price * i128{elapsed},
                                          i128{series.period}, Round::down));
}

constexpr risk::Kind power{
    .name = "power",
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
    return power;
}

}  // namespace ballast::power
