/// What fills do to a pool: the theorems of docs/methods/liquidity.md, sections 2 and 3, over
/// random desks, and the pool in a market.
#include <ballast/pool/test_pool.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace ballast::pool {
namespace {

using namespace test;

// The whole potential as a person would write it, in dollars.
double potential_of(const Desk& desk) {
    const auto squared = [&](double exposure, Ratio rate) {
        const double capital = static_cast<double>(desk.standing.capital.units()) / unit;
        return static_cast<double>(rate.units()) / ratio_one * exposure * exposure / (2 * capital);
    };
    const Prices& prices = desk.terms.prices;
    const double spot = static_cast<double>(desk.markets[0].spot.units()) / unit;
    double delta = 0, gamma = 0, vega = 0, all = 0;
    for (std::size_t i = 0; i < Desk::count; ++i) {
        const double size = static_cast<double>(desk.sizes[i]) / unit;
        const pricing::Greeks& greeks = desk.markets[i].unit;
        const double own_delta = static_cast<double>(greeks.delta.units()) / pricing::fine_one;
        delta += size * own_delta * spot;
        gamma += size * static_cast<double>(greeks.gamma.units()) / pricing::fine_one * spot *
                 spot / 100;
        vega += size * static_cast<double>(greeks.vega.units()) / unit / 100;
        all += squared(size * spot, prices.inventory) *
               (desk.terms.inventory_by_delta ? std::abs(own_delta) : 1);
    }
    const double margin = static_cast<double>(desk.margin(desk.sizes).units()) / unit;
    return all + squared(delta, prices.delta) + squared(gamma, prices.gamma) +
           squared(vega, prices.vega) + squared(margin, prices.margin);
}

TEST(pool_fills, splitting_an_order_gains_nothing) {
    std::mt19937_64 engine(1);
    u32 compared = 0;
    u32 refused = 0;
    for (u32 round = 0; round < 20'000; ++round) {
        const Desk whole = random_desk(engine);
        const i64 most =
            static_cast<i64>(whole.standing.capital.units() * unit / whole.markets[0].spot.units());
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

TEST(pool_fills, with_one_linear_risk_splitting_costs_nothing_but_rounding) {
    std::mt19937_64 engine(2);
    for (u32 round = 0; round < 2'000; ++round) {
        Desk whole = random_desk(engine);
        whole.margin_per_unit = 0;
        whole.terms.rebate_max = Ratio::units(ratio_one);
        const i64 most = static_cast<i64>(whole.standing.capital.units() * unit /
                                          whole.markets[0].spot.units() / 8);
        const i64 first = pick(engine, 1, most + 1);
        const i64 second = pick(engine, 1, most + 1);
        const auto once = whole.ask(0, first + second);
        Desk split = whole;
        if (!once || !split.trade(0, first) || !split.trade(0, second)) continue;
        EXPECT_LE(split.paid, once->worth + once->charge + Cash::units(4));
    }
}

TEST(pool_fills, no_round_trip_gains) {
    std::mt19937_64 engine(3);
    u32 trips = 0;
    for (u32 round = 0; round < 5'000; ++round) {
        Desk desk = random_desk(engine);
        const auto start = desk.sizes;
        const i64 most = static_cast<i64>(desk.standing.capital.units() * unit /
                                          desk.markets[0].spot.units() / 4);
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

TEST(pool_fills, never_better_than_the_mark_where_risk_rises) {
    std::mt19937_64 engine(4);
    u32 rising = 0;
    u32 better = 0;
    for (u32 round = 0; round < 20'000; ++round) {
        Desk desk = random_desk(engine);
        const i64 most =
            static_cast<i64>(desk.standing.capital.units() * unit / desk.markets[0].spot.units());
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
        const bool pure = desk.standing.backing.units() == ratio_one &&
                          desk.terms.skew.units() == ratio_one &&
                          desk.terms.rebate_max.units() == ratio_one && desk.terms.spread.zero() &&
                          desk.terms.spread_spot.zero() && desk.markets[0].confidence.zero();
        const double error = 1e-5 + 1e-9 * std::abs(before);
        EXPECT_TRUE(!pure || std::abs(charge - change) <= error) << round;
        if (fill->charge < Cash()) ++better;
    }
    EXPECT_GT(rising, 3'000u);
    EXPECT_GT(better, 500u);
}

TEST(pool_fills, a_hundred_thousand_grains_drain_nothing) {
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

TEST(pool_fills, a_hedge_ends_at_the_target_and_never_beyond) {
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

/// A market some time later.
void move(Desk& desk, std::mt19937_64& engine) {
    const i64 spot = desk.markets[0].spot.units();
    const i64 least = spot - spot / 10;
    const Price moved = Price::units(std::max<i64>(1, pick(engine, least, least + spot / 5)));
    for (Market& market : desk.markets) {
        market.spot = moved;
        market.unit.gamma = pricing::Fine::units(pick(engine, -1'000'000'000, 1'000'000'000));
        market.unit.vega = Price::units(pick(engine, -moved.units(), moved.units()));
    }
}

TEST(pool_fills, over_any_history_no_more_is_paid_for_less_risk_than_was_charged_for_more) {
    std::mt19937_64 engine(9);
    u32 rebates = 0;
    for (u32 round = 0; round < 2'000; ++round) {
        Desk desk = random_desk(engine);
        desk.sizes = {};
        desk.update(cash(1'000'000));
        ASSERT_EQ(desk.standing.fund, Cash());
        const i64 most = static_cast<i64>(desk.standing.capital.units() * unit /
                                          desk.markets[0].spot.units() / 4);
        for (u32 step = 0; step < 40; ++step) {
            if (step % 4 == 3) {
                move(desk, engine);
                desk.update(cash(pick(engine, 500'000, 2'000'000)));
            }
            const auto fill = desk.trade(static_cast<std::size_t>(pick(engine, 0, Desk::count - 1)),
                                         pick(engine, -most, most));
            if (fill && fill->rebate > Cash()) ++rebates;
            ASSERT_GE(desk.charged, Cash()) << round;
            ASSERT_GE(desk.standing.fund, Cash()) << round;
        }
    }
    EXPECT_GT(rebates, 1'000u);
}

TEST(pool_fills, risk_that_grows_by_itself_is_not_paid_for) {
    // An option at the money: its gamma grows without anybody trading.  Who sold it to the pool
    // when it was small is paid back no more than it was charged.
    Desk desk;
    desk.terms.spread = desk.terms.spread_spot = Ratio();
    desk.terms.prices = {};
    desk.terms.prices.gamma = ratio(1'000'000);
    desk.terms.skew = desk.terms.rebate_max = ratio(1'000'000);
    for (Market& market : desk.markets) market = sample_market();
    desk.markets[0].unit.gamma = pricing::Fine::units(400'000'000);
    desk.update(cash(1'000'000));
    ASSERT_TRUE(desk.trade(0, -1000 * unit));
    const Cash charged = desk.charged;
    EXPECT_GT(charged, Cash());
    desk.markets[0].unit.gamma = pricing::Fine::units(1'200'000'000);
    desk.update(cash(1'000'000));
    ASSERT_TRUE(desk.trade(0, 1000 * unit));
    EXPECT_GE(desk.charged, Cash());
    EXPECT_LE(desk.charged, Cash::units(charged.units() / 1'000'000));
}

// A pool in a market: uninformed flow on one side, an arbitrageur who trades whenever the pool's
// price is beyond the mark on the other.

/// One perp (delta 1), one call and one put on a spot of 2000.
Desk market_desk() {
    Desk desk;
    desk.terms.spread = Ratio();
    desk.terms.spread_spot = ratio(500);
    desk.terms.skew = ratio(800'000);
    desk.terms.rebate_max = ratio(100'000);
    for (Market& market : desk.markets) {
        market = sample_market();
        market.unit.gamma = pricing::Fine::units(800'000'000);
        market.unit.vega = price(350);
    }
    desk.markets[0].mark = price(2000);
    desk.markets[0].unit = {};
    desk.markets[0].unit.delta = pricing::Fine::units(pricing::fine_one);
    desk.markets[1].unit.delta = pricing::Fine::units(pricing::fine_one / 2);
    desk.markets[2].unit.delta = pricing::Fine::units(-pricing::fine_one / 2);
    return desk;
}

/// Takes from the pool whatever it offers beyond the mark, in halving sizes, until it offers
/// nothing; each fill must lessen the potential.  Returns the gain.
Cash arbitrage(Desk& desk) {
    Cash gain;
    bool offered = true;
    for (u32 pass = 0; pass < 1000 && offered; ++pass) {
        offered = false;
        for (u32 step = 0; step < 12 * Desk::count * 2; ++step) {
            const std::size_t which = step / 2 % Desk::count;
            const i64 size = (step % 2 == 0 ? 64 : -64) * unit >> (step / 2 / Desk::count);
            const double before = potential_of(desk);
            const auto offer = desk.ask(which, size);
            if (!offer || offer->charge >= Cash()) continue;
            gain -= desk.trade(which, size)->charge;
            EXPECT_LT(potential_of(desk), before);
            offered = true;
        }
    }
    EXPECT_FALSE(offered);
    return gain;
}

TEST(pool_flow, arbitrage_brings_one_instrument_back_to_where_the_skew_is_the_spread) {
    std::mt19937_64 engine(7);
    for (u32 round = 0; round < 50; ++round) {
        Desk desk = market_desk();
        desk.sizes[0] = pick(engine, -150 * unit, 150 * unit);
        desk.endow();
        const i64 start = desk.sizes[0];
        for (const i64 size : {unit / 10, -unit / 10})
            while (desk.ask(0, size)->charge < Cash()) desk.trade(0, size);
        // A dollar less of inventory is a dollar less of delta: 2 * 0.8 * 0.1 * x / capital is paid
        // for it, 0.05 % is charged: they meet at 3125 dollars, 1.5625 units.
        EXPECT_LE(std::abs(desk.sizes[0]), std::min<i64>(std::abs(start), 165'000'000)) << start;
        EXPECT_GE(desk.sizes[0] * (start < 0 ? -1 : 1), 0) << start;
    }
}

TEST(pool_flow, arbitrage_over_many_instruments_takes_the_potential_down) {
    std::mt19937_64 engine(8);
    for (u32 round = 0; round < 50; ++round) {
        Desk desk = market_desk();
        for (i64& size : desk.sizes) size = pick(engine, -120 * unit, 120 * unit);
        desk.endow();
        const double before = potential_of(desk);
        const Cash gain = arbitrage(desk);
        const double after = potential_of(desk);
        EXPECT_LT(after, 0.05 * before + 10) << round;
        // What the arbitrageur gains is less than what the pool is relieved of.
        EXPECT_LT(static_cast<double>(gain.units()) / unit, 0.8 * (before - after)) << round;
    }
}

/// The pool's profit over one run, in dollars: what takers paid less what they hold at the end.
struct Outcome {
    double profit = 0;
    double spread = 0;     ///< What the base spread alone was on all uninformed flow.
    double inventory = 0;  ///< Root mean square of the perp position, whole units.
};

Outcome run(u64 seed, bool with_arbitrage) {
    std::mt19937_64 engine(seed);
    std::normal_distribution<double> normal;
    Desk desk = market_desk();
    Outcome outcome;
    double squares = 0;
    constexpr u32 steps = 200;
    for (u32 step = 0; step < steps; ++step) {
        // The mark moves first, so that no trade knows the move after it: a martingale.
        const double move = std::exp(0.003 * normal(engine) - 0.003 * 0.003 / 2);
        Market& perp = desk.markets[0];
        perp.mark = Price::units(std::llround(static_cast<double>(perp.mark.units()) * move));
        perp.spot = perp.mark;
        const i64 size = pick(engine, -10 * unit, 10 * unit);
        if (size != 0 && desk.trade(0, size))
            outcome.spread += std::abs(static_cast<double>(size)) / unit * 0.0005 *
                              static_cast<double>(perp.spot.units()) / unit;
        if (with_arbitrage) {
            for (const i64 piece : {unit, -unit})
                for (u32 times = 0; times < 100; ++times) {
                    const auto offer = desk.ask(0, piece);
                    if (!offer || offer->charge >= Cash()) break;
                    desk.trade(0, piece);
                }
        }
        const double held = static_cast<double>(desk.sizes[0]) / unit;
        squares += held * held / steps;
    }
    const double held = static_cast<double>(desk.sizes[0]) / unit;
    outcome.profit = static_cast<double>(desk.paid.units()) / unit +
                     held * static_cast<double>(desk.markets[0].mark.units()) / unit;
    outcome.inventory = std::sqrt(squares);
    return outcome;
}

TEST(pool_flow, uninformed_flow_pays_the_spread_and_arbitrage_tames_the_inventory) {
    constexpr u32 runs = 200;
    double profit = 0, square = 0, spread = 0, wild = 0, tame = 0;
    for (u64 seed = 1; seed <= runs; ++seed) {
        const Outcome alone = run(seed, false);
        const Outcome joined = run(seed, true);
        profit += joined.profit / runs;
        square += joined.profit * joined.profit / runs;
        spread += joined.spread / runs;
        wild += alone.inventory / runs;
        tame += joined.inventory / runs;
    }
    const double error = std::sqrt((square - profit * profit) / runs);
    EXPECT_GT(profit, 4 * error);
    EXPECT_GT(profit + 4 * error, 0.5 * spread) << profit << " of " << spread;
    EXPECT_LT(tame, 0.5 * wild);
    RecordProperty("profit", std::to_string(profit));
    RecordProperty("spread", std::to_string(spread));
}

}  // namespace
}  // namespace ballast::pool
