#include <ballast/oracle/market_test_kit.hpp>

#include <random>

namespace ballast::oracle {
namespace {

FeedTerms settling(u32 sources = 1) {
    FeedTerms terms = feed_of(sources);
    terms.settlement_seconds = 1'800;
    terms.settlement_count = sources;
    terms.jump_max = permille(900'000);
    return terms;
}

Result<Price> settle(const Market& market, u64 from, u64 to) {
    return settlement(market.terms, market.state, FeedId(0), from, to);
}

TEST(Settlement, IsTheTimeWeightedAverage) {
    Market market(market_of({settling()}));
    const u64 start = market.now;
    market.say(0, {"100"}).block();
    market.after(30, {"100"});
    market.after(30, {"200"});  // 60 s at 100,
    market.after(60, {"400"});  // 60 s at 200,
    market.after(60, {"1"});    // 60 s at 400.
    const Result<Price> average = settle(market, start, start + 180);
    ASSERT_TRUE(average);
    EXPECT_EQ(*average, usd("233.33333333"));
    EXPECT_EQ(*settle(market, start + 60, start + 180), usd("300"));
    EXPECT_EQ(*settle(market, start + 90, start + 150), usd("300"));
}

TEST(Settlement, SaysNoToWindowsThatItDoesNotKnow) {
    Market market(market_of({settling(), feed_of(1, "BTC/USD")}));
    const u64 start = market.now;
    for (u32 i = 0; i < 60; ++i) market.after(60, {"100"});
    const u64 end = market.now;
    EXPECT_TRUE(settle(market, end - 1'800, end));
    struct Case {
        u64 from, to;
    };
    for (const Case& one : {Case{end - 1'801, end}, Case{end, end}, Case{end, end - 60},
                            Case{end - 60, end + 1}, Case{start, start + 60}}) {
        const auto answer = settle(market, one.from, one.to);
        ASSERT_FALSE(answer) << end - one.from << " " << end - one.to;
        EXPECT_EQ(answer.error(), Reject::settlement_unavailable);
    }
    EXPECT_EQ(settlement(market.terms, market.state, FeedId(1), end - 60, end).error(),
              Reject::settlement_unavailable);
    EXPECT_EQ(settlement(market.terms, market.state, FeedId(2), end - 60, end).error(),
              Reject::unknown_feed);
}

TEST(Settlement, HasAQuorumOfItsOwn) {
    Market market(market_of({settling(3)}));  // Two make a price, three a settlement; half must
                                              // count.
    const u64 start = market.now;
    market.say(0, {"100", "100", "100"}).block();
    for (u32 i = 0; i < 10; ++i) market.after(60, {"100", "100", "100"});
    for (u32 i = 0; i < 10; ++i) market.after(60, {"200", "200"});
    EXPECT_EQ(market.at(0).status, Status::live);
    // The third source is stale from 720 s on; till then it is an outlier against the others.
    EXPECT_EQ(*settle(market, start, start + 1'200), usd("100"));
    EXPECT_TRUE(settle(market, start + 240, start + 960));
    EXPECT_FALSE(settle(market, start + 360, start + 1'200));
    EXPECT_FALSE(settle(market, start + 900, start + 1'200));
}

TEST(Settlement, ASilentChainDoesNotCount) {
    Market market(market_of({settling()}));
    const u64 start = market.now;
    market.say(0, {"100"}).block();
    market.after(1'200, {"100"});
    EXPECT_FALSE(settle(market, start, market.now));  // 120 of 1200 s.
}

// Against a sum over every second, for windows that begin and end at blocks that sampled.
TEST(Settlement, EqualsTheSumOverEverySecond) {
    std::mt19937_64 random(10);
    for (u32 round = 0; round < 20; ++round) {
        Market market(market_of({settling()}));
        const u64 start = market.now;
        std::vector<i64> second;
        for (u32 i = 0; i < 200; ++i) {
            const i64 price = drawn(random, usd("50"), usd("100")).units();
            market.reports.push_back(
                {PublisherId(0), FeedId(0), Price::units(price), {}, market.now, {}});
            market.block();
            const u64 step = 30 + random() % 60;  // Longer than the spacing, so that every block
                                                  // samples.
            second.insert(second.end(), step, price);
            market.now += step;
        }
        market.block();
        for (u32 i = 0; i < 50; ++i) {
            const u64 length = 1 + random() % 1'800;
            const u64 end = second.size() - random() % 200;
            if (length > end) continue;
            i128 sum = 0;
            for (u64 at = end - length; at < end; ++at) sum += second[at];
            const auto average = settle(market, start + end - length, start + end);
            ASSERT_TRUE(average);
            ASSERT_LE(std::abs(average->units() - static_cast<i64>(sum / length)), 3);
        }
    }
}

}  // namespace
}  // namespace ballast::oracle
