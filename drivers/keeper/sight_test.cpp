#include <ballast/keeper/sight.hpp>

#include <ballast/files/decimal.hpp>

#include <gtest/gtest.h>

namespace ballast::keeper {
namespace {

constexpr const char* info_text = R"({
  "chain_id": "demo-0011223344556677", "digest": "00",
  "access": {"signed_transactions": true, "fee_asset": "DAI", "fee": "0.1"},
  "assets": [{"name": "ETH", "kind": "collateral", "feed": null},
             {"name": "wstETH", "kind": "collateral", "feed": null},
             {"name": "DAI", "kind": "synthetic", "feed": null},
             {"name": "MKR", "kind": "governance", "feed": "MKR/USD"},
             {"name": "WBTC", "kind": "collateral", "feed": null}],
  "vault_types": [
    {"name": "ETH-A", "debt_asset": "DAI", "debt_feed": null, "minimum_debt": "1000",
     "collateral": [{"asset": "ETH", "feed": "ETH/USD", "rate_feed": null},
                    {"asset": "wstETH", "feed": "stETH/USD", "rate_feed": "wstETH rate"}],
     "auction": {"curve": "stepped", "remainder_min": "200", "tip": "5", "chip": "0.001",
                 "discount": "0", "close_factor": "0"}},
    {"name": "ETH-P", "debt_asset": "DAI", "debt_feed": null, "minimum_debt": "100",
     "collateral": [{"asset": "ETH", "feed": "ETH/USD", "rate_feed": null}],
     "auction": {"curve": "fixed_discount", "remainder_min": "0", "tip": "0", "chip": "0",
                 "discount": "0.1", "close_factor": "0.5"}}],
  "compartments": [
    {"name": "ETH-book", "synthetic": "DAI",
     "collateral": [{"asset": "WBTC", "feed": "BTC/USD"}, {"asset": "ETH", "feed": "other"}]}],
  "limits": {"nonce_window": 64}})";

constexpr const char* feeds_text = R"({"items": [
  {"feed": "ETH/USD", "mark": "110", "status": "live"},
  {"feed": "stETH/USD", "mark": "100", "status": "degraded"},
  {"feed": "wstETH rate", "mark": "1.25", "status": "live"},
  {"feed": "BTC/USD", "mark": "20000", "status": "live"},
  {"feed": "MKR/USD", "mark": "300", "status": "halted"}]})";

Facts facts() {
    auto facts = facts_of(Json::parse(info_text));
    EXPECT_TRUE(facts) << facts.error().sentence;
    return *facts;
}

std::map<std::string, Price> marks() {
    auto marks = marks_of(Json::parse(feeds_text));
    EXPECT_TRUE(marks) << marks.error().sentence;
    return *marks;
}

Json on_a_clock() {
    return Json::parse(R"({"auction": 7, "of": "vault", "kind": "collateral", "open": true,
        "paused": false, "type": "ETH-A", "pay_asset": "DAI", "lot": {"ETH": "10"},
        "lot_units": "10", "tab": "1500", "price": "100.5", "needs_restart": false})");
}

Json in_place() {
    return Json::parse(R"({"auction": 8, "of": "vault", "kind": "in_place", "open": true,
        "paused": false, "type": "ETH-P", "pay_asset": "DAI", "lot": {"ETH": "10"},
        "lot_units": null, "tab": "900", "health": "0.9", "price": null})");
}

std::string shown(Amount amount) {
    return files::decimal_text(amount.units(), 8, 8);
}
std::string shown(Ray ray) {
    return files::decimal_text(static_cast<i128>(ray.units()), 27, 27);
}

TEST(Sight, FactsOfTheMarket) {
    const Facts seen = facts();
    EXPECT_EQ(seen.assets.size(), 5u);
    EXPECT_EQ(seen.fee_asset, AssetId{2});
    EXPECT_EQ(shown(seen.fee), "0.1");
    ASSERT_NE(seen.type("ETH-A"), nullptr);
    EXPECT_EQ(shown(seen.type("ETH-A")->remainder_min), "200");
    EXPECT_EQ(seen.type("ETH-B"), nullptr);
    EXPECT_FALSE(seen.asset("BTC"));
}

TEST(Sight, PricesOutside) {
    const Facts seen = facts();
    EXPECT_EQ(price_of(seen, marks(), AssetId{0}), Price::units(110 * amount_one));
    EXPECT_EQ(price_of(seen, marks(), AssetId{1}), Price::units(125 * amount_one));
    EXPECT_EQ(price_of(seen, marks(), AssetId{2}), Price::units(amount_one));
    EXPECT_EQ(price_of(seen, marks(), AssetId{3}), Price());  // Halted.
}

TEST(Sight, AnAuctionOnAClock) {
    const auto listing = listing_of(facts(), marks(), on_a_clock());
    ASSERT_TRUE(listing && *listing);
    const Auction& auction = (*listing)->auction;
    EXPECT_EQ(auction.id, AuctionId{7});
    EXPECT_EQ((*listing)->pay_asset, AssetId{2});
    EXPECT_EQ(auction.units, 10 * u128{amount_one});
    EXPECT_EQ(shown(auction.price), "100.5");
    EXPECT_EQ(shown(auction.tab), "1500");
    EXPECT_EQ(shown(auction.pay_most), "1500");
    EXPECT_EQ(shown(auction.remainder), "200");
    EXPECT_EQ(shown(auction.reward), "1.5");  // The tip is left to chance.
}

// Half of 900 at a bonus of 10 %: 450 for ether at 110 / 1.1.
TEST(Sight, AVaultRepaidInPlace) {
    const auto listing = listing_of(facts(), marks(), in_place());
    ASSERT_TRUE(listing && *listing);
    const Auction& auction = (*listing)->auction;
    EXPECT_EQ(shown(auction.price), "100");
    EXPECT_EQ(shown(auction.pay_most), "450");
    EXPECT_EQ(shown(auction.remainder), "100");
    EXPECT_EQ(auction.units, 10 * u128{amount_one});
}

// The bonus is no more than what the vault has: 1100 for a debt of 1050.
TEST(Sight, TheBonusDoesNotWorsenTheVault) {
    Json item = in_place();
    item["tab"] = "1050";
    const auto listing = listing_of(facts(), marks(), item);
    ASSERT_TRUE(listing && *listing);
    EXPECT_EQ(shown((*listing)->auction.price), "105.000000063");
    item["tab"] = "150";  // Half of it would leave dust: all may be repaid.
    const auto small = listing_of(facts(), marks(), item);
    ASSERT_TRUE(small && *small);
    EXPECT_EQ(shown((*small)->auction.pay_most), "150");
}

// The treasury sells for governance tokens, and has no tab: all of it is for sale at its price.
TEST(Sight, TheSurplusIsSoldWhole) {
    Json item = on_a_clock();
    item.update({{"kind", "surplus"}, {"type", nullptr}, {"pay_asset", "MKR"}, {"tab", "0"}});
    item.update({{"lot", {{"DAI", "1000"}}}, {"lot_units", "1000"}, {"price", "0.0033333333"}});
    const auto listing = listing_of(facts(), marks(), item);
    ASSERT_TRUE(listing && *listing);
    const Auction& auction = (*listing)->auction;
    EXPECT_EQ((*listing)->pay_asset, AssetId{3});
    EXPECT_EQ(shown(auction.tab), "3.3333333");
    EXPECT_EQ(shown(auction.pay_most), "3.3333333");
    EXPECT_EQ(shown(auction.remainder), "0");
    EXPECT_EQ(shown(auction.reward), "0");
    item["price"] = "0.003333333334";  // Paid in whole units, rounded up.
    EXPECT_EQ(shown((*listing_of(facts(), marks(), item))->auction.tab), "3.33333334");
}

Json margin_account() {
    return Json::parse(R"({"margin_account": 5, "compartment": "ETH-book", "sales": [
        {"asset": "ETH", "pay": "1000", "amount": "9.54545454"},
        {"asset": "WBTC", "pay": "0", "amount": "0"}]})");
}

TEST(Sight, CollateralThatAMarginAccountSells) {
    const auto sales = sales_of(facts(), margin_account());
    ASSERT_TRUE(sales) << sales.error().sentence;
    ASSERT_EQ(sales->size(), 1u);
    const Auction& auction = sales->front().auction;
    EXPECT_EQ(auction.of, Of::collateral);
    EXPECT_EQ(auction.id, AuctionId{5});
    EXPECT_EQ(sales->front().pay_asset, AssetId{2});
    EXPECT_EQ(shown(auction.parts[0].amount), "9.54545454");
    EXPECT_EQ(shown(auction.pay_most), "1000");
    Json account = margin_account();
    account["sales"] = nullptr;
    EXPECT_TRUE(sales_of(facts(), account)->empty());
    account = margin_account();
    account["compartment"] = "BTC-book";
    EXPECT_EQ(sales_of(facts(), account).error().sentence,
              "margin.get: 'BTC-book' is no compartment");
}

Json portfolio() {
    return Json::parse(R"({"auction": 3, "of": "margin", "kind": "portfolio", "open": true,
        "type": "ETH-book", "margin_account": 5, "pay_asset": "DAI",
        "lot": {"ETH": "2", "WBTC": "0.01"}, "mark": "900", "reserved": "100", "gross": "4000",
        "bid": "-20", "fraction_max": "0.5"})");
}

TEST(Sight, AMarginAccountAtAuction) {
    const auto read = portfolio_of(facts(), marks(), portfolio());
    ASSERT_TRUE(read && *read) << (read ? "" : read.error().sentence);
    const PortfolioListing& listing = **read;
    EXPECT_EQ(listing.refused, "");
    EXPECT_EQ(listing.account, 5u);
    EXPECT_EQ(listing.pay_asset, AssetId{2});
    EXPECT_EQ(listing.portfolio.worth, Cash::units(800 * i128{amount_one}));  // Less the reserved.
    EXPECT_EQ(listing.portfolio.collateral_worth, Cash::units(420 * i128{amount_one}));
    EXPECT_EQ(listing.portfolio.bid, Cash::units(-20 * i128{amount_one}));
    EXPECT_EQ(listing.portfolio.most, Ratio::units(ratio_one / 2));
    EXPECT_FALSE(*portfolio_of(facts(), marks(), on_a_clock()));
}

TEST(Sight, WhatCannotBeValuedIsRefusedInWords) {
    Json item = portfolio();
    item["bid"] = nullptr;
    EXPECT_EQ((*portfolio_of(facts(), marks(), item))->refused,
              "something that it holds has no price");
    auto without = marks();
    without.erase("BTC/USD");
    EXPECT_EQ((*portfolio_of(facts(), without, portfolio()))->refused, "its WBTC has no price");
}

TEST(Sight, WhatNobodyCanTake) {
    const auto taken = [](Json item, const char* field, Json value) {
        item[field] = std::move(value);
        const auto listing = listing_of(facts(), marks(), item);
        EXPECT_TRUE(listing);
        return listing && listing->has_value();
    };
    EXPECT_TRUE(taken(on_a_clock(), "open", true));
    EXPECT_FALSE(taken(on_a_clock(), "open", false));
    EXPECT_FALSE(taken(on_a_clock(), "paused", true));
    EXPECT_FALSE(taken(on_a_clock(), "needs_restart", true));
    EXPECT_FALSE(taken(on_a_clock(), "price", nullptr));
    EXPECT_FALSE(taken(on_a_clock(), "of", "margin"));
    EXPECT_FALSE(taken(in_place(), "lot", Json::object()));
}

TEST(Sight, NamesWhatTheNodeSaysWrongly) {
    Json item = on_a_clock();
    item["tab"] = 1500.5;
    EXPECT_EQ(listing_of(facts(), marks(), item).error().sentence,
              "auction.list: tab: 1500.5 is no decimal");
    item["tab"] = "12x";
    EXPECT_EQ(listing_of(facts(), marks(), item).error().sentence,
              "auction.list: tab: '12x' is not a decimal number");
    item = on_a_clock();
    item["pay_asset"] = "USD";
    EXPECT_EQ(listing_of(facts(), marks(), item).error().sentence,
              "auction.list: 'USD' is no asset of the market");
    EXPECT_FALSE(facts_of(Json::object()));
    EXPECT_FALSE(balances_of(facts(), Json::parse(R"({"USD": "1"})")));
}

}  // namespace
}  // namespace ballast::keeper
