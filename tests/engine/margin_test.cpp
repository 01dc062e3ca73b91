#include <ballast/support/sample_clearing.hpp>

#include <gtest/gtest.h>

namespace ballast::sample {
namespace {

constexpr CompartmentId isolated{1};

TEST(Margin, GreeksAreBoundedBeforeTheTradeAndWatchedAfterIt) {
    engine::Genesis genesis = cleared_market();
    genesis.clearing.compartments[0].account_limits.delta = Cash::units(units(4'000));
    Floor floor(genesis);
    const auto a = floor.open(whole(100)), b = floor.open(whole(100));
    const auto perp = floor.list_perp();
    EXPECT_EQ(floor.trade(a, b, {perp, units(21), dollars(200)}).reason(),
              Reject::greeks_over_limit);
    EXPECT_TRUE(floor.trade(a, b, {perp, units(20), dollars(200)}).accepted());
    floor.price(ether_feed, dollars(201));
    EXPECT_EQ(count(floor.block(), EventKind::greeks_over_limit), 2u);
    EXPECT_EQ(count(floor.block(), EventKind::greeks_over_limit), 0u);
    EXPECT_EQ(floor.trade(a, b, {perp, units(1), dollars(201)}).reason(),
              Reject::greeks_over_limit);
    EXPECT_TRUE(floor.trade(a, b, {perp, units(-1), dollars(201)}).accepted());
}

TEST(Margin, ACompartmentsOpenInterestIsBoundedInGreeksToo) {
    engine::Genesis genesis = cleared_market();
    genesis.clearing.compartments[0].compartment_limits.delta = Cash::units(units(5'000));
    Floor floor(genesis);
    const auto a = floor.open(whole(100)), b = floor.open(whole(100));
    const auto c = floor.open(whole(100));
    const auto perp = floor.list_perp();
    ASSERT_TRUE(floor.trade(a, b, {perp, units(20), dollars(200)}).accepted());
    EXPECT_EQ(floor.trade(c, b, {perp, units(6), dollars(200)}).reason(),
              Reject::greeks_over_limit);
    // A position that changes hands adds nothing.
    EXPECT_TRUE(floor.trade(c, a, {perp, units(6), dollars(200)}).accepted());
    EXPECT_TRUE(floor.trade(c, b, {perp, units(5), dollars(200)}).accepted());
    floor.price(ether_feed, dollars(210));
    EXPECT_EQ(count(floor.block(), EventKind::compartment_greeks), 1u);
    EXPECT_EQ(count(floor.block(), EventKind::compartment_greeks), 0u);
}

TEST(Margin, TheFirstBlockOfTheFirstAccountIsLikeAnyOther) {
    Floor floor;
    floor.ask(user(0), clearing::OpenMargin{cross, Signer(0).key()});
    floor.ask(user(0), clearing::MarginDeposit{MarginAccountId{0}, ether, whole(10)});
    floor.ask(user(0), clearing::MarginWithdraw{MarginAccountId{0}, dollar, whole(100)});
    for (const engine::Receipt& receipt : floor.block().receipts) EXPECT_TRUE(receipt.accepted());
}

TEST(Margin, ASwitchOfModelsLiquidatesNobodyDuringItsGrace) {
    engine::Genesis genesis = cleared_market();
    margin::Model harsh = plain_model();
    harsh.name = "harsh";
    std::get<scenario::Terms>(harsh.terms).maintenance_factor = percent(200);
    std::get<scenario::Terms>(harsh.terms).initial_factor = percent(200);
    genesis.clearing.models.push_back(harsh);
    genesis.clearing.governor = user(7);
    genesis.clearing.ramp_min = 600;
    Floor floor(genesis);
    const auto a = floor.open(whole(20)), b = floor.open(whole(500));
    const auto perp = floor.list_perp();
    ASSERT_TRUE(floor.trade(a, b, {perp, units(60), dollars(200)}).accepted());
    const u64 height = floor.machine().height() + 2;
    floor.ask(user(6), clearing::SwitchModel{cross, 1, height, 3'600});
    floor.ask(user(7), clearing::SwitchModel{cross, 1, height, 599});
    floor.ask(user(7), clearing::SwitchModel{cross, 1, height, 3'600});
    const auto receipts = floor.block().receipts;
    EXPECT_EQ(receipts[0].reason(), Reject::not_owner);
    EXPECT_EQ(receipts[1].reason(), Reject::ramp_too_short);
    ASSERT_TRUE(receipts[2].accepted());
    // Who would be liquidated, said before anybody is.
    const auto fallen = clearing::would_fall(floor.machine().clearing(), cross, 1);
    ASSERT_EQ(fallen.size(), 1u);
    EXPECT_EQ(fallen[0].account, a);
    EXPECT_GE(fallen[0].before.maintenance, Cash());
    EXPECT_LT(fallen[0].after.maintenance, Cash());
    const Cash maintenance = floor.standing(a).maintenance;
    Cash last = maintenance;
    floor.block();
    EXPECT_EQ(floor.standing(a).maintenance, maintenance);  // The grace begins with the old one.
    EXPECT_LT(floor.standing(a).initial, Cash());           // New risk must satisfy both.
    u32 started = 0;
    while (floor.machine().state().clearing.compartments[0].model == 0) {
        started += count(floor.block(600), EventKind::account_auction_started);
        EXPECT_LE(floor.standing(a).maintenance, last);
        last = floor.standing(a).maintenance;
        if (started > 0) break;
    }
    EXPECT_EQ(started, 1u);  // Once the blend has fallen under zero, well after the switch.
    EXPECT_GT(floor.machine().height(), height + 1);
}

/// A market of its own, all of whose open interest is in one liquidation.
TEST(Margin, AllOpenInterestOfAnIsolatedMarketInOneLiquidation) {
    engine::Genesis genesis = cleared_market();
    clearing::CompartmentTerms own = plain_compartment();
    own.name = "isolated";
    genesis.clearing.compartments.push_back(own);
    genesis.treasury.compartments.push_back({dollar, percent(50), whole(1'000), Amount()});
    Floor floor(genesis);
    const auto cross_account = floor.open(whole(100));
    const auto a = floor.open(whole(20), isolated), b = floor.open(whole(20), isolated);
    risk::Series series;
    series.kind = kind::perp;
    series.period = 8 * 3'600;
    const auto perp = floor.list(series, isolated);
    ASSERT_TRUE(floor.trade(a, b, {perp, units(60), dollars(200)}).accepted());
    floor.price(ether_feed, dollars(100));
    for (u32 i = 0; i < 400; ++i) floor.block(60);
    const auto& row = floor.machine().state().clearing.instruments[perp.value()];
    EXPECT_EQ(row.open_interest, 0);
    EXPECT_TRUE(floor.account(a).positions.empty());
    EXPECT_TRUE(floor.account(b).positions.empty());
    // Both accounts' 4 000 dollars of ether, and nobody else's, stand for the loss (L10).
    EXPECT_EQ(floor.standing(cross_account).equity, Cash::units(units(10'000)));
    const Cash left = floor.standing(a).equity + floor.standing(b).equity;
    EXPECT_LE(left, Cash::units(units(4'000)));
    EXPECT_GE(floor.standing(a).equity, Cash());
    EXPECT_GE(floor.standing(b).equity, Cash());
    // The market goes on for who has something to stand for it.
    const auto c = floor.open(whole(10), isolated), d = floor.open(whole(10), isolated);
    EXPECT_TRUE(floor.trade(c, d, {perp, units(1), dollars(100)}).accepted());
}

TEST(Margin, EverlastingFundingIsThePremiumPerPeriodAccruedPerBlock) {
    Floor floor;
    const auto a = floor.open(whole(100)), b = floor.open(whole(100));
    risk::Series series;
    series.kind = kind::everlasting;
    series.right = pricing::Right::call;
    series.strike = dollars(200);
    series.period = 86'400;
    const auto call = floor.list(series);
    const Price mark = floor.machine().state().clearing.instruments[call.value()].mark;
    ASSERT_TRUE(floor.trade(a, b, {call, units(100), mark}).accepted());
    const Cash before = floor.standing(a).equity, other = floor.standing(b).equity;
    for (int i = 0; i < 60; ++i) floor.block(12);
    // 720 seconds of a day, of a payoff of zero at the money.
    const double paid = static_cast<double>((before - floor.standing(a).equity).units());
    EXPECT_NEAR(paid, 100.0 * static_cast<double>(mark.units()) * 720 / 86'400, 1'000);
    EXPECT_NEAR(static_cast<double>((floor.standing(b).equity - other).units()), paid, 1'000);
}

TEST(Margin, NewRiskNeedsLivePricesAndReducingItDoesNot) {
    Floor floor;
    const auto a = floor.open(whole(100)), b = floor.open(whole(100));
    const auto perp = floor.list_perp();
    ASSERT_TRUE(floor.trade(a, b, {perp, units(10), dollars(200)}).accepted());
    floor.silence(ether_feed);
    for (int i = 0; i < 400; ++i) floor.block(60);
    const Reject reason = floor.trade(a, b, {perp, units(1), dollars(200)}).reason();
    EXPECT_TRUE(reason == Reject::feed_halted || reason == Reject::feed_degraded);
    floor.ask(user(0), clearing::MarginWithdraw{a, ether, whole(1)});
    EXPECT_FALSE(floor.block(0).receipts[0].accepted());
}

}  // namespace
}  // namespace ballast::sample
