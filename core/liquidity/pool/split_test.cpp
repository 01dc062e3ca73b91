/// The three theorems of docs/methods/liquidity.md, sections 2 and 3, over random desks.
#include <ballast/pool/test_pool.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace ballast::pool {
namespace {

using namespace test;

TEST(pool_split, splitting_an_order_gains_nothing) {
    std::mt19937_64 engine(1);
    u32 compared = 0;
    u32 refused = 0;
    for (u32 round = 0; round < 20'000; ++round) {
        const Desk whole = random_desk(engine);
        const i64 most =
            static_cast<i64>(whole.capital.units() * unit / whole.markets[0].spot.units());
        const i64 size = pick(engine, -most, most);
        const auto once = size == 0 ? no(Reject::amount_not_positive) : whole.ask(0, size);
        const u32 parts = static_cast<u32>(pick(engine, 2, 7));
        Desk split = whole;
        i64 left = size;
        bool filled = size != 0;
        for (u32 part = parts; part > 0 && filled; --part) {
            const i64 piece =
                part == 1 ? left : pick(engine, std::min<i64>(left, 0), std::max<i64>(left, 0));
            left -= piece;
            if (piece != 0) filled = split.trade(0, piece).has_value();
        }
        if (!once) {
            EXPECT_FALSE(filled) << "what is refused whole is refused in parts, round " << round;
            ++refused;
        } else if (filled) {
            EXPECT_GE(split.paid, once->worth + once->charge) << round;
            EXPECT_GE(split.charged, once->charge) << round;
            ++compared;
        }
    }
    EXPECT_GT(compared, 5'000u);
    EXPECT_GT(refused, 500u);
}

TEST(pool_split, with_one_linear_risk_splitting_costs_nothing_but_rounding) {
    std::mt19937_64 engine(2);
    for (u32 round = 0; round < 2'000; ++round) {
        Desk whole = random_desk(engine);
        whole.margin_per_unit = 0;
        whole.terms.rebate_max = Ratio::units(ratio_one);
        const i64 most =
            static_cast<i64>(whole.capital.units() * unit / whole.markets[0].spot.units() / 8);
        const i64 first = pick(engine, 1, most + 1);
        const i64 second = pick(engine, 1, most + 1);
        const auto once = whole.ask(0, first + second);
        Desk split = whole;
        if (!once || !split.trade(0, first) || !split.trade(0, second)) continue;
        EXPECT_LE(split.paid, once->worth + once->charge + Cash::units(3));
    }
}

TEST(pool_split, no_round_trip_gains) {
    std::mt19937_64 engine(3);
    u32 trips = 0;
    for (u32 round = 0; round < 5'000; ++round) {
        Desk desk = random_desk(engine);
        const auto start = desk.sizes;
        const i64 most =
            static_cast<i64>(desk.capital.units() * unit / desk.markets[0].spot.units() / 4);
        for (u32 step = 0; step < 6; ++step)
            desk.trade(static_cast<std::size_t>(pick(engine, 0, Desk::count - 1)),
                       pick(engine, -most, most));
        bool home = true;
        for (std::size_t i = 0; i < Desk::count; ++i)
            if (const i64 back = desk.sizes[i] - start[i]; back != 0)
                home = desk.trade(i, back).has_value() && home;
        if (!home) continue;
        ASSERT_EQ(desk.sizes, start);
        EXPECT_GE(desk.paid, Cash()) << round;
        EXPECT_GE(desk.charged, Cash()) << round;
        ++trips;
    }
    EXPECT_GT(trips, 500u);
}

TEST(pool_split, never_better_than_the_mark_where_risk_rises) {
    std::mt19937_64 engine(4);
    u32 rising = 0;
    u32 better = 0;
    for (u32 round = 0; round < 20'000; ++round) {
        Desk desk = random_desk(engine);
        const i64 most =
            static_cast<i64>(desk.capital.units() * unit / desk.markets[0].spot.units());
        const double before = potential_of(desk);
        const auto fill = desk.trade(0, pick(engine, 1, most + 1) * (round % 2 == 0 ? 1 : -1));
        if (!fill) continue;
        const double change = potential_of(desk) - before;
        if (change > 1e-6) {
            EXPECT_GE(fill->charge, Cash()) << round;
            ++rising;
        }
        // Against the reference: between all of the change and, where it falls, none of it.
        const double charge = static_cast<double>(fill->charge.units()) / unit;
        EXPECT_GE(charge, std::min(change, 0.0) - 1e-6) << round;
        const bool pure = desk.terms.skew.units() == ratio_one &&
                          desk.terms.rebate_max.units() == ratio_one && desk.terms.spread.zero() &&
                          desk.terms.spread_spot.zero() && desk.markets[0].confidence.zero();
        const double error = 1e-5 + 1e-9 * std::abs(before);
        EXPECT_TRUE(!pure || std::abs(charge - change) <= error) << round;
        if (fill->charge < Cash()) ++better;
    }
    EXPECT_GT(rising, 3'000u);
    EXPECT_GT(better, 500u);
}

TEST(pool_split, a_hundred_thousand_grains_drain_nothing) {
    std::mt19937_64 engine(5);
    Desk desk = random_desk(engine);
    desk.terms = sample_terms();
    desk.terms.spread = desk.terms.spread_spot = Ratio();
    desk.terms.skew = desk.terms.rebate_max = Ratio::units(ratio_one);
    for (Market& market : desk.markets) market.confidence = Price();
    desk.sizes = {};
    i128 worth = 0;  // Of what the taker holds, in 10^-16 dollars.
    u32 fills = 0;
    for (u32 step = 0; step < 100'000; ++step) {
        const auto which = static_cast<std::size_t>(pick(engine, 0, Desk::count - 1));
        const i64 size = pick(engine, -3, 3);
        if (size == 0 || !desk.trade(which, size)) continue;
        worth += i128{size} * desk.markets[which].mark.units();
        ++fills;
        ASSERT_GE(desk.paid.units() * amount_one, worth) << step;
        ASSERT_GE(desk.charged, Cash()) << step;
    }
    EXPECT_GT(fills, 80'000u);
}

TEST(pool_split, a_hedge_ends_at_the_target_and_never_beyond) {
    std::mt19937_64 engine(6);
    u32 hedged = 0;
    for (u32 round = 0; round < 5'000; ++round) {
        Desk desk = random_desk(engine);
        Book book = desk.book(0);
        const Price spot = desk.markets[0].spot;
        const auto dollar_delta = [&](i128 delta) {
            return static_cast<double>(delta) * 1e-20 * static_cast<double>(spot.units()) / unit;
        };
        const double before = dollar_delta(book.greeks.delta);
        const i64 size =
            hedge_plan(desk.terms, book, spot, pricing::Fine::units(pricing::fine_one));
        const double after = dollar_delta(book.greeks.delta + i128{size} * pricing::fine_one);
        const double target = 50'000;
        if (std::abs(before) <= 199'999) {
            EXPECT_EQ(size, 0);
            continue;
        }
        if (std::abs(before) < 200'001) continue;
        ++hedged;
        EXPECT_GE(after * (before > 0 ? 1 : -1), target - 1e-3);
        // Off by less than one unit of size.
        EXPECT_LE(std::abs(after), target + 1e-3 + 2e-8 * static_cast<double>(spot.units()) / unit);
    }
    EXPECT_GT(hedged, 500u);
}

}  // namespace
}  // namespace ballast::pool
