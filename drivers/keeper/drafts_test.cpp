#include <ballast/keeper/drafts.hpp>

#include <gtest/gtest.h>

namespace ballast::keeper {
namespace {

constexpr const char* info_text = R"({
  "chain_id": "demo-0011223344556677", "digest": "00",
  "access": {"fee_asset": "DAI", "fee": "0"},
  "assets": [{"name": "ETH", "kind": "collateral", "feed": null},
             {"name": "DAI", "kind": "synthetic", "feed": null},
             {"name": "MKR", "kind": "governance", "feed": "MKR/USD"}],
  "vault_types": [],
  "compartments": [{"name": "cross", "synthetic": "DAI",
                    "collateral": [{"asset": "ETH", "feed": "ETH/USD"}]}],
  "limits": {"nonce_window": 64}})";

Json rows(Json changed) {
    return {{"whole", true}, {"changed", std::move(changed)}, {"removed", Json::array()}};
}

Json surplus() {
    return Json::parse(R"({"auction": 3, "of": "vault", "kind": "surplus", "open": true,
        "paused": false, "type": null, "pay_asset": "MKR", "lot": {"DAI": "1000"},
        "lot_units": "1000", "tab": "0", "price": "0.003", "needs_restart": false})");
}

Json portfolio() {
    return Json::parse(R"({"auction": 3, "of": "margin", "kind": "portfolio", "open": true,
        "paused": false, "type": "cross", "margin_account": 5, "pay_asset": "DAI", "lot": {},
        "mark": "900", "reserved": "100", "gross": "4000", "bid": "500", "fraction_max": "1"})");
}

Json margin_account() {
    return Json::parse(R"({"margin_account": 6, "compartment": "cross", "sales": [
        {"asset": "ETH", "pay": "1000", "amount": "10.5"}]})");
}

/// A keeper that sees these auctions; it holds 4 MKR and 600 DAI.
struct Stage {
    explicit Stage(Json auctions) {
        facts = *facts_of(Json::parse(info_text));
        const Json marks =
            Json::array({{{"feed", "ETH/USD"}, {"mark", "100"}, {"status", "live"}},
                         {{"feed", "MKR/USD"}, {"mark", "300"}, {"status", "live"}}});
        EXPECT_TRUE(watch.take(Watch::Channel::auctions, 5, 50, rows(std::move(auctions))));
        EXPECT_TRUE(watch.take(Watch::Channel::prices, 5, 50, rows(marks)));
        const Json account{{"nonce", {{"next", 7}, {"used", Json::array()}}},
                           {"balances", {{"MKR", "4"}, {"DAI", "600"}}}};
        EXPECT_TRUE(watch.take(Watch::Channel::account, 5, 50, {{"account", account}}));
        scene.compartment = "cross";
    }
    Drafts drafts() {
        auto drafts = draft(scene);
        EXPECT_TRUE(drafts) << drafts.error().sentence;
        return drafts ? std::move(*drafts) : Drafts{};
    }

    Options options;
    Facts facts;
    Watch watch;
    Book book;
    Scene scene{options, facts, watch, book, {}, {}, {}};
};

// 1 000 dollars for 3 MKR at 300: a gain of 100.
TEST(Drafts, TheSurplusIsBidFor) {
    Stage stage(Json::array({surplus()}));
    const Drafts drafts = stage.drafts();
    ASSERT_EQ(drafts.entries.size(), 1u);
    const Entry& entry = drafts.entries[0];
    EXPECT_EQ(entry.bid.of, Of::auction);
    EXPECT_EQ(entry.pay_asset, AssetId{2});
    EXPECT_EQ(entry.bid.pay_max, Amount::units(3 * i128{amount_one}));
    EXPECT_EQ(entry.bid.profit, Cash::units(100 * i128{amount_one}));
    EXPECT_EQ(entry.nonce, 7u);
}

// 600 dollars of 1 000: 30 of profit.
TEST(Drafts, CollateralOfAnUnhealthyAccountIsBidForWithinThePurse) {
    Stage stage(Json::array());
    stage.scene.accounts = {margin_account()};
    const Drafts drafts = stage.drafts();
    ASSERT_EQ(drafts.entries.size(), 1u);
    const Bid& bid = drafts.entries[0].bid;
    EXPECT_EQ(bid.of, Of::collateral);
    EXPECT_EQ(bid.auction, AuctionId{6});
    EXPECT_LE(bid.pay_max, Amount::units(600 * i128{amount_one}));
    EXPECT_GT(bid.pay_max, Amount::units(599 * i128{amount_one}));
    EXPECT_EQ(drafts.seen.count({Of::collateral, AuctionId{6}}), 1u);
}

TEST(Drafts, APortfolioIsBidForAsFarAsThereIsMargin) {
    Stage stage(Json::array({portfolio(), surplus()}));
    stage.options.slippage = Ratio::units(ratio_one / 100);
    stage.scene.parts[AuctionId{3}] = Ratio::units(ratio_one / 2);
    const Drafts drafts = stage.drafts();
    EXPECT_TRUE(drafts.refused.empty());
    ASSERT_EQ(drafts.entries.size(), 2u);
    const Entry& entry = drafts.entries[1];
    EXPECT_EQ(entry.bid.of, Of::portfolio);
    EXPECT_EQ(entry.bid.units, u128{ratio_one} / 2);
    EXPECT_EQ(entry.bid.profit, Cash::units(130 * i128{amount_one}));  // (800 - 40 - 500) / 2.
    EXPECT_EQ(entry.nonce, 8u);
    // Of the auction with the same number nothing is in flight.
    (void)stage.book.submit(entry);
    EXPECT_EQ(stage.drafts().entries.size(), 1u);
}

TEST(Drafts, APortfolioIsRefusedInWords) {
    Stage stage(Json::array({portfolio()}));
    const auto refusal = [&](const char* compartment) {
        stage.scene.compartment = compartment;
        const Drafts drafts = stage.drafts();
        EXPECT_TRUE(drafts.entries.empty());
        return drafts.refused.empty() ? std::string() : drafts.refused[0].words;
    };
    EXPECT_EQ(refusal(""), "there is no margin account to take it into");
    EXPECT_EQ(refusal("other"), "it is of cross, the margin account of other");
    Json unpriced = portfolio();
    unpriced["bid"] = nullptr;
    Stage blind(Json::array({unpriced}));
    EXPECT_EQ(blind.drafts().refused[0].words, "something that it holds has no price");
}

TEST(Drafts, NoMoreThanMayBeInFlight) {
    Stage stage(Json::array({portfolio(), surplus()}));
    stage.options.parallel = 1;
    const Drafts drafts = stage.drafts();
    ASSERT_EQ(drafts.entries.size(), 1u);
    (void)stage.book.submit(drafts.entries[0]);
    EXPECT_TRUE(stage.drafts().entries.empty());
    EXPECT_EQ(stage.drafts().seen.size(), 2u);
}

}  // namespace
}  // namespace ballast::keeper
