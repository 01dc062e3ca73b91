#include <ballast/replay/path.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace ballast::replay {
namespace {

Price dollars(i64 whole) {
    return Price::units(whole * amount_one);
}

Candle candle(u64 time, i64 open, i64 high, i64 low, i64 close) {
    return {time, dollars(open), dollars(high), dollars(low), dollars(close)};
}

Series candles(u64 interval, std::vector<Candle> rows) {
    Series series;
    series.asset = "ETH";
    series.interval = interval;
    series.candles = std::move(rows);
    return series;
}

std::vector<i64> whole(const std::vector<Price>& prices) {
    std::vector<i64> result;
    for (const Price price : prices) result.push_back(price.units() / amount_one);
    return result;
}

TEST(path, the_extreme_that_helps_comes_first) {
    const Series series = candles(120, {candle(0, 100, 130, 70, 90)});
    EXPECT_EQ(whole(trace(series, {0, 12, 10}, Hurt::fall)),
              (std::vector<i64>{100, 110, 120, 130, 110, 90, 70, 76, 83, 90}));
    EXPECT_EQ(whole(trace(series, {0, 12, 10}, Hurt::rise)),
              (std::vector<i64>{100, 90, 80, 70, 90, 110, 130, 116, 103, 90}));
}

TEST(path, four_blocks_hold_exactly_the_four_prices) {
    const Series series = candles(60, {candle(0, 5, 9, 1, 6), candle(60, 6, 7, 2, 3)});
    EXPECT_EQ(whole(trace(series, {0, 15, 8}, Hurt::fall)),
              (std::vector<i64>{5, 9, 1, 6, 6, 7, 2, 3}));
}

TEST(path, lines_are_rounded_down_and_ends_are_exact) {
    const Series series =
        candles(60, {{0, Price::units(10), Price::units(10), Price::units(3), Price::units(3)}});
    const std::vector<Price> prices = trace(series, {0, 6, 10}, Hurt::fall);
    const std::vector<i64> units{10, 10, 10, 10, 7,
                                 5,  3,  3,  3,  3};  // 7 2/3 and 5 1/3 are rounded down.
    for (std::size_t i = 0; i < units.size(); ++i) EXPECT_EQ(prices[i].units(), units[i]) << i;
}

TEST(path, no_extreme_is_ever_skipped_however_blocks_and_candles_lie) {
    for (u64 interval : {5U, 7U, 60U, 61U, 300U})
        for (u64 step = 1; step <= interval / candle_blocks_min; ++step)
            for (u64 start : {90U, 97U, 100U}) {
                const Series series = candles(interval, {candle(100, 50, 90, 10, 40),
                                                         candle(100 + interval, 40, 80, 20, 60)});
                const u64 blocks = (100 + 2 * interval - start) / step + 1;
                const std::vector<Price> prices = trace(series, {start, step, blocks}, Hurt::fall);
                for (const i64 must : {50, 90, 10, 80, 20, 60})
                    ASSERT_NE(std::find(prices.begin(), prices.end(), dollars(must)), prices.end())
                        << interval << " " << step << " " << start << " " << must;
            }
}

TEST(path, a_grid_that_starts_inside_a_candle_sees_the_rest_of_the_same_path) {
    const Series series = candles(120, {candle(0, 100, 130, 70, 90)});
    const std::vector<Price> all = trace(series, {0, 12, 10}, Hurt::fall);
    const std::vector<Price> late = trace(series, {48, 12, 4}, Hurt::fall);
    for (std::size_t i = 0; i < late.size(); ++i) EXPECT_EQ(late[i], all[i + 4]) << i;
}

TEST(path, a_missing_candle_is_silence) {
    const Series series = candles(60, {candle(0, 5, 9, 1, 6), candle(120, 6, 7, 2, 3)});
    EXPECT_EQ(whole(trace(series, {0, 15, 13}, Hurt::fall)),
              (std::vector<i64>{5, 9, 1, 6, 0, 0, 0, 0, 6, 7, 2, 3, 0}));
}

Series ticks(u64 distance, std::vector<std::pair<u64, i64>> points) {
    Series series;
    series.asset = "DAI";
    series.interval = distance;
    series.ticks = true;
    for (const auto& [time, price] : points)
        series.candles.push_back(candle(time, price, price, price, price));
    return series;
}

TEST(path, ticks_are_reached_at_the_first_block_after_them) {
    const Series series = ticks(30, {{1, 100}, {25, 80}, {26, 60}, {28, 70}, {60, 100}});
    EXPECT_EQ(whole(trace(series, {0, 10, 8}, Hurt::fall)),
              (std::vector<i64>{0, 100, 80, 60, 73, 86, 100, 0}));
    EXPECT_EQ(whole(trace(series, {0, 10, 8}, Hurt::rise)),
              (std::vector<i64>{0, 100, 90, 80, 86, 93, 100, 0}));
}

TEST(path, between_ticks_that_are_far_apart_there_is_silence) {
    const Series series = ticks(10, {{0, 5}, {10, 6}, {60, 7}});
    EXPECT_EQ(whole(trace(series, {0, 10, 7}, Hurt::fall)),
              (std::vector<i64>{5, 6, 6, 6, 6, 6, 7}));
    const Series far = ticks(10, {{0, 5}, {10, 6}, {70, 7}});
    EXPECT_EQ(whole(trace(far, {0, 10, 8}, Hurt::fall)),
              (std::vector<i64>{5, 6, 0, 0, 0, 0, 0, 7}));
}

TEST(grid, spans_what_all_assets_have) {
    std::vector<Series> all{candles(60, {candle(0, 1, 1, 1, 1), candle(600, 1, 1, 1, 1)}),
                            candles(60, {candle(120, 1, 1, 1, 1), candle(900, 1, 1, 1, 1)})};
    all[1].asset = "BTC";
    std::vector<std::string> notes;
    const auto grid = plan_grid(all, 12, {}, notes);
    ASSERT_TRUE(grid);
    EXPECT_EQ(grid->start, 120U);
    EXPECT_EQ(grid->blocks, 45U);  // To 660.
    EXPECT_EQ(grid->step, 12U);
    EXPECT_TRUE(notes.empty());
    // A second venue of the same asset widens what the asset has.
    all.push_back(candles(60, {candle(1200, 1, 1, 1, 1)}));
    EXPECT_EQ(plan_grid(all, 12, {}, notes)->blocks, 70U);  // To 960.
    EXPECT_EQ(plan_grid(all, 12, {300, 420}, notes)->start, 300U);
    EXPECT_EQ(plan_grid(all, 12, {300, 420}, notes)->blocks, 10U);
    const auto none = plan_grid(all, 12, {5000, {}}, notes);
    ASSERT_FALSE(none);
    EXPECT_NE(
        none.error().sentence.find(
            "no time is common to all prices and to --from and --to: BTC 1970-01-01T00:02:00Z"),
        std::string::npos);
}

TEST(grid, short_candles_shorten_blocks_and_long_ones_are_remarked) {
    std::vector<std::string> notes;
    const std::vector<Series> minute{candles(40, {candle(0, 1, 1, 1, 1)})};
    EXPECT_EQ(plan_grid(minute, 12, {}, notes)->step, 10U);
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_NE(notes[0].find("block time shortened from 12 s to 10 s"), std::string::npos);
    const std::vector<Series> hour{candles(3600, {candle(0, 1, 1, 1, 1)})};
    EXPECT_EQ(plan_grid(hour, 12, {}, notes)->blocks, 300U);
    ASSERT_EQ(notes.size(), 2U);
    EXPECT_NE(notes[1].find("spans 300 blocks"), std::string::npos);
    EXPECT_FALSE(plan_grid(hour, 0, {}, notes));
    const std::vector<Series> nothing{candles(60, {})};
    EXPECT_FALSE(plan_grid(nothing, 12, {}, notes));
}

}  // namespace
}  // namespace ballast::replay
