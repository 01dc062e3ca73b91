#include <ballast/support/sample_market.hpp>

#include <gtest/gtest.h>

namespace ballast::sample {
namespace {

using engine::SwapAdd;
using engine::SwapExactIn;
using engine::SwapExactOut;
using engine::SwapRemove;

/// Ether against governance tokens, so that both can simply be held.
engine::Genesis swapping_market() {
    engine::Genesis genesis = market();
    genesis.swaps = {{ether, token, Ratio::units(3'000'000), {percent(80), 12'000, percent(20)}}};
    return genesis;
}

Amount reserves(const Chain& chain, AssetId asset) {
    return chain.balance(system_account::liquidity, asset);
}

TEST(Exchange, SwapsAtTheReservesAndTheFeeStaysWithWhoOwnsThem) {
    Chain chain(swapping_market());
    chain.ask(user(0), SwapExactIn{0, swap::Side::first, whole(1), Amount()});
    chain.ask(user(0), SwapAdd{0, whole(100), whole(400), Amount()});
    chain.ask(user(1), SwapExactIn{0, swap::Side::first, whole(10), Amount()});
    chain.ask(user(1), SwapExactOut{0, swap::Side::second, whole(5), whole(100)});
    chain.ask(user(2), SwapRemove{0, Amount::units(1), Amount(), Amount()});
    chain.ask(user(2), SwapExactIn{1, swap::Side::first, whole(1), Amount()});
    const auto receipts = chain.block().receipts;
    EXPECT_EQ(receipts[0].reason(), Reject::liquidity_empty);
    EXPECT_TRUE(receipts[1].accepted());
    EXPECT_TRUE(receipts[2].accepted());
    EXPECT_TRUE(receipts[3].accepted());
    EXPECT_EQ(receipts[4].reason(), Reject::liquidity_shares_insufficient);
    EXPECT_EQ(receipts[5].reason(), Reject::unknown_swap_pool);
    // 10 in, less 0.3 %, against 100 and 400: 36.264...; and 5 ether out again.
    EXPECT_EQ(chain.balance(user(1), ether), whole(1'000 - 10 + 5));
    const auto& pool = chain.machine().state().exchange.pools[0];
    EXPECT_EQ(pool.first, reserves(chain, ether));
    EXPECT_EQ(pool.second, reserves(chain, token));
    EXPECT_GT(pool.first.units() * pool.second.units(), whole(100).units() * whole(400).units());

    const Amount shares = chain.machine().state().exchange.shares[0].shares;
    chain.ask(user(0), SwapRemove{0, shares, Amount(), Amount()});
    EXPECT_TRUE(chain.block().receipts[0].accepted());
    EXPECT_LT(reserves(chain, ether), whole(1));  // The dead shares' part.
}

TEST(Exchange, AFeeThatDoesNotCoverTheLossToArbitrageIsRefused) {
    engine::Genesis genesis = swapping_market();
    genesis.swaps[0].fee = Ratio::units(10'000);
    const auto machine = engine::Machine::create(genesis);
    ASSERT_FALSE(machine);
    EXPECT_EQ(machine.error().key, "swaps[0].fee");
}

}  // namespace
}  // namespace ballast::sample
