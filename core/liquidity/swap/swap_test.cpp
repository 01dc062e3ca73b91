#include <ballast/swap/swap.hpp>

#include <ballast/base/codec.hpp>
#include <ballast/math/mul_div.hpp>

#include <gtest/gtest.h>

#include <random>

namespace ballast::swap {
namespace {

Terms sample_terms() {
    Terms terms;
    terms.second = AssetId(1);
    terms.fee = Ratio::units(3'000'000);
    return terms;
}

i64 pick(std::mt19937_64& engine, i64 least, i64 most) {
    return std::uniform_int_distribution<i64>(least, most)(engine);
}

u128 product(const PoolRow& pool) {
    return math::magnitude(pool.first.units()) * math::magnitude(pool.second.units());
}

PoolRow filled(i128 first, i128 second) {
    PoolRow pool;
    const auto plan = check_add(pool, Amount::units(first), Amount::units(second), Amount());
    EXPECT_TRUE(plan);
    if (plan) apply_add(*plan, pool);
    return pool;
}

// Uniswap v2-core, test/UniswapV2Pair.spec.ts, getInputPrice: amounts of 10^18 there, of 10^16
// here.
TEST(swap, exact_in_gives_what_uniswap_gives) {
    struct Case {
        i64 in, first, second;
        i64 out;
    };
    const Case cases[]{
        {1, 5, 10, 16'624'979'156'244'789}, {1, 10, 5, 4'533'054'469'400'745},
        {2, 5, 10, 28'510'151'558'478'696}, {2, 10, 5, 8'312'489'578'122'394},
        {1, 10, 10, 9'066'108'938'801'491}, {1, 100, 100, 9'871'580'343'970'612},
    };
    constexpr i64 whole = 10'000'000'000'000'000;
    for (const Case& one : cases) {
        PoolRow pool;
        pool.first = Amount::units(i128{one.first} * whole);
        pool.second = Amount::units(i128{one.second} * whole);
        pool.shares = Amount::units(1);
        const auto swap = check_exact_in(sample_terms(), pool, Side::first,
                                         Amount::units(i128{one.in} * whole), Amount());
        ASSERT_TRUE(swap);
        EXPECT_EQ(swap->out, Amount::units(one.out)) << one.out;
    }
}

TEST(swap, rejections_in_order) {
    const Terms terms = sample_terms();
    const Amount one = Amount::units(1);
    const Amount most = limits::amount_max;
    const PoolRow empty;
    EXPECT_EQ(check_exact_in(terms, empty, Side::first, Amount(), {}).error(),
              Reject::amount_not_positive);
    EXPECT_EQ(check_exact_in(terms, empty, Side::first, most + one, {}).error(),
              Reject::amount_over_limit);
    EXPECT_EQ(check_exact_in(terms, empty, Side::first, one, {}).error(), Reject::liquidity_empty);
    EXPECT_EQ(check_exact_out(terms, empty, Side::first, Amount(), {}).error(),
              Reject::amount_not_positive);
    EXPECT_EQ(check_exact_out(terms, empty, Side::first, one, {}).error(), Reject::liquidity_empty);
    const PoolRow pool = filled(1'000'000, 2'000'000);
    EXPECT_EQ(check_exact_in(terms, pool, Side::first, most, {}).error(),
              Reject::amount_over_limit);
    EXPECT_EQ(check_exact_in(terms, pool, Side::second, one, {}).error(),
              Reject::amount_not_positive);
    const Amount in = Amount::units(1'000);
    const Amount out = check_exact_in(terms, pool, Side::first, in, {})->out;
    EXPECT_EQ(out, Amount::units(1'992));
    EXPECT_EQ(check_exact_in(terms, pool, Side::first, in, out + one).error(),
              Reject::swap_under_minimum);
    EXPECT_EQ(check_exact_out(terms, pool, Side::first, Amount::units(2'000'000), most).error(),
              Reject::swap_drains);
    EXPECT_EQ(check_exact_out(terms, filled(4'000'000'000'000'000'000, 2'000'000), Side::first,
                              Amount::units(1'999'999), most)
                  .error(),
              Reject::amount_over_limit);
    const Amount cost = check_exact_out(terms, pool, Side::first, out, most)->in;
    EXPECT_EQ(check_exact_out(terms, pool, Side::first, out, cost - one).error(),
              Reject::swap_over_maximum);
    EXPECT_TRUE(check_exact_out(terms, pool, Side::first, out, cost));

    EXPECT_EQ(check_add(pool, Amount(), one, {}).error(), Reject::amount_not_positive);
    EXPECT_EQ(check_add(pool, most + one, one, {}).error(), Reject::amount_over_limit);
    EXPECT_EQ(check_add(empty, Amount::units(1'000), Amount::units(1'000), {}).error(),
              Reject::liquidity_small);
    EXPECT_EQ(check_add(pool, most, most, {}).error(), Reject::amount_over_limit);
    EXPECT_EQ(check_add(pool, in, in, Amount::units(708)).error(), Reject::swap_under_minimum);
    EXPECT_EQ(check_remove(pool, Amount(), {}, {}).error(), Reject::amount_not_positive);
    EXPECT_EQ(check_remove(pool, pool.shares - dead_shares + one, {}, {}).error(),
              Reject::liquidity_shares_insufficient);
    EXPECT_EQ(check_remove(pool, in, Amount::units(708), {}).error(), Reject::swap_under_minimum);
}

TEST(swap, liquidity_in_and_out_by_hand) {
    PoolRow pool = filled(4'000'000, 1'000'000);
    EXPECT_EQ(pool.shares, Amount::units(2'000'000));
    const auto add = check_add(pool, Amount::units(400'000), Amount::units(999'999), {});
    ASSERT_TRUE(add);
    EXPECT_EQ(*add, (Liquidity{Amount::units(400'000), Amount::units(100'000),
                               Amount::units(200'000), Amount()}));
    apply_add(*add, pool);
    const auto remove = check_remove(pool, Amount::units(1), {}, {});
    ASSERT_TRUE(remove);
    EXPECT_EQ(*remove, (Liquidity{Amount::units(2), Amount(), Amount::units(1), Amount()}));
}

TEST(swap, the_product_never_falls_and_out_is_the_least_that_in_buys) {
    std::mt19937_64 engine(21);
    Terms terms = sample_terms();
    u32 done = 0;
    for (u32 round = 0; round < 200; ++round) {
        terms.fee = Ratio::units(pick(engine, 0, 3) * pick(engine, 0, 10'000'000));
        PoolRow pool = filled(pick(engine, 1'500, i64{1} << pick(engine, 11, 60)),
                              pick(engine, 1'500, i64{1} << pick(engine, 11, 60)));
        for (u32 step = 0; step < 200; ++step) {
            const u128 before = product(pool);
            const Side given = pick(engine, 0, 1) == 0 ? Side::first : Side::second;
            const Amount most = given == Side::first ? pool.first : pool.second;
            const Amount amount =
                Amount::units(pick(engine, 1, static_cast<i64>(most.units()) / 3 + 1));
            const auto plan = pick(engine, 0, 1) == 0
                                  ? check_exact_in(terms, pool, given, amount, {})
                                  : check_exact_out(terms, pool, given, amount, limits::amount_max);
            if (!plan) continue;
            // What comes out for exactly that is at least as much, and for one less it is less.
            const auto again = check_exact_in(terms, pool, given, plan->in, {});
            ASSERT_TRUE(again);
            ASSERT_GE(again->out, plan->out);
            const auto cheapest =
                check_exact_out(terms, pool, given, plan->out, limits::amount_max);
            ASSERT_TRUE(cheapest);
            ASSERT_LE(cheapest->in, plan->in);
            const auto less =
                check_exact_in(terms, pool, given, cheapest->in - Amount::units(1), {});
            ASSERT_TRUE(!less || less->out < plan->out);
            apply(*plan, pool);
            ASSERT_GE(product(pool), before);
            ASSERT_GT(pool.first, Amount());
            ASSERT_GT(pool.second, Amount());
            ++done;
        }
    }
    EXPECT_GT(done, 10'000u);
}

TEST(swap, splitting_gains_nothing_and_a_round_trip_loses) {
    std::mt19937_64 engine(22);
    const Terms terms = sample_terms();
    for (u32 round = 0; round < 5'000; ++round) {
        const PoolRow whole =
            filled(pick(engine, 1'000'000, i64{1} << 50), pick(engine, 1'000'000, i64{1} << 50));
        const Amount in = Amount::units(pick(engine, 2, i64{1} << pick(engine, 2, 50)));
        const auto once = check_exact_in(terms, whole, Side::first, in, {});
        const Amount part = Amount::units(pick(engine, 1, static_cast<i64>(in.units()) - 1));
        PoolRow pool = whole;
        const auto one = check_exact_in(terms, pool, Side::first, part, {});
        if (!once || !one) continue;
        apply(*one, pool);
        const auto two = check_exact_in(terms, pool, Side::first, in - part, {});
        EXPECT_LE(one->out + (two ? two->out : Amount()), once->out) << round;

        pool = whole;
        apply(*once, pool);
        const auto back = check_exact_in(terms, pool, Side::second, once->out, {});
        if (back) {
            EXPECT_LT(back->out, in);
        }
    }
}

TEST(swap, what_a_share_is_of_never_falls) {
    // first * second / shares^2, over everything that can happen.
    std::mt19937_64 engine(23);
    const Terms terms = sample_terms();
    for (u32 round = 0; round < 50; ++round) {
        PoolRow pool =
            filled(pick(engine, 1'000'000, i64{1} << 45), pick(engine, 1'000'000, i64{1} << 45));
        Amount living = pool.shares - dead_shares;
        for (u32 step = 0; step < 2'000; ++step) {
            const PoolRow before = pool;
            const bool grain = pick(engine, 0, 1) == 0;
            const auto amount = [&](Amount most) {
                return Amount::units(
                    pick(engine, 1, grain ? 20 : static_cast<i64>(most.units()) / 4 + 1));
            };
            switch (pick(engine, 0, 3)) {
                case 0: {
                    const auto plan = check_add(pool, amount(pool.first), amount(pool.second), {});
                    if (plan) apply_add(*plan, pool), living += plan->shares;
                    break;
                }
                case 1: {
                    const auto plan = check_remove(pool, amount(living), {}, {});
                    if (plan) apply_remove(*plan, pool), living -= plan->shares;
                    break;
                }
                default: {
                    const Side given = pick(engine, 0, 1) == 0 ? Side::first : Side::second;
                    const auto plan = check_exact_in(terms, pool, given, amount(pool.first), {});
                    if (plan) apply(*plan, pool);
                }
            }
            const math::U256 old_shares(math::magnitude(before.shares.units()));
            const math::U256 new_shares(math::magnitude(pool.shares.units()));
            ASSERT_TRUE(math::U256(product(pool)) * old_shares * old_shares >=
                        math::U256(product(before)) * new_shares * new_shares)
                << round << " " << step;
        }
    }
}

TEST(swap, a_hundred_thousand_grains_drain_nothing) {
    std::mt19937_64 engine(24);
    const Terms terms = sample_terms();
    PoolRow pool = filled(1'000'003, 999'983);
    u128 last = product(pool);
    u32 done = 0;
    for (u32 step = 0; step < 100'000; ++step) {
        const Side given = pick(engine, 0, 1) == 0 ? Side::first : Side::second;
        const auto plan = check_exact_in(terms, pool, given, Amount::units(pick(engine, 1, 9)), {});
        if (!plan) continue;
        apply(*plan, pool);
        ASSERT_GE(product(pool), last);
        last = product(pool);
        ++done;
    }
    EXPECT_GT(done, 50'000u);
}

TEST(swap, the_first_shares_cannot_be_made_dear) {
    // The first to come fills the pool with next to nothing and gives it a fortune; the next one's
    // shares may be rounded, but the dead shares keep what is rounded away from the attacker.
    PoolRow pool = filled(1'001, 1'001);
    pool.first += Amount::units(1'000'000'000'000);
    pool.second += Amount::units(1'000'000'000'000);
    const Amount stake = Amount::units(1'999'000'000);
    const auto victim = check_add(pool, stake, stake, {});
    ASSERT_TRUE(victim);
    apply_add(*victim, pool);
    const auto attacker = check_remove(pool, Amount::units(1), {}, {});
    ASSERT_TRUE(attacker);
    // It gave 10^12 and gets the thousandth part of it back.
    EXPECT_LT(attacker->first, Amount::units(1'100'000'000));
    apply_remove(*attacker, pool);
    const auto back = check_remove(pool, victim->shares, {}, {});
    ASSERT_TRUE(back);
    EXPECT_GE(back->first, victim->first - Amount::units(1));
}

TEST(swap, rows_and_terms_travel_through_the_codec) {
    const PoolRow pool = filled(5'000, 7'000);
    EXPECT_EQ(*decode<PoolRow>(encode(pool)), pool);
    EXPECT_EQ(*decode<Terms>(encode(sample_terms())), sample_terms());
}

}  // namespace
}  // namespace ballast::swap
