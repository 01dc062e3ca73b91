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
             {"name": "MKR", "kind": "governance", "feed": "MKR/USD"}],
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
  "limits": {"nonce_window": 64}})";

constexpr const char* feeds_text = R"({"items": [
  {"feed": "ETH/USD", "mark": "110", "status": "live"},
  {"feed": "stETH/USD", "mark": "100", "status": "degraded"},
  {"feed": "wstETH rate", "mark": "1.25", "status": "live"},
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

std::string text(Amount amount) {
    return files::decimal_text(amount.units(), 8, 8);
}
std::string text(Ray ray) {
    return files::decimal_text(static_cast<i128>(ray.units()), 27, 27);
}

TEST(Sight, FactsOfTheMarket) {
    const Facts seen = facts();
    EXPECT_EQ(seen.assets.size(), 4u);
    EXPECT_EQ(seen.fee_asset, AssetId{2});
    EXPECT_EQ(text(seen.fee), "0.1");
    ASSERT_NE(seen.type("ETH-A"), nullptr);
    EXPECT_EQ(text(seen.type("ETH-A")->remainder_min), "200");
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
    EXPECT_EQ(text(auction.price), "100.5");
    EXPECT_EQ(text(auction.tab), "1500");
    EXPECT_EQ(text(auction.pay_most), "1500");
    EXPECT_EQ(text(auction.remainder), "200");
    EXPECT_EQ(text(auction.reward), "1.5");  // The tip is left to chance.
}

// Half of 900 at a bonus of 10 %: 450 for ether at 110 / 1.1.
TEST(Sight, AVaultRepaidInPlace) {
    const auto listing = listing_of(facts(), marks(), in_place());
    ASSERT_TRUE(listing && *listing);
    const Auction& auction = (*listing)->auction;
    EXPECT_EQ(text(auction.price), "100");
    EXPECT_EQ(text(auction.pay_most), "450");
    EXPECT_EQ(text(auction.remainder), "100");
    EXPECT_EQ(auction.units, 10 * u128{amount_one});
}

// The bonus is no more than what the vault has: 1100 for a debt of 1050.
TEST(Sight, TheBonusDoesNotWorsenTheVault) {
    Json item = in_place();
    item["tab"] = "1050";
    const auto listing = listing_of(facts(), marks(), item);
    ASSERT_TRUE(listing && *listing);
    EXPECT_EQ(text((*listing)->auction.price), "105.000000063");
    item["tab"] = "150";  // Half of it would leave dust: all may be repaid.
    const auto small = listing_of(facts(), marks(), item);
    ASSERT_TRUE(small && *small);
    EXPECT_EQ(text((*small)->auction.pay_most), "150");
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
    EXPECT_FALSE(taken(on_a_clock(), "kind", "surplus"));
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
