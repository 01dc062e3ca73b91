#include <ballast/auctions/auctions.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ballast::auctions {
namespace {

constexpr AssetId usd{0};
constexpr AssetId eth{1};
constexpr AssetId btc{2};
constexpr AssetId token{3};
constexpr u64 noon = 1'584'014'400;

Amount amount(i64 whole) {
    return Amount::units(i128{whole} * amount_one);
}
Ray price(u64 whole) {
    return Ray::units(ray_one * whole);
}

// The room over a ledger, with one owner and two keepers of a million dollars each.
struct Room {
    State state;
    ledger::Ledger ledger{4};
    Events events;
    AccountId owner = ledger.open();
    AccountId keeper = ledger.open();
    AccountId rival = ledger.open();
    AuctionTerms terms;

    Room() {
        terms.curve.kind = CurveKind::linear;
        terms.curve.duration_seconds = 1000;
        terms.buffer = Ratio::units(ratio_one);
        terms.tail_seconds = 800;
        terms.cusp = Ratio::units(300'000'000);
        terms.penalty = Ratio::units(100'000'000);
        terms.remainder_min = amount(22);
        terms.restarts_max = 2;
        mint(keeper, usd, amount(1'000'000));
        mint(rival, usd, amount(1'000'000));
    }
    void mint(AccountId to, AssetId asset, Amount how_much) {
        ledger.post({system_account::issuer, to, asset, how_much});
    }
    Amount held(AccountId who, AssetId asset) const { return ledger.balance(who, asset); }

    // Clip.t.sol's auction: a lot of 40 at a top of 5 for a debt of 100 with a penalty of 10 %.
    AuctionId sell(Start start) {
        for (const LotPart& part : start.lot.assets())
            mint(system_account::auctions, part.asset, part.amount);
        return auctions::start(state, start, noon, events);
    }
    Start clip() const {
        Start start;
        start.type = VaultTypeId(2);
        start.vault = VaultId(7);
        start.owner = owner;
        start.pay_asset = usd;
        start.lot.add(eth, amount(40));
        start.lot_units = static_cast<u128>(amount(40).units());
        start.debt = amount(100);
        start.tab = tab_of(terms, start.debt);
        start.top = price(5);
        return start;
    }
    Result<TakePlan> check(AuctionId id, Amount pay_max, Ray price_max, u64 now) const {
        return check_take(terms, state, ledger, {keeper, {id, pay_max, price_max}}, now);
    }
    TakeOutcome take(AuctionId id, Amount pay_max, u64 now) {
        const auto plan = check(id, pay_max, price(1'000'000), now);
        BALLAST_ASSERT(plan);
        return apply_take(state, ledger, *plan, events);
    }
};

i64 whole(Amount value) {
    return static_cast<i64>(value.units() / amount_one);
}

TEST(Auctions, ATakeOfTheWholeTabEndsIt) {
    Room room;
    const AuctionId id = room.sell(room.clip());
    EXPECT_EQ(whole(at_auction(room.state, VaultTypeId(2)).debt), 100);
    EXPECT_EQ(whole(at_auction(room.state, usd).tab), 110);
    EXPECT_EQ(room.state.open.get(), std::vector<AuctionId>{id});

    const Amount supply = room.ledger.supply(usd);
    const TakeOutcome outcome = room.take(id, amount(500), noon);
    EXPECT_TRUE(outcome.ended);
    EXPECT_EQ(whole(outcome.paid), 110);
    EXPECT_EQ(whole(outcome.covered), 100);
    EXPECT_EQ(whole(outcome.penalty), 10);
    EXPECT_TRUE(outcome.uncovered.zero());
    EXPECT_EQ(whole(supply - room.ledger.supply(usd)), 100) << "the principal is destroyed";
    EXPECT_EQ(whole(room.held(system_account::surplus, usd)), 10);
    EXPECT_EQ(whole(room.held(room.keeper, eth)), 22);
    EXPECT_EQ(whole(room.held(room.owner, eth)), 18);
    EXPECT_TRUE(room.held(system_account::auctions, eth).zero());
    EXPECT_TRUE(room.state.open.get().empty());
    EXPECT_TRUE(at_auction(room.state, VaultTypeId(2)).tab.zero());
    EXPECT_EQ(room.events.back().kind, EventKind::auction_ended);
}

TEST(Auctions, ThePriceFallsWithTime) {
    Room room;
    const AuctionId id = room.sell(room.clip());
    const Auction& auction = room.state.rows[id.value()];
    EXPECT_EQ(*price_now(room.terms, auction, noon), price(5));
    EXPECT_EQ(*price_now(room.terms, auction, noon + 600), price(2));
    EXPECT_EQ(price_now(room.terms, auction, noon + 1000)->units(), 0u);
}

TEST(Auctions, AnExhaustedLotLeavesUncoveredDebt) {
    Room room;
    const AuctionId id = room.sell(room.clip());
    const TakeOutcome outcome = room.take(id, amount(500), noon + 600);
    EXPECT_TRUE(outcome.ended);
    EXPECT_EQ(whole(outcome.paid), 80);
    EXPECT_EQ(whole(outcome.uncovered), 20);
    EXPECT_TRUE(outcome.penalty.zero()) << "principal comes before penalty";
    EXPECT_TRUE(at_auction(room.state, usd).debt.zero());
    EXPECT_EQ(room.events.back().amount, amount(20).units());
}

TEST(Auctions, APartLeavesTheSmallestRemainder) {
    Room room;
    const AuctionId id = room.sell(room.clip());
    const TakeOutcome outcome = room.take(id, amount(90), noon);
    EXPECT_FALSE(outcome.ended);
    EXPECT_EQ(whole(outcome.paid), 88);
    EXPECT_EQ(whole(room.state.rows[id.value()].tab), 22);
    EXPECT_EQ(whole(at_auction(room.state, usd).debt), 12);
    EXPECT_EQ(whole(at_auction(room.state, usd).tab), 22);
}

TEST(Auctions, EveryRejection) {
    Room room;
    const AuctionId id = room.sell(room.clip());
    const AuctionId ended = room.sell(room.clip());
    end(room.state, ended, room.events);
    const AuctionId standing = start_in_place(
        room.state, {VaultTypeId(0), VaultId(1), room.owner, usd, amount(5)}, noon, room.events);
    const auto why = [&](AuctionId which, Amount pay, u64 seconds, Ray price_max = price(9)) {
        const auto plan = room.check(which, pay, price_max, noon + seconds);
        return plan ? Reject{} : plan.error();
    };
    EXPECT_EQ(why(id, Amount(), 0), Reject::amount_not_positive);
    EXPECT_EQ(why(id, limits::amount_max + Amount::units(1), 0), Reject::amount_over_limit);
    EXPECT_EQ(why(AuctionId(9), amount(1), 0), Reject::unknown_auction);
    EXPECT_EQ(why(standing, amount(1), 0), Reject::unknown_auction);
    EXPECT_EQ(why(ended, amount(1), 0), Reject::auction_over);
    EXPECT_EQ(why(id, amount(1), 801), Reject::auction_needs_restart);
    EXPECT_EQ(why(id, amount(1), 701), Reject::auction_needs_restart) << "under the cusp";
    EXPECT_EQ(why(id, amount(50), 0, price(4)), Reject::auction_price_over_limit);
    EXPECT_EQ(why(id, Amount::units(4), 0), Reject::amount_not_positive) << "less than one unit";
    EXPECT_EQ(why(id, amount(50), 0, price(5)), Reject{}) << "the price is accepted";
    room.ledger.post({room.keeper, room.rival, usd, room.held(room.keeper, usd) - amount(30)});
    EXPECT_EQ(why(id, amount(50), 0), Reject::insufficient_balance);
    room.take(id, amount(30), noon);
    room.ledger.post({room.rival, room.keeper, usd, amount(1000)});
    room.take(id, amount(60), noon);
    EXPECT_EQ(why(id, amount(20), 0), Reject::auction_leaves_dust);
}

TEST(Auctions, ABasketIsSoldInSlicesOfAll) {
    Room room;
    Start start = room.clip();
    start.lot = Lot{};
    start.lot.add(eth, amount(3));
    start.lot.add(btc, Amount::units(7));
    start.lot_units = static_cast<u128>(amount(200).units());
    start.top = price(1);
    const AuctionId id = room.sell(start);
    room.take(id, amount(50), noon);
    EXPECT_EQ(room.held(room.keeper, eth), Amount::units(75'000'000));
    EXPECT_EQ(room.held(room.keeper, btc), Amount::units(1)) << "1.75 down";
    const TakeOutcome last = room.take(id, amount(500), noon);
    EXPECT_TRUE(last.ended);
    EXPECT_EQ(room.held(room.keeper, btc) + room.held(room.owner, btc), Amount::units(7));
    EXPECT_EQ(room.held(room.keeper, eth), Amount::units(165'000'000));
}

TEST(Auctions, TheTakerOfTheLastUnitTakesEverything) {
    Room room;
    Start start = room.clip();
    start.lot = Lot{};
    start.lot.add(btc, Amount::units(1));
    start.top = Ray::units(ray_one / 10);
    const AuctionId id = room.sell(start);
    const TakeOutcome outcome = room.take(id, amount(500), noon);
    EXPECT_TRUE(outcome.ended);
    EXPECT_EQ(room.held(room.keeper, btc), Amount::units(1));
    EXPECT_EQ(whole(outcome.uncovered), 96);
}

TEST(Auctions, RewardsFollowTheShareOfTheTab) {
    Room room;
    room.terms.tip = amount(11);
    room.terms.chip = Ratio::units(20'000'000);
    room.mint(system_account::surplus, usd, amount(5));
    const AuctionId id = room.sell(room.clip());
    TakeOutcome outcome = room.take(id, amount(20), noon);
    EXPECT_EQ(outcome.reward, Amount::units(240'000'000)) << "11 * 20 / 110 + 0.02 * 20";
    outcome = room.take(id, amount(500), noon);
    EXPECT_EQ(outcome.reward, Amount::units(1'080'000'000)) << "11 * 90 / 110 + 0.02 * 90";
    EXPECT_EQ(room.held(system_account::surplus, usd), amount(15) - Amount::units(1'320'000'000));
}

TEST(Auctions, RewardsStopAtTheSurplus) {
    Room room;
    room.terms.tip = amount(11);
    const AuctionId id = room.sell(room.clip());
    EXPECT_TRUE(room.take(id, amount(20), noon).reward.zero());
    EXPECT_EQ(room.take(id, amount(500), noon).reward, amount(9)) << "its penalty came in first";
}

TEST(Auctions, SurplusIsSoldForTokensThatAreDestroyed) {
    Room room;
    room.mint(room.keeper, token, amount(1000));
    Start start;
    start.kind = AuctionKind::surplus;
    start.owner = system_account::surplus;
    start.pay_asset = token;
    start.lot.add(usd, amount(500));
    start.lot_units = static_cast<u128>(amount(500).units());
    start.top = price(2);
    const AuctionId id = room.sell(start);
    const TakeOutcome part = room.take(id, amount(200), noon);
    EXPECT_FALSE(part.ended);
    const TakeOutcome rest = room.take(id, amount(1000), noon + 500);
    EXPECT_TRUE(rest.ended);
    EXPECT_EQ(whole(rest.paid), 400);
    EXPECT_TRUE(rest.covered.zero() && rest.penalty.zero() && rest.uncovered.zero());
    EXPECT_EQ(whole(room.ledger.supply(token)), 400);
    EXPECT_EQ(whole(room.held(room.keeper, usd)), 1'000'500);
    EXPECT_TRUE(at_auction(room.state, token).tab.zero()) << "no debt is at auction";
}

TEST(Auctions, RecapitalisationPaysBadDebtAndDestroysWhatIsUnsold) {
    Room room;
    Start start;
    start.kind = AuctionKind::recapitalisation;
    start.owner = system_account::issuer;
    start.pay_asset = usd;
    start.lot.add(token, amount(100));
    start.lot_units = static_cast<u128>(amount(100).units());
    start.debt = start.tab = amount(300);
    start.top = price(10);
    const AuctionId id = room.sell(start);
    EXPECT_TRUE(at_auction(room.state, usd).debt.zero()) << "it stays booked as bad debt";
    const Amount supply = room.ledger.supply(usd);
    const TakeOutcome outcome = room.take(id, amount(5000), noon);
    EXPECT_TRUE(outcome.ended);
    EXPECT_EQ(whole(outcome.covered), 300);
    EXPECT_EQ(whole(supply - room.ledger.supply(usd)), 300);
    EXPECT_EQ(whole(room.held(room.keeper, token)), 30);
    EXPECT_EQ(whole(room.ledger.supply(token)), 30);
}

TEST(Auctions, RecapitalisationReportsNoLossTwice) {
    Room room;
    Start start;
    start.kind = AuctionKind::recapitalisation;
    start.pay_asset = usd;
    start.lot.add(token, amount(10));
    start.lot_units = static_cast<u128>(amount(10).units());
    start.debt = start.tab = amount(300);
    start.top = price(10);
    const TakeOutcome outcome = room.take(room.sell(start), amount(5000), noon);
    EXPECT_TRUE(outcome.ended);
    EXPECT_EQ(whole(outcome.covered), 100);
    EXPECT_TRUE(outcome.uncovered.zero()) << "the rest never left the books";
}

TEST(Auctions, RestartsAndWithdrawal) {
    Room room;
    const AuctionId id = room.sell(room.clip());
    const auto row = [&]() -> const Auction& { return room.state.rows[id.value()]; };
    EXPECT_FALSE(restart_due(room.terms, row(), noon + 700));
    EXPECT_TRUE(restart_due(room.terms, row(), noon + 701));
    EXPECT_FALSE(restarts_spent(room.terms, row()));
    restart(room.state, id, price(3), noon + 701, room.events);
    EXPECT_EQ(*price_now(room.terms, row(), noon + 701), price(3));
    EXPECT_FALSE(restart_due(room.terms, row(), noon + 1401));
    restart(room.state, id, price(3), noon + 1600, room.events);
    EXPECT_TRUE(restarts_spent(room.terms, row()));

    const Ended ended = end(room.state, id, room.events);
    EXPECT_EQ(whole(ended.debt), 100);
    EXPECT_EQ(whole(ended.tab), 110);
    EXPECT_EQ(whole(ended.lot.parts[0].amount), 40);
    EXPECT_TRUE(at_auction(room.state, usd).debt.zero());
    EXPECT_EQ(whole(room.held(system_account::auctions, eth)), 40) << "the caller posts it on";
    EXPECT_FALSE(restart_due(room.terms, row(), noon + 9999));
}

TEST(Auctions, OpenOnesAreListedInOrderOfId) {
    Room room;
    std::vector<AuctionId> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(room.sell(room.clip()));
    end(room.state, ids[3], room.events);
    room.take(ids[0], amount(500), noon);
    EXPECT_EQ(room.state.open.get(), (std::vector{ids[1], ids[2], ids[4]}));
    EXPECT_EQ(whole(at_auction(room.state, VaultTypeId(2)).debt), 300);
}

TEST(Auctions, TopPrice) {
    Room room;
    room.terms.buffer = Ratio::units(1'200'000'000);
    // 2 units of 10^-8 worth 10 dollars per whole, paid in dollars, then in something of 4 dollars.
    const Price dollar = Price::units(amount_one);
    const u128 two = static_cast<u128>(amount(2).units());
    const Cash worth = Cash::units(i128{20} * amount_one);
    EXPECT_EQ(*top_price(room.terms, worth, two, dollar), price(12));
    EXPECT_EQ(*top_price(room.terms, worth, two, Price::units(4 * amount_one)), price(3));
    EXPECT_EQ(*top_price(room.terms, Cash::units(10), 7, Price::units(3)),
              Ray::units(u128{12} * amount_one * ray_one / 21 + 1))
        << "rounded up";
    EXPECT_EQ(top_price(room.terms, Cash(), 1, dollar).error(), Reject::price_not_positive);
    EXPECT_EQ(top_price(room.terms, Cash::units(i128{1} << 100), 1, Price::units(1)).error(),
              Reject::overflow);
}

// Random auctions, takes, restarts and withdrawals, and what the caller's books say of them.
struct RandomRun {
    Room room;
    std::mt19937_64 random{1};
    u64 now = noon;
    u32 takes = 0;
    Amount started;
    Amount covered;
    Amount uncovered;

    Amount up_to(u64 most) { return Amount::units(static_cast<i128>(random() % most + 1)); }

    void begin() {
        Start start = room.clip();
        start.lot.add(btc, up_to(1000));
        start.lot_units = random() % 1'000'000 + 1;
        start.debt = up_to(20'000'000'000);
        start.tab = tab_of(room.terms, start.debt);
        start.top = Ray::units(ray_one * (random() % 100'000 + 1) / 10);
        for (const LotPart& part : start.lot.assets())
            room.mint(system_account::auctions, part.asset, part.amount);
        auctions::start(room.state, start, now, room.events);
        started += start.debt;
    }

    void move_along(AuctionId id) {
        const Auction& row = room.state.rows[id.value()];
        if (!restarts_spent(room.terms, row))
            return restart(room.state, id, row.top, now, room.events);
        const Ended ended = end(room.state, id, room.events);
        for (const LotPart& part : ended.lot.assets())
            room.ledger.post({system_account::auctions, ended.owner, part.asset, part.amount});
        uncovered += ended.debt;
    }

    void take(AuctionId id) {
        const Amount tab_before = room.state.rows[id.value()].tab;
        const Amount pay_max = up_to(30'000'000'000);
        const auto plan = room.check(id, pay_max, price(1'000'000), now);
        if (!plan) return;
        ++takes;
        ASSERT_LE(plan->owe, pay_max);
        ASSERT_GT(plan->units, 0u);
        const Amount mine = room.held(room.keeper, usd);
        const TakeOutcome outcome = apply_take(room.state, room.ledger, *plan, room.events);
        ASSERT_EQ(mine - outcome.paid + outcome.reward, room.held(room.keeper, usd));
        ASSERT_EQ(outcome.covered + outcome.penalty, outcome.paid);
        const Auction& after = room.state.rows[id.value()];
        ASSERT_NE(after.open, outcome.ended);
        const bool was_dust = tab_before < room.terms.remainder_min;
        ASSERT_TRUE(outcome.ended || was_dust || after.tab >= room.terms.remainder_min);
        covered += outcome.covered;
        uncovered += outcome.uncovered;
        room.mint(room.keeper, usd, outcome.paid);
    }
};

// Collateral and money are conserved, and every unit of debt is covered, uncovered or at auction.
TEST(Auctions, PropertiesOfRandomRuns) {
    RandomRun run;
    Room& room = run.room;
    room.terms.tip = amount(3);
    room.terms.chip = Ratio::units(10'000'000);
    for (int step = 0; step < 20000; ++step) {
        run.now += run.random() % 40;
        const std::vector<AuctionId>& open = room.state.open.get();
        if (open.empty() || run.random() % 8 == 0) {
            run.begin();
            continue;
        }
        const AuctionId id = open[run.random() % open.size()];
        const bool due = restart_due(room.terms, room.state.rows[id.value()], run.now);
        due ? run.move_along(id) : run.take(id);
        if (testing::Test::HasFatalFailure()) return;
    }
    EXPECT_GT(run.takes, 3000u);

    Totals totals;
    std::vector<Amount> custody(4);
    for (const AuctionId id : room.state.open.get()) {
        const Auction& row = room.state.rows[id.value()];
        totals.debt += row.debt;
        totals.tab += row.tab;
        for (const LotPart& part : row.lot.assets()) custody[part.asset.value()] += part.amount;
    }
    EXPECT_EQ(run.started, run.covered + run.uncovered + totals.debt);
    EXPECT_EQ(totals.debt, at_auction(room.state, usd).debt);
    EXPECT_EQ(totals.tab, at_auction(room.state, VaultTypeId(2)).tab);
    EXPECT_EQ(custody[eth.value()], room.held(system_account::auctions, eth));
    EXPECT_EQ(custody[btc.value()], room.held(system_account::auctions, btc));
}

}  // namespace
}  // namespace ballast::auctions
