#include <ballast/everlasting/everlasting.hpp>

#include <ballast/everlasting/carry.hpp>
#include <ballast/math/money.hpp>
#include <ballast/pricing/pricing.hpp>

#include <algorithm>
#include <array>

namespace ballast::everlasting {
namespace {

using pricing::Point;
using pricing::Right;
using pricing::Style;

Result<void> check(const risk::Series& series) {
    if (series.strike <= Price{}) return no(Reject::strike_not_positive);
    if (series.strike > limits::price_max) return no(Reject::strike_over_limit);
    if (series.payout < Price{}) return no(Reject::payout_not_positive);
    if (series.payout > limits::price_max) return no(Reject::payout_over_limit);
    if (series.expiry != 0) return no(Reject::expiry_not_allowed);
    if (series.period < period_min) return no(Reject::period_under_minimum);
    if (series.period > period_max) return no(Reject::period_over_limit);
    return {};
}

bool binary(const risk::Series& series) {
    return !series.payout.zero();
}

pricing::Everlasting terms(const risk::Series& series, Style style) {
    return {series.right, series.strike, series.period, style};
}

/// The same point with the underlying's forward one period ahead, as pricing wants it.
Point ahead(Point point, u64 period) {
    point.rate = held(point.rate, period);
    point.forward = grown(point.spot, carry(point.rate, period));
    return point;
}

void price(const risk::Series& series, Style style, std::span<const Point> points,
           std::span<Price> out) {
    const pricing::Everlasting option = terms(series, style);
    if (binary(series)) {
        pricing::everlasting_binary(option, series.payout, points, out);
    } else {
        pricing::everlasting(option, points, out);
    }
}

constexpr std::size_t batch = 64;  ///< Points that are prepared at a time, on the stack.

template <Style style>
void value(const risk::Series& series, std::span<const Point> points, std::span<Price> out) {
    BALLAST_ASSERT(points.size() == out.size());
    std::array<Point, batch> prepared;
    for (std::size_t first = 0; first < points.size(); first += batch) {
        const std::size_t count = std::min(batch, points.size() - first);
        for (std::size_t i = 0; i < count; ++i)
            prepared[i] = ahead(points[first + i], series.period);
        price(series, style, std::span(prepared).first(count), out.subspan(first, count));
    }
}

template <Style style>
pricing::Greeks greeks(const risk::Series& series, const Point& given) {
    const Point point = ahead(given, series.period);
    const pricing::Everlasting option = terms(series, style);
    return binary(series) ? pricing::everlasting_binary_greeks(option, series.payout, point)
                          : pricing::everlasting_greeks(option, point);
}

// Calls rise with the spot, the volatility and the rate; puts rise with the volatility and fall
// with the other two.  Of a binary only the spot and the rates are one-way (methods, section 6).
template <Style style>
risk::Range range(const risk::Series& series, const risk::Box& box) {
    const Bounds bounds = binary(series) ? binary_bounds(series, box) : plain_bounds(series, box);
    std::array<Price, 2> values;
    price(series, style, std::array{bounds.least, bounds.most}, values);
    const Price size = std::max(series.strike, series.payout);
    const Price reach = std::max({bounds.least.forward, bounds.most.forward, box.high.spot});
    const Price error = pricing::value_error(size, reach);
    if (!bounds.least_known) values[0] = Price{};
    if (!bounds.most_known) values[1] = certain(series.payout);
    return {std::max(Price{}, values[0] - error - error), values[1] + error + error};
}

Price payoff(const risk::Series& series, Price settlement) {
    const bool call = series.right == Right::call;
    if (binary(series)) return (settlement >= series.strike) == call ? series.payout : Price{};
    const Price gain = settlement - series.strike;
    return std::max(Price{}, call ? gain : -gain);
}

constexpr i128 flow_per_price = 10'000'000'000;  ///< 10^-18 dollars in 10^-8.

risk::Flow funding(const risk::Series& series, const risk::FundingInput& in) {
    const Price excess = in.mark - payoff(series, in.index);
    const u64 elapsed = std::min(in.elapsed, series.period);
    return risk::Flow::units(math::divide(excess.units() * flow_per_price * i128{elapsed},
                                          i128{series.period}, Round::down));
}

template <Style style>
constexpr risk::Kind kind{
    .name = style == Style::premium ? "everlasting" : "everlasting-futures",
    .shape = risk::Shape::option,
    .upfront = style == Style::premium,
    .check = check,
    .value = value<style>,
    .greeks = greeks<style>,
    .range = range<style>,
    .funding = funding,
    .payoff = payoff,
};

}  // namespace

const risk::Kind& premium_kind() {
    return kind<Style::premium>;
}

const risk::Kind& futures_kind() {
    return kind<Style::futures>;
}

}  // namespace ballast::everlasting
