#include <ballast/base/limits.hpp>
#include <ballast/options/options.hpp>
#include <ballast/pricing/pricing.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <string>

namespace ballast::options {
namespace {

using pricing::Fine;
using pricing::Point;
using pricing::Right;

constexpr i64 dollar = amount_one;
constexpr u64 day = 86'400;

risk::Series listing(Right right, i64 strike_units) {
    risk::Series series;
    series.right = right;
    series.strike = Price::units(strike_units);
    series.expiry = 1'800'000'000;
    return series;
}

Price one(const risk::Series& series, const Point& point) {
    std::array<Price, 1> out;
    kind().value(series, std::array{point}, out);
    return out[0];
}

Point point(i64 forward_units, i64 volatility, i64 rate, u64 seconds) {
    return {Price::units(forward_units), Price::units(forward_units), Fine::units(volatility),
            Fine::units(rate), seconds};
}

TEST(check, says_no_to_each_field_that_makes_no_sense) {
    const auto refusal = [](auto change) {
        risk::Series series = listing(Right::put, 2'000 * dollar);
        change(series);
        const auto answer = kind().check(series);
        return answer ? std::string("accepted") : std::string(name(answer.error()));
    };
    using risk::Series;
    EXPECT_EQ(refusal([](Series&) {}), "accepted");
    EXPECT_EQ(refusal([](Series& s) { s.right = Right::call; }), "accepted");
    EXPECT_EQ(refusal([](Series& s) { s.strike = {}; }), "strike_not_positive");
    EXPECT_EQ(refusal([](Series& s) { s.strike = Price::units(-1); }), "strike_not_positive");
    EXPECT_EQ(refusal([](Series& s) { s.strike = limits::price_max; }), "accepted");
    EXPECT_EQ(refusal([](Series& s) { s.strike = limits::price_max + Price::units(1); }),
              "strike_over_limit");
    EXPECT_EQ(refusal([](Series& s) { s.payout = Price::units(1); }), "payout_not_allowed");
    EXPECT_EQ(refusal([](Series& s) { s.payout = Price::units(-1); }), "payout_not_allowed");
    EXPECT_EQ(refusal([](Series& s) { s.expiry = 0; }), "expiry_missing");
    EXPECT_EQ(refusal([](Series& s) { s.expiry = limits::time_max + 1; }), "expiry_over_limit");
    EXPECT_EQ(refusal([](Series& s) { s.period = 1; }), "period_not_allowed");
}

struct Quoted {
    Right right;
    i64 forward;  ///< Dollars.
    i64 strike;   ///< Dollars.
    i64 volatility;
    u64 days;
    i64 value;  ///< 10^-8 dollars, rounded down.
    i64 delta;  ///< 10^-12 on the forward, rounded to nearest.
};

// At a rate of 0.  The first two are Black76.t.sol of derivexyz/lyra-utils at 759e9625 (82.80508...
// a week at the money); the rest Black's formula to 80 digits.
constexpr Quoted quotes[] = {
    {Right::call, 1'500, 1'500, 1'000'000'000'000, 7, 8'280'508'066, 527'601'693'556},
    {Right::put, 1'500, 1'500, 1'000'000'000'000, 7, 8'280'508'066, -472'398'306'444},
    {Right::call, 100, 100, 200'000'000'000, 365, 796'556'745, 539'827'837'277},
    {Right::put, 100, 100, 200'000'000'000, 365, 796'556'745, -460'172'162'723},
};

TEST(value, equals_published_figures) {
    for (const Quoted& row : quotes) {
        const risk::Series series = listing(row.right, row.strike * dollar);
        const Point at = point(row.forward * dollar, row.volatility, 0, row.days * day);
        EXPECT_NEAR(static_cast<double>(one(series, at).units()), static_cast<double>(row.value),
                    2.0);
        const pricing::Greeks greeks = kind().greeks(series, at);
        EXPECT_EQ(greeks.value, one(series, at));
        EXPECT_NEAR(static_cast<double>(greeks.delta.units()), static_cast<double>(row.delta), 2.0);
    }
}

TEST(value, at_expiry_is_the_payoff_and_without_volatility_the_discounted_one) {
    for (const Right right : {Right::call, Right::put}) {
        const risk::Series series = listing(right, 2'000 * dollar);
        for (const i64 units :
             {1L, 1'999 * dollar, 2'000 * dollar, 2'000 * dollar + 1, 3'000 * dollar}) {
            EXPECT_EQ(one(series, point(units, 700'000'000'000, 50'000'000'000, 0)),
                      kind().payoff(series, Price::units(units)));
            const Price payoff = kind().payoff(series, Price::units(units));
            const i64 held = one(series, point(units, 0, 0, 30 * day)).units();
            EXPECT_NEAR(static_cast<double>(held), static_cast<double>(payoff.units()), 1.0);
        }
    }
    const risk::Series call = listing(Right::call, 1'000 * dollar);
    const i64 discounted = one(call, point(2'000 * dollar, 0, 50'000'000'000, 365 * day)).units();
    EXPECT_NEAR(static_cast<double>(discounted), 1'000 * std::exp(-0.05) * 1e8, 2.0);
}

TEST(value, call_less_put_is_the_discounted_forward_less_the_strike) {
    std::mt19937_64 random(5);
    for (u32 i = 0; i < 2'000; ++i) {
        const i64 strike = 1 + static_cast<i64>(random() % 10'000'000'000'000);
        const i64 forward = 1 + static_cast<i64>(random() % 10'000'000'000'000);
        const u64 seconds = random() % (730 * day);
        const Point at = point(forward, static_cast<i64>(random() % 3'000'000'000'000),
                               static_cast<i64>(random() % 200'000'000'000), seconds);
        const i64 call = one(listing(Right::call, strike), at).units();
        const i64 put = one(listing(Right::put, strike), at).units();
        const double years = static_cast<double>(seconds) / pricing::year_seconds;
        const double discount = std::exp(-static_cast<double>(at.rate.units()) / 1e12 * years);
        EXPECT_NEAR(static_cast<double>(call - put),
                    discount * static_cast<double>(forward - strike), 6.0);
    }
}

TEST(payoff, is_what_the_settlement_price_is_in_the_money_by) {
    const risk::Series call = listing(Right::call, 2'000 * dollar);
    const risk::Series put = listing(Right::put, 2'000 * dollar);
    struct Row {
        i64 settlement;
        i64 call;
        i64 put;
    };
    for (const Row row :
         {Row{2'000 * dollar, 0, 0}, Row{2'000 * dollar + 1, 1, 0}, Row{2'000 * dollar - 1, 0, 1},
          Row{1, 0, 2'000 * dollar - 1}, Row{4'500 * dollar, 2'500 * dollar, 0}}) {
        EXPECT_EQ(kind().payoff(call, Price::units(row.settlement)), Price::units(row.call));
        EXPECT_EQ(kind().payoff(put, Price::units(row.settlement)), Price::units(row.put));
    }
    EXPECT_TRUE(kind().upfront);
    EXPECT_TRUE(kind()
                    .funding(call, {.index = Price::units(1),
                                    .mark = Price::units(9),
                                    .elapsed = 9,
                                    .interest = {},
                                    .cap = Fine::units(pricing::fine_one)})
                    .zero());
}

/// A number from `low` to `low + width`, its ends more often than the rest.
i64 within(std::mt19937_64& random, i64 low, i64 width) {
    const u64 choice = random() % 6;
    if (choice == 0 || width == 0) return low;
    if (choice == 1) return low + width;
    return low + static_cast<i64>(random() % (static_cast<u64>(width) + 1));
}

struct Drawn {
    risk::Series series;
    risk::Box box;
};

/// A listing and a box: narrow or wide in every direction, near the strike or far, at expiry or
/// not.
Drawn draw(std::mt19937_64& random) {
    const i64 scale = i64{1} << (random() % 48);
    const auto width = [&](i64 of) { return of >> (random() % 40); };
    Drawn drawn{listing(random() % 2 == 0 ? Right::call : Right::put, 1 + within(random, 0, scale)),
                {}};
    const i64 forward = 1 + within(random, 0, 2 * scale);
    const i64 scale_up = random() % 16 == 0 ? 1'000 : 1;  // Beyond what pricing holds.
    const i64 volatility = scale_up * within(random, 0, 3'000'000'000'000) >> (random() % 20);
    const i64 rate = within(random, -100'000'000'000, 300'000'000'000);
    const u64 seconds = static_cast<u64>(within(random, 0, i64{400 * day})) >> (random() % 30);
    drawn.box.low = point(forward, volatility, rate, random() % 4 == 0 ? 0 : seconds);
    drawn.box.high =
        point(forward + width(forward), volatility + width(2'000'000'000'000),
              rate + width(100'000'000'000), seconds + static_cast<u64>(width(i64{30 * day})));
    return drawn;
}

Point inside(std::mt19937_64& random, const risk::Box& box) {
    const auto between = [&](auto low, auto high) {
        return within(random, low.units(), high.units() - low.units());
    };
    const i64 seconds = static_cast<i64>(box.low.seconds);
    const i64 later = static_cast<i64>(box.high.seconds);
    return point(between(box.low.forward, box.high.forward),
                 between(box.low.volatility, box.high.volatility),
                 between(box.low.rate, box.high.rate),
                 static_cast<u64>(within(random, seconds, later - seconds)));
}

TEST(range, holds_the_value_at_every_point_of_the_box) {
    std::mt19937_64 random(6);
    for (u32 i = 0; i < 60'000; ++i) {
        const Drawn drawn = draw(random);
        const risk::Range range = kind().range(drawn.series, drawn.box);
        ASSERT_LE(Price{}, range.low);
        for (u32 k = 0; k < 12; ++k) {
            const Point at = inside(random, drawn.box);
            const Price value = one(drawn.series, at);
            ASSERT_LE(range.low, value) << i;
            ASSERT_LE(value, range.high) << i;
        }
    }
}

TEST(range, of_a_single_point_is_its_value_but_for_the_error_of_pricing) {
    std::mt19937_64 random(7);
    for (u32 i = 0; i < 2'000; ++i) {
        Drawn drawn = draw(random);
        drawn.box.high = drawn.box.low;
        const risk::Range range = kind().range(drawn.series, drawn.box);
        const Price value = one(drawn.series, drawn.box.low);
        const Price error = pricing::value_error(drawn.series.strike, drawn.box.low.forward);
        EXPECT_LE(value - range.low, error + error);
        EXPECT_LE(range.high - value, error + error);
    }
}

}  // namespace
}  // namespace ballast::options
