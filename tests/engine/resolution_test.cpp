#include <ballast/support/sample_market.hpp>

#include <gtest/gtest.h>

namespace ballast {
namespace {

using namespace sample;
using engine::Genesis;
using engine::Resolution;

Genesis pool_first() {
    Genesis genesis = market();
    genesis.types[0].resolution = Resolution::pool;
    genesis.types[0].redistribute = true;
    genesis.types[0].auction.penalty = Ratio::units(ratio_one);
    genesis.types[0].auction.chip = Ratio();
    return genesis;
}

TEST(resolution, the_pool_takes_what_it_can_and_the_other_vaults_the_rest) {
    Chain chain = at_200(pool_first());
    open_vault(chain, user(0), VaultId{0}, 100, 12'000);
    open_vault(chain, user(1), VaultId{1}, 300, 12'000);
    chain.ask(user(0), engine::PoolDeposit{dollar, whole(4'001)});
    chain.block();
    chain.price(ether_feed, dollars(150));  // 125 % and 375 %.
    chain.block();
    EXPECT_EQ(count(chain.outcome(), EventKind::pool_absorbed), 1u);
    EXPECT_EQ(count(chain.outcome(), EventKind::redistributed), 1u);
    EXPECT_EQ(owed(chain, 0), Amount());
    EXPECT_EQ(owed(chain, 1), whole(20'000));  // 12 000 and the 8 000 that the pool could not take.
    EXPECT_EQ(chain.machine().state().vaults.vaults[1].amounts[0].units(),
              whole(300).units() + 6'666'666'667);
    EXPECT_EQ(chain.machine().state().ledger.supply(dollar), whole(20'000));
}

TEST(resolution, without_other_vaults_the_rest_goes_to_one_auction_and_its_clock_runs_on) {
    Chain chain = at_200(pool_first());
    open_vault(chain, user(0), VaultId{0}, 100, 12'000);
    chain.block();
    chain.price(ether_feed, dollars(150));
    chain.block();
    for (int i = 0; i < 5; ++i) {
        chain.ask(user(0), engine::PoolDeposit{dollar, whole(2)});  // Too little to interrupt an
                                                                    // auction for.
        chain.block();
    }
    EXPECT_EQ(chain.machine().state().auctions.rows.size(), 1u);
    EXPECT_EQ(chain.machine().state().auctions.open.get().size(), 1u);
}

TEST(resolution,
     a_fixed_bonus_is_paid_in_place_within_the_close_factor_until_the_vault_is_healthy) {
    Genesis genesis = market();
    auto& auction = genesis.types[0].auction;
    auction.curve = {};
    auction.curve.kind = auctions::CurveKind::fixed_discount;
    auction.curve.discount = percent(5);
    auction.curve.close_factor = percent(50);
    Chain chain = at_200(genesis);
    open_vault(chain, user(0), VaultId{0}, 100, 12'000);
    chain.ask(user(0), engine::Transfer{user(1), dollar, whole(12'000)});
    chain.block();
    chain.price(ether_feed, dollars(160));  // 133 %.
    chain.block();
    EXPECT_EQ(count(chain.outcome(), EventKind::auction_started), 1u);
    chain.ask(user(1), auctions::Take{AuctionId{0}, whole(12'000), any_price});
    chain.block();
    ASSERT_TRUE(chain.outcome().receipts[0].accepted()) << chain.outcome().receipts[0].code;
    EXPECT_EQ(owed(chain, 0), whole(6'000));
    EXPECT_EQ(chain.balance(user(1), ether) - whole(1'000), Amount::units(3'937'500'000));  // 6 300
                                                                                            // /
                                                                                            // 160.
    EXPECT_EQ(count(chain.outcome(), EventKind::auction_ended) +
                  count(chain.outcome(), EventKind::auction_cancelled),
              1u);
    chain.ask(user(1), auctions::Take{AuctionId{0}, whole(1'000), any_price});
    EXPECT_EQ(chain.block().receipts[0].reason(), Reject::auction_over);
}

TEST(resolution, in_place_a_price_above_the_keepers_limit_is_refused) {
    Genesis genesis = market();
    auto& auction = genesis.types[0].auction;
    auction.curve = {};
    auction.curve.kind = auctions::CurveKind::health_discount;
    auction.curve.discount = percent(20);
    auction.curve.close_factor = percent(100);
    Chain chain = at_200(genesis);
    open_vault(chain, user(0), VaultId{0}, 100, 12'000);
    chain.ask(user(0), engine::Transfer{user(1), dollar, whole(12'000)});
    chain.block();
    chain.price(ether_feed, dollars(170));  // 141.67 % of 145 %: health 0.977, a discount of 2.3 %.
    chain.block();
    chain.ask(user(1), auctions::Take{AuctionId{0}, whole(5'000), Ray::units(ray_one * 165)});
    chain.ask(user(1), auctions::Take{AuctionId{0}, whole(5'000), Ray::units(ray_one * 167)});
    chain.block();
    EXPECT_EQ(chain.outcome().receipts[0].reason(), Reject::auction_price_over_limit);
    EXPECT_TRUE(chain.outcome().receipts[1].accepted());
}

/// A market whose only vault has sunk under its debt, without a pool, and the lot sold for what it
/// brings.
Chain after_a_loss(Genesis genesis) {
    genesis.backstop.pools.clear();
    Chain chain = at_200(std::move(genesis));
    open_vault(chain, user(0), VaultId{0}, 100, 12'000);
    chain.ask(user(0), engine::Transfer{user(1), dollar, whole(12'000)});
    chain.block();
    chain.price(ether_feed, dollars(60));
    chain.block();
    chain.block(1'200);  // 40 cuts of 1 %: 72 becomes 48.2.
    chain.ask(user(1), auctions::Take{AuctionId{0}, whole(12'000), any_price});
    chain.block();
    return chain;
}

TEST(resolution, l8_what_the_lot_does_not_cover_is_booked_and_paid_down_by_recapitalisation) {
    Genesis genesis = market();
    genesis.treasury.synthetics[0].recapitalisation_lot = whole(1'000);
    Chain chain = after_a_loss(genesis);
    EXPECT_EQ(count(chain.outcome(), EventKind::loss_arose), 1u);
    EXPECT_EQ(count(chain.outcome(), EventKind::loss_booked), 1u);
    const Amount bad = chain.machine().state().treasury.compartments[0].bad_debt;
    EXPECT_GT(bad, whole(7'000));
    EXPECT_EQ(chain.machine().state().ledger.supply(dollar), bad);  // L2: nobody owes it any more.

    chain.block();  // The recapitalisation starts: governance tokens at 120 % of 5 dollars.
    ASSERT_EQ(chain.machine().state().auctions.open.get().size(), 1u);
    const Amount tokens = chain.balance(user(1), token);
    chain.block(600);
    chain.ask(user(1), auctions::Take{AuctionId{1}, whole(7'000), any_price});
    ASSERT_TRUE(chain.block().receipts[0].accepted()) << chain.outcome().receipts[0].code;
    EXPECT_GE(count(chain.outcome(), EventKind::bad_debt_paid), 1u);
    EXPECT_LT(chain.machine().state().treasury.compartments[0].bad_debt, bad);
    EXPECT_GT(chain.balance(user(1), token), tokens);
    EXPECT_EQ(chain.machine().state().ledger.supply(dollar),
              chain.machine().state().treasury.compartments[0].bad_debt +
                  chain.balance(system_account::surplus, dollar));
}

TEST(resolution, l10_a_loss_beyond_the_compartments_limit_stays_in_it) {
    Genesis genesis = market();
    genesis.types[0].vault.opening_fee = percent(10);
    genesis.treasury.compartments[0] = {dollar, Ratio(), Amount(), whole(100)};
    Chain chain = after_a_loss(genesis);
    // The fee stands in the surplus, yet only 100 of it may answer for this compartment.
    EXPECT_EQ(chain.machine().state().treasury.compartments[0].loss_let_out, whole(100));
    EXPECT_GT(chain.machine().state().treasury.compartments[0].bad_debt, whole(1'000));
    EXPECT_GT(chain.balance(system_account::surplus, dollar), whole(1'000));
}

TEST(resolution, surplus_over_its_target_is_sold_for_tokens_which_are_destroyed) {
    Genesis genesis = market();
    genesis.types[0].vault.opening_fee = percent(10);
    genesis.treasury.compartments[0].reserve_share = Ratio();
    genesis.treasury.synthetics[0].surplus_target = whole(500);
    genesis.treasury.synthetics[0].surplus_lot = whole(400);
    Chain chain = at_200(genesis);
    open_vault(chain, user(0), VaultId{0}, 200, 10'000);
    chain.block();
    chain.block();
    EXPECT_EQ(chain.machine().state().auctions.open.get().size(), 1u);
    const Amount supply = chain.machine().state().ledger.supply(token);
    chain.block(900);
    chain.ask(user(1), auctions::Take{AuctionId{0}, whole(100), any_price});
    ASSERT_TRUE(chain.block().receipts[0].accepted()) << chain.outcome().receipts[0].code;
    EXPECT_EQ(chain.balance(user(1), dollar), whole(400));
    EXPECT_LT(chain.machine().state().ledger.supply(token), supply);
}

TEST(resolution, debt_at_auction_is_limited_and_who_waits_keeps_the_pool_from_being_left) {
    Genesis genesis = market();
    genesis.types[0].auction.debt_at_auction_max = whole(14'000);
    Chain chain = at_200(genesis);
    open_vault(chain, user(0), VaultId{0}, 100, 12'000);
    open_vault(chain, user(1), VaultId{1}, 100, 12'000);
    chain.ask(user(0), engine::PoolDeposit{dollar, whole(1'000)});
    chain.block();
    chain.price(ether_feed, dollars(160));
    chain.ask(user(0), engine::PoolWithdraw{dollar, whole(500)});
    chain.block();
    EXPECT_EQ(chain.machine().state().auctions.open.get().size(), 1u);
    EXPECT_EQ(chain.outcome().receipts[0].reason(), Reject::pool_withdrawal_blocked);
    EXPECT_EQ(owed(chain, 1), whole(12'000));
}

TEST(resolution, l9_with_a_halted_feed_nothing_starts_and_takes_wait) {
    Genesis genesis = market();
    genesis.oracle.feeds[0].halt_seconds = 120;
    Chain chain = at_200(genesis);
    open_vault(chain, user(0), VaultId{0}, 100, 12'000);
    open_vault(chain, user(1), VaultId{1}, 200, 12'000);
    chain.block();
    chain.price(ether_feed, dollars(160));
    chain.block();
    ASSERT_EQ(chain.machine().state().auctions.open.get().size(), 1u);
    chain.silence(ether_feed);
    chain.block(600);
    chain.ask(user(1), auctions::Take{AuctionId{0}, whole(5'000), any_price});
    chain.ask(user(1), vaults::Mint{VaultId{1}, whole(1'000)});
    chain.ask(user(1), vaults::Repay{VaultId{1}, whole(1'000)});
    chain.block();
    EXPECT_EQ(chain.outcome().receipts[0].reason(), Reject::auction_paused);
    EXPECT_EQ(chain.outcome().receipts[1].reason(), Reject::feed_halted);
    EXPECT_TRUE(chain.outcome().receipts[2].accepted());
}

}  // namespace
}  // namespace ballast
