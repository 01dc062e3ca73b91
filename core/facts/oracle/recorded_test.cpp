// What has really happened to prices, typed from public records.  Hourly and five-minute candles of
// the exchanges named; a candle's close stands at the end of its interval.
#include <ballast/oracle/market_test_kit.hpp>

namespace ballast::oracle {
namespace {

// ETH, hourly closes of Binance, Coinbase, Bitstamp, Bitfinex, Gemini.  At 04:00 on 13 March 2020
// Gemini shows a flat candle without volume at the close of the hour before, while the four others
// have fallen to 110-112.
TEST(Recorded, FlatVenue2020March13) {
    FeedTerms terms = feed_of(5);
    terms.fresh_seconds = 3'600;
    terms.halt_seconds = 4 * 3'600;
    Market market(market_of({terms}), 1'584'068'400 + 3'600);
    market.say(0, {"124.24", "130.91", "129.06", "129.35", "135.47"}).block();
    EXPECT_EQ(market.at(0).mark, usd("129.35"));
    market.after(3'600, {"109.7", "111.87", "112.21", "112.46", "135.47"});
    EXPECT_EQ(market.at(0).mark, usd("111.87"));
    EXPECT_EQ(market.at(0).reasons, reason::outliers);
    EXPECT_EQ(market.at(0).status, Status::live);
    EXPECT_LT(market.at(0).high, usd("135.47"));
    market.after(3'600, {"116.63", "116.87", "117.01", "119.19", "119.32"});
    EXPECT_EQ(market.at(0).mark, usd("117.01"));
    EXPECT_EQ(market.at(0).reasons, 0u);
}

// USDe on Binance, minute closes of 10 October 2025 from 21:40 UTC, against the Uniswap v3 pool
// (1.0002) and redemption with the issuer, which stayed open at par.  The last row is the low of
// 21:54.
TEST(Recorded, BadPrintOnOneVenue2025October10) {
    const char* binance[]{"0.78",  "0.7389", "0.7",  "0.6651", "0.67",  "0.7346", "0.785", "0.798",
                          "0.832", "0.882",  "0.93", "0.92",   "0.926", "0.88",   "0.65"};
    Market market(market_of({feed_of(3, "USDe/USD")}));
    market.say(0, {"0.9997", "1.00023362", "1"}).block();
    for (const char* price : binance) {
        market.after(60, {price, "1.00023362", "1"});
        EXPECT_EQ(market.at(0).mark, usd("1"));
        EXPECT_EQ(market.at(0).status, Status::live);
        EXPECT_EQ(market.at(0).reasons, reason::outliers);
        EXPECT_GT(market.at(0).low, usd("0.99"));
    }
}

// BTC on 11 March 2023 at 07:18 UTC: Kraken BTC/USDC closes at 23099.80 while Binance.US BTC/USD
// closes at 20248.72, so that USDC is at 0.8766.  Read as dollars the first is 14 % too high.
TEST(Recorded, QuoteDepeg2023March11) {
    FeedTerms bitcoin = feed_of(1, "BTC/USDC");
    bitcoin.quote = FeedId(0);
    Market market(market_of({feed_of(1, "USDC/USD"), bitcoin}), 1'678'519'140);
    market.say(0, {"0.8766"}).say(1, {"23099.8"}).block();
    EXPECT_EQ(market.at(1).mark, usd("20249.28468"));
    EXPECT_LT(market.at(1).low, usd("20248.72"));
    EXPECT_GT(market.at(1).high, usd("20248.72"));
}

// AVAX on Binance in the hour from 21:00 UTC on 10 October 2025: open 25.01, low 8.52, close 21.86.
// One venue alone: the wick is held back and nothing firm follows it.
TEST(Recorded, ThinWick2025October10) {
    FeedTerms terms = feed_of(1, "AVAX/USD");
    terms.fresh_seconds = 300;
    Market market(market_of({terms}), 1'760'130'000);
    market.say(0, {"25.01"}).block();
    const Quote& wick = market.after(30, {"8.52"});
    EXPECT_EQ(wick.status, Status::degraded);
    EXPECT_EQ(wick.reasons, reason::jump | reason::breaker);
    EXPECT_LE(wick.low, usd("8.52"));
    EXPECT_EQ(wick.mark, usd("25.01"));
    EXPECT_GT(wick.firm_low, usd("24.9"));
    const Quote& back = market.after(30, {"21.86"});
    EXPECT_EQ(back.status, Status::live);
    EXPECT_EQ(back.mark, usd("21.86"));
    EXPECT_GT(back.low, usd("20"));
}

// Binance was away on 19 February 2020 from 11:40 to 17:30 UTC: ETH 281.50 before, 283.39 and
// 282.97 after.
TEST(Recorded, Outage2020February19) {
    FeedTerms terms = feed_of(1);
    terms.fresh_seconds = 600;
    terms.recovery_seconds = 300;
    Market market(market_of({terms}), 1'582'112'400);
    market.say(0, {"281.5"}).block();
    u64 degraded = 0;
    u64 halted = 0;
    while (market.now + 300 < 1'582'133'700) {
        const Quote& away = market.after(300, {});
        degraded += away.status == Status::degraded ? 1 : 0;
        halted += away.status == Status::halted ? 1 : 0;
    }
    EXPECT_EQ(degraded, 11u);  // Fresh for 600 s, halted 3600 s after the last quorum.
    EXPECT_EQ(halted, 57u);
    market.after(300, {"283.39"});
    EXPECT_EQ(market.at(0).reasons, reason::outage | reason::recovering);
    EXPECT_EQ(market.after(300, {"282.97"}).status, Status::live);
    EXPECT_EQ(market.at(0).mark, usd("282.97"));
    EXPECT_EQ(market.after(300, {"282.65"}).status, Status::live);
}

// ETH on Binance, five-minute candles of 12 and 13 March 2020 by open, low, high, close: the fall
// from 163 to 123 in half an hour, and from 101 to 86.  Nothing of it is held back for longer than
// a confirmation takes.
TEST(Recorded, BlackThursdayGoesThrough) {
    struct Candle {
        u64 time;
        const char *open, *low, *high, *close;
    };
    const Candle candles[]{
        {1'584'009'000, "163.01", "159.51", "163.15", "162.05"},
        {1'584'009'300, "162.21", "152.01", "162.21", "154.69"},
        {1'584'009'600, "153.58", "143.43", "154.36", "144.16"},
        {1'584'009'900, "143.57", "125", "144.16", "143.05"},
        {1'584'010'200, "143.03", "135", "146", "145.6"},
        {1'584'010'500, "145.59", "130", "151.11", "132.91"},
        {1'584'010'800, "132.91", "123", "140.8", "140.12"},
        {1'584'064'800, "96.51", "90.5", "98", "96.5"},
        {1'584'065'100, "96.72", "92.43", "96.74", "93.88"},
        {1'584'065'400, "93.99", "87.28", "95.5", "88.35"},
        {1'584'065'700, "88.44", "86", "93.59", "93.18"},
    };
    FeedTerms terms = feed_of(1);
    terms.halt_seconds = 86'400;
    Market market(market_of({terms}), candles[0].time);
    u64 not_live = 0;
    u64 longest = 0;
    for (const Candle& candle : candles) {
        market.now = candle.time;
        for (const char* price : {candle.open, candle.low, candle.high, candle.close}) {
            const Quote& quote = market.after(60, {price});
            not_live = quote.status == Status::live ? 0 : not_live + 60;
            longest = std::max(longest, not_live);
            EXPECT_NE(quote.status, Status::halted);
            EXPECT_LE(quote.low, usd(price));
            EXPECT_GE(quote.high, usd(price));
        }
    }
    EXPECT_LE(longest, 180u);
    EXPECT_EQ(market.at(0).mark, usd("93.18"));
}

}  // namespace
}  // namespace ballast::oracle
