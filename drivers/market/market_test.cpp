#include <ballast/market/numbers.hpp>
#include <ballast/market/template.hpp>
#include <ballast/math/power.hpp>

#include <gtest/gtest.h>

namespace ballast::market {
namespace {

const std::string source_dir = BALLAST_SOURCE_DIR;

engine::Genesis example(const std::vector<std::string>& settings = {}) {
    const auto overrides = parse_overrides(settings);
    EXPECT_TRUE(overrides) << overrides.error().sentence;
    const auto genesis = load_market(source_dir + "/markets/example.toml", *overrides);
    EXPECT_TRUE(genesis) << genesis.error().sentence;
    return *genesis;
}

constexpr Ratio percent(i64 count) {
    return Ratio::units(count * (ratio_one / 100));
}

TEST(Market, ExampleIsReadExactly) {
    const engine::Genesis genesis = example();
    EXPECT_EQ(genesis.name, "example");
    EXPECT_EQ(genesis.time, 1'767'225'600u);  // 2026-01-01T00:00:00Z
    ASSERT_EQ(genesis.types.size(), 3u);
    const engine::TypeTerms& ether = genesis.types[0];
    EXPECT_EQ(ether.vault.name, "ETH-A");
    EXPECT_EQ(ether.vault.minimum_ratio, percent(140));
    EXPECT_EQ(ether.vault.minimum_debt, Amount::units(200'000'000'000));
    EXPECT_EQ(ether.vault.redemption.decay_per_minute, 998'076'443'575'628'800u);
    EXPECT_EQ(ether.auction.curve.kind, auctions::CurveKind::continuous);
    EXPECT_EQ(ether.auction.curve.cut.units(), ray_one / 10'000 * 9'998);
    EXPECT_EQ(ether.auction.tail_seconds, 1'500u);
    EXPECT_EQ(ether.auction.chip, Ratio::units(1'000'000));
    EXPECT_TRUE(ether.redistribute);
    EXPECT_EQ(genesis.types[1].vault.basket[2].rate_feed, FeedId{4});
    EXPECT_EQ(genesis.types[2].vault.debt_feed, FeedId{1});
    EXPECT_EQ(genesis.types[2].take_cost, Amount::units(5'000'000));
    EXPECT_EQ(genesis.oracle.publishers[0].key->front(), 0xD7);
    EXPECT_EQ(genesis.oracle.feeds[1].sources[0].weight, 3u);
    EXPECT_EQ(genesis.oracle.feeds[2].quote, FeedId{0});
    EXPECT_EQ(genesis.oracle.feeds[4].kind, oracle::FeedKind::rate);
    EXPECT_EQ(genesis.treasury.synthetics.size(), 2u);
    EXPECT_EQ(genesis.treasury.synthetics[0].governance, AssetId{6});
    EXPECT_EQ(genesis.treasury.compartments[2].synthetic, AssetId{5});
    EXPECT_EQ(genesis.backstop.pools[1].remainder_min, Amount::units(1'000'000));
    ASSERT_EQ(genesis.accounts.size(), 2u);
    EXPECT_EQ(genesis.accounts[1].balances[1], Amount::units(500'000'000));
    ASSERT_EQ(genesis.vaults.size(), 1u);
    EXPECT_EQ(genesis.vaults[0].owner, AccountId{system_accounts});
    EXPECT_EQ(genesis.vaults[0].collateral[0], Amount::units(5'000'000'000));
}

TEST(Market, KeysAndFeesAreReadAndWrittenBack) {
    engine::Genesis genesis = example();
    EXPECT_FALSE(genesis.access.signed_transactions);
    EXPECT_EQ(market_text(genesis).find("[access]"), std::string::npos);
    genesis.access = {true, AssetId{1}, Amount::units(250)};
    for (u8 i = 0; i < genesis.accounts.size(); ++i) {
        crypto::Key key{i == 0 ? crypto::Scheme::ed25519 : crypto::Scheme::ethereum, {}};
        key.bytes[0] = static_cast<u8>(i + 17);
        genesis.accounts[i].key = key;
    }
    const auto again = read_market(market_text(genesis), "again.toml");
    ASSERT_TRUE(again) << again.error().sentence;
    EXPECT_EQ(engine::digest_of(*again), engine::digest_of(genesis));
}

TEST(Market, StabilityFeeIsTheRootOfTheYear) {
    const engine::Genesis genesis = example();
    const Ray fee = genesis.types[0].vault.fee_per_second;
    // Maker's duty for 3 % a year: 1000000000937303470807876289.
    EXPECT_NEAR(static_cast<double>(fee.units() - ray_one), 937303470807876289.0, 1e6);
    const auto year = math::power(fee, year_seconds);
    ASSERT_TRUE(year);
    EXPECT_LE(year->units(), ray_one / 100 * 103);
    EXPECT_GT(math::power(Ray::units(fee.units() + 1), year_seconds)->units(), ray_one / 100 * 103);
}

TEST(Market, WhatIsWrittenReadsAsTheSameMarket) {
    const engine::Genesis genesis = example();
    const std::string text = market_text(genesis);
    const auto again = read_market(text, "again.toml");
    ASSERT_TRUE(again) << again.error().sentence << "\n" << text;
    EXPECT_EQ(engine::digest_of(*again), engine::digest_of(genesis));
    EXPECT_EQ(market_text(*again), text);
}

TEST(Market, OverridesReachEveryKindOfPlace) {
    const engine::Genesis genesis = example({
        "vault_type.ETH-A.minimum_ratio=145 %",
        "vault_type.*.auction.penalty=0.12",
        "vault_type.MIX-A.collateral.wstETH.haircut=5%",
        "vault_type.MIX-A.collateral.0.cap=1_000",
        "feed.*.delay_seconds=1h",
        "feed.\"ETH/USD\".sources=[{ publisher = \"alpha\", weight = 3 }, "
        "\"beta\", \"gamma\", \"delta\"]",
        "vault_type.MIX-A.redemption={ enabled = true, fee_floor = 0.01, fee_max = 1, "
        "decay_per_minute = 1, divisor = 1, smallest = 1 }",
        "asset.USDB.pool.floor=90 %",
        "name=other",
    });
    EXPECT_EQ(genesis.name, "other");
    EXPECT_EQ(genesis.types[0].vault.minimum_ratio, percent(145));
    EXPECT_EQ(genesis.types[1].vault.minimum_ratio, percent(150));
    for (const auto& type : genesis.types) EXPECT_EQ(type.auction.penalty, percent(12));
    EXPECT_EQ(genesis.types[1].vault.basket[2].haircut, percent(5));
    EXPECT_EQ(genesis.types[1].vault.basket[0].cap, Amount::units(100'000'000'000));
    for (const auto& feed : genesis.oracle.feeds) EXPECT_EQ(feed.delay_seconds, 3'600u);
    EXPECT_EQ(genesis.oracle.feeds[1].sources.size(), 4u);
    EXPECT_EQ(genesis.oracle.feeds[1].sources[1].weight, 1u);
    EXPECT_TRUE(genesis.types[1].vault.redemption.enabled);
    EXPECT_EQ(genesis.backstop.pools[0].floor, percent(90));
}

struct BadSetting {
    std::string setting;
    std::vector<std::string> says;
};

TEST(Market, OverridesThatMeanNothingAreRefused) {
    const std::vector<BadSetting> cases{
        {"vault_type.ETH-A", {"expected key=value"}},
        {"=5", {"expected key=value"}},
        {"vault_type..x=5", {"has an empty part"}},
        {"vault_type.ETH-Z.take_cost=5",
         {"--set vault_type.ETH-Z.take_cost=5: there is no entry 'ETH-Z'",
          "did you mean 'ETH-A'? there are: ETH-A, MIX-A, USDC-ETHB"}},
        {"vault_type.ETH-A.liquidation_ration=1.5",
         {"vault_type.ETH-A.liquidation_ration: is no key of a vault type",
          "did you mean 'liquidation_ratio'?"}},
        {"vault_tipe.ETH-A.take_cost=5", {"vault_tipe: is no key of a market", "'vault_type'?"}},
        {"vault_type.ETH-A.take_cost.x=5", {"nothing below the value '100'"}},
        {"vault_type.ETH-A.minimum_ratio=120 %",
         {"--set vault_type.ETH-A.minimum_ratio=120 %: vault_type.ETH-A.minimum_ratio: '120 %'",
          "must be at least 1.3"}},
        {"feed.ETH/USD.sources=[\"omega\"]", {"'omega' is not the name of a publisher"}},
        {"feed.ETH/USD.sources=[\"alpha\"", {"is not TOML"}},
    };
    for (const BadSetting& bad : cases) {
        const auto overrides = parse_overrides({bad.setting});
        std::string sentence;
        if (overrides) {
            const auto genesis = load_market(source_dir + "/markets/example.toml", *overrides);
            ASSERT_FALSE(genesis) << bad.setting;
            sentence = genesis.error().sentence;
        } else {
            sentence = overrides.error().sentence;
        }
        for (const std::string& part : bad.says)
            EXPECT_NE(sentence.find(part), std::string::npos) << sentence << "\nlacks: " << part;
    }
}

TEST(Market, NumbersKeepTheirDigits) {
    // As a double, each of these would lose its last digits.
    const engine::Genesis genesis = example({"vault_type.ETH-A.debt_ceiling=12345678901.23456789"});
    EXPECT_EQ(genesis.types[0].vault.debt_ceiling, Amount::units(1'234'567'890'123'456'789));
    std::string text = market_text(genesis);
    const std::string quoted = "fee_per_second = \"";
    const auto at = text.find(quoted);
    const auto end = text.find('"', at + quoted.size());
    text.replace(at, end + 1 - at, "fee_per_second = 1.000000000937303470807876289");
    const auto again = read_market(text, "digits.toml");
    ASSERT_TRUE(again) << again.error().sentence;
    EXPECT_EQ(again->types[0].vault.fee_per_second.units(), ray_one + 937'303'470'807'876'289u);
}

}  // namespace
}  // namespace ballast::market
