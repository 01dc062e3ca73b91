#include <ballast/pool/shares.hpp>

#include <ballast/base/codec.hpp>
#include <ballast/pool/test_fund.hpp>

#include <gtest/gtest.h>

namespace ballast::pool {
namespace {

using namespace test;

TEST(pool_shares, a_request_waits_for_a_price_newer_than_its_epoch) {
    Fund fund;  // Epochs of 3600 seconds; a delay of two.
    fund.balance(0) = cash(1000);
    fund.now = 3600 * 10 + 5;
    ASSERT_TRUE(fund.deposit(0, cash(100)));
    EXPECT_EQ(fund.holders[0].shares, Amount());
    EXPECT_EQ(fund.custody, cash(100));
    for (const u64 time : {fund.now, u64{3600 * 11 - 1}}) {
        fund.update(time);
        EXPECT_EQ(fund.collect(0).error(), Reject::liquidity_nothing_due);
        EXPECT_EQ(fund.cash_value, Cash());
    }
    fund.update(3600 * 11);
    EXPECT_EQ(fund.cash_value, cash(100));
    ASSERT_TRUE(fund.collect(0));
    EXPECT_EQ(fund.collect(0).error(), Reject::liquidity_nothing_due);
    EXPECT_EQ(fund.holders[0].shares, Amount::units(100 * unit));  // One dollar each at birth.

    fund.now = 3600 * 12;
    ASSERT_TRUE(fund.withdraw(0, Amount::units(40 * unit)));
    EXPECT_EQ(fund.holders[0].shares, Amount::units(60 * unit));
    EXPECT_EQ(fund.pool.shares, Amount::units(100 * unit) + dead_shares);  // Still bear the risk.
    fund.update(3600 * 15 - 1);
    EXPECT_EQ(fund.collect(0).error(), Reject::liquidity_nothing_due);
    fund.update(3600 * 15);
    ASSERT_TRUE(fund.collect(0));
    EXPECT_EQ(fund.pool.shares, Amount::units(60 * unit) + dead_shares);
    // 40 of the 100.01 shares of 100 dollars.
    EXPECT_TRUE(fund.balance(0).units() == 900 * i128{unit} + 3'999'600'039);
}

TEST(pool_shares, rejections_in_order) {
    Fund fund;
    fund.balance(0) = cash(10'000);
    HolderRow& holder = fund.holders[0];
    const auto deposit = [&](Cash amount) {
        return check_deposit(fund.terms, fund.epochs, holder, amount, fund.now).error();
    };
    const auto withdrawal = [&](Amount shares) {
        return check_withdrawal(fund.terms, fund.epochs, holder, shares, fund.now).error();
    };
    EXPECT_EQ(deposit(Cash()), Reject::amount_not_positive);
    EXPECT_EQ(deposit(Cash::units(limits::amount_max.units() + 1)), Reject::amount_over_limit);
    EXPECT_EQ(deposit(cash(10) - Cash::units(1)), Reject::liquidity_deposit_small);
    EXPECT_EQ(withdrawal(Amount()), Reject::amount_not_positive);
    EXPECT_EQ(withdrawal(Amount::units(1)), Reject::liquidity_shares_insufficient);
    ASSERT_TRUE(fund.deposit(0, cash(100)));
    ASSERT_TRUE(fund.deposit(0, cash(100)));  // The same epoch.
    fund.now += 3600;
    EXPECT_EQ(deposit(cash(100)), Reject::liquidity_request_pending);
    fund.update(fund.now);
    EXPECT_EQ(deposit(cash(100)), Reject::liquidity_request_pending);  // Settled, not collected.
    ASSERT_TRUE(fund.collect(0));
    ASSERT_TRUE(fund.deposit(0, cash(100)));
    ASSERT_TRUE(fund.withdraw(0, Amount::units(unit)));
    fund.now += 3600;
    EXPECT_EQ(withdrawal(Amount::units(unit)), Reject::liquidity_request_pending);
    EXPECT_EQ(withdrawal(Amount::units(199 * unit + 1)), Reject::liquidity_shares_insufficient);
}

TEST(pool_shares, deposits_at_the_high_withdrawals_at_the_low) {
    Fund fund;
    fund.enter(0, cash(1000));
    fund.uncertainty = cash(100);
    fund.enter(1, cash(1100));  // 1000.01 shares for each 1100.01 dollars.
    EXPECT_EQ(fund.holders[1].shares, Amount::units(100'000'090'908));
    fund.leave(1, fund.holders[1].shares);  // Half of 2000.
    EXPECT_NEAR(static_cast<double>(fund.balance(1).units()) / unit, 1000.0, 0.01);
    EXPECT_LE(fund.balance(1), cash(1000));
}

TEST(pool_shares, fees_stay_in_the_pool) {
    Fund fund;
    fund.terms.deposit_fee = ratio(10'000);
    fund.terms.withdrawal_fee = ratio(20'000);
    fund.enter(0, cash(1000));
    EXPECT_EQ(fund.holders[0].shares, Amount::units(990 * unit));
    EXPECT_EQ(fund.cash_value, cash(1000));
    fund.leave(0, fund.holders[0].shares);
    // 98 % of 990 of the 990.01 shares.
    EXPECT_NEAR(static_cast<double>(fund.balance(0).units()) / unit, 979.99, 0.001);
    EXPECT_EQ(fund.balance(0) + fund.cash_value, cash(1000));
}

TEST(pool_shares, no_more_than_the_cap_goes_in_and_the_rest_comes_back) {
    Fund fund;
    fund.terms.capital_max = cash(150);
    fund.balance(0) = fund.balance(1) = cash(100);
    ASSERT_TRUE(fund.deposit(0, cash(100)));
    ASSERT_TRUE(fund.deposit(1, cash(100)));
    fund.settle_all();
    ASSERT_TRUE(fund.collect(0));
    ASSERT_TRUE(fund.collect(1));
    EXPECT_EQ(fund.cash_value, cash(150));
    for (const u32 who : {0u, 1u}) {
        EXPECT_EQ(fund.holders[who].shares, Amount::units(75 * unit));
        EXPECT_EQ(fund.balance(who), cash(25));
    }
    fund.enter(2, cash(100));  // Full: all of it comes back.
    EXPECT_EQ(fund.holders[2].shares, Amount());
    EXPECT_EQ(fund.balance(2), cash(100));
}

TEST(pool_shares, what_the_pool_cannot_spare_stays_with_its_holders_pro_rata) {
    Fund fund;
    fund.enter(0, cash(300));
    fund.enter(1, cash(100));
    ASSERT_TRUE(fund.withdraw(0, fund.holders[0].shares));
    ASSERT_TRUE(fund.withdraw(1, fund.holders[1].shares));
    fund.free = cash(200);
    fund.settle_all();
    ASSERT_TRUE(fund.collect(0));
    ASSERT_TRUE(fund.collect(1));
    EXPECT_LE(fund.balance(0) + fund.balance(1), cash(200));
    EXPECT_NEAR(static_cast<double>(fund.balance(0).units()) / unit, 150.0, 0.001);
    EXPECT_NEAR(static_cast<double>(fund.balance(1).units()) / unit, 50.0, 0.001);
    EXPECT_NEAR(static_cast<double>(fund.holders[0].shares.units()) / unit, 150.0, 0.01);
    EXPECT_NEAR(static_cast<double>(fund.holders[1].shares.units()) / unit, 50.0, 0.01);
}

TEST(pool_shares, a_ruined_pool_takes_nothing_and_burns_nothing) {
    Fund fund;
    fund.enter(0, cash(300));
    for (const i64 value : {-1, 0, 99}) {  // From below, the last is not worth anything either.
        fund.cash_value = cash(value);
        fund.uncertainty = value > 0 ? cash(value) : Cash();
        fund.balance(1) = Cash();
        fund.enter(1, cash(100));
        EXPECT_EQ(fund.holders[1].shares, Amount());
        EXPECT_EQ(fund.balance(1), cash(100));
    }
    const Amount shares = fund.holders[0].shares;
    fund.leave(0, shares);
    EXPECT_EQ(fund.holders[0].shares, shares);
    EXPECT_EQ(fund.balance(0), Cash());
}

TEST(pool_shares, free_capital_keeps_the_largest_utilisation) {
    const Terms terms = sample_terms();  // 80 %.
    const Valuation value{cash(1000), cash(1200)};
    EXPECT_EQ(free_capital(terms, value, Cash()), cash(1000));
    EXPECT_EQ(free_capital(terms, value, cash(400)), cash(500));
    EXPECT_EQ(free_capital(terms, value, cash(801)), Cash());
    EXPECT_EQ(free_capital(terms, {cash(-1), cash(1)}, Cash()), Cash());
    EXPECT_EQ(free_capital(terms, value, Cash::units(1)), cash(1000) - Cash::units(2));
}

TEST(pool_shares, rows_travel_through_the_codec) {
    Fund fund;
    fund.enter(0, cash(300));
    EXPECT_EQ(*decode<PoolRow>(encode(fund.pool)), fund.pool);
    EXPECT_EQ(*decode<EpochRow>(encode(fund.epochs[0])), fund.epochs[0]);
    EXPECT_EQ(*decode<HolderRow>(encode(fund.holders[0])), fund.holders[0]);
}

}  // namespace
}  // namespace ballast::pool
