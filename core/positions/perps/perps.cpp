#include <ballast/perps/perps.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>
#include <limits>

namespace ballast::perps {
namespace {

Result<void> check(const risk::Series& series) {
    if (series.right != pricing::Right::call) return no(Reject::right_not_allowed);
    if (!series.strike.zero()) return no(Reject::strike_not_allowed);
    if (!series.payout.zero()) return no(Reject::payout_not_allowed);
    if (series.expiry != 0) return no(Reject::expiry_not_allowed);
    if (series.period < period_min) return no(Reject::period_under_minimum);
    if (series.period > period_max) return no(Reject::period_over_limit);
    return {};
}

void value(const risk::Series&, std::span<const pricing::Point> points, std::span<Price> out) {
    BALLAST_ASSERT(points.size() == out.size());
    for (std::size_t i = 0; i < points.size(); ++i) out[i] = points[i].forward;
}

// The forward is a fixed multiple of the spot, so that multiple is the delta.
pricing::Greeks greeks(const risk::Series&, const pricing::Point& point) {
    pricing::Greeks greeks;
    greeks.value = point.forward;
    greeks.delta = pricing::Fine::units(static_cast<i64>(
        math::saturating_mul_div(point.forward.units(), pricing::fine_one, point.spot.units(),
                                 std::numeric_limits<i64>::max(), Round::down)));
    return greeks;
}

risk::Range range(const risk::Series&, const risk::Box& box) {
    return {box.low.forward, box.high.forward};
}

// Dollars per period are counted in 10^-20 (10^-8 of price times 10^-12 of rate), flows in 10^-18.
constexpr i128 flow_divisor = 100;

risk::Flow funding(const risk::Series& series, const risk::FundingInput& in) {
    const i128 index = in.index.units();
    const i128 premium = (i128{in.mark.units()} - index) * pricing::fine_one;
    const i128 most = index * in.cap.units();
    const i128 per_period = std::clamp(premium + index * in.interest.units(), -most, most);
    return risk::Flow::units(math::saturating_mul_div(per_period, i128{in.elapsed},
                                                      i128{series.period} * flow_divisor,
                                                      math::money_max, Round::down));
}

Price payoff(const risk::Series&, Price settlement) {
    return settlement;
}

constexpr risk::Kind perp{
    .name = "perp",
    .shape = risk::Shape::linear,
    .upfront = false,
    .check = check,
    .value = value,
    .greeks = greeks,
    .range = range,
    .funding = funding,
    .payoff = payoff,
};

}  // namespace

const risk::Kind& kind() {
    return perp;
}

Price mark(Price index, Impact impact, Ratio band) {
    const Price bid_premium = std::max(Price{}, impact.bid - index);
    const Price ask_premium = std::max(Price{}, index - impact.ask);
    const Price most = math::portion(index, band, Round::down);
    return index + std::clamp(bid_premium - ask_premium, -most, most);
}

}  // namespace ballast::perps
