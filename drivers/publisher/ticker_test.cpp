#include <ballast/publisher/ticker.hpp>

#include <ballast/files/decimal.hpp>

#include <gtest/gtest.h>

namespace ballast::publisher {
namespace {

std::string digits(Price price) {
    return files::decimal_text(price.units(), 8, 8);
}

// The shapes that the exchanges document, with figures of our own and of public records.
constexpr const char* coinbase =
    R"({"ask":"110.26","bid":"110.24","volume":"1","trade_id":86326522,"price":"110.30",)"
    R"("size":"0.00698254","time":"2020-03-12T23:42:00.833897Z"})";
constexpr const char* bitstamp =
    R"({"timestamp":"1710328241","open":"71448","last":"73285","bid":"73353","ask":"73367"})";
constexpr const char* kraken =
    R"({"error":[],"result":{"XXBTZUSD":{"a":["27712.10000","8","8.000"],)"
    R"("b":["27712.00000","2","2.000"],"c":["27712.10000","0.01686188"],"t":[20034,23808]}}})";
constexpr const char* binance =
    R"({"symbol":"ETHUSDT","lastPrice":"1780.29000000","bidPrice":"1780.24000000",)"
    R"("askPrice":"1780.25000000"})";
constexpr const char* deribit =
    R"({"jsonrpc":"2.0","result":{"state":"open","instrument_name":"ETH-PERPETUAL",)"
    R"("best_bid_price":110.1,"best_ask_price":110.15,"last_price":110.2,)"
    R"("timestamp":1584056520123}})";
constexpr const char* index =
    R"({"jsonrpc":"2.0","result":{"index_price":64089.74,"estimated_delivery_price":64089.74}})";

struct Good {
    const char* text;
    Exchange exchange;
    const char* price;
    const char* confidence;
    std::optional<u64> time;
};

TEST(Ticker, MiddleOfTheBookWithHalfItsSpread) {
    const std::vector<Good> rows{
        {coinbase, Exchange::coinbase, "110.25", "0.01", 1584056520},
        {bitstamp, Exchange::bitstamp, "73360", "7", 1710328241},
        {kraken, Exchange::kraken, "27712.05", "0.05", {}},
        {binance, Exchange::binance, "1780.245", "0.005", {}},
        {deribit, Exchange::deribit, "110.125", "0.025", 1584056520},
        {index, Exchange::deribit, "64089.74", "0", {}},
    };
    for (const Good& row : rows) {
        SCOPED_TRACE(row.text);
        const auto ticker = read_ticker(row.text);
        ASSERT_TRUE(ticker) << ticker.error().sentence;
        EXPECT_EQ(ticker->exchange, row.exchange);
        EXPECT_EQ(ticker->time, row.time);
        const u64 received = row.time.value_or(1'700'000'000) + 2;
        const auto seen = observe(*ticker, {}, received);
        ASSERT_TRUE(seen) << seen.error().sentence;
        EXPECT_EQ(digits(seen->price), row.price);
        EXPECT_EQ(digits(seen->confidence), row.confidence);
        EXPECT_EQ(seen->time, row.time.value_or(received));
    }
}

Rules last_trade() {
    Rules rules;
    rules.last = true;
    return rules;
}

TEST(Ticker, LastTradeAndDeclaredConfidence) {
    const auto ticker = read_ticker(coinbase);
    ASSERT_TRUE(ticker);
    Rules rules = last_trade();
    rules.confidence = Ratio::units(ratio_one / 1000);
    const auto seen = observe(*ticker, rules, *ticker->time);
    ASSERT_TRUE(seen);
    EXPECT_EQ(digits(seen->price), "110.3");
    EXPECT_EQ(digits(seen->confidence), "0.1103");
}

// A number that no double holds: 0.1 + 0.2 and sixteen digits before it.
TEST(Ticker, DigitsAreThoseOfTheSource) {
    const auto ticker =
        read_ticker(R"({"jsonrpc":"2.0","result":{"index_price":1234567890.00000003}})");
    ASSERT_TRUE(ticker);
    EXPECT_EQ(ticker->last, "1234567890.00000003");
    const auto seen = observe(*ticker, {}, 5);
    ASSERT_TRUE(seen);
    EXPECT_EQ(digits(seen->price), "1234567890.00000003");
}

// Odd spreads: the middle goes down, the half goes up, so that the range holds both sides.
TEST(Ticker, HalvesOfAnOddSpread) {
    Ticker ticker{Exchange::kraken, "", "1.00000001", "1.00000004", "", {}};
    const auto seen = observe(ticker, {}, 5);
    ASSERT_TRUE(seen);
    EXPECT_EQ(digits(seen->price), "1.00000002");
    EXPECT_EQ(digits(seen->confidence), "0.00000002");
}

struct Bad {
    const char* text;
    const char* sentence;
};

TEST(Ticker, AnswersThatAreNone) {
    const std::string deep(40, '[');
    const std::string long_text(ticker_bytes_max + 1, ' ');
    const std::vector<Bad> rows{
        {R"({"symbol":"ETHUSDT","bidPrice":"1","askPrice":"2",})",
         "answer: is no JSON from byte 51 on"},
        {"", "answer: is no JSON from byte 1 on"},
        {"[]", "answer: is no JSON object"},
        {"{}", "answer: of no exchange that is known here"},
        {R"({"error":["EQuery:Unknown asset pair"],"result":{}})",
         R"(kraken: error: ["EQuery:Unknown asset pair"])"},
        {R"({"error":[],"result":{}})", "kraken: result: must hold one pair"},
        {R"({"error":[],"result":{"X":{"a":[],"b":["1"],"c":["1"]}}})",
         "kraken: a: [] is no list that begins with a number"},
        {R"({"jsonrpc":"2.0","result":{"state":"closed","index_price":1,"last_price":1}})",
         R"(deribit: state: "closed" is not "open")"},
        {R"({"jsonrpc":"2.0","error":{"code":10001}})", R"(deribit: error: {"code":"10001"})"},
        {R"({"bidPrice":"1"})", "binance: askPrice: is missing"},
        {R"({"bidPrice":"1","askPrice":null})", "binance: askPrice: null is not a number"},
        {R"({"bidPrice":"1","bidPrice":"2","askPrice":"3"})",
         "answer: 'bidPrice' stands there twice"},
        {R"({"bid":"1","ask":"2","price":"1","time":"yesterday"})",
         "coinbase: time: 'yesterday' is not a time"},
        {R"({"bid":"1","ask":"2","last":"1","timestamp":"-5"})",
         "bitstamp: timestamp: '-5' is not a time"},
        {deep.c_str(), "answer: is nested deeper than 16"},
        {long_text.c_str(), "answer: 65537 bytes; the most is 65536"},
    };
    for (const Bad& row : rows) {
        const auto ticker = read_ticker(row.text);
        ASSERT_FALSE(ticker) << row.text;
        EXPECT_EQ(ticker.error().sentence, row.sentence);
    }
}

TEST(Ticker, PricesThatAreNone) {
    const auto wrong = [](const char* bid, const char* ask) {
        const auto seen = observe({Exchange::kraken, "", bid, ask, "", {}}, {}, 5);
        return seen ? std::string() : seen.error().sentence;
    };
    EXPECT_EQ(wrong("2", "1"), "kraken: bid: '2' is above the ask, '1'");
    EXPECT_EQ(wrong("1", "1"), "");
    EXPECT_EQ(wrong("0.0", "1"), "kraken: bid: '0.0' is not more than zero");
    EXPECT_EQ(wrong("-1", "1"), "kraken: bid: '-1' is not more than zero");
    EXPECT_EQ(wrong("1", "nan"), "kraken: ask: 'nan' is not a finite number");
    EXPECT_EQ(wrong("1", "1,5"), "kraken: ask: '1,5' is not a decimal number");
    EXPECT_EQ(wrong("1.000000001", "2"),
              "kraken: bid: '1.000000001' has more than 8 digits after the point");
    EXPECT_EQ(wrong("1.00000000000", "2"), "");
    EXPECT_EQ(wrong("1", "1e30"), "kraken: ask: '1e30' is too large");
    const auto missing = observe({Exchange::binance, "", "1", "2", "", {}}, last_trade(), 5);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().sentence, "binance: last: is missing");
}

TEST(Ticker, TimesThatDoNotCount) {
    const Ticker ticker{Exchange::bitstamp, "", "1", "1", "1", 1'000'000};
    const auto at = [&](u64 received) { return observe(ticker, {}, received); };
    EXPECT_EQ(at(1'000'060)->time, 1'000'000u);
    EXPECT_EQ(at(1'000'061).error().sentence,
              "bitstamp: time: 1970-01-12T13:46:40Z is stale: 1 min 1 s old, the most is 1 min");
    EXPECT_EQ(at(999'995)->time, 999'995u);  // A clock a little ahead: now.
    EXPECT_EQ(at(999'994).error().sentence,
              "bitstamp: time: 1970-01-12T13:46:40Z is 6 s later than its receipt");
}

}  // namespace
}  // namespace ballast::publisher
