#include <ballast/base/limits.hpp>
#include <ballast/binaries/binaries.hpp>
#include <ballast/pricing/pricing.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <string>

namespace ballast::binaries {
namespace {

using pricing::Fine;
using pricing::Point;
using pricing::Right;

constexpr i64 dollar = amount_one;
constexpr u64 day = 86'400;

risk::Series listing(Right right, i64 strike_units, i64 payout_units) {
    risk::Series series;
    series.right = right;
    series.strike = Price::units(strike_units);
    series.payout = Price::units(payout_units);
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
        risk::Series series = listing(Right::put, 2'000 * dollar, dollar);
        change(series);
        const auto answer = kind().check(series);
        return answer ? std::string("accepted") : std::string(name(answer.error()));
    };
    using risk::Series;
    const Price over = limits::price_max + Price::units(1);
    EXPECT_EQ(refusal([](Series&) {}), "accepted");
    EXPECT_EQ(refusal([](Series& s) { s.strike = {}; }), "strike_not_positive");
    EXPECT_EQ(refusal([&](Series& s) { s.strike = over; }), "strike_over_limit");
    EXPECT_EQ(refusal([](Series& s) { s.payout = {}; }), "payout_not_positive");
    EXPECT_EQ(refusal([](Series& s) { s.payout = Price::units(-1); }), "payout_not_positive");
    EXPECT_EQ(refusal([](Series& s) { s.payout = limits::price_max; }), "accepted");
    EXPECT_EQ(refusal([&](Series& s) { s.payout = over; }), "payout_over_limit");
    EXPECT_EQ(refusal([](Series& s) { s.expiry = 0; }), "expiry_missing");
    EXPECT_EQ(refusal([](Series& s) { s.expiry = limits::time_max + 1; }), "expiry_over_limit");
    EXPECT_EQ(refusal([](Series& s) { s.period = 1; }), "period_not_allowed");
}

struct Quoted {
    Right right;
    i64 forward;     ///< Dollars.
    i64 strike;      ///< Dollars.
    i64 volatility;  ///< Fine.
    u64 seconds;
    i64 value;  ///< 10^-8 of the payout.
};

// Cash-or-nothing options at a rate of 0, N(d2) to 80 digits.
constexpr Quoted quotes[] = {
    {Right::call, 100, 100, 200'000'000'000, 365 * day, 46'017'216},
    {Right::put, 100, 100, 200'000'000'000, 365 * day, 53'982'783},
    {Right::call, 100, 120, 800'000'000'000, 2'628'000, 18'274'711},  // A twelfth of a year.
    {Right::put, 100, 120, 800'000'000'000, 2'628'000, 81'725'288},
    {Right::put, 60'000, 70'000, 600'000'000'000, day, 99'999'957},
    {Right::call, 100, 1'000, 500'000'000'000, 2'628'000, 0},    // 4.3e-58.
    {Right::call, 100, 100, 10'000'000'000'000, 365 * day, 28},  // 1000 % volatility.
    {Right::put, 100, 100, 10'000'000'000'000, 365 * day, 99'999'971},
};

TEST(value, equals_published_figures) {
    for (const Quoted& row : quotes) {
        const risk::Series series = listing(row.right, row.strike * dollar, dollar);
        const Point at = point(row.forward * dollar, row.volatility, 0, row.seconds);
        EXPECT_NEAR(static_cast<double>(one(series, at).units()), static_cast<double>(row.value),
                    2.0);
        EXPECT_EQ(kind().greeks(series, at).value, one(series, at));
    }
}

TEST(value, of_call_and_put_together_is_the_discounted_payout) {
    std::mt19937_64 random(5);
    for (u32 i = 0; i < 2'000; ++i) {
        const i64 strike = 1 + static_cast<i64>(random() % 10'000'000'000'000);
        const i64 payout = 1 + static_cast<i64>(random() % 1'000'000'000'000);
        const i64 forward = strike / 2 + static_cast<i64>(random() % 10'000'000'000'000);
        const u64 seconds = random() % (730 * day);
        const Point at =
            point(std::max<i64>(1, forward), static_cast<i64>(random() % 3'000'000'000'000),
                  static_cast<i64>(random() % 200'000'000'000), seconds);
        const i64 call = one(listing(Right::call, strike, payout), at).units();
        const i64 put = one(listing(Right::put, strike, payout), at).units();
        const double years = static_cast<double>(seconds) / pricing::year_seconds;
        const double discount = std::exp(-static_cast<double>(at.rate.units()) / 1e12 * years);
        EXPECT_NEAR(static_cast<double>(call + put), discount * static_cast<double>(payout), 4.0);
    }
}

TEST(value, with_an_option_makes_the_underlying_above_the_strike) {
    // asset-or-nothing - strike * cash-or-nothing = vanilla, of calls; all with payout 1.
    std::mt19937_64 random(15);
    for (u32 i = 0; i < 1'000; ++i) {
        const i64 strike = dollar * (1 + static_cast<i64>(random() % 10'000));
        const i64 forward = strike / 2 + static_cast<i64>(random() % 1'000'000'000'000) + 1;
        const std::array at{point(forward, 1 + static_cast<i64>(random() % 2'000'000'000'000), 0,
                                  1 + random() % (365 * day))};
        std::array<Price, 1> asset;
        std::array<Price, 1> vanilla;
        pricing::asset_binary(Right::call, Price::units(strike), at, asset);
        pricing::european(Right::call, Price::units(strike), at, vanilla);
        // A payout of the strike is worth strike times a payout of one dollar.
        const i64 cash = one(listing(Right::call, strike, strike), at[0]).units();
        EXPECT_NEAR(static_cast<double>(asset[0].units() - cash),
                    static_cast<double>(vanilla[0].units()), 6.0);
    }
}

TEST(payoff, is_all_at_or_above_the_strike_or_nothing) {
    const risk::Series call = listing(Right::call, 2'000 * dollar, 70);
    const risk::Series put = listing(Right::put, 2'000 * dollar, 70);
    struct Row {
        i64 settlement;
        i64 call;
    };
    for (const Row row : {Row{2'000 * dollar, 70}, Row{2'000 * dollar - 1, 0},
                          Row{2'000 * dollar + 1, 70}, Row{1, 0}, Row{9'000 * dollar, 70}}) {
        EXPECT_EQ(kind().payoff(call, Price::units(row.settlement)), Price::units(row.call));
        EXPECT_EQ(kind().payoff(put, Price::units(row.settlement)), Price::units(70 - row.call));
        const Point expired = point(row.settlement, 800'000'000'000, 0, 0);
        EXPECT_EQ(one(call, expired), Price::units(row.call));
        EXPECT_EQ(one(put, expired), Price::units(70 - row.call));
    }
    EXPECT_TRUE(kind().upfront);
    EXPECT_TRUE(kind().funding(call, {}).zero());
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

/// A listing and a box near its strike: narrow or wide in every direction, at expiry or not.
Drawn draw(std::mt19937_64& random) {
    const i64 strike = (i64{1} << (random() % 48)) + 1;
    const auto width = [&](i64 of) { return of >> (random() % 40); };
    Drawn drawn{listing(random() % 2 == 0 ? Right::call : Right::put, strike,
                        1 + within(random, 0, i64{1} << (random() % 44))),
                {}};
    const i64 away = width(strike);
    const i64 forward = std::max<i64>(1, random() % 2 == 0 ? strike - away : strike + away);
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
            const Price value = one(drawn.series, inside(random, drawn.box));
            ASSERT_LE(range.low, value) << i;
            ASSERT_LE(value, range.high) << i;
        }
    }
}

TEST(range, never_exceeds_the_payout_at_the_lowest_rate) {
    std::mt19937_64 random(7);
    for (u32 i = 0; i < 5'000; ++i) {
        Drawn drawn = draw(random);
        drawn.box.low.rate = std::max(Fine{}, drawn.box.low.rate);
        drawn.box.high.rate = std::max(drawn.box.low.rate, drawn.box.high.rate);
        const Price error = pricing::value_error(drawn.series.payout, drawn.box.high.forward);
        EXPECT_LE(kind().range(drawn.series, drawn.box).high, drawn.series.payout + error + error);
    }
}

TEST(range, is_tight_on_boxes_that_are_narrow) {
    // Half a dollar of payout moves by less than two thousandths when the forward, the volatility
    // and the rate move by a thousandth around the money, thirty days from expiry.
    for (const i64 forward : {1'990 * dollar, 2'000 * dollar, 2'010 * dollar}) {
        for (const Right right : {Right::call, Right::put}) {
            const risk::Series series = listing(right, 2'000 * dollar, dollar);
            const risk::Box box{
                point(forward, 800'000'000'000, 50'000'000'000, 30 * day),
                point(forward + forward / 1'000, 800'800'000'000, 50'050'000'000, 30 * day + 60)};
            const risk::Range range = kind().range(series, box);
            EXPECT_LT((range.high - range.low).units(), dollar / 400) << forward;
            EXPECT_GT((range.high - range.low).units(), 0);
        }
    }
}

TEST(spread, holds_the_binary_and_bounds_what_it_can_gain) {
    std::mt19937_64 random(8);
    for (u32 i = 0; i < 2'000; ++i) {
        const i64 strike = dollar * (1'000 + static_cast<i64>(random() % 2'000));
        const risk::Series series =
            listing(random() % 2 == 0 ? Right::call : Right::put, strike, 100 * dollar);
        const Point at =
            point(strike + static_cast<i64>(random() % 20'000'000'000) - 10'000'000'000,
                  static_cast<i64>(random() % 1'500'000'000'000),
                  static_cast<i64>(random() % 100'000'000'000), random() % (30 * day));
        const Price width = Price::units(dollar + static_cast<i64>(random() % 10'000'000'000));
        const risk::Range range = spread(series, at, width);
        const i64 value = one(series, at).units();
        // Two Europeans are each off by a few units, times payout / width.
        const i64 error = 8 + 800 * dollar / width.units();
        EXPECT_LE(range.low.units(), value + error);
        EXPECT_GE(range.high.units(), value - error);
        Point moved = at;
        moved.forward += Price::units(dollar / 10);
        const risk::Range after = spread(series, moved, width);
        const i64 slope = 10 * dollar * dollar / width.units() + error;  // payout / width a dollar.
        EXPECT_LE(std::abs((after.low - range.low).units()), slope);
        EXPECT_LE(std::abs((after.high - range.high).units()), slope);
    }
}

TEST(spread, at_expiry_pays_out_gradually) {
    const risk::Series call = listing(Right::call, 2'000 * dollar, 100 * dollar);
    const risk::Series put = listing(Right::put, 2'000 * dollar, 100 * dollar);
    const Price width = Price::units(10 * dollar);
    struct Row {
        i64 settlement;
        i64 call_low;
        i64 call_high;
    };
    for (const Row row : {Row{1'980, 0, 0}, Row{1'995, 0, 50}, Row{2'000, 0, 100},
                          Row{2'005, 50, 100}, Row{2'010, 100, 100}, Row{2'500, 100, 100}}) {
        const Point at = point(row.settlement * dollar, 600'000'000'000, 0, 0);
        const auto near = [](Price price, i64 whole) {
            return std::abs(price.units() - whole * dollar) <= 20;
        };
        const risk::Range of_call = spread(call, at, width);
        EXPECT_TRUE(near(of_call.low, row.call_low)) << row.settlement;
        EXPECT_TRUE(near(of_call.high, row.call_high)) << row.settlement;
        const risk::Range of_put = spread(put, at, width);
        EXPECT_TRUE(near(of_put.low, 100 - row.call_high)) << row.settlement;
        EXPECT_TRUE(near(of_put.high, 100 - row.call_low)) << row.settlement;
    }
}

TEST(spread, of_a_strike_next_to_nothing_or_at_the_limit_stays_in_bounds) {
    for (const Price strike : {Price::units(1), Price::units(2), limits::price_max}) {
        for (const Right right : {Right::call, Right::put}) {
            const risk::Series series = listing(right, strike.units(), limits::price_max.units());
            const Point at = point(strike.units(), 500'000'000'000, 0, day);
            const risk::Range range = spread(series, at, limits::price_max);
            EXPECT_LE(Price{}, range.low);
            EXPECT_LE(range.low, range.high);
            EXPECT_LE(range.high, limits::price_max);
        }
    }
}

TEST(spread_width, is_three_deviations_of_what_passes_between_two_looks) {
    // 60 000 dollars at 60 % a year move by 22 dollars in 12 seconds: three times 22.2.
    const Point at = point(60'000 * dollar, 600'000'000'000, 0, 12);
    const double expected = 3 * 60'000 * 0.6 * std::sqrt(12.0 / (365 * 86'400.0));
    EXPECT_NEAR(static_cast<double>(spread_width(at, 12).units()) / dollar, expected, 1e-5);
    EXPECT_NEAR(expected, 66.6, 0.1);
    EXPECT_EQ(spread_width(point(1, 0, 0, 12), 12), Price::units(1));
    EXPECT_LE(spread_width(point(limits::price_max.units(), 900'000'000'000'000, 0, 12), 86'400),
              limits::price_max);
}

}  // namespace
}  // namespace ballast::binaries
