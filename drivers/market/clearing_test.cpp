// Markets with a clearing house: what is read, what is refused, and that it is written back.
#include <ballast/files/csv.hpp>
#include <ballast/market/market.hpp>

#include <gtest/gtest.h>

namespace ballast::market {
namespace {

const std::string file = std::string(BALLAST_SOURCE_DIR) + "/markets/derivatives.toml";

files::Attempt<engine::Genesis> with(const std::vector<std::string>& settings) {
    const auto overrides = parse_overrides(settings);
    EXPECT_TRUE(overrides);
    return load_market(file, *overrides);
}

TEST(Clearing, TheMarketIsReadExactly) {
    const auto genesis = with({});
    ASSERT_TRUE(genesis) << genesis.error().sentence;
    const clearing::Terms& terms = genesis->clearing;
    ASSERT_EQ(terms.underlyings.size(), 2u);
    EXPECT_EQ(terms.underlyings[0].name, "ETH");
    EXPECT_EQ(terms.underlyings[1].spot, FeedId{1});
    EXPECT_EQ(terms.underlyings[0].strike_step, Price::units(500'000'000));
    EXPECT_EQ(terms.underlyings[0].funding_interest, pricing::Fine::units(100'000'000));
    ASSERT_EQ(terms.underlyings[1].pillars.size(), 1u);
    EXPECT_EQ(terms.underlyings[1].pillars[0].feed, FeedId{3});
    EXPECT_EQ(terms.underlyings[1].pillars[0].seconds, 30u * 86'400);
    EXPECT_EQ(terms.underlyings[0].smile.rho, pricing::Fine::units(-100'000'000'000));
    ASSERT_EQ(terms.models.size(), 2u);
    EXPECT_EQ(terms.models[1].name, "derive-pmrm2");
    ASSERT_EQ(terms.compartments.size(), 2u);
    const clearing::CompartmentTerms& cross = terms.compartments[0];
    EXPECT_EQ(cross.model, 0u);
    EXPECT_EQ(cross.underlyings, (std::vector{UnderlyingId{0}, UnderlyingId{1}}));
    EXPECT_EQ(cross.collateral[1].asset, AssetId{1});
    EXPECT_EQ(cross.collateral[1].cap, Amount::units(i128{50'000} * amount_one));
    EXPECT_EQ(cross.auction.slow_seconds, 43'200u);
    EXPECT_EQ(cross.economics.incentive, Ratio::units(30'000'000));
    EXPECT_GT(cross.borrow_rate, Ray::units(ray_one));
    EXPECT_EQ(terms.compartments[1].ranking, deleverage::Ranking::queue);
    EXPECT_EQ(terms.compartments[1].model, 1u);
    EXPECT_EQ(terms.governor, AccountId{system_accounts});
    // The treasury's compartments: one vault type, then those of margin accounts.
    ASSERT_EQ(genesis->treasury.compartments.size(), 3u);
    EXPECT_EQ(genesis->treasury.compartments[2].reserve_target,
              Amount::units(i128{500'000} * amount_one));
}

TEST(Clearing, WhatIsWrittenReadsAsTheSame) {
    const auto genesis = with({"compartment.cross.borrow_rate=7 %"});
    ASSERT_TRUE(genesis) << genesis.error().sentence;
    // Models stand in files of their own, found from the folder of the market.
    const auto again = read_market(market_text(*genesis), file);
    ASSERT_TRUE(again) << again.error().sentence;
    EXPECT_EQ(engine::digest_of(*genesis), engine::digest_of(*again));
}

struct Bad {
    const char* setting;
    const char* says;
};

TEST(Clearing, FaultsNameKeyValueAndLimit) {
    const Bad cases[] = {
        {"compartment.cross.model=ballst",
         "compartment.cross.model: 'ballst' is not the name of "
         "a margin model; did you mean 'ballast'?"},
        {"compartment.ETH-isolated.synthetic=BTC",
         "compartment.ETH-isolated.synthetic: 'BTC' must be a synthetic asset"},
        {"compartment.cross.underlyings=[\"ETH\", \"SOL\"]",
         "compartment.cross.underlyings: is not the name of an underlying"},
        {"compartment.cross.fill_fee=20 %", "compartment.cross.fill_fee: '20 %' must be at most"},
        {"compartment.cross.borrow_rate_per_second=1", "says the same as borrow_rate_per_second"},
        {"compartment.cross.auction.slow_seconds=0", "compartment.cross.auction.slow_seconds"},
        {"compartment.cross.ranking=queu",
         "compartment.cross.ranking: 'queu' is not one of its "
         "words; did you mean 'queue'?"},
        {"compartment.cross.treasury.reserve_share=150 %",
         "compartment.cross.treasury.reserve_share: '150 %' must be at most"},
        {"compartment.cross.haircut=1 %",
         "compartment.cross.haircut: is no key of a margin "
         "compartment"},
        {"underlying.ETH.spot=ETH", "underlying.ETH.spot: 'ETH' is not the name of a feed"},
        {"underlying.ETH.settlement_window=2h",
         "underlying.ETH.settlement_window: '2h' must be "
         "at most"},
        {"underlying.ETH.smile.rho=1", "underlying.ETH.smile.rho: '1' must be"},
        {"underlying.ETH.strike_step=-1", "underlying.ETH.strike_step: '-1' must be at least 0"},
        {"margin_model.ballast.file=margin/none.toml", "margin_model.ballast: "},
        {"governor=nobody", "governor: 'nobody' must be the name of an account"},
    };
    for (const Bad& bad : cases) {
        const auto genesis = with({bad.setting});
        ASSERT_FALSE(genesis) << bad.setting;
        EXPECT_NE(genesis.error().sentence.find(bad.says), std::string::npos)
            << bad.setting << ": " << genesis.error().sentence;
    }
}

}  // namespace
}  // namespace ballast::market
