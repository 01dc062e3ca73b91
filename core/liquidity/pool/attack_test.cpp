/// What somebody would try on the depositors of a pool.
#include <ballast/math/mul_div.hpp>
#include <ballast/pool/test_fund.hpp>

#include <gtest/gtest.h>

#include <random>

namespace ballast::pool {
namespace {

using namespace test;

TEST(pool_attack, deposit_before_a_known_gain) {
    // The attacker knows that the next price makes the pool 20 % richer, and asks to deposit
    // before.
    Fund fund;
    fund.enter(0, cash(100'000));
    fund.balance(1) = cash(50'000);
    ASSERT_TRUE(fund.deposit(1, cash(50'000)));
    fund.cash_value = cash(120'000);
    fund.settle_all();
    ASSERT_TRUE(fund.collect(1));
    fund.leave(1, fund.holders[1].shares);
    EXPECT_LE(fund.balance(1), cash(50'000));
    EXPECT_GE(fund.cash_value, cash(120'000));
}

TEST(pool_attack, withdrawal_before_a_known_loss) {
    Fund fund;
    fund.enter(0, cash(100'000));
    fund.enter(1, cash(100'000));
    ASSERT_TRUE(fund.withdraw(1, fund.holders[1].shares));
    fund.cash_value = cash(100'000);  // Half is lost before it is settled.
    fund.settle_all();
    ASSERT_TRUE(fund.collect(1));
    EXPECT_LE(fund.balance(1), cash(50'000));
    EXPECT_GE(fund.cash_value, cash(50'000));
}

TEST(pool_attack, sandwich_around_a_price_update) {
    // Whatever the prices and the uncertainty, in and out between two moves never pays, and who
    // stays never loses by it.
    std::mt19937_64 engine(11);
    for (u32 round = 0; round < 20'000; ++round) {
        Fund fund;
        fund.terms.capital_max = cash(4'000'000'000);
        fund.enter(0, Cash::units(pick(engine, 10 * unit, 1'000'000 * unit)));
        fund.cash_value = Cash::units(pick(engine, unit, 2'000'000 * unit));
        fund.uncertainty = Cash::units(pick(engine, 0, 1) * pick(engine, 0, unit));
        const Cash stake = Cash::units(pick(engine, 10 * unit, 10'000'000 * unit));
        fund.balance(1) = stake;
        ASSERT_TRUE(fund.deposit(1, stake));
        fund.cash_value = Cash::units(pick(engine, unit, 2'000'000 * unit));  // The update.
        const Cash before = fund.cash_value;
        fund.settle_all();
        ASSERT_TRUE(fund.collect(1));
        if (!fund.holders[1].shares.zero()) fund.leave(1, fund.holders[1].shares);
        EXPECT_LE(fund.balance(1), stake) << round;
        EXPECT_GE(fund.cash_value, before) << round;
        EXPECT_EQ(fund.balance(1) + fund.cash_value + fund.custody, stake + before) << round;
    }
}

TEST(pool_attack, inflating_the_first_shares) {
    // The attacker enters first with the least, gives the pool a fortune to make a share dear, and
    // waits for the victim's deposit to be rounded away.
    for (const i64 gift : {i64{0}, i64{1}, i64{1'000}, i64{1'000'000}, i64{1'000'000'000}}) {
        for (const i64 victim : {i64{10}, i64{1'000}, i64{1'000'000}}) {
            Fund fund;
            fund.terms.deposit_min = Cash::units(1);
            fund.terms.capital_max = cash(4'000'000'000);
            fund.enter(0, Cash::units(1));
            fund.cash_value += cash(gift);
            fund.enter(1, cash(victim));
            fund.leave(0, fund.holders[0].shares);
            EXPECT_LE(fund.balance(0), Cash::units(1) + Cash::units(gift * unit / 100'000));
            fund.leave(1, fund.holders[1].shares);
            // The victim loses at most the price of a share unit and the dead shares' part, or
            // gets everything back.
            const double lost = static_cast<double>((cash(victim) - fund.balance(1)).units());
            EXPECT_LE(lost, 1e-6 * static_cast<double>(gift) * unit + 2e6) << gift << " " << victim;
        }
    }
}

TEST(pool_attack, a_hundred_thousand_grains_never_lower_the_share) {
    std::mt19937_64 engine(12);
    Fund fund;
    fund.terms.deposit_min = Cash::units(1);
    fund.terms.epoch_seconds = 1;
    fund.terms.withdrawal_delay_epochs = 1;
    fund.enter(0, cash(1000));
    fund.cash_value = Cash::units(123'456'789'012);  // A share is worth an odd number of units.
    math::Wide worth = math::multiply_wide(1, 1);
    Cash value = fund.cash_value;
    Amount shares = fund.pool.shares;
    for (u32 step = 0; step < 100'000; ++step) {
        // Rows of settled epochs are not looked at again: keep the test's memory small.
        if (fund.epochs.size() > 1'000) {
            fund.epochs.clear();
            fund.pool.deposits_settled = fund.pool.withdrawals_settled = 0;
        }
        if (fund.holders[1].shares.zero() || pick(engine, 0, 1) == 0)
            fund.enter(1, Cash::units(pick(engine, 1, 5)));
        else
            fund.leave(1, Amount::units(
                              pick(engine, 1, static_cast<i64>(fund.holders[1].shares.units()))));
        // value / shares never falls.
        worth = math::multiply_wide(math::magnitude(fund.cash_value.units()),
                                    math::magnitude(shares.units()));
        const math::Wide was = math::multiply_wide(math::magnitude(value.units()),
                                                   math::magnitude(fund.pool.shares.units()));
        ASSERT_TRUE(worth.high > was.high || (worth.high == was.high && worth.low >= was.low))
            << step;
        value = fund.cash_value;
        shares = fund.pool.shares;
    }
}

TEST(pool_attack, custody_and_shares_always_cover_what_is_due) {
    std::mt19937_64 engine(13);
    for (u32 round = 0; round < 50; ++round) {
        Fund fund;
        fund.terms.deposit_fee = Ratio::units(pick(engine, 0, 1) * pick(engine, 0, 10'000'000));
        fund.terms.capital_max = cash(pick(engine, 1'000, 10'000));
        fund.terms.deposit_min = Cash::units(1);
        for (Cash& balance : fund.balances) balance = cash(100'000);
        for (u32 step = 0; step < 500; ++step) {
            const u32 who = static_cast<u32>(pick(engine, 0, 3));
            const Amount held = fund.holders[who].shares;
            switch (pick(engine, 0, 4)) {
                case 0:
                    static_cast<void>(fund.deposit(who, Cash::units(pick(engine, 1, 500 * unit))));
                    break;
                case 1:
                    static_cast<void>(fund.withdraw(
                        who, Amount::units(pick(engine, 0, static_cast<i64>(held.units())))));
                    break;
                case 2: static_cast<void>(fund.collect(who)); break;
                case 3:
                    fund.cash_value += Cash::units(pick(engine, -50 * unit, 50 * unit));
                    fund.free = Cash::units(pick(engine, 0, 500 * unit));
                    break;
                default: fund.now += static_cast<u64>(pick(engine, 0, 4000)); fund.update(fund.now);
            }
            Amount shares = dead_shares;
            Cash due;
            for (const HolderRow& holder : fund.holders) {
                shares += holder.shares;
                const auto collection = check_collect(fund.pool, fund.epochs, holder);
                const bool deposit = collection && collection->deposit;
                const bool withdrawal = collection && collection->withdrawal;
                if (collection) shares += collection->shares, due += collection->cash;
                if (!deposit) due += holder.deposit;
                if (!withdrawal) shares += holder.withdrawal;
            }
            ASSERT_LE(shares, fund.pool.shares);
            ASSERT_LE(due, fund.custody);
            ASSERT_LE(fund.custody.units() - due.units(), 8 * 500);  // Nothing but dust.
        }
    }
}

}  // namespace
}  // namespace ballast::pool
