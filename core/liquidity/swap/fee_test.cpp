#include <ballast/swap/swap.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace ballast::swap {
namespace {

/// What arbitrageurs take of a constant-product pool per day, over its value: at `volatility` per
/// day, `step` days between blocks on average (Poisson), log fee `fee`.  Section 7.
double loss(double volatility, double step, double fee) {
    const double eta = fee / (volatility * std::sqrt(step / 2));
    const double variance = volatility * volatility;
    return variance / 8 / (1 + eta) * std::cosh(fee / 2) / (1 - variance * step / 8);
}

struct Case {
    double daily;    ///< Volatility per day.
    double seconds;  ///< Mean time between blocks.
    double fee_bp;
    double trades;  ///< Part of blocks with a trade.
    double taken;   ///< Per day, over the pool's value.
};

// Computed with fifty digits from the formula of Milionis, Moallemi and Roughgarden; ten kept.
constexpr Case cases[]{
    {0.05, 600, 1, 0.9671730579, 0.0003022422369},
    {0.05, 600, 5, 0.8549159519, 0.0002671618231},
    {0.05, 600, 10, 0.7465966829, 0.000233311999},
    {0.05, 120, 1, 0.9294590201, 0.0002904560702},
    {0.05, 120, 5, 0.7249143467, 0.0002265358387},
    {0.05, 120, 10, 0.5685220791, 0.0001776632491},
    {0.05, 12, 1, 0.8064516129, 0.0002520161403},
    {0.05, 12, 5, 0.4545454545, 0.0001420454651},
    {0.05, 12, 10, 0.2941176471, 9.191178018e-05},
    {0.05, 2, 5, 0.2538465565, 7.932705195e-05},
    {0.05, 2, 30, 0.05365864453, 1.676834540e-05},
    {0.05, 0.4, 10, 0.07069465297, 2.209208185e-05},
    {0.05, 0.4, 30, 0.02473042345, 7.728266036e-06},
    {0.05, 0.05, 1, 0.2119513422, 6.623479453e-05},
    {0.05, 0.05, 5, 0.05104561829, 1.595175622e-05},
    {0.03, 12, 5, 0.3333333333, 3.750000176e-05},
    {0.03, 2, 5, 0.1695208472, 1.907109596e-05},
    {0.03, 2, 30, 0.03290136375, 3.701407595e-06},
    {0.08, 12, 5, 0.5714285714, 0.0004571429222},
    {0.08, 2, 1, 0.7313023568, 0.000585041897},
    {0.08, 2, 5, 0.3524704451, 0.0002819763701},
    {0.08, 2, 30, 0.08317596550, 6.654084849e-05},
};

Outlook outlook(double daily, double seconds, double turnover) {
    Outlook result;
    result.volatility = Ratio::units(std::llround(daily * std::sqrt(365.0) * ratio_one));
    result.step_milliseconds = static_cast<u32>(std::llround(seconds * 1000));
    result.turnover = Ratio::units(std::llround(turnover * ratio_one));
    return result;
}

TEST(swap_fee, the_loss_is_the_published_one) {
    for (const Case& one : cases) {
        const double step = one.seconds / 86'400;
        const double fee = one.fee_bp / 10'000;
        EXPECT_NEAR(loss(one.daily, step, fee), one.taken, 1e-9 * one.taken) << one.taken;
        EXPECT_NEAR(1 / (1 + fee / (one.daily * std::sqrt(step / 2))), one.trades,
                    1e-9 * one.trades);
    }
}

TEST(swap_fee, at_the_turnover_that_just_pays_for_a_listed_loss_the_listed_fee_covers) {
    // Turned around: with turnover taken / fee, each row's own fee is the covering one.
    for (const Case& one : cases) {
        const double fee = one.fee_bp / 10'000;
        const auto covering = covering_fee(outlook(one.daily, one.seconds, one.taken / fee));
        ASSERT_TRUE(covering);
        const double found = static_cast<double>(covering->units()) / ratio_one;
        EXPECT_GE(found, fee * (1 - 1e-6)) << one.taken;
        EXPECT_LE(found, fee * 1.0015 + 2e-9) << one.taken;  // cosh(fee_max / 2) at most.
    }
}

TEST(swap_fee, covers_for_any_outlook_and_hardly_more) {
    std::mt19937_64 engine(31);
    std::uniform_real_distribution<double> uniform;
    u32 covered = 0;
    for (u32 round = 0; round < 20'000; ++round) {
        const double daily = std::exp(-7 + 5 * uniform(engine));
        const double seconds = std::exp(-2 + 10 * uniform(engine));
        const double turnover = std::exp(-8 + 9 * uniform(engine));
        const Outlook view = outlook(daily, seconds, turnover);
        const auto fee = covering_fee(view);
        const double days = static_cast<double>(view.step_milliseconds) / 86'400'000;
        const double volatility =
            static_cast<double>(view.volatility.units()) / ratio_one / std::sqrt(365.0);
        const double volume = static_cast<double>(view.turnover.units()) / ratio_one;
        if (!fee) {
            EXPECT_LT(0.0998 * volume, loss(volatility, days, 0.0998)) << round;
            continue;
        }
        const double found = static_cast<double>(fee->units()) / ratio_one;
        EXPECT_GE(found * volume, loss(volatility, days, found) * (1 - 1e-9)) << round;
        const double less = found / 1.0015 - 2e-9;
        if (less > 0) {
            EXPECT_LT(less * volume, loss(volatility, days, less) * (1 + 1e-6)) << round;
        }
        ++covered;
    }
    EXPECT_GT(covered, 10'000u);
}

TEST(swap_fee, longer_blocks_and_more_volatility_ask_for_more_and_volume_for_less) {
    const auto fee = [](double daily, double seconds, double turnover) {
        return *covering_fee(outlook(daily, seconds, turnover));
    };
    EXPECT_LT(fee(0.05, 2, 0.2), fee(0.05, 12, 0.2));
    EXPECT_LT(fee(0.05, 12, 0.2), fee(0.05, 600, 0.2));
    EXPECT_LT(fee(0.03, 12, 0.2), fee(0.05, 12, 0.2));
    EXPECT_LT(fee(0.05, 12, 0.4), fee(0.05, 12, 0.2));
    EXPECT_EQ(*covering_fee(outlook(0, 12, 0.2)), Ratio());
    EXPECT_EQ(covering_fee(outlook(0.05, 12, 0)).error(), Reject::liquidity_fee);
    EXPECT_EQ(covering_fee(outlook(0.5, 86'400, 0.001)).error(), Reject::liquidity_fee);
}

/// A pool of 2 * 10^15 dollars' units in a market that moves without fees: arbitrageurs take it to
/// the edge of its fee in every block.  What they take per day, over its value, and what
/// uninformed takers pay at the same turnover.
struct Flow {
    double taken = 0;
    double paid = 0;
};

Flow simulate(double daily, double seconds, Ratio fee, double turnover, u64 seed) {
    std::mt19937_64 engine(seed);
    std::normal_distribution<double> normal;
    std::exponential_distribution<double> wait(86'400 / seconds);
    Terms terms;
    terms.fee = fee;
    PoolRow pool;
    pool.first = pool.second = Amount::units(1'000'000'000'000'000);
    pool.shares = pool.first;
    const double kept = 1 - static_cast<double>(fee.units()) / ratio_one;
    double price = 1, days = 0;
    Flow flow;
    for (u32 block = 0; block < 300'000; ++block) {
        const double step = wait(engine);
        days += step;
        price *= std::exp(daily * std::sqrt(step) * normal(engine) - daily * daily * step / 2);
        const double first = static_cast<double>(pool.first.units());
        const double second = static_cast<double>(pool.second.units());
        const double value = first * price + second;
        const double product = first * second;
        // Give the second asset where the first is cheap at (1 - fee) of the price, and the other
        // way round.
        const double rich = (std::sqrt(product * price * kept) - second) / kept;
        const double poor = (std::sqrt(product / price * kept) - first) / kept;
        const Side given = rich > 1 ? Side::second : Side::first;
        const double in = rich > 1 ? rich : poor;
        if (in < 1) continue;
        const auto plan =
            check_exact_in(terms, pool, given, Amount::units(std::llround(in)), Amount());
        if (!plan) continue;
        const double out = static_cast<double>(plan->out.units());
        const double gave = static_cast<double>(plan->in.units());
        flow.taken += (given == Side::second ? out * price - gave : out - gave * price) / value;
        // Kept at its size and at the price, so that every block counts the same: the fee that
        // stays in the reserves is part of what the arbitrageur did not take.
        apply(*plan, pool);
        const double scale = 2e15 / (static_cast<double>(pool.first.units()) * price +
                                     static_cast<double>(pool.second.units()));
        const auto scaled = [&](Amount amount) {
            return Amount::units(std::llround(static_cast<double>(amount.units()) * scale));
        };
        pool.first = scaled(pool.first);
        pool.second = scaled(pool.second);
    }
    flow.taken /= days;
    flow.paid = turnover * (1 - kept);
    return flow;
}

TEST(swap_fee, a_pool_under_arbitrage_loses_what_the_formula_says_and_the_fee_pays_for_it) {
    for (const double turnover : {0.05, 0.2, 1.0}) {
        const double daily = 0.05, seconds = 120;
        const Ratio fee = *covering_fee(outlook(daily, seconds, turnover));
        const Flow flow = simulate(daily, seconds, fee, turnover, 41);
        const double expected =
            loss(daily, seconds / 86'400, static_cast<double>(fee.units()) / ratio_one);
        EXPECT_NEAR(flow.taken, expected, 0.03 * expected) << turnover;
        EXPECT_GE(flow.paid, 0.97 * flow.taken) << turnover;
        // Half the fee would not have paid.
        const Ratio half = Ratio::units(fee.units() / 2);
        const Flow thin = simulate(daily, seconds, half, turnover, 42);
        EXPECT_LT(thin.paid, 0.9 * thin.taken) << turnover;
    }
}

TEST(swap_terms, validate) {
    Terms terms;
    terms.second = AssetId(1);
    terms.outlook = outlook(0.05, 2, 0.2);
    const Ratio least = *covering_fee(terms.outlook);
    terms.fee = least;
    EXPECT_FALSE(validate(terms, 2));
    EXPECT_EQ(validate(terms, 1)->key, "second");
    terms.fee = least - Ratio::units(1);
    EXPECT_EQ(validate(terms, 2)->key, "fee");
    terms.fee = fee_max + Ratio::units(1);
    EXPECT_EQ(validate(terms, 2)->key, "fee");
    terms.fee = least;
    terms.second = AssetId();
    EXPECT_EQ(validate(terms, 2)->key, "second");
    terms.second = AssetId(1);
    terms.outlook.step_milliseconds = 0;
    EXPECT_EQ(validate(terms, 2)->key, "outlook.step_milliseconds");
    terms.outlook = outlook(0.05, 12, 0);
    EXPECT_EQ(validate(terms, 2)->key, "outlook");
}

}  // namespace
}  // namespace ballast::swap
