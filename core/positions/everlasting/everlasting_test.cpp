#include <ballast/base/limits.hpp>
#include <ballast/everlasting/carry.hpp>
#include <ballast/everlasting/everlasting.hpp>
#include <ballast/pricing/pricing.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace ballast::everlasting {
namespace {

using pricing::Fine;
using pricing::Point;
using pricing::Right;

constexpr i64 dollar = amount_one;
constexpr u64 day = 86'400;

risk::Series listing(Right right, i64 strike_units, u64 period, i64 payout_units = 0) {
    risk::Series series;
    series.right = right;
    series.strike = Price::units(strike_units);
    series.payout = Price::units(payout_units);
    series.period = period;
    return series;
}

Price one(const risk::Kind& kind, const risk::Series& series, const Point& point) {
    std::array<Price, 1> out;
    kind.value(series, std::array{point}, out);
    return out[0];
}

/// The forward is one that nobody should look at.
Point point(i64 spot_units, i64 volatility, i64 rate) {
    return {Price::units(spot_units), Price::units(77), Fine::units(volatility), Fine::units(rate),
            12'345};
}

TEST(check, says_no_to_each_field_that_makes_no_sense) {
    const auto refusal = [](auto change) {
        risk::Series series = listing(Right::put, 2'000 * dollar, 7 * day);
        change(series);
        const auto answer = premium_kind().check(series);
        return answer ? std::string("accepted") : std::string(name(answer.error()));
    };
    using risk::Series;
    const Price over = limits::price_max + Price::units(1);
    EXPECT_EQ(refusal([](Series&) {}), "accepted");
    EXPECT_EQ(refusal([](Series& s) { s.payout = Price::units(1); }), "accepted");
    EXPECT_EQ(refusal([](Series& s) { s.strike = {}; }), "strike_not_positive");
    EXPECT_EQ(refusal([&](Series& s) { s.strike = over; }), "strike_over_limit");
    EXPECT_EQ(refusal([](Series& s) { s.payout = Price::units(-1); }), "payout_not_positive");
    EXPECT_EQ(refusal([&](Series& s) { s.payout = over; }), "payout_over_limit");
    EXPECT_EQ(refusal([](Series& s) { s.expiry = 1; }), "expiry_not_allowed");
    EXPECT_EQ(refusal([](Series& s) { s.period = 0; }), "period_under_minimum");
    EXPECT_EQ(refusal([](Series& s) { s.period = period_min - 1; }), "period_under_minimum");
    EXPECT_EQ(refusal([](Series& s) { s.period = period_max + 1; }), "period_over_limit");
    EXPECT_EQ(premium_kind().check, futures_kind().check);
    EXPECT_TRUE(premium_kind().upfront);
    EXPECT_FALSE(futures_kind().upfront);
}

struct Quoted {
    const char* what;
    bool premium;
    Right right;
    i64 spot;        ///< Dollars.
    i64 strike;      ///< Dollars.
    i64 rate;        ///< Fine.
    i64 volatility;  ///< Fine.
    u64 days;
    double value;  ///< Dollars.
    double delta;
};

// The first two are published by Deri (docs.deri.io, numerical examples of everlasting option
// pricing: 223.3667 and 2445.1621); the rest is the closed form to 80 digits, checked against a
// quadrature of Europeans.
constexpr Quoted quotes[] = {
    {"Deri", false, Right::call, 40'000, 50'000, 0, 1'000'000'000'000, 7, 223.3667041829, 0},
    {"Deri, at the money", false, Right::put, 50'000, 50'000, 0, 1'000'000'000'000, 7,
     2'445.1621423310629, -0.4755483785766794},
    {"call in the money", true, Right::call, 60'000, 50'000, 0, 1'000'000'000'000, 7,
     10'415.2673446013583, 0.9326971311424094},
    {"a day", true, Right::put, 3'000, 3'300, 0, 800'000'000'000, 1, 301.8623204717624,
     -0.9787218456552884},
    {"a rate, premium", true, Right::call, 3'000, 3'000, 50'000'000'000, 800'000'000'000, 30,
     247.9241786138560494, 0.5466745791476187},
    {"a rate, futures", false, Right::call, 3'000, 3'000, 50'000'000'000, 800'000'000'000, 30,
     249.4668913673793624, 0.5490262136540443},
    {"a rate, futures, put", false, Right::put, 3'000, 3'000, 50'000'000'000, 800'000'000'000, 30,
     237.0872490014921547, -0.4551003338012514},
    {"a year", true, Right::put, 100, 100, 100'000'000'000, 500'000'000'000, 365,
     12.1468332131099524, -0.3483911478809280},
    {"a year, futures", false, Right::put, 100, 100, 100'000'000'000, 500'000'000'000, 365,
     13.8777389112277107, -0.3788892422211622},
    {"under its payoff", true, Right::put, 100, 300, 100'000'000'000, 500'000'000'000, 365,
     174.9167636334200461, -0.9328228191275391},
    {"500 % volatility", true, Right::put, 100, 100, 0, 5'000'000'000'000, 7, 23.7787323012519782,
     -0.3811063384937402},
};

const risk::Kind& kind_of(bool premium) {
    return premium ? premium_kind() : futures_kind();
}

TEST(value, equals_published_figures) {
    for (const Quoted& row : quotes) {
        const risk::Series series = listing(row.right, row.strike * dollar, row.days * day);
        const Point at = point(row.spot * dollar, row.volatility, row.rate);
        const risk::Kind& kind = kind_of(row.premium);
        const double value = static_cast<double>(one(kind, series, at).units()) / 1e8;
        EXPECT_NEAR(value, row.value,
                    3e-8 + 4e-12 * row.value + 1e-11 * static_cast<double>(row.spot))
            << row.what;
        const pricing::Greeks greeks = kind.greeks(series, at);
        EXPECT_EQ(greeks.value, one(kind, series, at)) << row.what;
        if (row.delta == 0) continue;
        EXPECT_NEAR(static_cast<double>(greeks.delta.units()) / 1e12, row.delta, 1e-10) << row.what;
    }
}

// Binaries with a payout of one dollar; the closed form to 80 digits.
constexpr Quoted binaries[] = {
    {"out of the money", false, Right::call, 40'000, 50'000, 0, 1'000'000'000'000, 7,
     0.0434415665788712, 0},
    {"at the money", true, Right::call, 50'000, 50'000, 0, 1'000'000'000'000, 7, 0.4755483785766794,
     0},
    {"put at the money", true, Right::put, 50'000, 50'000, 0, 1'000'000'000'000, 7,
     0.5244516214233206, 0},
    {"in the money", false, Right::call, 60'000, 50'000, 0, 1'000'000'000'000, 7,
     0.9109312104788642, 0},
    {"a rate, premium", true, Right::call, 3'000, 3'000, 50'000'000'000, 800'000'000'000, 30,
     0.4640331862763333, 0},
    {"a rate, futures", false, Right::call, 3'000, 3'000, 50'000'000'000, 800'000'000'000, 30,
     0.4658705831982512, 0},
};

TEST(value, of_binaries_equals_published_figures) {
    for (const Quoted& row : binaries) {
        const risk::Series series = listing(row.right, row.strike * dollar, row.days * day, dollar);
        const Point at = point(row.spot * dollar, row.volatility, row.rate);
        const risk::Kind& kind = kind_of(row.premium);
        EXPECT_NEAR(static_cast<double>(one(kind, series, at).units()) / 1e8, row.value, 3e-8)
            << row.what;
        EXPECT_EQ(kind.greeks(series, at).value, one(kind, series, at)) << row.what;
    }
}

void expect_parity(const risk::Kind& kind, i64 strike, u64 period, const Point& at) {
    const auto worth = [&](Right right) {
        return one(kind, listing(right, strike, period), at).units();
    };
    // g1 = 1 / (1 + r_d - carry), g0 = 1 / (1 + r_d), both per period.
    const double growth = static_cast<double>(at.rate.units()) / 1e12 *
                          static_cast<double>(period) / pricing::year_seconds;
    const double discount = kind.upfront ? growth : 0;
    const double spot = static_cast<double>(at.spot.units());
    const double expected =
        spot / (1 + discount - growth) - static_cast<double>(strike) / (1 + discount);
    EXPECT_NEAR(static_cast<double>(worth(Right::call) - worth(Right::put)), expected,
                8 + 2e-11 * std::max(spot, static_cast<double>(strike)));
}

TEST(value, call_less_put_is_the_spot_less_the_strike_at_their_factors) {
    std::mt19937_64 random(5);
    for (u32 i = 0; i < 2'000; ++i) {
        const i64 strike = dollar * (1 + static_cast<i64>(random() % 10'000));
        const i64 spot = dollar * (1 + static_cast<i64>(random() % 10'000));
        const u64 period = period_min + random() % (60 * day);
        const Point at = point(spot, static_cast<i64>(random() % 2'000'000'000'000),
                               static_cast<i64>(random() % 200'000'000'000));
        expect_parity(premium_kind(), strike, period, at);
        expect_parity(futures_kind(), strike, period, at);
    }
}

TEST(value, of_binary_call_and_put_together_is_the_payout_at_its_factor) {
    std::mt19937_64 random(6);
    const auto both = [](const risk::Kind& kind, i64 strike, const Point& at) {
        const auto worth = [&](Right right) {
            return one(kind, listing(right, strike, 30 * day, 100 * dollar), at).units();
        };
        return static_cast<double>(worth(Right::call) + worth(Right::put));
    };
    for (u32 i = 0; i < 1'000; ++i) {
        const i64 strike = dollar * (1 + static_cast<i64>(random() % 10'000));
        const Point at = point(dollar * (1 + static_cast<i64>(random() % 10'000)),
                               static_cast<i64>(random() % 2'000'000'000'000), 50'000'000'000);
        EXPECT_NEAR(both(premium_kind(), strike, at), 100e8 / (1 + 0.05 * 30 / 365), 4.0);
        EXPECT_NEAR(both(futures_kind(), strike, at), 100e8, 4.0);
    }
}

TEST(value, without_volatility_or_rate_is_the_payoff) {
    for (const Right right : {Right::call, Right::put}) {
        const risk::Series series = listing(right, 2'000 * dollar, 7 * day);
        for (const i64 spot :
             {1L, 1'999 * dollar, 2'000 * dollar, 2'001 * dollar, 90'000 * dollar}) {
            const Price payoff = premium_kind().payoff(series, Price::units(spot));
            const Price value = one(premium_kind(), series, point(spot, 0, 0));
            EXPECT_LE(std::abs((value - payoff).units()), 2 + spot / 1'000'000'000'000) << spot;
        }
    }
}

TEST(value, of_many_points_is_that_of_each) {
    std::mt19937_64 random(7);
    std::vector<Point> points;
    points.reserve(200);
    for (u32 i = 0; i < 200; ++i)
        points.push_back(point(dollar * (1'000 + static_cast<i64>(random() % 2'000)),
                               static_cast<i64>(random() % 2'000'000'000'000),
                               static_cast<i64>(random() % 100'000'000'000)));
    const risk::Series series = listing(Right::call, 2'000 * dollar, 7 * day);
    for (const std::size_t count :
         {std::size_t{0}, std::size_t{1}, std::size_t{64}, std::size_t{65}, std::size_t{200}}) {
        std::vector<Price> values(count);
        futures_kind().value(series, std::span(points).first(count), values);
        for (std::size_t i = 0; i < count; ++i)
            EXPECT_EQ(values[i], one(futures_kind(), series, points[i]));
    }
}

TEST(funding, is_the_mark_less_the_payoff_once_per_period) {
    const risk::Series call = listing(Right::call, 2'000 * dollar, 7 * day);
    const auto flow = [&](const risk::Series& series, i64 index, i64 mark, u64 elapsed) {
        return premium_kind().funding(series, {.index = Price::units(index),
                                               .mark = Price::units(mark),
                                               .elapsed = elapsed,
                                               .interest = {},
                                               .cap = {}});
    };
    const i128 dollars = 1'000'000'000'000'000'000;
    EXPECT_EQ(flow(call, 2'100 * dollar, 170 * dollar, 7 * day).units(), 70 * dollars);
    EXPECT_EQ(flow(call, 2'100 * dollar, 170 * dollar, day).units(), 10 * dollars);
    EXPECT_EQ(flow(call, 1'900 * dollar, 70 * dollar, day).units(), 10 * dollars);
    EXPECT_EQ(flow(call, 2'100 * dollar, 30 * dollar, day).units(), -10 * dollars);
    EXPECT_EQ(flow(call, 2'100 * dollar, 170 * dollar, 0).units(), 0);
    EXPECT_EQ(flow(call, 2'100 * dollar, 170 * dollar, 700 * day).units(), 70 * dollars);
    EXPECT_EQ(flow(call, 1'900 * dollar, 1, 1).units(), i128{10'000'000'000 / (7 * day)});
    EXPECT_EQ(flow(call, 2'000 * dollar + 1, 0, 1).units(), -i128{10'000'000'000 / (7 * day)} - 1);
    const risk::Series put = listing(Right::put, 2'000 * dollar, 7 * day);
    EXPECT_EQ(flow(put, 1'900 * dollar, 170 * dollar, day).units(), 10 * dollars);
    const risk::Series binary = listing(Right::call, 2'000 * dollar, 7 * day, 100 * dollar);
    EXPECT_EQ(flow(binary, 2'000 * dollar, 30 * dollar, day).units(), -10 * dollars);
    EXPECT_EQ(flow(binary, 2'000 * dollar - 1, 70 * dollar, day).units(), 10 * dollars);
    EXPECT_EQ(flow(listing(Right::put, 1, period_min), limits::price_max.units(),
                   limits::price_max.units(), limits::step_seconds_max)
                  .units(),
              i128{limits::price_max.units()} * 10'000'000'000);
}

// What Deri and Paradex publish as funding is the theta of the option: what holding it costs.
TEST(funding, at_the_fair_mark_is_the_theta) {
    const risk::Series call = listing(Right::call, 3'000 * dollar, 30 * day);
    const Point at = point(3'000 * dollar, 800'000'000'000, 0);
    const pricing::Greeks greeks = futures_kind().greeks(call, at);
    const risk::Flow year = futures_kind().funding(
        call,
        {.index = at.spot, .mark = greeks.value, .elapsed = 30 * day, .interest = {}, .cap = {}});
    const double per_year = static_cast<double>(year.units()) / 1e18 * 365 / 30;
    EXPECT_NEAR(static_cast<double>(greeks.theta.units()) / 1e8, -per_year, 1e-4);
}

// Paying often and after the fact is as good as paying continuously: with n payments a period the
// mark right after one solves M = f sum (1 - f)^(i - 1) C(i f), f = 1 / n, and at f <= 1 / 1000 it
// is the continuous mark to a few parts in a thousand even far from the money.
TEST(funding, paid_per_block_supports_the_continuous_mark) {
    const risk::Series call = listing(Right::call, 50'000 * dollar, day);
    constexpr u64 payments = 7'200;  // Blocks of 12 seconds in a day.
    Point at = point(40'000 * dollar, 1'000'000'000'000, 0);
    const double continuous = static_cast<double>(one(futures_kind(), call, at).units()) / 1e8;
    EXPECT_NEAR(continuous, 1.990382486277352761423392, 1e-7);  // everlasting_discrete, 1 day.
    double mark = 0;
    double weight = 1.0 / payments;
    at.forward = at.spot;
    for (u64 i = 1; i <= 30 * payments; ++i) {
        if (i % 8 == 4) {  // Every eighth, for eight.
            at.seconds = i * day / payments;
            std::array<Price, 1> european;
            pricing::european(Right::call, call.strike, std::array{at}, european);
            mark += 8 * weight * static_cast<double>(european[0].units()) / 1e8;
        }
        weight *= 1 - 1.0 / payments;
    }
    EXPECT_NEAR(mark / continuous, 1, 0.003);
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

Drawn draw(std::mt19937_64& random, bool binary) {
    const i64 strike = (i64{1} << (random() % 48)) + 1;
    const auto width = [&](i64 of) { return of >> (random() % 40); };
    const u64 period = period_min + static_cast<u64>(width(i64{366 * day - period_min}));
    const i64 payout = binary ? 1 + within(random, 0, i64{1} << (random() % 44)) : 0;
    Drawn drawn{listing(random() % 2 == 0 ? Right::call : Right::put, strike, period, payout), {}};
    const i64 away = width(strike);
    const i64 spot = std::max<i64>(1, random() % 2 == 0 ? strike - away : strike + away);
    const i64 volatility = within(random, 0, 3'000'000'000'000) >> (random() % 20);
    const i64 rate = within(random, -600'000'000'000, 1'200'000'000'000) >> (random() % 20);
    drawn.box.low = point(spot, volatility, rate);
    drawn.box.high = point(spot + width(spot), volatility + width(2'000'000'000'000),
                           rate + width(100'000'000'000));
    return drawn;
}

Point inside(std::mt19937_64& random, const risk::Box& box) {
    const auto between = [&](auto low, auto high) {
        return within(random, low.units(), high.units() - low.units());
    };
    return point(between(box.low.spot, box.high.spot),
                 between(box.low.volatility, box.high.volatility),
                 between(box.low.rate, box.high.rate));
}

void expect_range_holds(const risk::Kind& kind, bool binary, u64 seed) {
    std::mt19937_64 random(seed);
    for (u32 i = 0; i < 40'000; ++i) {
        const Drawn drawn = draw(random, binary);
        const risk::Range range = kind.range(drawn.series, drawn.box);
        ASSERT_LE(Price{}, range.low);
        for (u32 k = 0; k < 10; ++k) {
            const Point at = inside(random, drawn.box);
            const Price value = one(kind, drawn.series, at);
            ASSERT_LE(range.low, value) << i;
            ASSERT_LE(value, range.high) << i;
        }
    }
}

TEST(range, holds_the_value_at_every_point_of_the_box) {
    expect_range_holds(premium_kind(), false, 10);
    expect_range_holds(futures_kind(), false, 11);
}

TEST(range, of_binaries_holds_the_value_at_every_point_of_the_box) {
    expect_range_holds(premium_kind(), true, 12);
    expect_range_holds(futures_kind(), true, 13);
}

Price width_around(i64 spot, const risk::Series& series) {
    const risk::Box box{point(spot, 800'000'000'000, 50'000'000'000),
                        point(spot + spot / 1'000, 800'800'000'000, 50'050'000'000)};
    const risk::Range range = premium_kind().range(series, box);
    return range.high - range.low;
}

// Two dollars of spot are less than two of an option, and less than two of a binary that pays 100.
TEST(range, is_tight_on_boxes_that_are_narrow) {
    for (const i64 spot : {1'950 * dollar, 2'000 * dollar, 2'050 * dollar}) {
        for (const Right right : {Right::call, Right::put}) {
            const Price plain = width_around(spot, listing(right, 2'000 * dollar, 7 * day));
            const Price binary =
                width_around(spot, listing(right, 2'000 * dollar, 7 * day, 100 * dollar));
            EXPECT_GT(std::min(plain, binary), Price{});
            EXPECT_LT(std::max(plain, binary), Price::units(2 * dollar)) << spot;
        }
    }
}

TEST(range, of_a_binary_without_volatility_falls_back_to_the_payout) {
    const risk::Series series = listing(Right::call, 2'000 * dollar, 7 * day, dollar);
    const risk::Box box{point(1'900 * dollar, 0, 0), point(2'100 * dollar, 1'000'000'000'000, 0)};
    const risk::Range range = futures_kind().range(series, box);
    EXPECT_EQ(range.low, Price{});
    EXPECT_GE(range.high, Price::units(dollar));
    EXPECT_LE(range.high, Price::units(dollar * 5 / 4 + 100));
}

TEST(held, is_a_fifth_a_period_either_way) {
    const u64 period = 73 * day;  // A fifth of a year.
    EXPECT_EQ(held(Fine::units(50'000'000'000), period), Fine::units(50'000'000'000));
    EXPECT_EQ(held(Fine::units(9'000'000'000'000), period), Fine::units(1'000'000'000'000));
    EXPECT_EQ(held(Fine::units(-9'000'000'000'000), period), Fine::units(-1'000'000'000'000));
    EXPECT_EQ(carry(Fine::units(50'000'000'000), period), Fine::units(10'000'000'000));
    EXPECT_EQ(carry(Fine::units(-1), period), Fine::units(-1));
    const Price grew = grown(Price::units(2'000 * dollar), Fine::units(10'000'000'000));
    EXPECT_NEAR(static_cast<double>(grew.units()), 2'000e8 * std::exp(0.01), 2.0);
    EXPECT_EQ(grown(Price::units(1), Fine::units(-200'000'000'000)), Price::units(1));
    EXPECT_EQ(grown(limits::price_max, Fine::units(200'000'000'000)), limits::price_max);
}

}  // namespace
}  // namespace ballast::everlasting
