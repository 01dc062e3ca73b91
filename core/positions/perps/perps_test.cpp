#include <ballast/base/limits.hpp>
#include <ballast/perps/perps.hpp>

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace ballast::perps {
namespace {

using pricing::Fine;

constexpr u64 hour = 3'600;
constexpr i64 dollar = amount_one;

risk::Series listing() {
    risk::Series series;
    series.period = 8 * hour;
    return series;
}

Price dollars(i64 count) {
    return Price::units(count * dollar);
}

TEST(check, says_no_to_each_field_that_makes_no_sense) {
    const auto refusal = [](auto change) {
        risk::Series series = listing();
        change(series);
        const auto answer = kind().check(series);
        return answer ? std::string("accepted") : std::string(name(answer.error()));
    };
    using risk::Series;
    EXPECT_EQ(refusal([](Series&) {}), "accepted");
    EXPECT_EQ(refusal([](Series& s) { s.underlying = UnderlyingId(7); }), "accepted");
    EXPECT_EQ(refusal([](Series& s) { s.right = pricing::Right::put; }), "right_not_allowed");
    EXPECT_EQ(refusal([](Series& s) { s.strike = Price::units(1); }), "strike_not_allowed");
    EXPECT_EQ(refusal([](Series& s) { s.strike = Price::units(-1); }), "strike_not_allowed");
    EXPECT_EQ(refusal([](Series& s) { s.payout = Price::units(1); }), "payout_not_allowed");
    EXPECT_EQ(refusal([](Series& s) { s.expiry = 1; }), "expiry_not_allowed");
    EXPECT_EQ(refusal([](Series& s) { s.period = 0; }), "period_under_minimum");
    EXPECT_EQ(refusal([](Series& s) { s.period = period_min - 1; }), "period_under_minimum");
    EXPECT_EQ(refusal([](Series& s) { s.period = period_min; }), "accepted");
    EXPECT_EQ(refusal([](Series& s) { s.period = period_max; }), "accepted");
    EXPECT_EQ(refusal([](Series& s) { s.period = period_max + 1; }), "period_over_limit");
}

TEST(value, is_the_mark_and_moves_with_the_spot_in_proportion) {
    const std::array<pricing::Point, 2> points{{
        {.spot = dollars(2'000), .forward = dollars(2'010), .volatility = {}, .rate = {}},
        {.spot = dollars(1'000), .forward = dollars(1), .volatility = {}, .rate = {}},
    }};
    std::array<Price, 2> values;
    kind().value(listing(), points, values);
    EXPECT_EQ(values[0], dollars(2'010));
    EXPECT_EQ(values[1], dollars(1));

    const pricing::Greeks greeks = kind().greeks(listing(), points[0]);
    EXPECT_EQ(greeks.value, dollars(2'010));
    EXPECT_EQ(greeks.delta, Fine::units(1'005'000'000'000));
    EXPECT_TRUE(greeks.gamma.zero() && greeks.vega.zero() && greeks.theta.zero());
    EXPECT_EQ(kind().payoff(listing(), dollars(77)), dollars(77));
    EXPECT_FALSE(kind().upfront);
    EXPECT_EQ(kind().shape, risk::Shape::linear);
}

TEST(range, is_that_of_the_mark) {
    std::mt19937_64 random(1);
    for (u32 i = 0; i < 1'000; ++i) {
        risk::Box box;
        box.low.forward = Price::units(static_cast<i64>(random() % 1'000'000));
        box.high.forward = box.low.forward + Price::units(static_cast<i64>(random() % 1'000));
        const risk::Range range = kind().range(listing(), box);
        EXPECT_EQ(range.low, box.low.forward);
        EXPECT_EQ(range.high, box.high.forward);
    }
}

struct Accrual {
    const char* what;
    i64 index;     ///< 10^-8 dollars.
    i64 mark;      ///< 10^-8 dollars.
    i64 interest;  ///< Fine, per period.
    i64 cap;       ///< Fine, per period.
    u64 period;
    u64 elapsed;
    i64 units;  ///< Expected whole 10^-10 dollars, towards zero.
};

// The rates of dydxprotocol/v4-chain at 84d4664b, funding_test.go, "Varied parameters": -1.001999
// per eight hours on 100 000 and 0.001 dollars give -5009995000000 and -125249875 of its units,
// -50099.95 and -0.000125249875 dollars; here without a premium.  The clamp of Derive is 0.4 % an
// hour on premium / 8 + interest; the rest is arithmetic.
constexpr Accrual accruals[] = {
    {"at the index", 2'000 * dollar, 2'000 * dollar, 0, 1'000'000'000'000, 8 * hour, hour, 0},
    {"dydx 1", 100'000 * dollar, 100'000 * dollar, -1'001'999'000'000, 2'000'000'000'000, 8 * hour,
     4 * hour, -500'999'500'000'000},
    {"dydx 2", dollar / 1000, dollar / 1000, -1'001'999'000'000, 2'000'000'000'000, 8 * hour, hour,
     -1'252'498},
    {"premium of one per cent for an hour", 2'000 * dollar, 2'020 * dollar, 0, 1'000'000'000'000,
     8 * hour, hour, 25'000'000'000},
    {"discount", 2'000 * dollar, 1'980 * dollar, 0, 1'000'000'000'000, 8 * hour, hour,
     -25'000'000'000},
    {"interest alone, 0.01 % per eight hours", 2'000 * dollar, 2'000 * dollar, 100'000'000,
     1'000'000'000'000, 8 * hour, 8 * hour, 2'000'000'000},
    {"interest against a discount", 2'000 * dollar, 1'999 * dollar, 100'000'000, 1'000'000'000'000,
     8 * hour, 8 * hour, -8'000'000'000},
    {"derive, at the clamp: 8 * 0.4 %", 2'000 * dollar, 2'100 * dollar, 0, 32'000'000'000, 8 * hour,
     hour, 80'000'000'000},
    {"derive, at the lower clamp", 2'000 * dollar, 1'900 * dollar, 0, 32'000'000'000, 8 * hour,
     hour, -80'000'000'000},
    {"no room", 2'000 * dollar, 2'100 * dollar, 0, 0, 8 * hour, hour, 0},
    {"one block of two seconds", 2'000 * dollar, 2'020 * dollar, 0, 1'000'000'000'000, 8 * hour, 2,
     13'888'888},
    {"no time", 2'000 * dollar, 2'020 * dollar, 0, 1'000'000'000'000, 8 * hour, 0, 0},
};

TEST(funding, equals_published_and_worked_figures) {
    for (const Accrual& row : accruals) {
        risk::Series series = listing();
        series.period = row.period;
        const risk::Flow flow = kind().funding(series, {.index = Price::units(row.index),
                                                        .mark = Price::units(row.mark),
                                                        .elapsed = row.elapsed,
                                                        .interest = Fine::units(row.interest),
                                                        .cap = Fine::units(row.cap)});
        const i128 one = 100'000'000;
        EXPECT_EQ(flow.units() / one, i128{row.units}) << row.what;
    }
}

TEST(funding, rounds_down_and_adds_up_over_blocks) {
    const risk::FundingInput third{.index = Price::units(1),
                                   .mark = Price::units(0),
                                   .elapsed = 1,
                                   .interest = {},
                                   .cap = Fine::units(pricing::fine_one)};
    risk::Series series = listing();
    series.period = 3 * hour;
    // -10^10 / 10800 = -925925.925...
    EXPECT_EQ(kind().funding(series, third).units(), i128{-925'926});

    std::mt19937_64 random(2);
    for (u32 i = 0; i < 500; ++i) {
        const i64 index = 1 + static_cast<i64>(random() % 10'000'000'000'000);
        risk::FundingInput whole{
            .index = Price::units(index),
            .mark = Price::units(static_cast<i64>(random() % 10'000'000'000'000)),
            .elapsed = 8 * hour,
            .interest = Fine::units(static_cast<i64>(random() % 1'000'000'000)),
            .cap = Fine::units(static_cast<i64>(random() % 100'000'000'000))};
        const i128 once = kind().funding(listing(), whole).units();
        whole.elapsed = 12;
        const i128 often = kind().funding(listing(), whole).units() * (8 * hour / 12);
        EXPECT_LE(often, once);
        EXPECT_GE(often, once - i128{8 * hour / 12});
        const i128 most = i128{index} * whole.cap.units() / 100 + 1;
        EXPECT_LE(once, most);
        EXPECT_GE(once, -most);
    }
}

TEST(funding, stays_in_its_representation_at_every_limit) {
    const risk::FundingInput wild{.index = limits::price_max,
                                  .mark = Price::units(1),
                                  .elapsed = limits::step_seconds_max,
                                  .interest = Fine::units(std::numeric_limits<i64>::min() / 2),
                                  .cap = Fine::units(std::numeric_limits<i64>::max())};
    risk::Series series = listing();
    series.period = period_min;
    EXPECT_LT(kind().funding(series, wild).units(), i128{0});
}

TEST(mark, follows_the_book_within_its_band) {
    const Ratio band = Ratio::units(ratio_one / 20);
    const auto at = [&](i64 bid, i64 ask) {
        return mark(dollars(2'000), {dollars(bid), dollars(ask)}, band).units() / dollar;
    };
    EXPECT_EQ(at(1'999, 2'001), 2'000);  // The index is inside.
    EXPECT_EQ(at(2'000, 2'000), 2'000);
    EXPECT_EQ(at(2'010, 2'012), 2'010);  // All bids above: the best of them.
    EXPECT_EQ(at(1'980, 1'990), 1'990);  // All asks below: the best of them.
    EXPECT_EQ(at(2'500, 2'600), 2'100);  // Cut.
    EXPECT_EQ(at(1, 2), 1'900);
    EXPECT_EQ(mark(dollars(2'000), {dollars(2'500), dollars(2'600)}, Ratio{}), dollars(2'000));
    EXPECT_EQ(mark(Price::units(1), {Price::units(9), Price::units(9)}, band), Price::units(1));
}

}  // namespace
}  // namespace ballast::perps
