#include <ballast/replay/bind.hpp>

#include <gtest/gtest.h>

namespace ballast::replay {
namespace {

Price cents(i64 value) {
    return Price::units(value * 1'000'000);
}

Series flat(const std::string& asset, const std::string& quote, const std::string& venue,
            i64 price) {
    Series series{asset, quote, venue, 60, false, {}};
    for (u64 t = 0; t < 600; t += 60)
        series.candles.push_back({t, cents(price), cents(price), cents(price), cents(price)});
    return series;
}

oracle::FeedTerms feed(const std::string& name, u32 quorum = 1) {
    oracle::FeedTerms terms;
    terms.name = name;
    terms.quorum_count = quorum;
    terms.live_count = quorum;
    return terms;
}

Stage stage_of(const std::vector<Series>& series, std::vector<oracle::FeedTerms> feeds) {
    Stage stage;
    auto world = draw_world(series, {0, 12, 50}, {}, stage.notes);
    EXPECT_TRUE(world) << (world ? "" : world.error().sentence);
    stage.world = std::move(*world);
    stage.notes.clear();
    stage.genesis.oracle.feeds = std::move(feeds);
    EXPECT_TRUE(bind_market(stage));
    return stage;
}

TEST(bind, venues_become_publishers_without_keys) {
    const Stage stage = stage_of(
        {flat("ETH", "USD", "a", 100), flat("ETH", "USD", "b", 101), flat("BTC", "USD", "b", 900)},
        {feed("ETH/USD", 3), feed("btc")});
    const oracle::Terms& terms = stage.genesis.oracle;
    ASSERT_EQ(terms.publishers.size(), 2U);
    EXPECT_EQ(terms.publishers[1].name, "b");
    EXPECT_FALSE(terms.publishers[1].key);
    ASSERT_EQ(terms.feeds[0].sources.size(), 2U);
    ASSERT_EQ(terms.feeds[1].sources.size(), 1U);
    EXPECT_EQ(terms.feeds[1].sources[0].publisher, PublisherId{1});
    EXPECT_EQ(terms.feeds[0].quorum_count, 2U);
    EXPECT_EQ(terms.feeds[0].live_count, 2U);
    ASSERT_EQ(stage.notes.size(), 1U);
    EXPECT_EQ(stage.notes[0], "feed ETH/USD: 2 venues in the data, so its quorum of 3 is lowered");
    ASSERT_EQ(stage.reporters.size(), 3U);
    EXPECT_EQ(reported(stage.world, stage.reporters[1], 7), cents(101));
    EXPECT_EQ(reported(stage.world, stage.reporters[2], 7), cents(900));
}

TEST(bind, reports_are_in_what_the_feed_is_quoted_in) {
    auto quoted = feed("STETH/ETH");
    quoted.quote = FeedId{0};
    const Stage stage =
        stage_of({flat("STETH", "ETH", "curve", 95), flat("STETH", "USD", "x", 19'000),
                  flat("ETH", "USDT", "y", 20'000), flat("USDT", "USD", "z", 98)},
                 {feed("ETH"), quoted, feed("STETH/USD")});
    std::vector<Price> prices;
    for (const Reporter& reporter : stage.reporters)
        prices.push_back(reported(stage.world, reporter, 3));
    // ETH in dollars through USDT; STETH in ETH as it is, and from dollars over ETH; STETH in
    // dollars both ways.
    ASSERT_EQ(prices.size(), 5U);
    EXPECT_EQ(prices[0], cents(19'600));
    EXPECT_EQ(prices[1], cents(95));
    EXPECT_EQ(prices[2].units(), 96'938'775);  // 190 / 196, rounded down.
    EXPECT_EQ(prices[3], cents(18'620));
    EXPECT_EQ(prices[4], cents(19'000));
}

TEST(bind, a_dollar_without_prices_is_at_par_and_anything_else_is_silent) {
    const Stage stage = stage_of({flat("BTC", "USD", "a", 100)},
                                 {feed("USDC/USD"), feed("LINK/USD"), feed("WBTC/USD")});
    ASSERT_EQ(stage.reporters.size(), 2U);
    EXPECT_TRUE(stage.reporters[0].par);
    EXPECT_EQ(reported(stage.world, stage.reporters[0], 0), Price::units(amount_one));
    EXPECT_EQ(stage.reporters[1].feed, FeedId{2});  // A wrapped asset has the price of what it
                                                    // wraps.
    EXPECT_EQ(stage.genesis.oracle.feeds[1].sources.size(), 1U);
    EXPECT_NE(stage.notes[1].find("feed LINK/USD: no prices, so it stays halted"),
              std::string::npos);
}

TEST(bind, silence_is_no_report) {
    Series series = flat("ETH", "USD", "a", 100);
    series.candles.erase(series.candles.begin() + 2);
    const Stage stage = stage_of({series}, {feed("ETH")});
    EXPECT_EQ(reported(stage.world, stage.reporters[0], 9), cents(100));
    EXPECT_EQ(reported(stage.world, stage.reporters[0], 10), Price());
    EXPECT_EQ(stage.world.dollars[0][10], cents(100));
}

}  // namespace
}  // namespace ballast::replay
