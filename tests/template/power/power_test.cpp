#include <ballast/base/limits.hpp>
#include <ballast/power/power.hpp>

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace ballast::power {
namespace {

using pricing::Fine;
using pricing::Point;

constexpr i64 dollar = amount_one;
constexpr u64 day = 86'400;

risk::Series listing(u64 period) {
    risk::Series series;
    series.period = period;
    return series;
}

Point point(i64 spot, i64 volatility, i64 rate) {
    return {Price::units(spot), Price::units(spot), Fine::units(volatility), Fine::units(rate), 0};
}

Price one(const risk::Series& series, const Point& point) {
    std::array<Price, 1> out;
    kind().value(series, std::array{point}, out);
    return out[0];
}

TEST(check, says_no_to_each_field_that_makes_no_sense) {
    const auto refusal = [](auto change) {
        risk::Series series = listing(7 * day);
        change(series);
        const auto answer = kind().check(series);
        return answer ? std::string("accepted") : std::string(name(answer.error()));
    };
    using risk::Series;
    EXPECT_EQ(refusal([](Series&) {}), "accepted");
    EXPECT_EQ(refusal([](Series& s) { s.right = pricing::Right::put; }), "right_not_allowed");
    EXPECT_EQ(refusal([](Series& s) { s.strike = Price::units(1); }), "strike_not_allowed");
    EXPECT_EQ(refusal([](Series& s) { s.payout = Price::units(1); }), "payout_not_allowed");
    EXPECT_EQ(refusal([](Series& s) { s.expiry = 1; }), "expiry_not_allowed");
    EXPECT_EQ(refusal([](Series& s) { s.period = period_min - 1; }), "period_under_minimum");
    EXPECT_EQ(refusal([](Series& s) { s.period = period_max + 1; }), "period_over_limit");
}

struct Quoted {
    i64 spot;
    i64 volatility;
    i64 rate;
    u64 seconds;
    double value;
    double delta;
    double gamma;
};

// The continuous mark of a squared perpetual by its closed form, over 10 000.  17.5 days is
// Squeeth's period: at 80 % volatility the premium is 3.166 % and funding 66 % of the index a year.
constexpr Quoted quotes[] = {
    {3'000, 800'000'000'000, 0, 1'512'000, 928.4906726964, 0.6189937818, 2.063312606e-4},
    {3'000, 800'000'000'000, 0, day, 901.5808541003, 0.6010539027, 2.003513009e-4},
    {3'000, 1'200'000'000'000, 0, 1'512'000, 966.7451442024, 0.6444967628, 2.148322543e-4},
    {60'000, 600'000'000'000, 50'000'000'000, 1'512'000, 367'218.6124502201, 12.2406204150,
     2.040103403e-4},
};

TEST(value, equals_published_figures) {
    for (const Quoted& row : quotes) {
        const Point at = point(row.spot * dollar, row.volatility, row.rate);
        const risk::Series series = listing(row.seconds);
        EXPECT_NEAR(static_cast<double>(one(series, at).units()) / 1e8, row.value,
                    2e-8 + 1e-11 * row.value);
        const pricing::Greeks greeks = kind().greeks(series, at);
        EXPECT_EQ(greeks.value, one(series, at));
        EXPECT_NEAR(static_cast<double>(greeks.delta.units()) / 1e12, row.delta, 1e-9);
        EXPECT_NEAR(static_cast<double>(greeks.gamma.units()) / 1e12, row.gamma, 1e-11);
    }
}

TEST(funding, at_the_fair_mark_is_the_theta) {
    const risk::Series series = listing(1'512'000);
    const Point at = point(3'000 * dollar, 800'000'000'000, 0);
    const pricing::Greeks greeks = kind().greeks(series, at);
    const risk::Flow flow = kind().funding(
        series,
        {.index = at.spot, .mark = greeks.value, .elapsed = 1'512'000, .interest = {}, .cap = {}});
    const double per_year = static_cast<double>(flow.units()) / 1e18 * 365 / 17.5;
    EXPECT_NEAR(per_year, 900 * 0.6602600340, 1e-6);
    EXPECT_NEAR(static_cast<double>(greeks.theta.units()) / 1e8, -per_year, 1e-6);
    EXPECT_EQ(kind().payoff(series, at.spot), Price::units(900 * dollar));
}

TEST(range, holds_the_value_at_every_point_of_the_box) {
    std::mt19937_64 random(1);
    const auto between = [&](auto low, auto high) {
        const u64 width = static_cast<u64>(high.units() - low.units()) + 1;
        return low.units() + static_cast<i64>(random() % width);
    };
    for (u32 i = 0; i < 20'000; ++i) {
        const risk::Series series = listing(period_min + random() % (period_max - period_min));
        const i64 spot = 1 + static_cast<i64>(random() >> (2 + random() % 60));
        const i64 volatility = static_cast<i64>(random() % 3'000'000'000'000);
        const i64 rate = static_cast<i64>(random() % 400'000'000'000) - 200'000'000'000;
        const auto more = [&](i64 of) { return of + (of >> (random() % 40)); };
        const risk::Box box{point(spot, volatility, rate),
                            point(std::min(more(spot), limits::price_max.units()), more(volatility),
                                  rate + static_cast<i64>(random() % 100'000'000'000))};
        if (box.high.spot < box.low.spot) continue;
        const risk::Range range = kind().range(series, box);
        for (u32 k = 0; k < 8; ++k) {
            const Price value = one(series, point(between(box.low.spot, box.high.spot),
                                                  between(box.low.volatility, box.high.volatility),
                                                  between(box.low.rate, box.high.rate)));
            ASSERT_LE(range.low, value);
            ASSERT_LE(value, range.high);
        }
    }
}

}  // namespace
}  // namespace ballast::power
