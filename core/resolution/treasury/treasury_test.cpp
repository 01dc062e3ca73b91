#include <ballast/treasury/treasury.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace ballast::treasury {
namespace {

constexpr AssetId dollar{0};
constexpr AssetId ether{1};
constexpr AssetId vote{2};
constexpr VaultTypeId first{0};
constexpr VaultTypeId second{1};

Amount units(i128 count) {
    return Amount::units(count);
}

Event event(EventKind kind, u32 compartment, i128 amount, Layer layer = Layer::reserve) {
    return {kind, compartment, system_account::issuer, dollar, amount, static_cast<u8>(layer)};
}

// Two compartments of the dollar: the first keeps a fifth of its income up to 1000 and may let out
// 500; the second keeps nothing and may let out nothing.
struct Room {
    Terms terms{{{dollar, Ratio::units(ratio_one / 5), units(1000), units(500)},
                 {dollar, Ratio::units(0), units(0), units(0)}},
                {{dollar, vote, units(10'000), units(1000), units(300)}}};
    State state;
    ledger::Ledger ledger{3};
    Events events;

    Room() { open_compartments(terms, state); }

    void income(VaultTypeId compartment, i128 amount) {
        ledger.post({system_account::issuer, system_account::surplus, dollar, units(amount)});
        collect(terms, state, ledger, {compartment, units(amount)}, events);
    }
    /// Units come into circulation and are then owed by nobody.
    Waterfall lose(VaultTypeId compartment, i128 amount) {
        if (ledger.accounts() == system_accounts) ledger.open();
        ledger.post({system_account::issuer, AccountId(system_accounts), dollar, units(amount)});
        return cover_loss(terms, state, ledger, {compartment, units(amount)}, events);
    }
    [[nodiscard]] const CompartmentRow& row(VaultTypeId compartment) const {
        return state.compartments[compartment.value()];
    }
    [[nodiscard]] Amount held(AccountId account) const { return ledger.balance(account, dollar); }
};

TEST(Treasury, IncomeIsSharedUpToTheTarget) {
    Room room;
    room.income(first, 4001);
    EXPECT_EQ(room.row(first).reserve, units(800));  // A fifth, rounded down.
    EXPECT_EQ(room.held(system_account::surplus), units(3201));
    EXPECT_EQ(room.events, (Events{event(EventKind::reserve_funded, 0, 800)}));
    room.income(first, 4001);
    EXPECT_EQ(room.row(first).reserve, units(1000));
    EXPECT_EQ(room.held(system_account::reserve), units(1000));
    room.events.clear();
    room.income(first, 4001);
    room.income(second, 4001);
    EXPECT_EQ(room.held(system_account::reserve), units(1000));
    EXPECT_TRUE(room.events.empty());
}

TEST(Treasury, ACostIsChargedToTheReserveThenLetOutAndTold) {
    Room room;
    room.income(first, 4001);
    room.events.clear();
    EXPECT_EQ(chargeable(room.terms, room.state, first), units(1300));
    charge(room.terms, room.state, room.ledger, {first, units(1000)}, room.events);
    EXPECT_EQ(room.row(first).reserve, units(0));
    EXPECT_EQ(room.row(first).loss_let_out, units(200));
    EXPECT_EQ(room.held(system_account::reserve), units(0));
    EXPECT_EQ(room.events,
              (Events{{EventKind::cost_charged, 0, system_account::issuer, dollar, 800, 200}}));
    EXPECT_EQ(chargeable(room.terms, room.state, first), units(300));
    room.events.clear();
    charge(room.terms, room.state, room.ledger, {first, units(0)}, room.events);
    EXPECT_TRUE(room.events.empty());
}

TEST(Treasury, LossWalksDownTheLayersInOrder) {
    Room room;
    room.income(first, 5000);
    room.income(second, 5000);
    const Amount supply = room.ledger.supply(dollar);
    room.events.clear();
    EXPECT_EQ(room.lose(first, 1700), (Waterfall{units(1000), units(500), units(200)}));
    EXPECT_EQ(room.events, (Events{event(EventKind::loss_arose, 0, 1700),
                                   event(EventKind::loss_from_reserve, 0, 1000),
                                   event(EventKind::loss_from_surplus, 0, 500),
                                   event(EventKind::loss_booked, 0, 200)}));
    // 1700 more came into circulation, 1500 were destroyed: the difference is booked (L2).
    EXPECT_EQ(room.ledger.supply(dollar), supply + units(200));
    EXPECT_EQ(bad_debt(room.terms, room.state, dollar), units(200));
    EXPECT_EQ(room.row(first).loss_let_out, units(500));
    EXPECT_EQ(room.held(system_account::reserve), units(0));
    EXPECT_EQ(room.held(system_account::surplus), units(8500));
}

TEST(Treasury, NothingHappensWithoutALoss) {
    Room room;
    EXPECT_EQ(room.lose(first, 0), Waterfall{});
    EXPECT_TRUE(room.events.empty());
}

TEST(Treasury, L10_ClosedCompartmentKeepsItsLoss) {
    Room room;
    room.income(first, 5000);
    EXPECT_EQ(room.lose(second, 700), (Waterfall{units(0), units(0), units(700)}));
    heal(room.terms, room.state, room.ledger, room.events);
    EXPECT_EQ(room.row(second).bad_debt, units(700));
    EXPECT_EQ(room.held(system_account::surplus), units(4000));
    EXPECT_EQ(room.row(first).reserve, units(1000));
}

TEST(Treasury, IncomePaysBadDebtFirst) {
    Room room;
    EXPECT_EQ(room.lose(second, 700), (Waterfall{units(0), units(0), units(700)}));
    room.income(second, 300);
    EXPECT_EQ(room.row(second).reserve, units(300));
    room.events.clear();
    heal(room.terms, room.state, room.ledger, room.events);
    EXPECT_EQ(room.events, (Events{event(EventKind::bad_debt_paid, 1, 300, Layer::reserve)}));
    room.income(second, 900);
    EXPECT_EQ(room.row(second).reserve, units(400));
    heal(room.terms, room.state, room.ledger, room.events);
    EXPECT_EQ(room.row(second).bad_debt, units(0));
    EXPECT_EQ(room.row(second).healed_by_reserve, units(700));
    EXPECT_EQ(room.held(system_account::surplus), units(500));
}

TEST(Treasury, PayingBackOpensTheLimitAgain) {
    Room room;
    room.income(second, 10'000);
    EXPECT_EQ(room.lose(first, 600), (Waterfall{units(0), units(500), units(100)}));
    heal(room.terms, room.state, room.ledger, room.events);
    EXPECT_EQ(room.row(first).bad_debt, units(100));
    // 100 go to the bad debt, 200 pay back what was let out.
    room.income(first, 300);
    EXPECT_EQ(room.row(first).reserve, units(100));
    EXPECT_EQ(room.row(first).loss_let_out, units(300));
    heal(room.terms, room.state, room.ledger, room.events);
    EXPECT_EQ(room.row(first).bad_debt, units(0));
    EXPECT_EQ(room.lose(first, 600), (Waterfall{units(0), units(200), units(400)}));
}

TEST(Treasury, SurplusHealsWithinTheLimit) {
    Room room;
    EXPECT_EQ(room.lose(first, 800), (Waterfall{units(0), units(0), units(800)}));
    room.income(second, 10'000);
    room.events.clear();
    heal(room.terms, room.state, room.ledger, room.events);
    EXPECT_EQ(room.events, (Events{event(EventKind::bad_debt_paid, 0, 500, Layer::surplus)}));
    EXPECT_EQ(room.row(first).bad_debt, units(300));
    EXPECT_EQ(room.row(first).healed_by_surplus, units(500));
}

TEST(Treasury, RecapitalisationIsDueByTheLot) {
    Room room;
    room.lose(second, 299);
    const auto due = [&](i128 at_auction) {
        return recapitalisation_due(room.terms, room.state, dollar, units(at_auction));
    };
    EXPECT_FALSE(due(0));
    room.lose(first, 301);
    ASSERT_TRUE(due(0));
    EXPECT_EQ(due(0)->raise, units(300));
    EXPECT_EQ(due(0)->governance, vote);
    EXPECT_TRUE(due(300));
    EXPECT_FALSE(due(301));
    EXPECT_FALSE(recapitalisation_due(room.terms, room.state, ether, units(0)));
    room.terms.synthetics[0].governance.reset();
    EXPECT_FALSE(due(0));
}

TEST(Treasury, RecapitalisationPaysInOrderAndKeepsTheRest) {
    Room room;
    room.lose(second, 200);
    room.lose(first, 150);
    room.events.clear();
    const AccountId buyer(system_accounts);
    book_recapitalisation(room.terms, room.state, room.ledger, {dollar, units(250), buyer},
                          room.events);
    EXPECT_EQ(room.events,
              (Events{event(EventKind::bad_debt_paid, 0, 150, Layer::recapitalisation),
                      event(EventKind::bad_debt_paid, 1, 100, Layer::recapitalisation)}));
    EXPECT_EQ(room.ledger.supply(dollar), bad_debt(room.terms, room.state, dollar));
    book_recapitalisation(room.terms, room.state, room.ledger, {dollar, units(100), buyer},
                          room.events);
    EXPECT_EQ(bad_debt(room.terms, room.state, dollar), units(0));
    EXPECT_EQ(room.held(system_account::surplus), units(0));
}

TEST(Treasury, ProceedsWithoutBadDebtAreSurplus) {
    Room room;
    room.lose(second, 100);
    room.income(second, 100);
    heal(room.terms, room.state, room.ledger, room.events);
    book_recapitalisation(room.terms, room.state, room.ledger,
                          {dollar, units(40), AccountId(system_accounts)}, room.events);
    EXPECT_EQ(room.held(system_account::surplus), units(40));
}

TEST(Treasury, SurplusAuctionIsDueAboveTheTarget) {
    Room room;
    const auto due = [&] {
        return surplus_auction_due(room.terms, room.state, room.ledger, dollar);
    };
    room.income(second, 10'999);
    EXPECT_FALSE(due());
    room.income(second, 1);
    ASSERT_TRUE(due());
    EXPECT_EQ(due()->sell, units(1000));
    EXPECT_EQ(due()->governance, vote);
    room.lose(second, 1);
    EXPECT_FALSE(due());
    EXPECT_FALSE(surplus_auction_due(room.terms, room.state, room.ledger, ether));
}

struct BadTerms {
    std::string key;
    void (*spoil)(Terms&);
};

TEST(Treasury, TermsAreValidated) {
    const Terms good = Room().terms;
    EXPECT_FALSE(validate(good, 3));
    EXPECT_FALSE(validate(Terms{}, 3));
    for (const BadTerms& bad : {
             BadTerms{"compartments[1].synthetic",
                      [](Terms& t) { t.compartments[1].synthetic = ether; }},
             BadTerms{
                 "compartments[0].reserve_share",
                 [](Terms& t) { t.compartments[0].reserve_share = Ratio::units(ratio_one + 1); }},
             BadTerms{"compartments[0].reserve_target",
                      [](Terms& t) { t.compartments[0].reserve_target = units(-1); }},
             BadTerms{
                 "compartments[0].loss_out_max",
                 [](Terms& t) { t.compartments[0].loss_out_max = limits::supply_max + units(1); }},
             BadTerms{"synthetics[1].asset",
                      [](Terms& t) { t.synthetics.push_back(t.synthetics[0]); }},
             BadTerms{"synthetics[0].asset", [](Terms& t) { t.synthetics[0].asset = AssetId(3); }},
             BadTerms{"synthetics[0].governance",
                      [](Terms& t) { t.synthetics[0].governance = AssetId(3); }},
             BadTerms{"synthetics[0].governance",
                      [](Terms& t) { t.synthetics[0].governance = dollar; }},
             BadTerms{"synthetics[0].surplus_target",
                      [](Terms& t) { t.synthetics[0].surplus_target = units(-1); }},
             BadTerms{"synthetics[0].surplus_lot",
                      [](Terms& t) { t.synthetics[0].surplus_lot = units(0); }},
             BadTerms{"synthetics[0].recapitalisation_lot",
                      [](Terms& t) { t.synthetics[0].recapitalisation_lot = units(0); }},
         }) {
        Terms terms = good;
        bad.spoil(terms);
        const auto fault = validate(terms, 3);
        ASSERT_TRUE(fault) << bad.key;
        EXPECT_EQ(fault->key, bad.key);
    }
}

}  // namespace
}  // namespace ballast::treasury
