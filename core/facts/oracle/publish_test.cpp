#include <ballast/oracle/market_test_kit.hpp>

namespace ballast::oracle {
namespace {

Terms dollars_and_bitcoin() {
    FeedTerms bitcoin = feed_of(2, "BTC/USDC");
    bitcoin.quote = FeedId(0);
    return market_of({feed_of(2, "USDC/USD"), bitcoin});
}

TEST(QuoteAsset, MultipliesMarkLowAndHigh) {
    Terms terms = dollars_and_bitcoin();
    for (FeedTerms& feed : terms.feeds) feed.volatility_floor_per_day = {};
    Market market(terms);
    for (u16 publisher = 0; publisher < 2; ++publisher) {
        market.reports.push_back(
            {PublisherId(publisher), FeedId(0), usd("0.88"), usd("0.01"), market.now - 9, {}});
        market.reports.push_back(
            {PublisherId(publisher), FeedId(1), usd("25000"), usd("100"), market.now - 7, {}});
    }
    market.block();
    EXPECT_EQ(market.at(1).mark, usd("22000"));
    EXPECT_EQ(market.at(1).low, usd("21663"));   // 24900 * 0.87
    EXPECT_EQ(market.at(1).high, usd("22339"));  // 25100 * 0.89
    EXPECT_EQ(market.at(1).time, market.now - 9);
    EXPECT_EQ(market.at(1).status, Status::live);
}

TEST(QuoteAsset, ItsTroubleIsTheFeedsTrouble) {
    Market market(dollars_and_bitcoin());
    market.say(0, {"1", "1"}).say(1, {"20000", "20000"}).block();
    market.now += 130;
    market.say(1, {"20000", "20000"}).block();
    EXPECT_EQ(market.at(0).status, Status::degraded);
    EXPECT_EQ(market.at(1).status, Status::degraded);
    EXPECT_EQ(market.at(1).reasons, reason::quote_feed);
    market.now += 3'600;
    market.say(1, {"20000", "20000"}).block();
    EXPECT_EQ(market.at(0).status, Status::halted);
    EXPECT_EQ(market.at(1).status, Status::halted);
    EXPECT_TRUE(market.at(1).reasons & reason::quote_feed);
}

TEST(QuoteAsset, WhatIsTooLargeOrTooSmallHalts) {
    Market market(dollars_and_bitcoin());
    market.say(0, {"20000000000", "20000000000"}).say(1, {"10", "10"}).block();
    EXPECT_EQ(market.at(0).status, Status::live);
    EXPECT_EQ(market.at(1).status, Status::halted);
    EXPECT_EQ(market.at(1).reasons, reason::out_of_range);
    Market dust(dollars_and_bitcoin());
    dust.say(0, {"0.00001", "0.00001"}).say(1, {"0.00000001", "0.00000001"}).block();
    EXPECT_EQ(dust.at(1).reasons, reason::out_of_range);
}

TEST(Delay, APriceIsUsedAnHourLater) {
    FeedTerms terms = feed_of(1);
    terms.delay_seconds = 3'600;
    Market market(market_of({terms}));
    EXPECT_EQ(market.say(0, {"100"}).block().status, Status::halted);
    EXPECT_EQ(market.at(0).reasons, reason::delayed);
    u64 minute = 0;
    for (; minute < 59; ++minute) EXPECT_EQ(market.after(60, {"105"}).status, Status::halted);
    EXPECT_EQ(market.after(60, {"105"}).status, Status::live);
    EXPECT_EQ(market.at(0).mark, usd("100"));
    EXPECT_EQ(market.at(0).time, market.now - 3'600);
    for (minute = 0; minute < 59; ++minute) EXPECT_EQ(market.after(60, {"110"}).mark, usd("100"));
    EXPECT_EQ(market.after(60, {"110"}).mark, usd("105"));
    for (minute = 0; minute < 60; ++minute) market.after(60, {"110"});
    EXPECT_EQ(market.at(0).mark, usd("110"));
}

TEST(Delay, ItsAgeWidensTheRange) {
    FeedTerms terms = feed_of(1);
    FeedTerms late = feed_of(1, "late");
    late.delay_seconds = 3'600;
    Market market(market_of({terms, late}));
    for (u32 minute = 0; minute < 61; ++minute) {
        market.now += 60;
        market.say(0, {"100"}).say(1, {"100"}).block();
    }
    EXPECT_EQ(market.at(1).mark, market.at(0).mark);
    EXPECT_LT(market.at(1).low, market.at(0).low);
    EXPECT_GT(market.at(1).high, market.at(0).high);
}

TEST(Delay, AHaltStartsTheWaitAnew) {
    FeedTerms terms = feed_of(1);
    terms.delay_seconds = 600;
    Market market(market_of({terms}));
    market.say(0, {"100"}).block();
    for (u32 minute = 0; minute < 20; ++minute) market.after(60, {"100"});
    EXPECT_EQ(market.at(0).status, Status::live);
    market.after(4'000, {});
    for (u32 minute = 0; minute < 3; ++minute) market.after(60, {"50"});
    EXPECT_EQ(market.at(0).reasons, reason::delayed);
    for (u32 minute = 0; minute < 10; ++minute) market.after(60, {"50"});
    EXPECT_EQ(market.at(0).status, Status::live);
    EXPECT_EQ(market.at(0).mark, usd("50"));
}

}  // namespace
}  // namespace ballast::oracle
