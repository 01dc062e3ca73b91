#include <ballast/support/sample_clearing.hpp>

#include <gtest/gtest.h>

namespace ballast::sample {
namespace {

using clearing::AccountRow;
using clearing::Position;

/// What must hold of the clearing house after every block, counted from the rows alone.
void expect_balanced(const engine::Machine& machine) {
    const clearing::State& state = machine.state().clearing;
    std::vector<i128> net(state.instruments.size(), 0), longs(state.instruments.size(), 0);
    std::vector<i128> claims(state.compartments.size(), 0), debt(state.compartments.size(), 0);
    for (const AccountRow& account : state.accounts.rows()) {
        const u32 compartment = account.compartment.value();
        claims[compartment] += clearing::claim(account).units();
        debt[compartment] += account.debt.units();
        for (const Position& position : account.positions) {
            net[position.instrument.value()] += position.size;
            longs[position.instrument.value()] += position.size > 0 ? position.size : 0;
        }
    }
    for (u32 id = 0; id < state.instruments.size(); ++id) {
        EXPECT_EQ(net[id], 0) << "L7, instrument " << id;
        EXPECT_EQ(longs[id], state.instruments[id].open_interest) << "instrument " << id;
    }
    i128 held = 0, booked = 0;
    for (u32 id = 0; id < state.compartments.size(); ++id) {
        const clearing::CompartmentRow& row = state.compartments[id];
        EXPECT_EQ(debt[id], row.debt.units());
        // Roundings go to the house and never to an account.
        const i128 dust = row.held.units() - row.fees.units() - claims[id];
        EXPECT_GE(dust, 0);
        EXPECT_LE(dust, 10'000);
        held += row.held.units();
        booked += clearing::book_value(row).units();
    }
    const auto& ledger = machine.state().ledger;
    EXPECT_EQ(ledger.balance(system_account::clearing, dollar).units(), held) << "L1";
    for (const auto& type : machine.state().vaults.types.rows())
        booked += vaults::book_value(type).units();
    for (const auto& row : machine.state().treasury.compartments.rows())
        booked += row.bad_debt.units();
    EXPECT_EQ(ledger.supply(dollar).units(), booked) << "L2";
}

TEST(Clearing, CashBeyondWhatThereIsIsMintedAgainstTheAccount) {
    Floor floor;
    const auto id = floor.open(whole(100));  // 20 000 dollars, of which 80 % count initially.
    floor.ask(user(0), clearing::MarginWithdraw{id, dollar, whole(16'000)});
    floor.ask(user(0), clearing::MarginWithdraw{id, dollar, Amount::units(1)});
    const auto receipts = floor.block(0).receipts;
    EXPECT_TRUE(receipts[0].accepted());
    EXPECT_EQ(receipts[1].reason(), Reject::margin_under_initial);
    EXPECT_EQ(floor.balance(user(0), dollar), whole(16'000));
    EXPECT_EQ(clearing::owed(floor.account(id), floor.compartment()), whole(16'000));
    expect_balanced(floor.machine());
    floor.ask(user(0), clearing::MarginDeposit{id, dollar, whole(16'000)});
    floor.block(0);
    EXPECT_EQ(floor.account(id).debt, Amount());
    EXPECT_EQ(floor.machine().state().ledger.supply(dollar), Amount());
    expect_balanced(floor.machine());
}

TEST(Clearing, PerpGainsAndLossesAddUpAndBecomeCash) {
    Floor floor;
    const auto a = floor.open(whole(100)), b = floor.open(whole(100));
    const auto perp = floor.list_perp();
    ASSERT_TRUE(floor.trade(a, b, {perp, units(50), dollars(200)}).accepted());
    EXPECT_EQ(floor.standing(a).equity, Cash::units(units(20'000)));
    floor.price(ether_feed, dollars(220));
    floor.block();
    // 50 * 20 gained, and 100 ether are worth 2 000 more.
    EXPECT_EQ(floor.standing(a).equity, Cash::units(units(23'000)));
    EXPECT_EQ(floor.standing(b).equity, Cash::units(units(21'000)));
    expect_balanced(floor.machine());
    // The winner's cash is not there before the loser's loss is realised.
    floor.ask(user(0), clearing::MarginWithdraw{a, dollar, whole(1'000)});
    EXPECT_EQ(floor.block(0).receipts[0].reason(), Reject::clearing_short);
    floor.ask(user(5), clearing::SettleMargin{b});
    floor.ask(user(0), clearing::MarginWithdraw{a, dollar, whole(1'000)});
    EXPECT_TRUE(floor.block(0).receipts[1].accepted());
    EXPECT_EQ(clearing::owed(floor.account(b), floor.compartment()), whole(1'000));
    expect_balanced(floor.machine());
    ASSERT_TRUE(floor.trade(b, a, {perp, units(50), dollars(220)}).accepted());
    EXPECT_TRUE(floor.account(a).positions.empty());
    EXPECT_EQ(floor.standing(a).equity, Cash::units(units(22'000)));
    expect_balanced(floor.machine());
}

TEST(Clearing, OptionsSettleByTheAverageAndWaitForIt) {
    Floor floor;
    const auto a = floor.open(whole(100)), b = floor.open(whole(100));
    const u64 expiry = (genesis_time / 3'600 + 2) * 3'600;
    const auto call = floor.list_option(pricing::Right::call, 200, expiry);
    ASSERT_TRUE(floor.trade(a, b, {call, units(10), dollars(5)}).accepted());
    EXPECT_EQ(floor.account(a).cash - clearing::owed(floor.account(a), floor.compartment()),
              -whole(50));
    floor.price(ether_feed, dollars(230));
    while (floor.machine().time() + 60 < expiry) {
        floor.block(60);
        expect_balanced(floor.machine());
    }
    floor.block(60);
    floor.block(60);
    EXPECT_TRUE(floor.account(a).positions.empty());
    EXPECT_EQ(floor.machine().state().clearing.instruments[call.value()].mark, dollars(30));
    EXPECT_EQ(floor.account(a).cash, whole(250));
    EXPECT_EQ(clearing::owed(floor.account(b), floor.compartment()), whole(250));
    expect_balanced(floor.machine());
}

TEST(Clearing, AFailedSettlementFeedDelaysAndNeverGuesses) {
    Floor floor;
    const auto a = floor.open(whole(100)), b = floor.open(whole(100));
    const u64 expiry = (genesis_time / 3'600 + 1) * 3'600;
    const auto put = floor.list_option(pricing::Right::put, 250, expiry);
    ASSERT_TRUE(floor.trade(a, b, {put, units(10), dollars(50)}).accepted());
    floor.silence(ether_feed);
    u32 delays = 0;
    while (floor.machine().time() < expiry + 1'200)
        delays += count(floor.block(60), EventKind::settlement_delayed);
    EXPECT_EQ(delays, 1u);
    EXPECT_EQ(floor.machine().state().clearing.instruments[put.value()].phase,
              clearing::Phase::expired);
    EXPECT_EQ(floor.account(a).positions.size(), 1u);
    expect_balanced(floor.machine());
}

TEST(Clearing, AFillNeedsBothSignaturesAndIsFilledOnce) {
    Floor floor;
    const auto a = floor.open(whole(100)), b = floor.open(whole(100));
    const auto perp = floor.list_perp();
    const auto good = floor.agree(a, b, {{perp, units(1), dollars(200)}});
    auto forged = good;
    forged.ticket.legs[0].price = dollars(100);
    auto swapped = good;
    std::swap(swapped.by_first, swapped.by_second);
    for (const auto& fill : {forged, swapped, good, good}) floor.ask(user(7), fill);
    const auto receipts = floor.block(0).receipts;
    EXPECT_EQ(receipts[0].reason(), Reject::bad_signature);
    EXPECT_EQ(receipts[1].reason(), Reject::bad_signature);
    EXPECT_TRUE(receipts[2].accepted());
    EXPECT_EQ(receipts[3].reason(), Reject::ticket_used);
    EXPECT_EQ(clearing::position_in(floor.account(a), perp).size, units(1));
    expect_balanced(floor.machine());
}

TEST(Clearing, SeveralLegsAreFilledTogetherOrNotAtAll) {
    Floor floor;
    const auto a = floor.open(whole(10)), b = floor.open(whole(100));
    const auto perp = floor.list_perp();
    const u64 expiry = (genesis_time / 3'600 + 24) * 3'600;
    const auto call = floor.list_option(pricing::Right::call, 200, expiry);
    floor.ask(
        user(0),
        floor.agree(a, b, {{perp, units(10), dollars(200)}, {call, units(-1'000), dollars(5)}}));
    EXPECT_EQ(floor.block(0).receipts[0].reason(), Reject::margin_under_initial);
    EXPECT_TRUE(floor.account(a).positions.empty());
    // A short call against a long perp needs less than either alone.
    floor.ask(user(0),
              floor.agree(a, b, {{perp, units(20), dollars(200)}, {call, units(-20), dollars(5)}}));
    EXPECT_TRUE(floor.block(0).receipts[0].accepted());
    EXPECT_EQ(floor.account(a).positions.size(), 2u);
    expect_balanced(floor.machine());
}

TEST(Clearing, AnUnhealthyAccountIsAuctionedAndAKeeperTakesWhatRestoresIt) {
    Floor floor;
    const auto a = floor.open(whole(20)), b = floor.open(whole(500));
    const auto keeper = floor.open(whole(500));
    const auto perp = floor.list_perp();
    ASSERT_TRUE(floor.trade(a, b, {perp, units(70), dollars(200)}).accepted());
    floor.price(ether_feed, dollars(178));
    ASSERT_EQ(count(floor.block(), EventKind::account_auction_started), 1u);
    EXPECT_LT(floor.standing(a).maintenance, Cash());
    floor.block(600);
    const clearing::TakePortfolio take{0, keeper, {{1, 1}, Cash::units(units(100'000))}};
    floor.ask(user(2), take);
    ASSERT_TRUE(floor.block(0).receipts[0].accepted())
        << name(floor.outcome().receipts[0].reason());
    EXPECT_GE(floor.standing(a).maintenance, Cash());
    EXPECT_GT(clearing::position_in(floor.account(keeper), perp).size, 0);
    EXPECT_GT(clearing::position_in(floor.account(a), perp).size, 0);
    EXPECT_FALSE(floor.account(a).in_auction);
    expect_balanced(floor.machine());
}

TEST(Clearing, WhatNobodyTakesWalksDownTheLayers) {
    engine::Genesis genesis = cleared_market();
    genesis.treasury.compartments[1].loss_out_max = Amount();
    Floor floor(genesis);
    const auto a = floor.open(whole(20)), b = floor.open(whole(500));
    const auto perp = floor.list_perp();
    ASSERT_TRUE(floor.trade(a, b, {perp, units(70), dollars(200)}).accepted());
    floor.price(ether_feed, dollars(120));  // 70 * 80 lost against 20 * 120 of collateral.
    u32 hit = 0;
    for (u32 i = 0; i < 400 && !floor.account(a).positions.empty(); ++i) {
        hit += count(floor.block(60), EventKind::position_deleveraged);
        expect_balanced(floor.machine());
    }
    EXPECT_EQ(hit, 1u);
    EXPECT_TRUE(floor.account(a).positions.empty());
    EXPECT_TRUE(floor.account(b).positions.empty());
    // The other side bears the 3 200 that were not there.
    EXPECT_NEAR(static_cast<double>(floor.standing(b).equity.units()) / amount_one,
                500 * 120 + 70 * 80 - 3'200, 0.001);
    expect_balanced(floor.machine());
}

}  // namespace
}  // namespace ballast::sample
