/// A pool in a market: uninformed flow on one side, an arbitrageur who trades whenever the pool's
/// price is beyond the mark on the other.
#include <ballast/pool/test_pool.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace ballast::pool {
namespace {

using namespace test;

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
