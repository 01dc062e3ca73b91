#include <ballast/vaults/test_market.hpp>

#include <random>

namespace ballast::vaults::test {
namespace {

Amount in_vault(const Market& market, VaultId vault, u32 slot) {
    return Amount::units(market.row(vault).amounts[slot].units());
}

TEST(seize, all_of_the_debt_takes_all_of_the_collateral) {
    Market market;
    const VaultId vault = market.open(alice, mixed, whole(10), whole(5'000));
    ASSERT_TRUE(market.act(alice, Deposit{vault, gold, whole(1)}));
    market.pass(1'000'000);
    const Amount due = market.debt(vault);
    const Amount supply = market.ledger.supply(dollar);
    Books books = market.books();
    const Seized seized = seize(books, vault, market.row(vault).debt, system_account::auctions);
    EXPECT_EQ(seized.owed, due);
    EXPECT_LE(seized.debt, due);
    EXPECT_GE(seized.debt, due - Amount::units(1));
    EXPECT_EQ(seized.amounts[0], whole(10));
    EXPECT_EQ(seized.amounts[1], whole(1));
    EXPECT_EQ(market.balance(system_account::auctions, ether), whole(10));
    EXPECT_EQ(market.ledger.supply(dollar), supply);
    EXPECT_TRUE(market.row(vault).debt.zero());
    EXPECT_EQ(market.row(vault).status, VaultStatus::open);
    EXPECT_EQ(market.events.back(), (Event{EventKind::vault_seized, vault.value(), alice, dollar,
                                           seized.debt.units(), 0}));
    market.carried[dollar.value()] = seized.debt;
    market.expect_laws();
}

TEST(seize, a_part_takes_collateral_in_proportion_rounded_down) {
    Market market;
    const VaultId vault = market.open(alice, plain, Amount::units(1'000'000'001), whole(10'000));
    Books books = market.books();
    const Normal third = Normal::units(market.row(vault).debt.units() / 3);
    const Seized seized = seize(books, vault, third, system_account::auctions);
    EXPECT_EQ(seized.debt.units(), 333'333'333'333);
    EXPECT_EQ(seized.amounts[0].units(), 333'333'333);  // 333,333,333.67 less the last third.
    EXPECT_EQ(in_vault(market, vault, 0).units(), 666'666'668);
    EXPECT_EQ(market.debt(vault).units(), 666'666'666'667);
    market.carried[dollar.value()] = seized.debt;
    market.expect_laws();
}

TEST(repay_and_release, hands_collateral_over_for_what_is_paid) {
    Market market;
    const VaultId vault = market.open(alice, mixed, whole(10), whole(5'000));
    market.pass(1'000'000);
    market.ledger.post({alice, bob, dollar, whole(5'000)});
    const Amount supply = market.ledger.supply(dollar);
    const Amount surplus = market.balance(system_account::surplus, dollar);
    Books books = market.books();
    Amounts release{};
    release[0] = whole(1);
    EXPECT_EQ(repay_and_release(books, vault, whole(1'500), release, bob), whole(1'500));
    EXPECT_EQ(market.balance(bob, dollar), whole(3'500));
    EXPECT_EQ(market.balance(bob, ether), whole(1'000'001));
    const Amount rest = market.balance(system_account::surplus, dollar) - surplus;
    EXPECT_LE(rest, Amount::units(2));
    EXPECT_EQ(supply - market.ledger.supply(dollar), whole(1'500) - rest);
    market.expect_laws();

    market.fund(bob, dollar, whole(1'000));
    market.carried[dollar.value()] = whole(1'000);
    const Amount due = market.debt(vault);
    EXPECT_EQ(repay_and_release(books, vault, whole(100'000), release, bob), due);
    EXPECT_TRUE(market.row(vault).debt.zero());
    market.expect_laws();
}

TEST(redistribute, shares_by_what_collateral_counts_for) {
    Market market;
    const VaultId gone = market.open(alice, plain, whole(10), whole(10'000));
    const VaultId small = market.open(alice, plain, whole(100), whole(1'000));
    const VaultId large = market.open(bob, plain, whole(300), whole(1'000));
    const VaultId empty = market.open(bob, plain);
    const VaultId other = market.open(bob, mixed, whole(100), whole(1'000));
    ASSERT_TRUE(market.act(bob, Deposit{empty, ether, whole(50)}));
    Books books = market.books();
    const Seized seized = seize(books, gone, market.row(gone).debt, system_account::vaults);
    const Bundle left = redistribute(books, market.prices[1], gone, {seized.debt, seized.amounts});
    EXPECT_EQ(left.debt, whole(0));
    EXPECT_EQ(left.amounts, Amounts{});
    EXPECT_EQ(in_vault(market, small, 0), Amount::units(10'250'000'000));
    EXPECT_EQ(in_vault(market, large, 0), Amount::units(30'750'000'000));
    EXPECT_EQ(market.debt(small), whole(3'500));
    EXPECT_EQ(market.debt(large), whole(8'500));
    EXPECT_EQ(in_vault(market, empty, 0), whole(50));
    EXPECT_EQ(in_vault(market, other, 0), whole(100));
    EXPECT_EQ(market.events.back(), (Event{EventKind::redistributed, gone.value(), AccountId{},
                                           dollar, whole(10'000).units(), whole(19'980).units()}));
    market.expect_laws();
}

TEST(redistribute, a_vault_that_lost_a_part_gets_none_of_it_back) {
    Market market;
    const VaultId part = market.open(alice, plain, whole(10), whole(10'000));
    const VaultId other = market.open(bob, plain, whole(10), whole(10'000));
    Books books = market.books();
    const Normal half = Normal::units(market.row(part).debt.units() / 2);
    const Seized seized = seize(books, part, half, system_account::vaults);
    (void)redistribute(books, market.prices[1], part, {seized.debt, seized.amounts});
    EXPECT_EQ(market.debt(part), whole(5'000));
    EXPECT_EQ(market.debt(other), whole(15'000));
    EXPECT_EQ(in_vault(market, part, 0), whole(5));
    market.expect_laws();
}

TEST(redistribute, returns_everything_where_nobody_is_left) {
    Market market;
    const VaultId gone = market.open(alice, plain, whole(10), whole(10'000));
    (void)market.open(alice, plain);  // Owes nothing.
    Books books = market.books();
    const Seized seized = seize(books, gone, market.row(gone).debt, system_account::vaults);
    const std::size_t events = market.events.size();
    const Bundle left = redistribute(books, market.prices[1], gone, {seized.debt, seized.amounts});
    EXPECT_EQ(left.debt, whole(10'000));
    EXPECT_EQ(left.amounts, seized.amounts);
    EXPECT_EQ(market.events.size(), events);
}

TEST(redistribute, conserves_every_unit_and_gives_the_rest_to_the_first_of_the_largest) {
    Market market;
    const VaultId gone = market.open(alice, plain, whole(10), whole(10'000));
    const VaultId first = market.open(alice, plain, whole(100), whole(1'000));
    const VaultId second = market.open(bob, plain, whole(100), whole(1'000));
    const VaultId third = market.open(bob, plain, whole(100), whole(1'000));
    Books books = market.books();
    const Seized seized = seize(books, gone, market.row(gone).debt, system_account::vaults);
    (void)redistribute(books, market.prices[1], gone, {seized.debt, seized.amounts});
    EXPECT_EQ(in_vault(market, first, 0).units(), 10'333'333'334);
    EXPECT_EQ(in_vault(market, second, 0).units(), 10'333'333'333);
    EXPECT_EQ(in_vault(market, third, 0).units(), 10'333'333'333);
    EXPECT_EQ(market.debt(first).units(), 433'333'333'334);
    EXPECT_EQ(market.debt(third).units(), 433'333'333'333);
    market.expect_laws();
}

TEST(redistribute, places_no_more_than_a_vault_can_hold) {
    Market market;
    const VaultId gone = market.open(alice, plain, whole(10), whole(10'000));
    const VaultId full = market.open(alice, plain, whole(100), whole(1'000));
    const Amount space = whole(3);
    Amount fill = limits::amount_max - space - whole(100);
    market.types[1].basket[0].cap = limits::supply_max;
    market.fund(alice, ether, fill);
    ASSERT_TRUE(market.act(alice, Deposit{full, ether, fill}));
    Books books = market.books();
    const Seized seized = seize(books, gone, market.row(gone).debt, system_account::vaults);
    const Bundle left = redistribute(books, market.prices[1], gone, {seized.debt, seized.amounts});
    EXPECT_EQ(left.amounts[0], whole(7));
    EXPECT_EQ(left.debt, whole(0));
    EXPECT_EQ(in_vault(market, full, 0), limits::amount_max);
}

TEST(redistribute, is_exact_at_any_index_and_any_number_of_vaults) {
    std::mt19937_64 random(3);
    for (u32 round = 0; round < 60; ++round) {
        Market market;
        const u32 count = static_cast<u32>(random() % 30 + 2);
        for (u32 i = 0; i < count; ++i) {
            const VaultId vault = market.open(alice, mixed);
            const auto some = [&] {
                return Amount::units(static_cast<i64>(random() % 10'000'000'000 + 1));
            };
            ASSERT_TRUE(market.act(alice, Deposit{vault, ether, whole(1) + some()}));
            ASSERT_TRUE(market.act(alice, Deposit{vault, gold, some()}));
            ASSERT_TRUE(market.act(alice, Mint{vault, whole(100) + some()}));
            market.pass(random() % 3'000'000);
        }
        Books books = market.books();
        const VaultId gone{static_cast<u32>(random() % count)};
        const Seized seized = seize(books, gone, market.row(gone).debt, system_account::vaults);
        const Amount supply = market.ledger.supply(dollar);
        const Bundle left =
            redistribute(books, market.prices[0], gone, {seized.debt, seized.amounts});
        EXPECT_EQ(left.debt, Amount{});
        EXPECT_EQ(left.amounts, Amounts{});
        EXPECT_LE(market.ledger.supply(dollar) - supply, Amount::units(3));
        market.expect_laws();
    }
}

}  // namespace
}  // namespace ballast::vaults::test
