#include <ballast/keeper/book.hpp>

#include <gtest/gtest.h>

namespace ballast::keeper {
namespace {

constexpr AssetId dai{0};
constexpr AssetId eth{1};
constexpr AssetId btc{2};

Entry entry(u64 nonce, u32 auction, i64 pay, i64 units) {
    Entry entry;
    entry.nonce = nonce;
    entry.bid.auction = AuctionId{auction};
    entry.bid.pay_max = Amount::units(pay);
    entry.bid.units = static_cast<u128>(units);
    entry.bid.proceeds = Cash::units(2 * pay);
    entry.pay_asset = dai;
    entry.parts = {{eth, Amount::units(1000)}};
    entry.lot = 1000;
    entry.expires = 100;
    return entry;
}

Outcome won(i64 paid, i64 units, i64 reward, u64 time = 50) {
    Outcome outcome;
    outcome.end = End::won;
    outcome.height = 9;
    outcome.time = time;
    outcome.paid = Amount::units(paid);
    outcome.units = static_cast<u128>(units);
    outcome.reward = Amount::units(reward);
    outcome.fee = Amount::units(1);
    return outcome;
}

Outcome lost(const char* reason, bool in_block) {
    Outcome outcome;
    outcome.end = End::lost;
    outcome.reason = reason;
    outcome.height = in_block ? 9 : 0;
    outcome.fee = Amount::units(in_block ? 1 : 0);
    return outcome;
}

Outcome expired() {
    Outcome outcome;
    outcome.end = End::expired;
    return outcome;
}

TEST(Book, EveryBidEndsOnce) {
    Book book;
    const auto first = book.submit(entry(1, 7, 100, 10));
    const auto second = book.submit(entry(2, 8, 200, 20));
    const auto third = book.submit(entry(3, 9, 300, 30));
    EXPECT_EQ(book.pending().size(), 3u);
    EXPECT_TRUE(book.bidding_on(Of::auction, AuctionId{8}));
    EXPECT_TRUE(book.close(first, won(90, 10, 3)));
    EXPECT_TRUE(book.close(second, lost("auction_over", true)));
    EXPECT_FALSE(book.close(second, won(1, 1, 1)));  // The first end counts.
    EXPECT_TRUE(book.close(third, expired()));
    const Count count = book.count();
    EXPECT_EQ(count.submitted, 3u);
    EXPECT_EQ(count.won, 1u);
    EXPECT_EQ(count.lost, 1u);
    EXPECT_EQ(count.expired, 1u);
    EXPECT_EQ(count.pending, 0u);
    EXPECT_EQ(book.reasons().at("auction_over"), 1u);
    EXPECT_FALSE(book.bidding_on(Of::auction, AuctionId{8}));
    EXPECT_EQ(book.result(dai).paid, Amount::units(90));
    EXPECT_EQ(book.result(dai).fees, Amount::units(2));
    EXPECT_EQ(book.result(dai).proceeds, Cash::units(200));
}

TEST(Book, NoncesInFlightAreNotUsedTwice) {
    Book book;
    Book::Nonces nonces{9, 5, {}, 4};
    EXPECT_EQ(book.free_nonce(nonces), 5u);
    const auto first = book.submit(entry(5, 1, 1, 1));
    EXPECT_EQ(book.free_nonce(nonces), 6u);
    nonces.used = {6};
    EXPECT_EQ(book.free_nonce(nonces), 7u);
    const auto second = book.submit(entry(7, 2, 1, 1));
    (void)book.submit(entry(8, 3, 1, 1));
    EXPECT_FALSE(book.free_nonce(nonces));
    (void)book.close(first, lost("auction_over", false));
    EXPECT_EQ(book.free_nonce(nonces), 5u);  // Came into no block, so its nonce is free.
    nonces.height = 8;
    (void)book.submit(entry(5, 4, 1, 1));
    (void)book.close(second, lost("auction_over", true));
    EXPECT_FALSE(book.free_nonce(nonces));  // Used at height 9, which the account does not show.
    nonces.height = 9;
    EXPECT_EQ(book.free_nonce(nonces), 7u);  // What it shows is believed.
}

TEST(Book, ThePurseAndTheOutletsKnowWhatIsInFlight) {
    Book book;
    const auto first = book.submit(entry(1, 7, 100, 10));
    (void)book.submit(entry(2, 8, 50, 5));
    EXPECT_EQ(book.reserved(dai, 8), Amount::units(150));
    EXPECT_EQ(book.reserved(eth, 8), Amount());
    EXPECT_EQ(book.coming(eth, 0), Amount::units(15));
    (void)book.close(first, won(60, 6, 0, 50));
    EXPECT_EQ(book.reserved(dai, 8), Amount::units(110));  // A balance from before it was paid.
    EXPECT_EQ(book.reserved(dai, 9), Amount::units(50));
    EXPECT_EQ(book.coming(eth, 50), Amount::units(11));
    EXPECT_EQ(book.coming(eth, 51), Amount::units(5));
}

TEST(Book, BalancesFollowFromTheBids) {
    Book book;
    (void)book.close(book.submit(entry(1, 7, 100, 10)), won(90, 10, 3));
    (void)book.close(book.submit(entry(2, 8, 100, 10)), lost("auction_over", true));
    (void)book.close(book.submit(entry(3, 9, 100, 10)), lost("auction_over", false));
    const std::map<AssetId, Amount> start{{dai, Amount::units(1000)}};
    std::map<AssetId, Amount> now{{dai, Amount::units(911)}, {eth, Amount::units(10)}};
    EXPECT_TRUE(reconcile(start, now, book, dai).empty());
    now[eth] = Amount::units(9);
    now[btc] = Amount::units(4);
    const auto differences = reconcile(start, now, book, dai);
    ASSERT_EQ(differences.size(), 2u);
    EXPECT_EQ(differences[0].asset, eth);
    EXPECT_EQ(differences[0].expected, Amount::units(10));
    EXPECT_EQ(differences[0].found, Amount::units(9));
    EXPECT_EQ(differences[1].asset, btc);
}

// The parts of a basket are known only about; they are not compared.
TEST(Book, BasketsAreEstimated) {
    Book book;
    Entry basket = entry(1, 7, 100, 10);
    basket.parts.push_back({btc, Amount::units(500)});
    (void)book.close(book.submit(basket), won(100, 10, 0));
    EXPECT_EQ(book.changes(dai).at(btc), Amount::units(5));
    EXPECT_EQ(book.estimated().size(), 2u);
    const std::map<AssetId, Amount> start{{dai, Amount::units(1000)}};
    const std::map<AssetId, Amount> now{{dai, Amount::units(899)}, {eth, Amount::units(7)}};
    EXPECT_TRUE(reconcile(start, now, book, dai).empty());
}

// A portfolio is paid for and held in the margin account: of the balances it changes the fee alone.
TEST(Book, PortfoliosAreNotInTheBalances) {
    Book book;
    Entry portfolio = entry(1, 7, 100, 500'000'000);
    portfolio.bid.of = Of::portfolio;
    portfolio.lot = static_cast<u128>(ratio_one);
    const auto number = book.submit(portfolio);
    EXPECT_TRUE(book.bidding_on(Of::portfolio, AuctionId{7}));
    EXPECT_FALSE(book.bidding_on(Of::auction, AuctionId{7}));
    EXPECT_EQ(book.reserved(dai, 8), Amount());
    EXPECT_EQ(book.coming(eth, 0), Amount::units(500));
    (void)book.close(number, won(90, 500'000'000, 0));
    EXPECT_EQ(book.coming(eth, 0), Amount::units(500));
    const std::map<AssetId, Amount> changes{{dai, Amount::units(-1)}};
    EXPECT_EQ(book.changes(dai), changes);
    EXPECT_TRUE(book.estimated().empty());
    EXPECT_EQ(book.result(dai).paid, Amount::units(90));
}

// Half of what was offered was taken: half of the units, as an estimate.
TEST(Book, InPlaceIsEstimated) {
    Book book;
    Entry vault = entry(1, 7, 100, 10);
    vault.in_place = true;
    (void)book.close(book.submit(vault), won(50, 777, 0));
    EXPECT_EQ(book.changes(dai).at(eth), Amount::units(5));
    EXPECT_EQ(book.estimated(), std::vector<AssetId>{eth});
}

}  // namespace
}  // namespace ballast::keeper
