#include <ballast/vaults/test_market.hpp>

namespace ballast::vaults::test {
namespace {

constexpr VaultId nowhere{99};

Reject why(const Result<void>& result) {
    EXPECT_FALSE(result);
    return result ? Reject::unknown_vault : result.error();
}

TEST(open_vault, gives_dense_ids_and_an_empty_row) {
    Market market;
    EXPECT_EQ(market.open(alice, mixed), VaultId{0});
    EXPECT_EQ(market.open(bob, metal), VaultId{1});
    EXPECT_EQ(market.row(VaultId{1}).owner, bob);
    EXPECT_EQ(market.row(VaultId{1}).type, metal);
    EXPECT_EQ(market.events.back().kind, EventKind::vault_opened);
    EXPECT_EQ(why(market.act(alice, OpenVault{VaultTypeId{3}})), Reject::unknown_vault_type);
    market.expect_laws();
}

TEST(deposit, moves_collateral_of_anyone_into_custody) {
    Market market;
    const VaultId vault = market.open(alice, mixed);
    ASSERT_TRUE(market.act(bob, Deposit{vault, gold, whole(3)}));
    EXPECT_EQ(market.row(vault).amounts[1].units(), whole(3).units());
    EXPECT_EQ(market.balance(bob, gold), whole(999'997));
    EXPECT_EQ(market.events.back(),
              (Event{EventKind::collateral_deposited, 0, bob, gold, whole(3).units(), 0}));
    market.expect_laws();
}

TEST(deposit, rejects) {
    Market market;
    market.types[0].basket[0].cap = whole(10);
    const VaultId vault = market.open(alice, mixed);
    const VaultId closed = market.open(alice, mixed);
    ASSERT_TRUE(market.act(alice, Close{closed}));
    ASSERT_TRUE(market.act(alice, Deposit{vault, ether, whole(4)}));
    const struct {
        Deposit request;
        Reject reason;
    } cases[] = {
        {{nowhere, ether, whole(1)}, Reject::unknown_vault},
        {{closed, ether, whole(1)}, Reject::vault_closed},
        {{vault, ether, whole(0)}, Reject::amount_not_positive},
        {{vault, ether, whole(-1)}, Reject::amount_not_positive},
        {{vault, ether, limits::amount_max + whole(1)}, Reject::amount_over_limit},
        {{vault, coin, whole(1)}, Reject::asset_not_in_basket},
        {{vault, ether, limits::amount_max}, Reject::amount_over_limit},
        {{vault, ether, Amount::units(whole(6).units() + 1)}, Reject::collateral_cap},
        {{vault, gold, whole(2'000'000)}, Reject::insufficient_balance},
    };
    for (const auto& bad : cases) EXPECT_EQ(why(market.act(alice, bad.request)), bad.reason);
    EXPECT_TRUE(market.act(alice, Deposit{vault, ether, whole(6)}));
    market.expect_laws();
}

// 10 ether at 2000 less 0.2 % and the haircut of 10 % count 17,964 dollars; at 150 % they back
// 11,976, of which 1 % is opening fee: 11,857.42574257 can be minted.
TEST(mint, goes_to_the_last_unit_that_the_minimum_ratio_allows) {
    Market market;
    const VaultId vault = market.open(alice, mixed);
    ASSERT_TRUE(market.act(alice, Deposit{vault, ether, whole(10)}));
    const Amount most = Amount::units(1'185'742'574'257);
    EXPECT_EQ(why(market.act(alice, Mint{vault, most + Amount::units(1)})),
              Reject::ratio_under_minimum);
    ASSERT_TRUE(market.act(alice, Mint{vault, most}));
    EXPECT_EQ(market.balance(alice, dollar), most);
    EXPECT_EQ(market.debt(vault), whole(11'976));
    EXPECT_EQ(market.balance(system_account::surplus, dollar), whole(11'976) - most);
    EXPECT_EQ(market.events.back().value, (whole(11'976) - most).units());
    market.expect_laws();
}

TEST(mint, counts_every_asset_of_the_basket) {
    Market market;
    const VaultId vault = market.open(alice, mixed, whole(10), whole(11'857));
    EXPECT_EQ(why(market.act(alice, Mint{vault, whole(100)})), Reject::ratio_under_minimum);
    ASSERT_TRUE(market.act(alice, Deposit{vault, gold, whole(1)}));
    EXPECT_TRUE(market.act(alice, Mint{vault, whole(100)}));
    market.expect_laws();
}

TEST(mint, rejects) {
    Market market;
    market.types[0].debt_ceiling = whole(5'000);
    const VaultId vault = market.open(alice, mixed);
    const VaultId closed = market.open(alice, mixed);
    ASSERT_TRUE(market.act(alice, Close{closed}));
    ASSERT_TRUE(market.act(alice, Deposit{vault, ether, whole(10)}));
    const struct {
        AccountId caller;
        Mint request;
        Reject reason;
    } cases[] = {
        {alice, {nowhere, whole(200)}, Reject::unknown_vault},
        {alice, {closed, whole(200)}, Reject::vault_closed},
        {bob, {vault, whole(200)}, Reject::not_owner},
        {alice, {vault, whole(0)}, Reject::amount_not_positive},
        {alice, {vault, limits::amount_max + Amount::units(1)}, Reject::amount_over_limit},
        {alice, {vault, limits::amount_max}, Reject::amount_over_limit},  // With the fee.
        {alice, {vault, whole(99)}, Reject::debt_under_minimum},          // 99.99 with the fee.
        {alice, {vault, whole(4'951)}, Reject::debt_ceiling},
    };
    for (const auto& bad : cases) EXPECT_EQ(why(market.act(bad.caller, bad.request)), bad.reason);

    market.status = oracle::Status::degraded;
    market.reprice();
    EXPECT_EQ(why(market.act(alice, Mint{vault, whole(200)})), Reject::feed_degraded);
    market.status = oracle::Status::halted;
    market.reprice();
    EXPECT_EQ(why(market.act(alice, Mint{vault, whole(200)})), Reject::feed_halted);
    market.expect_laws();
}

TEST(mint, the_supply_has_a_bound_of_its_own) {
    Market market;
    market.fund(carol, dollar, issue_max - whole(150));
    const VaultId vault = market.open(alice, mixed);
    ASSERT_TRUE(market.act(alice, Deposit{vault, ether, whole(10)}));
    EXPECT_EQ(why(market.act(alice, Mint{vault, whole(200)})), Reject::overflow);
    EXPECT_TRUE(market.act(alice, Mint{vault, whole(120)}));
}

TEST(mint, charges_the_concentration_that_was_locked_in_this_very_block) {
    Market market;
    market.types[1].basket[0].concentration_charge = percent(40);
    market.types[1].basket[0].concentration_depth = whole(1'000);
    market.reprice();
    const VaultId vault = market.open(alice, plain);
    ASSERT_TRUE(market.act(alice, Deposit{vault, ether, whole(1'000)}));
    // 1000 * 1996 * 0.6 / 1.2, though the block's own weight still knows of no charge.
    EXPECT_EQ(why(market.act(alice, Mint{vault, Amount::units(whole(998'000).units() + 1)})),
              Reject::ratio_under_minimum);
    EXPECT_TRUE(market.act(alice, Mint{vault, whole(998'000)}));
    EXPECT_EQ(market.prices[1].weight[0], dollars(1'998));
}

TEST(withdraw, without_debt_needs_no_price) {
    Market market;
    market.status = oracle::Status::halted;
    market.reprice();
    const VaultId vault = market.open(alice, mixed);
    ASSERT_TRUE(market.act(alice, Deposit{vault, ether, whole(10)}));
    ASSERT_TRUE(market.act(alice, Withdraw{vault, ether, whole(10)}));
    EXPECT_EQ(market.balance(alice, ether), whole(1'000'000));
    EXPECT_EQ(market.events.back().kind, EventKind::collateral_withdrawn);
    market.expect_laws();
}

TEST(withdraw, rejects) {
    Market market;
    const VaultId vault = market.open(alice, mixed, whole(10), whole(5'000));
    const VaultId closed = market.open(alice, mixed);
    ASSERT_TRUE(market.act(alice, Close{closed}));
    const struct {
        AccountId caller;
        Withdraw request;
        Reject reason;
    } cases[] = {
        {alice, {nowhere, ether, whole(1)}, Reject::unknown_vault},
        {alice, {closed, ether, whole(1)}, Reject::vault_closed},
        {bob, {vault, ether, whole(1)}, Reject::not_owner},
        {alice, {vault, ether, whole(-1)}, Reject::amount_not_positive},
        {alice, {vault, coin, whole(1)}, Reject::asset_not_in_basket},
        {alice, {vault, ether, whole(11)}, Reject::collateral_insufficient},
        {alice, {vault, gold, whole(1)}, Reject::collateral_insufficient},
        {alice, {vault, ether, whole(6)}, Reject::ratio_under_minimum},
    };
    for (const auto& bad : cases) EXPECT_EQ(why(market.act(bad.caller, bad.request)), bad.reason);
    EXPECT_TRUE(market.act(alice, Withdraw{vault, ether, whole(5)}));

    market.status = oracle::Status::degraded;
    market.reprice();
    EXPECT_EQ(why(market.act(alice, Withdraw{vault, ether, Amount::units(1)})),
              Reject::feed_degraded);
    market.expect_laws();
}

TEST(repay, pays_part_or_all_and_never_more_than_is_owed) {
    Market market;
    const VaultId vault = market.open(alice, mixed, whole(10), whole(5'000));
    market.pass(1'000'000);
    ASSERT_TRUE(market.act(alice, Repay{vault, whole(1'000)}));
    const Amount due = market.debt(vault);
    EXPECT_GT(due, whole(4'050));
    market.fund(bob, dollar, whole(10'000));
    market.carried[dollar.value()] = whole(10'000);  // Debt that stands elsewhere.
    ASSERT_TRUE(market.act(bob, Repay{vault, limits::amount_max}));
    EXPECT_TRUE(market.row(vault).debt.zero());
    EXPECT_EQ(market.balance(bob, dollar), whole(10'000) - due);
    EXPECT_EQ(market.events.back(),
              (Event{EventKind::debt_repaid, 0, bob, dollar, due.units(), 0}));
    market.expect_laws();
}

TEST(repay, rejects) {
    Market market;
    const VaultId vault = market.open(alice, mixed, whole(10), whole(5'000));
    const VaultId closed = market.open(alice, mixed);
    ASSERT_TRUE(market.act(alice, Close{closed}));
    const VaultId free = market.open(alice, mixed);
    const struct {
        AccountId caller;
        Repay request;
        Reject reason;
    } cases[] = {
        {alice, {nowhere, whole(1)}, Reject::unknown_vault},
        {alice, {closed, whole(1)}, Reject::vault_closed},
        {alice, {vault, whole(0)}, Reject::amount_not_positive},
        {alice, {free, whole(1)}, Reject::debt_insufficient},
        {bob, {vault, whole(1)}, Reject::insufficient_balance},
        {alice, {vault, whole(4'960)}, Reject::debt_under_minimum},  // Leaves 90 of 5050.
        {alice, {vault, whole(5'050)}, Reject::insufficient_balance},
    };
    for (const auto& bad : cases) EXPECT_EQ(why(market.act(bad.caller, bad.request)), bad.reason);
    EXPECT_TRUE(market.act(alice, Repay{vault, whole(4'950)}));  // Leaves exactly the minimum.
    EXPECT_EQ(market.debt(vault), whole(100));
    market.expect_laws();
}

TEST(repay, needs_no_price_and_no_consent) {
    Market market;
    const VaultId vault = market.open(alice, mixed, whole(10), whole(5'000));
    market.status = oracle::Status::halted;
    market.reprice();
    EXPECT_TRUE(market.act(alice, Repay{vault, whole(1'000)}));
    EXPECT_TRUE(market.act(alice, Deposit{vault, gold, whole(1)}));
}

TEST(close, pays_the_debt_and_returns_everything) {
    Market market;
    const VaultId vault = market.open(alice, mixed, whole(10), whole(5'000));
    ASSERT_TRUE(market.act(alice, Deposit{vault, gold, whole(2)}));
    market.pass(86'400);
    EXPECT_EQ(why(market.act(alice, Close{vault})), Reject::insufficient_balance);
    market.open(alice, plain, whole(10), whole(1'000));
    ASSERT_TRUE(market.act(alice, Close{vault}));
    EXPECT_EQ(market.row(vault).status, VaultStatus::closed);
    EXPECT_EQ(market.balance(alice, ether), whole(999'990));
    EXPECT_EQ(market.balance(alice, gold), whole(1'000'000));
    EXPECT_EQ(market.events.back().kind, EventKind::vault_closed);
    EXPECT_EQ(why(market.act(alice, Close{vault})), Reject::vault_closed);
    market.expect_laws();
}

TEST(close, rejects) {
    Market market;
    const VaultId vault = market.open(alice, mixed);
    EXPECT_EQ(why(market.act(alice, Close{nowhere})), Reject::unknown_vault);
    EXPECT_EQ(why(market.act(bob, Close{vault})), Reject::not_owner);
    EXPECT_TRUE(market.act(alice, Close{vault}));
}

// One ounce at 3000 less or plus 0.2 %: 3006 * 1.5 = 4509 dollars must count; a coin counts 0.998 *
// 0.98 = 0.97804.
TEST(synthetic_gold, is_minted_against_dollars_at_its_high_price) {
    Market market;
    const VaultId vault = market.open(alice, metal);
    market.types[2].opening_fee = percent(0);
    ASSERT_TRUE(market.act(alice, Deposit{vault, coin, Amount::units(461'024'088'994)}));
    EXPECT_EQ(why(market.act(alice, Mint{vault, whole(1)})), Reject::ratio_under_minimum);
    ASSERT_TRUE(market.act(alice, Deposit{vault, coin, Amount::units(1)}));
    ASSERT_TRUE(market.act(alice, Mint{vault, whole(1)}));
    EXPECT_TRUE(market.is_healthy(vault));
    // 4610.24 * 0.999 * 0.98 backs 130 % of gold up to 3471.93 at the firm high.
    market.set_price(gold, dollars(3'468));
    EXPECT_TRUE(market.is_healthy(vault));
    market.set_price(gold, dollars(3'469));
    EXPECT_FALSE(market.is_healthy(vault));
    market.expect_laws();
}

TEST(requests, survive_the_codec) {
    const Deposit deposit{VaultId{5}, gold, whole(7)};
    const auto back = decode<Deposit>(encode(deposit));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->vault, deposit.vault);
    EXPECT_EQ(back->asset, deposit.asset);
    EXPECT_EQ(back->amount, deposit.amount);
    EXPECT_EQ(decode<Redeem>(Bytes(3)).error(), Reject::truncated);
}

}  // namespace
}  // namespace ballast::vaults::test
