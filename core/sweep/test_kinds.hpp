/// Kinds made of integers alone, with the shapes of the real ones: an option's value is a hyperbola
/// around its payoff, and a binary's is the slope of one.
#pragma once

#include <ballast/base/limits.hpp>
#include <ballast/math/power.hpp>
#include <ballast/risk/series.hpp>

#include <algorithm>

namespace ballast::sweep::test {

using pricing::Point;

inline i64 width_of(const risk::Series& series, const Point& point) {
    const u64 seconds = series.expiry == 0 ? series.period : point.seconds;
    const i128 scaled = i128{series.strike.units()} * point.volatility.units() / pricing::fine_one *
                        static_cast<i64>(seconds / 64);
    return static_cast<i64>(scaled / static_cast<i64>(pricing::year_seconds / 64));
}

inline i64 hypotenuse(i64 a, i64 b) {
    return static_cast<i64>(
        math::square_root(static_cast<u128>(i128{a} * a) + static_cast<u128>(i128{b} * b)));
}

inline i64 gain_of(const risk::Series& series, const Point& point) {
    const i64 gain = point.forward.units() - series.strike.units();
    return series.right == pricing::Right::call ? gain : -gain;
}

inline i64 option_value(const risk::Series& series, const Point& point) {
    const i64 gain = gain_of(series, point);
    return (hypotenuse(gain, width_of(series, point)) + gain) / 2;
}

inline i64 binary_value(const risk::Series& series, const Point& point) {
    const i64 gain = gain_of(series, point);
    const i64 length = hypotenuse(gain, width_of(series, point));
    const i64 half = series.payout.units() / 2;
    return length == 0 ? half : half + static_cast<i64>(i128{half} * gain / length);
}

template <i64 (*one)(const risk::Series&, const Point&)>
void value(const risk::Series& series, std::span<const Point> points, std::span<Price> out) {
    for (std::size_t i = 0; i < points.size(); ++i) out[i] = Price::units(one(series, points[i]));
}

inline i64 forward_value(const risk::Series&, const Point& point) {
    return point.forward.units();
}

// Rises with the gain; at one gain, with the width or against it.
template <i64 (*one)(const risk::Series&, const Point&)>
risk::Range range(const risk::Series& series, const risk::Box& box) {
    const bool call = series.right == pricing::Right::call;
    i64 low = limits::price_max.units();
    i64 high = -low;
    for (const pricing::Fine volatility : {box.low.volatility, box.high.volatility})
        for (const u64 seconds : {box.low.seconds, box.high.seconds})
            for (const bool top : {false, true}) {
                Point point = box.low;
                point.forward = (top == call ? box.high : box.low).forward;
                point.volatility = volatility;
                point.seconds = seconds;
                low = std::min(low, one(series, point));
                high = std::max(high, one(series, point));
            }
    return {Price::units(low - 4), Price::units(high + 4)};
}

template <i64 (*one)(const risk::Series&, const Point&)>
constexpr risk::Kind kind_of(risk::Shape shape, bool upfront,
                             pricing::Greeks (*greeks)(const risk::Series&, const Point&)) {
    risk::Kind kind;
    kind.shape = shape;
    kind.upfront = upfront;
    kind.greeks = greeks;
    kind.value = value<one>;
    kind.range = range<one>;
    return kind;
}
/// What the forward gains when the spot does, in its proportion.
inline pricing::Greeks forward_greeks(const risk::Series&, const Point& point) {
    pricing::Greeks greeks;
    greeks.value = point.forward;
    greeks.delta = pricing::Fine::units(
        static_cast<i64>(i128{point.forward.units()} * pricing::fine_one / point.spot.units()));
    return greeks;
}

inline pricing::Greeks option_greeks(const risk::Series& series, const Point& point) {
    pricing::Greeks greeks = forward_greeks(series, point);
    const i64 gain = gain_of(series, point);
    const i64 length = std::max<i64>(1, hypotenuse(gain, width_of(series, point)));
    const i128 slope = i128{greeks.delta.units()} * (length + gain) / (2 * i128{length});
    greeks.delta = pricing::Fine::units(
        static_cast<i64>(series.right == pricing::Right::call ? slope : -slope));
    return greeks;
}

inline pricing::Greeks binary_greeks(const risk::Series& series, const Point& point) {
    pricing::Greeks greeks = forward_greeks(series, point);
    const i128 width = width_of(series, point);
    const i128 length =
        std::max<i64>(1, hypotenuse(gain_of(series, point), width_of(series, point)));
    // payout / 2 * width^2 / length^3.
    const i128 slope = i128{greeks.delta.units()} * (series.payout.units() / 2) / length * width /
                       length * width / length;
    greeks.delta = pricing::Fine::units(
        static_cast<i64>(series.right == pricing::Right::call ? slope : -slope));
    return greeks;
}

inline constexpr risk::Kind linear =
    kind_of<forward_value>(risk::Shape::linear, false, forward_greeks);
inline constexpr risk::Kind option =
    kind_of<option_value>(risk::Shape::option, true, option_greeks);
inline constexpr risk::Kind binary =
    kind_of<binary_value>(risk::Shape::option, true, binary_greeks);

}  // namespace ballast::sweep::test
