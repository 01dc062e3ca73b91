#include <ballast/engine/machine.hpp>
#include <ballast/market/template.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace ballast::market {
namespace {

const std::string presets = std::string(BALLAST_SOURCE_DIR) + "/markets/presets";

Template preset(const std::string& name, const std::vector<std::string>& settings = {}) {
    const auto path = find_market(name, presets);
    EXPECT_TRUE(path) << path.error().sentence;
    auto design = load_template(*path, *parse_overrides(settings));
    EXPECT_TRUE(design) << design.error().sentence;
    return *design;
}

Instance ether_study() {
    Instance instance;
    instance.time = 1'583'971'200;
    instance.collateral = {{"ETH", {"binance", "bitstamp", "coinbase"}, ""}};
    return instance;
}

TEST(Template, EveryPresetMakesAMachine) {
    const auto names = list_presets(presets);
    EXPECT_EQ(names, (std::vector<std::string>{"aave-v2", "ballast", "euler", "liquity-v1", "maker",
                                               "maker-gauntlet"}));
    for (const std::string& name : names) {
        const Template design = preset(name);
        EXPECT_EQ(design.name, name);
        for (const Instance& instance : {ether_study(), sample_instance()}) {
            std::vector<std::string> notes;
            const auto genesis = instantiate(design, instance, notes);
            ASSERT_TRUE(genesis) << genesis.error().sentence;
            EXPECT_TRUE(notes.empty());
            EXPECT_EQ(genesis->types.size(), instance.collateral.size());
            EXPECT_TRUE(engine::Machine::create(*genesis)) << name;
            const auto again = read_market(market_text(*genesis), "again");
            ASSERT_TRUE(again) << again.error().sentence;
            EXPECT_EQ(engine::digest_of(*again), engine::digest_of(*genesis)) << name;
        }
    }
}

TEST(Template, FiguresOfThePresets) {
    std::vector<std::string> notes;
    const auto maker = instantiate(preset("maker"), ether_study(), notes);
    ASSERT_TRUE(maker);
    const auto& auction = maker->types[0].auction;
    EXPECT_EQ(auction.buffer, Ratio::units(1'300'000'000));
    EXPECT_EQ(auction.curve.cut.units(), ray_one / 100 * 99);
    EXPECT_EQ(auction.curve.step_seconds, 90u);
    EXPECT_EQ(auction.tail_seconds, 8'400u);
    EXPECT_EQ(auction.cusp, Ratio::units(400'000'000));
    EXPECT_EQ(maker->oracle.feeds[0].delay_seconds, 3'600u);
    EXPECT_EQ(maker->types[0].vault.minimum_debt, Amount::units(1'500'000'000'000));

    const auto gauntlet = instantiate(preset("maker-gauntlet"), ether_study(), notes);
    ASSERT_TRUE(gauntlet);
    auctions::AuctionTerms changed = auction;
    changed.buffer = Ratio::units(1'100'000'000);
    changed.cusp = Ratio::units(600'000'000);
    changed.tail_seconds = 5'200;
    changed.curve.step_seconds = 30;
    changed.curve.cut = Ray::units(ray_one / 1000 * 997);
    engine::Genesis expected = *maker;
    expected.name = "maker-gauntlet";
    expected.types[0].auction = changed;
    EXPECT_EQ(engine::digest_of(*gauntlet), engine::digest_of(expected));

    const auto aave = instantiate(preset("aave-v2"), ether_study(), notes);
    EXPECT_EQ(aave->types[0].vault.liquidation_ratio, Ratio::units(1'212'121'212));
    const auto liquity = instantiate(preset("liquity-v1"), ether_study(), notes);
    EXPECT_EQ(liquity->types[0].vault.redemption.decay_per_minute, 999'037'758'833'783'000u);
    EXPECT_EQ(liquity->types[0].resolution, engine::Resolution::pool);
}

TEST(Template, QuorumsFollowTheVenues) {
    const char* text = R"(
name = "rules"
debt_at_auction_max = 0
[feed_default]
quorum_count = "half"
quorum_weight = "one"
live_count = "all"
settlement_count = "majority"
[[asset]]
name = "USDB"
kind = "synthetic"
[[vault_type]]
name = "{asset}"
debt_asset = "USDB"
minimum_ratio = 2
liquidation_ratio = 2
debt_ceiling = 1
minimum_debt = 0
take_cost = 0
collateral = { asset = "each", cap = 1 }
[vault_type.auction]
curve = "fixed_discount"
discount = 0.1
close_factor = 1
allow_spiral = true
[vault_type.compartment]
loss_out_max = 0
)";
    Template design;
    design.place = "rules.toml";
    design.root = *parse_tree(text, "rules.toml");
    for (const std::size_t venues : {1u, 2u, 5u}) {
        Instance instance;
        instance.collateral = {{"ETH", {}, ""}};
        for (std::size_t i = 0; i < venues; ++i)
            instance.collateral[0].venues.push_back(fmt::format("v{}", i));
        std::vector<std::string> notes;
        const auto genesis = instantiate(design, instance, notes);
        ASSERT_TRUE(genesis) << genesis.error().sentence;
        const auto& feed = genesis->oracle.feeds[0];
        EXPECT_EQ(feed.quorum_count, (venues + 1) / 2);
        EXPECT_EQ(feed.quorum_weight, 1u);
        EXPECT_EQ(feed.live_count, venues);
        EXPECT_EQ(feed.settlement_count, venues / 2 + 1);
    }
}

TEST(Template, QuotesRatesAndGovernanceAreFilled) {
    Instance instance;
    instance.time = 5;
    instance.collateral = {
        {"STETH", {"curve"}, "ETH"}, {"ETH", {"binance"}, "USDT"}, {"WSTETH", {}, ""}};
    instance.quotes = {{"USDT", {"kraken"}, "USD"}};
    instance.rates = {{"WSTETH", {"lido"}, "STETH"}};
    instance.governance = Priced{"TOKEN", {"binance"}, ""};
    instance.synthetic = "DOLLAR";
    instance.name = "filled";
    std::vector<std::string> notes;
    const auto genesis =
        instantiate(preset("ballast", {"vault_type.STETH-A.opening_fee=1 %"}), instance, notes);
    ASSERT_TRUE(genesis) << genesis.error().sentence;
    std::vector<std::string> feeds;
    for (const auto& feed : genesis->oracle.feeds) feeds.push_back(feed.name);
    EXPECT_EQ(feeds, (std::vector<std::string>{"USDT/USD", "ETH/USDT", "STETH/ETH", "TOKEN/USD",
                                               "WSTETH/STETH rate"}));
    EXPECT_EQ(genesis->oracle.feeds[2].quote, FeedId{1});
    EXPECT_EQ(genesis->assets[3].name, "DOLLAR");
    EXPECT_EQ(genesis->assets[4].feed, FeedId{3});
    EXPECT_EQ(genesis->treasury.synthetics[0].governance, AssetId{4});
    EXPECT_EQ(genesis->types[2].vault.basket[0].feed, FeedId{2});
    EXPECT_EQ(genesis->types[2].vault.basket[0].rate_feed, FeedId{4});
    EXPECT_EQ(genesis->types[0].vault.opening_fee, Ratio::units(10'000'000));
    EXPECT_EQ(genesis->types[1].vault.opening_fee, Ratio::units(1'000'000));
}

TEST(Template, AWholeMarketIsFilledWithWhatTheStudyHas) {
    const auto design = load_template(std::string(BALLAST_SOURCE_DIR) + "/markets/example.toml");
    ASSERT_TRUE(design);
    std::vector<std::string> notes;
    const auto genesis = instantiate(*design, ether_study(), notes);
    ASSERT_TRUE(genesis) << genesis.error().sentence;
    ASSERT_EQ(genesis->types.size(), 1u);
    EXPECT_EQ(genesis->types[0].vault.name, "ETH-A");
    EXPECT_EQ(genesis->oracle.publishers.size(), 3u);
    EXPECT_FALSE(genesis->oracle.publishers[0].key);
    EXPECT_TRUE(genesis->accounts.empty());
    std::string all;
    for (const std::string& note : notes) all += note + "\n";
    EXPECT_NE(all.find("vault type MIX-A is left out: the study has no BTC"), std::string::npos);
    EXPECT_NE(all.find("vault type USDC-ETHB is left out"), std::string::npos);
    EXPECT_NE(all.find("live_count = 4 is more than its venues; took 3"), std::string::npos);
}

TEST(Template, WhatCannotBeFilledIsAFault) {
    std::vector<std::string> notes;
    Instance lonely = ether_study();
    lonely.collateral[0].quote = "USDT";
    const auto quoted = instantiate(preset("ballast"), lonely, notes);
    ASSERT_FALSE(quoted);
    EXPECT_EQ(quoted.error().sentence, "ETH is priced in USDT, which has no price in the study");

    const auto design = load_template(std::string(BALLAST_SOURCE_DIR) + "/markets/example.toml");
    Instance solana;
    solana.collateral = {{"SOL", {"ftx"}, ""}};
    const auto none = instantiate(*design, solana, notes);
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().sentence.find("no vault type takes what the study has"),
              std::string::npos);

    const auto unknown =
        instantiate(preset("ballast", {"vault_type.BTC-A.take_cost=1"}), ether_study(), notes);
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().sentence.find("there is no entry 'BTC-A'; there are: ETH-A"),
              std::string::npos)
        << unknown.error().sentence;
}

TEST(Template, PresetsAreFoundByNameAndFilesByPath) {
    EXPECT_TRUE(find_market("maker", presets));
    EXPECT_TRUE(find_market(presets + "/maker.toml", presets));
    const auto wrong = find_market("makr", presets);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().sentence,
              "'makr' is neither a file nor a preset; did you mean 'maker'? there are: aave-v2, "
              "ballast, euler, liquity-v1, maker, maker-gauntlet");
    const auto market = load_market(presets + "/maker.toml");
    ASSERT_FALSE(market);
    EXPECT_NE(market.error().sentence.find("is a template"), std::string::npos);
}

}  // namespace
}  // namespace ballast::market
