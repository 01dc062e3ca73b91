#include <ballast/backstop/backstop.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace ballast::backstop {
namespace {

constexpr AssetId dollar{0};
constexpr AssetId ether{1};
constexpr AssetId gold{2};
constexpr AssetId other{3};

Amount units(i128 count) {
    return Amount::units(count);
}

// A market with one pool behind the dollar, and up to so many accounts that own a million of
// everything.
struct Room {
    Terms terms{{PoolTerms{dollar, units(amount_one), Ratio::units(ratio_one)}}};
    State state;
    ledger::Ledger ledger{4};
    Events events;

    explicit Room(u32 users = 8) { open_pools(terms, state, system_accounts + users); }

    AccountId account() {
        const AccountId id = ledger.open();
        for (const AssetId asset : {dollar, ether, gold, other})
            ledger.post({system_account::issuer, id, asset, units(i128{1'000'000} * amount_one)});
        return id;
    }
    Result<void> deposit(AccountId account, Amount amount) {
        BALLAST_TRY(const Plan plan,
                    check_deposit(terms, state, ledger, {account, dollar, amount}));
        apply_deposit(state, ledger, plan, events);
        return {};
    }
    Result<void> withdraw(AccountId account, Amount amount, bool waiting = false) {
        BALLAST_TRY(const Plan plan,
                    check_withdraw(terms, state, {account, dollar, amount}, waiting));
        apply_withdraw(state, ledger, plan, events);
        return {};
    }
    Result<void> claim(AccountId account) {
        BALLAST_TRY(const Plan plan, check_claim(terms, state, {account, dollar, {}}));
        apply_claim(state, ledger, plan, events);
        return {};
    }
    void absorb_from_vaults(Amount debt, std::vector<Portion> collateral, u32 subject = 0) {
        for (const Portion& portion : collateral)
            ledger.post(
                {system_account::issuer, system_account::vaults, portion.asset, portion.amount});
        absorb(terms, state, ledger,
               {dollar, debt, collateral, system_account::vaults, subject, Cash::units(77)},
               events);
    }
};

TEST(Backstop, TwoDepositorsShareLossAndGain) {
    Room room;
    const AccountId alice = room.account();
    const AccountId bob = room.account();
    ASSERT_TRUE(room.deposit(alice, units(300 * amount_one)));
    ASSERT_TRUE(room.deposit(bob, units(100 * amount_one)));
    const Amount supply = room.ledger.supply(dollar);
    room.events.clear();
    room.absorb_from_vaults(units(200 * amount_one),
                            {{gold, units(40)}, {ether, units(4 * amount_one)}}, 9);

    const u16 pool = dollar.value();
    EXPECT_EQ(room.events,
              (Events{{EventKind::pool_gained, 9, system_account::backstop, gold, 40, pool},
                      {EventKind::pool_gained, 9, system_account::backstop, ether,
                       4 * i128{amount_one}, pool},
                      {EventKind::pool_absorbed, 9, system_account::issuer, dollar,
                       200 * i128{amount_one}, 77}}));
    EXPECT_EQ(room.ledger.supply(dollar), supply - units(200 * amount_one));
    EXPECT_EQ(total(room.terms, room.state, dollar), units(200 * amount_one));
    // Exactly half is left; rounding takes one unit.
    EXPECT_EQ(deposit_of(room.terms, room.state, alice, dollar), units(150 * i128{amount_one} - 1));
    EXPECT_EQ(deposit_of(room.terms, room.state, bob, dollar), units(50 * i128{amount_one} - 1));
    EXPECT_EQ(gains_of(room.terms, room.state, alice, dollar),
              (std::vector<Portion>{{ether, units(3 * amount_one)}, {gold, units(30)}}));
    EXPECT_EQ(gains_of(room.terms, room.state, bob, dollar),
              (std::vector<Portion>{{ether, units(amount_one)}, {gold, units(10)}}));
}

TEST(Backstop, EveryRequestPaysTheGainsOnce) {
    Room room;
    const AccountId alice = room.account();
    ASSERT_TRUE(room.deposit(alice, units(1000 * amount_one)));
    const Amount before = room.ledger.balance(alice, ether);
    room.absorb_from_vaults(units(10 * amount_one), {{ether, units(1000)}});
    room.events.clear();
    ASSERT_TRUE(room.claim(alice));
    EXPECT_EQ(room.ledger.balance(alice, ether), before + units(1000));
    EXPECT_EQ(room.events, (Events{{EventKind::pool_gain_paid, 0, alice, ether, 1000, 0}}));
    ASSERT_TRUE(room.claim(alice));
    EXPECT_EQ(room.ledger.balance(alice, ether), before + units(1000));

    room.absorb_from_vaults(units(10 * amount_one), {{ether, units(500)}});
    ASSERT_TRUE(room.deposit(alice, units(1)));
    // 500 on 990 does not come out even: rounded down.
    EXPECT_EQ(room.ledger.balance(alice, ether), before + units(1499));
    room.absorb_from_vaults(units(10 * amount_one), {{ether, units(500)}});
    ASSERT_TRUE(room.withdraw(alice, units(1)));
    EXPECT_EQ(room.ledger.balance(alice, ether), before + units(1998));
}

TEST(Backstop, LaterDepositorGainsNothingFromBefore) {
    Room room;
    const AccountId alice = room.account();
    const AccountId bob = room.account();
    ASSERT_TRUE(room.deposit(alice, units(100 * amount_one)));
    room.absorb_from_vaults(units(10 * amount_one), {{ether, units(1000)}});
    ASSERT_TRUE(room.deposit(bob, units(100 * amount_one)));
    EXPECT_TRUE(gains_of(room.terms, room.state, bob, dollar).empty());
    EXPECT_EQ(deposit_of(room.terms, room.state, bob, dollar), units(100 * amount_one));
}

TEST(Backstop, DepositIsRejected) {
    Room room;
    const AccountId alice = room.account();
    const auto why = [&](AssetId asset, Amount amount) {
        return check_deposit(room.terms, room.state, room.ledger, {alice, asset, amount}).error();
    };
    EXPECT_EQ(why(dollar, units(0)), Reject::amount_not_positive);
    EXPECT_EQ(why(dollar, units(-1)), Reject::amount_not_positive);
    EXPECT_EQ(why(dollar, limits::amount_max + units(1)), Reject::amount_over_limit);
    EXPECT_EQ(why(ether, units(1)), Reject::unknown_pool);
    EXPECT_EQ(why(dollar, units(i128{1'000'001} * amount_one)), Reject::insufficient_balance);
    EXPECT_EQ(why(dollar, units(amount_one - 1)), Reject::pool_remainder);
    EXPECT_TRUE(
        check_deposit(room.terms, room.state, room.ledger, {alice, dollar, units(amount_one)}));
}

TEST(Backstop, WithdrawalIsRejected) {
    Room room;
    const AccountId alice = room.account();
    const AccountId bob = room.account();
    ASSERT_TRUE(room.deposit(alice, units(10 * amount_one)));
    const auto why = [&](AccountId account, AssetId asset, Amount amount, bool waiting = false) {
        return check_withdraw(room.terms, room.state, {account, asset, amount}, waiting).error();
    };
    EXPECT_EQ(why(alice, dollar, units(0)), Reject::amount_not_positive);
    EXPECT_EQ(why(alice, ether, units(1)), Reject::unknown_pool);
    EXPECT_EQ(why(alice, dollar, units(1), true), Reject::pool_withdrawal_blocked);
    EXPECT_EQ(why(bob, dollar, units(1)), Reject::pool_deposit_insufficient);
    EXPECT_EQ(why(alice, dollar, units(10 * amount_one + 1)), Reject::pool_deposit_insufficient);
    EXPECT_EQ(why(alice, dollar, units(9 * amount_one + 1)), Reject::pool_remainder);
    EXPECT_TRUE(room.withdraw(alice, units(9 * amount_one)));
    EXPECT_EQ(check_claim(room.terms, room.state, {bob, dollar, {}}).error(),
              Reject::pool_deposit_insufficient);
    EXPECT_EQ(check_claim(room.terms, room.state, {bob, gold, {}}).error(), Reject::unknown_pool);
}

TEST(Backstop, AbsorbsDownToTheRemainder) {
    Room room;
    const AccountId alice = room.account();
    EXPECT_EQ(available(room.terms, room.state, dollar), units(0));
    EXPECT_EQ(available(room.terms, room.state, ether), units(0));
    ASSERT_TRUE(room.deposit(alice, units(10 * amount_one)));
    EXPECT_EQ(available(room.terms, room.state, dollar), units(9 * amount_one));
    room.absorb_from_vaults(units(9 * amount_one), {});
    EXPECT_EQ(available(room.terms, room.state, dollar), units(0));
    EXPECT_EQ(deposit_of(room.terms, room.state, alice, dollar), units(amount_one - 1));
}

TEST(Backstop, AcceptsAboveTheFloor) {
    Room room;
    EXPECT_TRUE(accepts(room.terms, dollar, Ratio::units(ratio_one)));
    EXPECT_FALSE(accepts(room.terms, dollar, Ratio::units(ratio_one - 1)));
    EXPECT_FALSE(accepts(room.terms, ether, Ratio::units(ratio_one)));
}

struct BadTerms {
    PoolTerms pool;
    std::string key;
};

TEST(Backstop, TermsAreValidated) {
    const PoolTerms good{dollar, units(amount_one), Ratio::units(ratio_one)};
    EXPECT_FALSE(validate(Terms{{good}}, 4));
    EXPECT_FALSE(validate(Terms{}, 4));
    const Ratio one = Ratio::units(ratio_one);
    for (const BadTerms& bad :
         {BadTerms{{AssetId(4), units(amount_one), one}, "pools[1].asset"},
          BadTerms{{dollar, units(amount_one), one}, "pools[1].asset"},
          BadTerms{{ether, remainder_lowest - units(1), one}, "pools[1].remainder_min"},
          BadTerms{{ether, limits::amount_max + units(1), one}, "pools[1].remainder_min"},
          BadTerms{{ether, units(amount_one), Ratio::units(-1)}, "pools[1].floor"}}) {
        const auto fault = validate(Terms{{good, bad.pool}}, 4);
        ASSERT_TRUE(fault);
        EXPECT_EQ(fault->key, bad.key);
    }
    EXPECT_EQ(validate(Terms{{{ether, units(-5), one}}}, 4)->what,
              "is -0.00000005, must be at least 0.01");
}

template <class Row>
u32 rows_changed(const ledger::Table<Row>& before, const ledger::Table<Row>& after) {
    u32 changed = after.size() - before.size();
    for (u32 key = 0; key < before.size(); ++key)
        if (encode(before[key]) != encode(after[key])) ++changed;
    return changed;
}

u32 rows_changed(const State& before, const State& after) {
    return rows_changed(before.pools, after.pools) + rows_changed(before.scales, after.scales) +
           rows_changed(before.sums, after.sums) + rows_changed(before.deposits, after.deposits) +
           rows_changed(before.snapshots, after.snapshots) +
           rows_changed(before.heads, after.heads);
}

TEST(Backstop, AbsorbingCostsTheSameForAnyNumberOfDepositors) {
    for (const u32 depositors : {1u, 10u, 20'000u}) {
        Room room(depositors);
        for (u32 i = 0; i < depositors; ++i)
            ASSERT_TRUE(room.deposit(room.account(), units(10 * amount_one)));
        room.absorb_from_vaults(units(amount_one), {{ether, units(1)}});
        const State before = room.state;
        room.absorb_from_vaults(units(amount_one), {{ether, units(1)}, {gold, units(5)}});
        // The pool, one old sum, one new sum and the scale that lists it.
        EXPECT_EQ(rows_changed(before, room.state), 4u) << depositors;
    }
}

TEST(Backstop, DepositingCostsTheSameFromAnyAccount) {
    for (const u32 others : {0u, 1u, 20'000u}) {
        Room room(others + 1);
        for (u32 i = 0; i < others; ++i) (void)room.account();
        const AccountId last = room.account();
        const State before = room.state;
        ASSERT_TRUE(room.deposit(last, units(10 * amount_one)));
        // The pool, the deposit and its account.
        EXPECT_EQ(rows_changed(before, room.state), 3u) << others;
    }
}

}  // namespace
}  // namespace ballast::backstop
