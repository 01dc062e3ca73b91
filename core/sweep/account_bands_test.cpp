// L6: what the bands find is what the full sweep finds.
#include <ballast/math/power.hpp>
#include <ballast/sweep/test_book.hpp>

#include <gtest/gtest.h>

namespace ballast::sweep {
namespace {

using pricing::Point;

// Kinds made of integers alone, with the shapes of the real ones: an option's value is a hyperbola
// around its payoff, and a binary's is the slope of one.

i64 width_of(const risk::Series& series, const Point& point) {
    const u64 seconds = series.expiry == 0 ? series.period : point.seconds;
    const i128 scaled = i128{series.strike.units()} * point.volatility.units() / pricing::fine_one *
                        static_cast<i64>(seconds / 64);
    return static_cast<i64>(scaled / static_cast<i64>(pricing::year_seconds / 64));
}

i64 hypotenuse(i64 a, i64 b) {
    return static_cast<i64>(
        math::square_root(static_cast<u128>(i128{a} * a) + static_cast<u128>(i128{b} * b)));
}

i64 gain_of(const risk::Series& series, const Point& point) {
    const i64 gain = point.forward.units() - series.strike.units();
    return series.right == pricing::Right::call ? gain : -gain;
}

i64 option_value(const risk::Series& series, const Point& point) {
    const i64 gain = gain_of(series, point);
    return (hypotenuse(gain, width_of(series, point)) + gain) / 2;
}

i64 binary_value(const risk::Series& series, const Point& point) {
    const i64 gain = gain_of(series, point);
    const i64 length = hypotenuse(gain, width_of(series, point));
    const i64 half = series.payout.units() / 2;
    return length == 0 ? half : half + static_cast<i64>(i128{half} * gain / length);
}

template <i64 (*one)(const risk::Series&, const Point&)>
void value(const risk::Series& series, std::span<const Point> points, std::span<Price> out) {
    for (std::size_t i = 0; i < points.size(); ++i) out[i] = Price::units(one(series, points[i]));
}

i64 forward_value(const risk::Series&, const Point& point) {
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
constexpr risk::Kind kind_of(risk::Shape shape) {
    risk::Kind kind;
    kind.shape = shape;
    kind.value = value<one>;
    kind.range = range<one>;
    return kind;
}
constexpr risk::Kind linear = kind_of<forward_value>(risk::Shape::linear);
constexpr risk::Kind option = kind_of<option_value>(risk::Shape::option);
constexpr risk::Kind binary = kind_of<binary_value>(risk::Shape::option);

const std::array<test::Player, 5> players{{
    {&option, Curve::convex, true, false, true},
    {&binary, Curve::any, true, true, true},
    {&option, Curve::convex, true, false, false},
    {&binary, Curve::any, true, true, false},
    {&linear, Curve::convex, false, false, false},
}};

TEST(AccountBands, FindWhatTheFullSweepFinds) {
    u64 looked_at = 0;
    u64 account_ticks = 0;
    for (u64 seed = 1; seed <= 5; ++seed) {
        const test::Options options{.seed = seed,
                                    .underlyings = 1 + static_cast<u32>(seed) % 4,
                                    .accounts = 100,
                                    .levels = 2 + static_cast<u32>(seed) % 5};
        test::TestBook book(options, players);
        const test::Tally tally = test::run(book, options, 120);
        EXPECT_EQ(tally.wrong, 0u) << "seed " << seed;
        EXPECT_GT(tally.fell_sick, 0u) << "seed " << seed;
        EXPECT_GT(tally.healed, 0u) << "seed " << seed;
        looked_at += tally.looked_at;
        account_ticks += tally.account_ticks;
    }
    EXPECT_EQ(account_ticks, 60'000u);
    EXPECT_LT(looked_at, account_ticks / 2);
    RecordProperty("looked_at", std::to_string(looked_at));
}

}  // namespace
}  // namespace ballast::sweep
