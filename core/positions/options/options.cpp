#include <ballast/options/options.hpp>

#include <ballast/math/money.hpp>
#include <ballast/math/power.hpp>
#include <ballast/pricing/pricing.hpp>

#include <algorithm>
#include <array>

namespace ballast::options {
namespace {

using pricing::Fine;
using pricing::Point;
using pricing::Right;

Result<void> check(const risk::Series& series) {
    if (series.strike <= Price{}) return no(Reject::strike_not_positive);
    if (series.strike > limits::price_max) return no(Reject::strike_over_limit);
    if (!series.payout.zero()) return no(Reject::payout_not_allowed);
    if (series.expiry == 0) return no(Reject::expiry_missing);
    if (series.expiry > limits::time_max) return no(Reject::expiry_over_limit);
    if (series.period != 0) return no(Reject::period_not_allowed);
    return {};
}

void value(const risk::Series& series, std::span<const Point> points, std::span<Price> out) {
    pricing::european(series.right, series.strike, points, out);
}

pricing::Greeks greeks(const risk::Series& series, const Point& point) {
    return pricing::european_greeks(series.right, series.strike, point);
}

constexpr Fine volatility_max = Fine::units(1000 * pricing::fine_one);  ///< As pricing holds it.

/// The least volatility whose total over `to` seconds is within one unit under that of `volatility`
/// over `from` <= `to` seconds.
Fine stretched(Fine volatility, u64 from, u64 to) {
    if (from == to || volatility <= Fine{}) return volatility;
    const u128 root = math::magnitude(std::min(volatility, volatility_max).units());
    const auto squared = math::mul_div(root * root, u128{from}, u128{to}, Round::down);
    BALLAST_ASSERT(squared);  // It is at most root * root.
    return Fine::units(static_cast<i64>(math::square_root(*squared)));
}

/// A rate that over `to` seconds discounts as `rate` does over `from` <= `to` seconds.
Fine stretched(Fine rate, u64 from, u64 to, Round round) {
    if (from == to) return rate;
    const i128 product = i128{rate.units()} * static_cast<i128>(from);
    return Fine::units(static_cast<i64>(math::divide(product, static_cast<i128>(to), round)));
}

// Every point of the box is one at its longest time with another volatility and another rate: the
// value depends on time through the total volatility and the discount alone.  There, it rises with
// the volatility, falls with the rate, and moves one way with the forward (methods, section 4).
risk::Range range(const risk::Series& series, const risk::Box& box) {
    const u64 from = box.low.seconds;
    const u64 to = box.high.seconds;
    const bool call = series.right == Right::call;
    const Point& worst = call ? box.low : box.high;
    const Point& best = call ? box.high : box.low;
    const Fine rate_high =
        box.high.rate > Fine{} ? box.high.rate : stretched(box.high.rate, from, to, Round::up);
    const Fine rate_low =
        box.low.rate < Fine{} ? box.low.rate : stretched(box.low.rate, from, to, Round::down);
    const std::array<Point, 2> corners{{
        {worst.spot, worst.forward, stretched(box.low.volatility, from, to), rate_high, to},
        {best.spot, best.forward, box.high.volatility, rate_low, to},
    }};
    std::array<Price, 2> values;
    value(series, corners, values);
    // The value inside and the corner's may both be off by the error of pricing.
    const Price error = pricing::value_error(series.strike, box.high.forward);
    return {std::max(Price{}, values[0] - error - error), values[1] + error + error};
}

risk::Flow funding(const risk::Series&, const risk::FundingInput&) {
    return {};
}

Price payoff(const risk::Series& series, Price settlement) {
    const Price gain = settlement - series.strike;
    return std::max(Price{}, series.right == Right::call ? gain : -gain);
}

constexpr risk::Kind european{
    .name = "option",
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
    return european;
}

}  // namespace ballast::options
