/// What somebody who means harm, or a market file that means nothing, must not achieve.
#include <ballast/support/sample_market.hpp>

#include <gtest/gtest.h>

namespace ballast {
namespace {

using namespace sample;
using engine::Genesis;
using engine::Resolution;

std::string fault_of(const Genesis& genesis) {
    const auto fault = engine::validate(genesis);
    return fault ? fault->key : "";
}

/// The sample market with vaults that keepers repay in place.
Genesis repaid_in_place(auctions::CurveKind kind) {
    Genesis genesis = market();
    auto& auction = genesis.types[0].auction;
    auction.curve = {};
    auction.curve.kind = kind;
    auction.curve.discount = percent(5);
    auction.curve.close_factor = percent(50);
    return genesis;
}

TEST(attacks, a_pool_of_less_than_one_normalised_unit_does_not_stop_the_machine) {
    Genesis genesis = market();
    genesis.types[0].resolution = Resolution::pool;
    genesis.types[0].vault.minimum_debt = Amount();
    genesis.types[0].vault.fee_per_second = Ray::units(ray_one + ray_one / 1'000'000);
    genesis.types[0].take_cost = Amount();
    Chain chain = at_200(genesis);
    open_vault(chain, user(0), VaultId{0}, 100, 12'000);
    chain.block();
    chain.block(100'000);  // The index is over 1.
    chain.ask(user(0), engine::PoolDeposit{dollar, whole(1) + Amount::units(1)});
    chain.block();
    chain.price(ether_feed, dollars(150));
    chain.block();
    EXPECT_EQ(chain.machine().state().auctions.open.get().size(), 1u);
}

TEST(attacks, a_pool_that_takes_a_part_leaves_no_dust_to_be_auctioned_for_a_whole_tip) {
    Genesis genesis = market();
    genesis.types[0].resolution = Resolution::pool;
    Chain chain = at_200(genesis);
    open_vault(chain, user(0), VaultId{0}, 100, 12'000);
    chain.ask(user(0), engine::PoolDeposit{dollar, whole(11'999) + Amount::units(amount_one / 2)});
    chain.block();
    chain.price(ether_feed, dollars(150));
    chain.block();
    EXPECT_EQ(count(chain.outcome(), EventKind::pool_absorbed), 1u);
    const auto& auctions = chain.machine().state().auctions;
    ASSERT_EQ(auctions.open.get().size(), 1u);
    EXPECT_GE(auctions.rows[0].debt, whole(1'000));  // The minimum debt.
}

TEST(attacks, l2_no_synthetic_comes_to_be_as_collateral_of_a_recorded_vault) {
    Genesis genesis = market();
    genesis.assets.push_back({"EURB", engine::AssetKind::synthetic, {}});
    genesis.types[0].vault.basket[0].asset = AssetId{3};
    EXPECT_EQ(fault_of(genesis), "");
    genesis.vaults.push_back({user(0), ether_vaults, {whole(10)}, Amount()});
    EXPECT_EQ(fault_of(genesis), "vaults[0].collateral[0]");
}

TEST(attacks, nobody_earns_by_having_his_own_vault_liquidated) {
    Genesis genesis = market();
    genesis.types[0].auction.penalty = percent(10);
    genesis.types[0].auction.chip = percent(5);
    genesis.types[0].auction.tip = whole(45);  // On 1 000: 45 + 55 is no more than the penalty of
                                               // 100.
    EXPECT_EQ(fault_of(genesis), "");
    genesis.types[0].auction.tip = whole(46);
    EXPECT_EQ(fault_of(genesis), "types[0].auction.tip");
    genesis.types[0].take_cost = Amount();
    EXPECT_EQ(fault_of(genesis), "types[0].auction.tip");
    genesis.types[0].resolution = Resolution::pool;  // What the pool cannot take is auctioned all
                                                     // the same.
    EXPECT_EQ(fault_of(genesis), "types[0].auction.tip");
    genesis.types[0].auction.tip = Amount();
    genesis.types[0].auction.chip = percent(10);
    EXPECT_EQ(fault_of(genesis), "types[0].auction.chip");
}

// On 1 000 the tab is 1 130; at 90 % of it the lot costs 1 017, of which 17 are above the debt and
// pay a part of the tip.
TEST(attacks, a_keeper_counts_on_no_reward_that_only_an_empty_surplus_would_pay) {
    Genesis genesis = market();
    auctions::AuctionTerms& auction = genesis.types[0].auction;
    auction.chip = Ratio();
    auction.tip = whole(130);
    auction.buffer = percent(100);
    auction.cusp = percent(90);
    genesis.types[0].take_cost = whole(130);  // 113 of discount, and 17.
    EXPECT_EQ(fault_of(genesis), "");
    genesis.types[0].take_cost += Amount::units(1);
    EXPECT_EQ(fault_of(genesis), "types[0].vault.minimum_debt");
    auction.cusp = percent(50);  // 565 of discount, and nothing.
    genesis.types[0].take_cost = whole(565);
    EXPECT_EQ(fault_of(genesis), "");
    genesis.types[0].take_cost += Amount::units(1);
    EXPECT_EQ(fault_of(genesis), "types[0].vault.minimum_debt");
    auction.buffer = percent(220);  // 110 % of the tab at the lowest: 113 lost, 130 of reward.
    genesis.types[0].take_cost = whole(17);
    EXPECT_EQ(fault_of(genesis), "");
    genesis.types[0].take_cost += Amount::units(1);
    EXPECT_EQ(fault_of(genesis), "types[0].vault.minimum_debt");
}

TEST(attacks, what_keepers_repay_in_place_has_somebody_to_resolve_it_under_water) {
    for (const auto kind :
         {auctions::CurveKind::fixed_discount, auctions::CurveKind::health_discount}) {
        Genesis genesis = repaid_in_place(kind);
        EXPECT_EQ(fault_of(genesis), "");
        genesis.backstop.pools.clear();
        genesis.types[0].redistribute = false;
        genesis.types[0].auction.curve.allow_spiral = false;
        EXPECT_EQ(fault_of(genesis), "types[0].auction.curve.allow_spiral");
        genesis.types[0].redistribute = true;
        EXPECT_EQ(fault_of(genesis), "");
        genesis.types[0].redistribute = false;
        genesis.types[0].auction.curve.allow_spiral = true;
        EXPECT_EQ(fault_of(genesis), "");
    }
    Genesis genesis = market();
    genesis.backstop.pools.clear();
    EXPECT_EQ(fault_of(genesis), "");  // Who takes from an auction always profits at some price.
}

TEST(attacks, a_batch_from_the_last_account_grows_no_table) {
    Chain chain = at_200(market(1'000));
    const auto& heads = chain.machine().state().backstop.heads;
    EXPECT_EQ(heads.size(), chain.machine().state().ledger.accounts());
    chain.ask(user(999), engine::Batch{{vaults::OpenVault{ether_vaults},
                                        vaults::Deposit{VaultId{0}, ether, whole(100)},
                                        vaults::Mint{VaultId{0}, whole(2'000)},
                                        engine::PoolDeposit{dollar, whole(1'000)}}});
    EXPECT_TRUE(chain.block().receipts[0].accepted());
    EXPECT_EQ(heads.size(), chain.machine().state().ledger.accounts());
}

TEST(attacks, limits_on_debt_at_auction_that_fit_no_vault_are_refused) {
    Genesis genesis = market();
    genesis.types[0].auction.debt_at_auction_max = whole(2'259);  // Twice the tab of the smallest
                                                                  // debt is 2 260.
    EXPECT_EQ(fault_of(genesis), "types[0].auction.debt_at_auction_max");
    genesis.types[0].auction.debt_at_auction_max = whole(2'260);
    EXPECT_EQ(fault_of(genesis), "");
    genesis.debt_at_auction_max = whole(2'259);
    EXPECT_EQ(fault_of(genesis), "debt_at_auction_max");
}

TEST(attacks, l8_in_place_debt_without_collateral_is_a_loss_at_once) {
    Genesis genesis = repaid_in_place(auctions::CurveKind::fixed_discount);
    genesis.vaults.push_back({user(0), ether_vaults, {Amount()}, whole(5'000)});
    Chain chain = at_200(genesis);
    chain.block();
    EXPECT_EQ(owed(chain, 0), Amount());
    EXPECT_EQ(chain.machine().state().treasury.compartments[0].bad_debt, whole(5'000));
}

TEST(attacks, in_place_where_no_keeper_can_profit_the_backstop_acts) {
    for (const bool by_pool : {true, false}) {
        Genesis genesis = repaid_in_place(auctions::CurveKind::fixed_discount);
        genesis.types[0].redistribute = !by_pool;
        genesis.backstop.pools[0].floor = Ratio();
        Chain chain = at_200(genesis);
        open_vault(chain, user(0), VaultId{0}, 100, 12'000);
        open_vault(chain, user(1), VaultId{1}, 500, 13'000);
        if (by_pool) chain.ask(user(1), engine::PoolDeposit{dollar, whole(12'001)});
        chain.block();
        chain.price(ether_feed, dollars(100));  // 83 %: a bonus would be paid by nobody.
        chain.block();
        EXPECT_EQ(owed(chain, 0), Amount());
        EXPECT_EQ(count(chain.outcome(), EventKind::pool_absorbed), by_pool ? 1u : 0u);
        EXPECT_EQ(count(chain.outcome(), EventKind::redistributed), by_pool ? 0u : 1u);
        EXPECT_EQ(chain.block().receipts.size(), 0u);
        EXPECT_TRUE(chain.machine().state().auctions.open.get().empty());
    }
}

TEST(attacks, a_vault_open_to_keepers_does_not_lock_a_pool_that_is_not_asked) {
    Chain chain = at_200(repaid_in_place(auctions::CurveKind::fixed_discount));
    open_vault(chain, user(0), VaultId{0}, 100, 12'000);
    chain.ask(user(0), engine::PoolDeposit{dollar, whole(1'000)});
    chain.block();
    chain.price(ether_feed, dollars(160));
    chain.ask(user(0), engine::PoolWithdraw{dollar, whole(500)});
    chain.block();
    EXPECT_EQ(chain.machine().state().auctions.open.get().size(), 1u);
    EXPECT_TRUE(chain.outcome().receipts[0].accepted()) << chain.outcome().receipts[0].code;
}

TEST(attacks, no_price_falls_while_nobody_may_take) {
    Genesis genesis = market();
    genesis.oracle.feeds[0].halt_seconds = 120;
    genesis.oracle.feeds[0].recovery_seconds = 0;
    Chain chain = at_200(genesis);
    open_vault(chain, user(0), VaultId{0}, 100, 12'000);
    chain.block();
    chain.price(ether_feed, dollars(160));
    chain.block();
    chain.silence(ether_feed);
    chain.block(300);
    chain.block(1'200);
    chain.price(ether_feed, dollars(170));
    chain.block();
    const auto& auction = chain.machine().state().auctions.rows[0];
    EXPECT_EQ(auction.started, chain.machine().time());
    EXPECT_EQ(auction.top, Ray::units(ray_one * 204));  // 170 * 1.2.
    EXPECT_EQ(auction.restarts, 0u);
    chain.block();
    EXPECT_LT(chain.machine().state().auctions.rows[0].started, chain.machine().time());
}

TEST(attacks, what_trades_for_the_treasury_is_of_the_right_kind) {
    Genesis genesis = market();
    genesis.backstop.pools.push_back({ether, whole(1), Ratio()});
    EXPECT_EQ(fault_of(genesis), "backstop.pools[1].asset");
    genesis = market();
    genesis.treasury.synthetics.push_back({ether, token, whole(1), whole(1), whole(1)});
    EXPECT_EQ(fault_of(genesis), "treasury.synthetics[1].asset");
    genesis = market();
    genesis.assets[2].feed.reset();
    EXPECT_EQ(fault_of(genesis), "treasury.synthetics[0].governance");
}

TEST(attacks, l9_nothing_is_sold_against_a_synthetic_whose_price_is_not_known) {
    Genesis genesis = market();
    genesis.oracle.feeds.push_back(plain_feed("USDB/USD"));
    genesis.oracle.feeds[2].halt_seconds = 120;
    genesis.types[0].vault.debt_feed = FeedId{2};
    genesis.types[0].vault.fee_per_second = Ray::units(ray_one + ray_one / 1'000'000'000);
    genesis.treasury.compartments[0].reserve_share = Ratio();
    genesis.treasury.synthetics[0].surplus_target = whole(1);
    genesis.treasury.synthetics[0].surplus_lot = whole(1);
    Chain chain(genesis);
    chain.price(FeedId{2}, dollars(1));
    chain.price(ether_feed, dollars(200));
    chain.price(token_feed, dollars(5));
    chain.block();
    open_vault(chain, user(0), VaultId{0}, 100, 12'000);
    chain.block();
    chain.silence(FeedId{2});
    chain.block(1'000'000);  // 12 dollars of fees.
    chain.block();
    EXPECT_GT(chain.balance(system_account::surplus, dollar), whole(2));
    EXPECT_TRUE(chain.machine().state().auctions.open.get().empty());
    chain.price(FeedId{2}, dollars(1));
    chain.block();
    chain.block(120);
    EXPECT_FALSE(chain.machine().state().auctions.open.get().empty());
}

TEST(attacks, a_keeper_is_not_expected_to_come_for_a_reward_that_nobody_can_pay) {
    Genesis genesis = market();
    genesis.types[0].vault.minimum_debt = whole(100);
    genesis.types[0].auction.tip = whole(10);
    genesis.backstop.pools[0].floor = Ratio();
    Chain chain = at_200(genesis);
    open_vault(chain, user(0), VaultId{0}, 1, 120);
    open_vault(chain, user(1), VaultId{1}, 100, 1'000);
    chain.ask(user(1), engine::PoolDeposit{dollar, whole(900)});
    chain.block();
    chain.price(ether_feed, dollars(16));  // Sold at 48 % it leaves a keeper 8.3 and costs him 10.
    chain.block();
    EXPECT_EQ(count(chain.outcome(), EventKind::pool_absorbed), 1u);
}

TEST(attacks, a_snapshot_is_believed_for_its_root_alone) {
    Chain chain = at_200(market());
    const Bytes bytes = chain.machine().snapshot();
    crypto::Digest root = chain.machine().root();
    EXPECT_TRUE(engine::Machine::restore(market(), bytes, root));
    root[0] ^= 1;
    EXPECT_EQ(engine::Machine::restore(market(), bytes, root).error(), Reject::wrong_root);
}

TEST(attacks, a_lot_of_more_assets_than_a_basket_holds_is_no_lot) {
    auctions::Lot lot;
    lot.count = limits::basket_max + 1;
    EXPECT_EQ(decode<auctions::Lot>(encode(lot)).error(), Reject::bad_encoding);
}

}  // namespace
}  // namespace ballast
