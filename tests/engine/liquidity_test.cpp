#include <ballast/support/sample_clearing.hpp>

#include <gtest/gtest.h>

namespace ballast::sample {
namespace {

engine::Genesis pooled_market() {
    engine::Genesis genesis = cleared_market();
    pool::Terms terms;
    terms.spread = Ratio::units(ratio_one / 1000);
    terms.spread_spot = Ratio::units(ratio_one / 10'000);
    terms.prices = {percent(1), percent(5), percent(5), percent(5), percent(1)};
    terms.skew = percent(50);
    terms.rebate_max = percent(1);
    terms.budgets = {percent(100), percent(100), percent(100), percent(1'000), percent(80)};
    terms.hedge_band = percent(5);
    terms.deposit_min = Cash::units(units(10));
    terms.capital_max = Cash::units(units(10'000'000));
    terms.epoch_seconds = 60;
    terms.withdrawal_delay_epochs = 1;
    genesis.clearing.pool = clearing::PoolTerms{cross, terms};
    return genesis;
}

/// A floor whose pool user 1 has given 100 000 dollars, minted against ether.
class PooledFloor : public Floor {
public:
    PooledFloor() : Floor(pooled_market()) {
        funder_ = open(whole(800));
        taker_ = open(whole(200));
        perp_ = list_perp();
        ask(user(1), clearing::MarginWithdraw{funder_, dollar, whole(100'000)});
        ask(user(1), clearing::LiquidityDeposit{whole(100'000)});
        block(0);
        for (int i = 0; i < 12; ++i) block();
    }
    engine::Receipt with_pool(i64 size, Price bound) {
        ask(user(2), clearing::PoolTrade{taker_, perp_, size, bound});
        return block(0).receipts.back();
    }
    [[nodiscard]] i64 inventory() const {
        return clearing::position_in(account(clearing::pool_account), perp_).size;
    }
    [[nodiscard]] Amount cash_paid(MarginAccountId id) const {
        return -Amount::units(clearing::settled_cash(machine().clearing(), account(id)).units());
    }
    MarginAccountId funder_, taker_;
    InstrumentId perp_;
};

TEST(Liquidity, ADepositEntersAtALaterPriceAndComesBackAtALaterOne) {
    PooledFloor floor;
    EXPECT_EQ(floor.account(clearing::pool_account).cash, whole(100'000));
    floor.ask(user(1), clearing::LiquidityCollect{});
    ASSERT_TRUE(floor.block(0).receipts[0].accepted());
    const Amount shares = floor.machine().state().clearing.pool_holders[0].row.shares;
    EXPECT_GT(shares, Amount());
    floor.ask(user(1), clearing::LiquidityWithdraw{shares});
    floor.ask(user(1), clearing::LiquidityCollect{});
    const auto receipts = floor.block(0).receipts;
    ASSERT_TRUE(receipts[0].accepted());
    EXPECT_EQ(receipts[1].reason(), Reject::liquidity_nothing_due);
    for (int i = 0; i < 20; ++i) floor.block();
    floor.ask(user(1), clearing::LiquidityCollect{});
    ASSERT_TRUE(floor.block(0).receipts[0].accepted());
    // All but what the dead shares are worth.
    EXPECT_LE(floor.balance(user(1), dollar), whole(100'000));
    EXPECT_GE(floor.balance(user(1), dollar), whole(100'000) - Amount::units(2'000'000));
}

TEST(Liquidity, TheTakerPaysTheQuoteAndThePoolHoldsTheOtherSide) {
    PooledFloor floor;
    EXPECT_EQ(floor.with_pool(units(10), dollars(200)).reason(), Reject::price_over_bound);
    const Cash before = floor.standing(floor.taker_).equity;
    ASSERT_TRUE(floor.with_pool(units(10), dollars(210)).accepted());
    EXPECT_EQ(floor.inventory(), -units(10));
    const Cash charge = before - floor.standing(floor.taker_).equity;
    EXPECT_GE(charge, Cash::units(units(2)));  // Half the spread of 2 000 dollars, at least.
    EXPECT_LE(charge, Cash::units(units(20)));
}

TEST(Liquidity, BeyondABudgetOnlyTheReducingSideIsQuoted) {
    PooledFloor floor;
    // 90 % of the pool's capital in delta, and more than 100 %.
    ASSERT_TRUE(floor.with_pool(units(100), dollars(300)).accepted());
    const Reject reason = floor.with_pool(units(420), dollars(300)).reason();
    EXPECT_TRUE(reason == Reject::pool_delta_budget || reason == Reject::pool_margin_budget ||
                reason == Reject::margin_under_initial)
        << name(reason);
    ASSERT_TRUE(floor.with_pool(units(-50), dollars(100)).accepted());
    EXPECT_EQ(floor.inventory(), -units(50));
}

TEST(Liquidity, ThePoolsHedgeTradesAtTheMark) {
    PooledFloor floor;
    ASSERT_TRUE(floor.with_pool(units(100), dollars(300)).accepted());
    floor.block();
    const Cash before = floor.standing(floor.taker_).equity;
    ASSERT_TRUE(floor.with_pool(units(-40), dollars(200)).accepted());
    EXPECT_EQ(count(floor.outcome(), EventKind::liquidity_hedged), 1u);
    EXPECT_EQ(floor.standing(floor.taker_).equity, before);
}

TEST(Liquidity, DepositingBeforeAKnownGainGainsNothing) {
    PooledFloor floor;
    ASSERT_TRUE(floor.with_pool(units(100), dollars(300)).accepted());  // The pool is short.
    floor.ask(user(2), clearing::MarginWithdraw{floor.taker_, dollar, whole(5'000)});
    floor.ask(user(2), clearing::LiquidityDeposit{whole(5'000)});
    const auto receipts = floor.block(0).receipts;
    ASSERT_TRUE(receipts[0].accepted()) << name(receipts[0].reason());
    ASSERT_TRUE(receipts[1].accepted());
    floor.price(ether_feed, dollars(180));  // The pool gains 2 000 before the deposit is settled.
    for (int i = 0; i < 12; ++i) floor.block();
    floor.ask(user(2), clearing::LiquidityCollect{});
    ASSERT_TRUE(floor.block(0).receipts[0].accepted());
    const auto& holders = floor.machine().state().clearing.pool_holders;
    floor.ask(user(2), clearing::LiquidityWithdraw{holders[1].row.shares});
    for (int i = 0; i < 24; ++i) floor.block();
    floor.ask(user(2), clearing::LiquidityCollect{});
    ASSERT_TRUE(floor.block(0).receipts[0].accepted());
    EXPECT_LE(floor.balance(user(2), dollar), whole(5'000));
}

}  // namespace
}  // namespace ballast::sample
