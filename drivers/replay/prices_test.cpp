#include <ballast/files/csv.hpp>
#include <ballast/replay/prices.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>

namespace ballast::replay {
namespace {

class Prices : public testing::Test {
protected:
    std::filesystem::path dir =
        std::filesystem::temp_directory_path() / fmt::format("ballast_prices_{}", ::getpid());
    void SetUp() override { std::filesystem::create_directories(dir); }
    void TearDown() override { std::filesystem::remove_all(dir); }

    PriceSource file(const std::string& name, const std::string& text) const {
        std::ofstream(dir / name, std::ios::binary) << text;
        return {dir / name, {}, {}, {}};
    }
    // The fault without the path of the directory.
    std::string complaint(const std::string& text,
                          const std::string& name = "eth_usd_x_1h.csv") const {
        const auto loaded = load_prices(file(name, text), FlatCandles::silent);
        if (loaded) return "accepted";
        std::string sentence = loaded.error().sentence;
        for (std::size_t at; (at = sentence.find(dir.string() + "/")) != std::string::npos;)
            sentence.erase(at, dir.string().size() + 1);
        return sentence;
    }
    PriceFile load(const std::string& name, const std::string& text,
                   FlatCandles flat = FlatCandles::silent) const {
        auto loaded = load_prices(file(name, text), flat);
        EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().sentence);
        return loaded ? std::move(*loaded) : PriceFile{};
    }
};

const std::string header = "ts,open,high,low,close,volume\n";

TEST_F(Prices, candles_with_what_the_name_says) {
    const PriceFile file =
        load("eth_usdt_binance_5m_2020-03.csv",
             header + "600,100,110.5,90.000000019,105,1\n900,105,106,104,105,2.5e-05\n");
    ASSERT_EQ(file.series.size(), 1U);
    const Series& series = file.series[0];
    EXPECT_EQ(series.asset, "ETH");
    EXPECT_EQ(series.quote, "USDT");
    EXPECT_EQ(series.venue, "binance");
    EXPECT_EQ(series.interval, 300U);
    EXPECT_FALSE(series.ticks);
    ASSERT_EQ(series.candles.size(), 2U);
    EXPECT_EQ(series.candles[0].time, 600U);
    EXPECT_EQ(series.candles[0].open, Price::units(100 * amount_one));
    EXPECT_EQ(series.candles[0].high, Price::units(11'050'000'000));
    EXPECT_EQ(series.candles[0].low, Price::units(9'000'000'001));  // The tenth digit is cut.
    EXPECT_EQ(file.input.rows, 2U);
    EXPECT_EQ(file.input.sha256.size(), 64U);
    ASSERT_EQ(file.notes.size(), 1U);
    EXPECT_NE(file.notes[0].find("ETH in USDT at binance (guessed"), std::string::npos);
}

TEST_F(Prices, several_venues_become_several_series) {
    const PriceFile file =
        load("eth_multivenue_1h_2020-03.csv",
             "ts,binance_close,binance_high,binance_low,kraken_close,kraken_high,kraken_low\n"
             "0,100,110,90,101,111,91\n3600,95,104,92,,,\n7200,96,97,95.5,80,99,79\n");
    ASSERT_EQ(file.series.size(), 2U);
    EXPECT_EQ(file.series[0].venue, "binance");
    EXPECT_EQ(file.series[0].quote, "USD");
    EXPECT_EQ(file.series[0].candles.size(), 3U);
    // A candle opens where the venue left off...
    EXPECT_EQ(file.series[0].candles[0].open, Price::units(100 * amount_one));
    EXPECT_EQ(file.series[0].candles[1].open, Price::units(100 * amount_one));
    EXPECT_EQ(file.series[0].candles[2].open, Price::units(9'550'000'000));  // ...if it was there:
                                                                             // 95 is below the low.
    ASSERT_EQ(file.series[1].candles.size(), 2U);
    EXPECT_EQ(file.series[1].candles[1].open, Price::units(99 * amount_one));
    EXPECT_NE(file.notes.back().find("kraken has no candle in 1 of 3 rows"), std::string::npos);
}

TEST_F(Prices, ticks_and_names_given_by_the_user) {
    auto source = parse_price_source("stETH/eth@Curve=" + (dir / "a.csv").string());
    ASSERT_TRUE(source);
    file("a.csv", "ts,ratio\n2022-06-10T00:00Z,0.97\n2022-06-10T01:00Z,0.96\n");
    const auto loaded = load_prices(*source, FlatCandles::silent);
    ASSERT_TRUE(loaded) << loaded.error().sentence;
    EXPECT_EQ(loaded->series[0].asset, "STETH");
    EXPECT_EQ(loaded->series[0].quote, "ETH");
    EXPECT_EQ(loaded->series[0].venue, "curve");
    EXPECT_TRUE(loaded->series[0].ticks);
    EXPECT_EQ(loaded->series[0].candles[0].time, 1'654'819'200U);
    EXPECT_EQ(loaded->series[0].candles[1].low, Price::units(96'000'000));
    EXPECT_TRUE(loaded->notes.empty());
}

TEST_F(Prices, a_venue_that_prints_flat_candles_without_volume_is_silent) {
    const std::string text =
        header + "0,10,10,10,10,5\n60,10,10,10,10,0\n120,10,10,10,10,0\n180,9,9,9,9,1\n";
    const PriceFile silent = load("eth_usd_x_1m.csv", text);
    EXPECT_EQ(silent.series[0].candles.size(), 2U);
    EXPECT_EQ(silent.series[0].interval, 60U);
    EXPECT_NE(silent.notes.back().find("2 flat candles without volume, taken as not trading"),
              std::string::npos);
    EXPECT_EQ(load("eth_usd_x_1m.csv", text, FlatCandles::report).series[0].candles.size(), 4U);
    // A candle that moved did trade, whatever its volume says.
    EXPECT_EQ(load("eth_usd_x_1m.csv", header + "0,10,11,10,10,0\n60,10,11,10,10,0\n")
                  .series[0]
                  .candles.size(),
              2U);
}

TEST_F(Prices, gaps_are_counted) {
    const PriceFile file =
        load("eth_usd_x_5m.csv", header +
                                     "0,1,1,1,1,1\n300,1,1,1,1,1\n600,1,1,1,1,1\n1500,1,1,1,1,1\n"
                                     "1800,1,1,1,1,1\n5400,1,1,1,1,1");
    EXPECT_NE(file.notes[1].find(
                  "2 gaps in the candles; the longest lasts 55 min after 1970-01-01T00:30:00Z"),
              std::string::npos);
    EXPECT_NE(file.notes[2].find("no line end"), std::string::npos);
}

TEST_F(Prices, what_is_wrong_is_named) {
    const std::string f = "eth_usd_x_1h.csv";
    const auto row = [&](const std::string& bad) {
        return complaint(header + "0,9,10,8,9,1\n" + bad + "\n");
    };
    EXPECT_EQ(complaint(""),
              f + ": is empty, expected a header line with the names of the columns");
    EXPECT_EQ(complaint(header), f + ": has 0 rows, expected at least two to tell the interval");
    EXPECT_EQ(complaint(header + "0,9,10,8,9,1\n"),
              f + ": has 1 rows, expected at least two to tell the interval");
    EXPECT_EQ(complaint(header + "0,9,10,8,9,1\n3600,9,1"),
              f + ":3: has 3 fields, expected 6 as in the header (it is the last row: truncated?)");
    EXPECT_EQ(row("3600,9,10,nan,9,1"), f + ":3: column low: 'nan' is not a finite number, "
                                            "expected a decimal number greater than 0");
    EXPECT_EQ(row("3600,9,inf,8,9,1"), f + ":3: column high: 'inf' is not a finite number, "
                                           "expected a decimal number greater than 0");
    EXPECT_EQ(row("3600,-9,10,8,9,1"),
              f + ":3: column open: '-9' is not a price: expected at least 0.00000001");
    EXPECT_EQ(row("3600,9,10,0,9,1"),
              f + ":3: column low: '0' is not a price: expected at least 0.00000001");
    EXPECT_EQ(row("3600,9,10,1e-9,9,1"),
              f + ":3: column low: '1e-9' is not a price: expected at least 0.00000001");
    EXPECT_EQ(row("3600,9,40000000001,8,9,1"),
              f + ":3: column high: '40000000001' is too large, expected at most 40000000000");
    EXPECT_EQ(row("3600,9,10,,9,1"),
              f + ":3: column low: '' is empty, expected a decimal number greater than 0");
    EXPECT_EQ(row("3600,9,7,8,9,1"), f + ":3: column low: '8' is greater than the high 7");
    EXPECT_EQ(row("3600,11,10,8,9,1"), f + ":3: column open: '11' lies outside of low and high");
    EXPECT_EQ(row("3600,9,10,8,7.9,1"), f + ":3: column close: '7.9' lies outside of low and high");
    EXPECT_EQ(row("3600,9,10,8,9,-1"),
              f + ":3: column volume: '-1' is negative, expected a volume");
    EXPECT_EQ(row("0,9,10,8,9,1"), f + ":3: column ts: '0' repeats the time of the row before");
    EXPECT_EQ(row("1583020800000,9,10,8,9,1"),
              f + ":3: column ts: '1583020800000' is no time, expected unix seconds (not "
                  "milliseconds) or ISO 8601 in UTC");
    EXPECT_EQ(
        complaint(header + "7200,9,10,8,9,1\n3600,9,10,8,9,1\n"),
        f + ":3: column ts: '3600' is earlier than the row before: rows must be sorted by time");
    EXPECT_EQ(
        complaint(header + "0,9,10,8,9,1\n3600,9,10,8,9,1\n7200,9,10,8,9,1\n7800,9,10,8,9,1\n"),
        f + ":5: starts 10 min after the row before, whose candle lasts 1 h");
    EXPECT_EQ(complaint(header + "0,9,10,8,9,1\n1,9,10,8,9,1\n2,9,10,8,9,1\n"),
              f + ": candles of 1 s are shorter than the four blocks of one second that they need");
}

TEST_F(Prices, columns_that_are_none_of_the_forms_are_refused) {
    for (const auto* columns :
         {"ts,open,high,close", "ts,a,b", "ts,open,high,low,close,volume,extra", "ts,price,volume",
          "ts,a_close,a_high", "ts,a_close,a_high,a_low,b_close", "open,ts,high,low,close"})
        EXPECT_NE(complaint(std::string(columns) + "\n0,1\n").find("are none of the forms"),
                  std::string::npos)
            << columns;
    EXPECT_EQ(complaint("time,price\n1,2\n"),
              "eth_usd_x_1h.csv: has no column ts; it has time,price");
    EXPECT_NE(complaint("ts,a_close,a_high,a_low\n0,1,1,1\n3600,1,1,\n")
                  .find(":3: column a_low: '' is empty"),
              std::string::npos);
    EXPECT_NE(complaint(header, "2020_prices.csv").find("cannot tell the asset from the name"),
              std::string::npos);
}

TEST(price_source, arguments) {
    const auto full = parse_price_source("ETH/USDT@binance=dir/a=b.csv");
    ASSERT_TRUE(full);
    EXPECT_EQ(*full->asset, "ETH");
    EXPECT_EQ(*full->quote, "USDT");
    EXPECT_EQ(*full->venue, "binance");
    EXPECT_EQ(full->path, "dir/a=b.csv");
    EXPECT_FALSE(parse_price_source("a.csv")->asset);
    for (const auto* bad : {"", "=a.csv", "ETH=", "E TH=a.csv", "ETH@=a.csv", "ETH/=a.csv"})
        EXPECT_FALSE(parse_price_source(bad)) << bad;
}

}  // namespace
}  // namespace ballast::replay
