#include <ballast/oracle/market_test_kit.hpp>

#include <algorithm>
#include <random>

namespace ballast::oracle {
namespace {

/// One source, a band of 20 %, three aggregates over 60 s confirm, 2 % a minute, 900 s of hold.
Market single() {
    Market market(market_of({feed_of(1)}));
    market.say(0, {"100"}).block();
    return market;
}

TEST(Follow, BirthIsLiveAtOnce) {
    Market market(market_of({feed_of(2)}));
    EXPECT_EQ(market.block().status, Status::halted);
    EXPECT_EQ(market.at(0).reasons, reason::never_reported | reason::stale_sources |
                                        reason::quorum_count | reason::quorum_weight);
    EXPECT_EQ(market.events.size(), 1u);  // The reasons; the status was halted before.
    const Quote& born = market.after(60, {"100", "100"});
    EXPECT_EQ(born.status, Status::live);
    EXPECT_EQ(born.reasons, 0u);
    EXPECT_EQ(born.mark, usd("100"));
    EXPECT_EQ(market.count(EventKind::feed_status), 1u);
    EXPECT_EQ(market.events[0].amount, std::to_underlying(Status::halted));
    EXPECT_EQ(market.events[0].value, std::to_underlying(Status::live));
}

TEST(Follow, ThinIsDegradedButFollows) {
    FeedTerms terms = feed_of(3);
    terms.quorum_count = terms.quorum_weight = 1;
    terms.live_count = 2;
    Market market(market_of({terms}));
    EXPECT_EQ(market.after(1, {"100", "100", "100"}).status, Status::live);
    market.after(121, {"101"});
    EXPECT_EQ(market.at(0).status, Status::degraded);
    EXPECT_EQ(market.at(0).reasons, reason::thin | reason::stale_sources);
    EXPECT_EQ(market.at(0).mark, usd("101"));
    EXPECT_EQ(allows_new_risk(market.at(0)).error(), Reject::feed_degraded);
    EXPECT_TRUE(allows_use(market.at(0)));
    EXPECT_EQ(market.after(1, {"", "101"}).status, Status::live);
    EXPECT_TRUE(allows_new_risk(market.at(0)));
}

TEST(Outage, DegradesThenHaltsThenRecovers) {
    Market market = single();
    const Price first_low = market.at(0).low;
    EXPECT_EQ(market.after(120, {}).status, Status::live);  // Still fresh.
    EXPECT_LT(market.at(0).low, first_low);                 // But older.
    Price low = market.at(0).low;
    for (u64 gone = 180; gone < 3'600; gone += 60) {
        const Quote& aging = market.after(60, {});
        ASSERT_EQ(aging.status, Status::degraded) << gone;
        ASSERT_EQ(aging.mark, usd("100"));
        ASSERT_LT(aging.low, low);
        low = aging.low;
    }
    EXPECT_EQ(market.at(0).reasons,
              reason::stale_sources | reason::quorum_count | reason::quorum_weight);
    market.after(180, {});  // 3600 s after the last block with a quorum, which was at 120 s.
    EXPECT_EQ(market.at(0).status, Status::halted);
    EXPECT_TRUE(market.at(0).reasons & reason::outage);
    EXPECT_EQ(allows_use(market.at(0)).error(), Reject::price_unavailable);
    EXPECT_EQ(allows_new_risk(market.at(0)).error(), Reject::feed_halted);

    EXPECT_EQ(market.after(6'000, {"60"}).status, Status::halted);
    EXPECT_EQ(market.at(0).reasons, reason::outage | reason::recovering);
    EXPECT_EQ(market.after(60, {"90"}).status, Status::halted);  // Disagrees: from the start.
    EXPECT_EQ(market.after(60, {"91"}).status, Status::halted);
    EXPECT_EQ(market.after(60, {"92"}).status, Status::live);
    EXPECT_EQ(market.at(0).mark, usd("92"));
    EXPECT_EQ(market.after(60, {"80"}).status, Status::live);  // Compared with 92, not with 100.
}

TEST(Outage, RecoveryNeedsAnUnbrokenRun) {
    Market market = single();
    market.after(4'000, {});
    market.after(60, {"100"});
    market.after(200, {});  // No quorum in between.
    EXPECT_EQ(market.after(60, {"100"}).status, Status::halted);
    market.after(60, {"100"});
    EXPECT_EQ(market.after(60, {"100"}).status, Status::live);
}

TEST(Breaker, OneBadPrintMovesNothingFirm) {
    Market market = single();
    const Price firm = market.at(0).firm_low;
    const Quote& held = market.after(30, {"35"});
    EXPECT_EQ(held.status, Status::degraded);
    EXPECT_EQ(held.reasons, reason::jump | reason::breaker);
    EXPECT_EQ(held.mark, usd("100"));
    EXPECT_LE(held.low, usd("35"));
    EXPECT_GE(held.high, usd("100"));
    EXPECT_GE(held.firm_low, firm - usd("0.1"));
    EXPECT_GE(market.after(30, {"36"}).mark, usd("99"));  // 2 % a minute.
    const Quote& back = market.after(30, {"99.5"});
    EXPECT_EQ(back.status, Status::live);
    EXPECT_EQ(back.mark, usd("99.5"));
    EXPECT_GT(back.low, usd("98"));
}

TEST(Breaker, TheSameReportSeenAgainConfirmsNothing) {
    Market market = single();
    market.after(10, {"35"});
    for (u32 i = 0; i < 12; ++i) EXPECT_EQ(market.after(10, {}).status, Status::degraded);
    EXPECT_GE(market.at(0).mark, usd("96"));
    market.after(10, {});  // Stale: the run is broken.
    EXPECT_EQ(market.state.feeds[0].streak.count, 0u);
    EXPECT_EQ(market.state.feeds[0].phase, Phase::holding);
}

TEST(Breaker, CountsAggregatesNotBlocks) {
    Market market = single();
    market.after(10, {"35"});
    for (u32 i = 0; i < 5; ++i) market.after(10, {});
    EXPECT_EQ(market.after(10, {"35"}).status, Status::degraded);  // 60 s, but two reports.
    EXPECT_EQ(market.after(10, {"35"}).status, Status::live);
}

TEST(Breaker, TheReferenceForgetsWhatIsOlderThanItsWindow) {
    FeedTerms terms = feed_of(1);
    terms.fresh_seconds = 3'600;
    Market market(market_of({terms}));
    for (const char* price : {"100", "100", "100", "100", "85", "72", "61", "52"}) {
        EXPECT_EQ(market.after(3'600, {price}).status, Status::live) << price;
        EXPECT_EQ(market.at(0).mark, usd(price));
    }
}

TEST(Breaker, AJumpIsAcceptedWhenConfirmed) {
    for (const char* level : {"35", "79", "121", "300"}) {
        Market market = single();
        market.after(30, {level});
        market.after(30, {level});
        EXPECT_EQ(market.at(0).status, Status::degraded);
        const Quote& there = market.after(30, {level});
        EXPECT_EQ(there.status, Status::live) << level;
        EXPECT_EQ(there.mark, usd(level));
        EXPECT_EQ(market.after(30, {level}).reasons, 0u);
    }
}

TEST(Breaker, IsConfirmedOnlyAsFarAsTheLeastOfTheRun) {
    Market market = single();
    market.after(30, {"60"});
    market.after(30, {"50"});
    EXPECT_EQ(market.after(30, {"30"}).status, Status::degraded);
    EXPECT_EQ(market.at(0).mark, usd("60"));  // That far is sure; 30 must be confirmed.
    EXPECT_EQ(market.state.feeds[0].hold_from, usd("60"));
    market.after(30, {"30"});
    EXPECT_EQ(market.after(30, {"30"}).status, Status::live);
    EXPECT_EQ(market.at(0).mark, usd("30"));
}

TEST(Breaker, APartialReturnStillConfirmsWhatIsLeft) {
    Market market = single();
    market.after(30, {"50"});
    market.after(30, {"70"});
    EXPECT_EQ(market.after(30, {"65"}).status, Status::live);  // All went at least to 70.
    EXPECT_EQ(market.at(0).mark, usd("65"));
}

TEST(Breaker, SwingsToBothSidesConfirmNothingAndHalt) {
    Market market = single();
    u64 seconds = 0;
    while (market.at(0).status != Status::halted && seconds < 2'000) {
        market.after(30, {seconds % 60 == 0 ? "50" : "150"});
        seconds += 30;
    }
    EXPECT_EQ(seconds, 930u);  // The first of them began the hold.
    EXPECT_TRUE(market.at(0).reasons & reason::breaker);
    market.after(30, {"100"});
    market.after(60, {"100"});
    EXPECT_EQ(market.after(60, {"100"}).status, Status::live);
}

TEST(Breaker, SilenceDuringAHoldHalts) {
    Market market = single();
    market.after(30, {"50"});
    market.after(899, {});
    EXPECT_EQ(market.at(0).status, Status::degraded);
    EXPECT_EQ(market.after(1, {}).status, Status::halted);
    EXPECT_TRUE(market.at(0).reasons & reason::breaker);
}

TEST(Breaker, ASteadyDeclineDoesNotTripIt) {
    Market market = single();
    i64 price = usd("100").units();
    for (u32 minute = 0; minute < 120; ++minute) {
        price = price * 990 / 1'000;  // 1 % a minute: 45 % an hour.
        market.now += 60;
        market.reports.push_back(
            {PublisherId(0), FeedId(0), Price::units(price), {}, market.now, {}});
        ASSERT_EQ(market.block().status, Status::live) << minute;
        ASSERT_EQ(market.at(0).mark.units(), price);
    }
}

// Under steady reports every hold ends: whatever the prices do on one side, the mark is at most one
// band away from the least extreme of the last confirming run.
TEST(Breaker, ARealCrashGoesThroughInBoundedTime) {
    std::mt19937_64 random(7);
    for (u32 round = 0; round < 500; ++round) {
        Market market = single();
        const i64 floor = usd("100").units() / static_cast<i64>(2 + random() % 50);
        i64 least = 0;
        for (u32 step = 0; step < 60; ++step) {
            const i64 price = floor + static_cast<i64>(random() % static_cast<u64>(floor / 8));
            least = std::max(least, price);
            market.now += 30;
            market.reports.push_back(
                {PublisherId(0), FeedId(0), Price::units(price), {}, market.now, {}});
            market.block();
            if (step >= 2) {
                ASSERT_LE(market.at(0).mark.units(), least) << round << " " << step;
            }
        }
        ASSERT_EQ(market.at(0).status, Status::live);
    }
}

FeedTerms rate_terms() {
    FeedTerms rate = feed_of(1, "stETH/ETH");
    rate.kind = FeedKind::rate;
    rate.growth_per_day_max = permille(1);  // 0.1 % a day, counted for at most two days.
    rate.fresh_seconds = 86'400;
    rate.halt_seconds = 5 * 86'400;
    return rate;
}

TEST(Rate, AnInflatedRateIsCapped) {
    Market market(market_of({rate_terms()}));
    market.say(0, {"1.1"}).block();
    const Quote& inflated = market.after(12, {"2.2"});
    EXPECT_EQ(inflated.status, Status::degraded);
    EXPECT_EQ(inflated.reasons, reason::growth_cap);
    // 1.1 * (1 + 0.001 * 12 / 86400), rounded down to a unit.
    EXPECT_EQ(inflated.mark.units(), 110'000'000 + 110'000 * 12 / 86'400);
    for (u32 i = 0; i < 7'200 - 1; ++i) market.after(12, {"2.2"});
    EXPECT_EQ(market.at(0).mark, usd("1.1011"));  // A day, in 12 s steps that are not lost to
                                                  // rounding.
    for (u32 i = 0; i < 3 * 7'200; ++i) market.after(12, {"2.2"});
    // After two days it is counted anew from the cap: (1 + 0.002)^2.
    EXPECT_EQ(market.at(0).mark.units(), 110'440'440);
}

TEST(Rate, HonestGrowthPasses) {
    Market market(market_of({rate_terms()}));
    market.say(0, {"1.1"}).block();
    EXPECT_EQ(market.after(86'400, {"1.1011"}).status, Status::live);  // Exactly the cap.
    EXPECT_EQ(market.at(0).mark, usd("1.1011"));
    EXPECT_EQ(market.after(86'400, {"1.1013"}).status, Status::live);
    // Nothing happened for four days: two of them count.
    market.after(86'400, {"1.1013"});
    market.after(86'400, {"1.1013"});
    market.after(86'400, {"1.1013"});
    EXPECT_EQ(market.after(86'400, {"1.2"}).mark.units(), 110'130'000 + 2 * 110'130);
}

TEST(Rate, AFallIsTakenAtOnceAndMayReturn) {
    Market market(market_of({rate_terms()}));
    market.say(0, {"1.1"}).block();
    EXPECT_EQ(market.after(12, {"0.5"}).status, Status::live);
    EXPECT_EQ(market.at(0).mark, usd("0.5"));
    EXPECT_EQ(market.after(12, {"1.1"}).mark, usd("1.1"));
    // One that lasts (60 s) is where growth is counted from.
    market.after(12, {"0.5"});
    market.after(60, {"0.5"});
    EXPECT_EQ(market.after(12, {"1.1"}).status, Status::degraded);
    EXPECT_LT(market.at(0).mark, usd("0.50001"));
}

TEST(Rate, TwoShortFallsAreNotOneLongFall) {
    Market market(market_of({rate_terms()}));
    market.say(0, {"1.1"}).block();
    market.after(12, {"0.5"});
    EXPECT_EQ(market.after(12, {"2.2"}).reasons, reason::growth_cap);
    market.after(60, {"0.5"});
    EXPECT_EQ(market.after(12, {"1.1"}).status, Status::live);
    EXPECT_EQ(market.at(0).mark, usd("1.1"));
}

TEST(Rate, AnOutageDoesNotLiftTheCap) {
    FeedTerms terms = rate_terms();
    terms.halt_seconds = 2 * 86'400;
    Market market(market_of({terms}));
    market.say(0, {"1"}).block();
    market.after(3 * 86'400, {});
    EXPECT_EQ(market.at(0).status, Status::halted);
    market.after(86'400, {"3"});
    market.after(120, {"3"});
    EXPECT_EQ(market.at(0).reasons, reason::growth_cap);
    EXPECT_EQ(market.at(0).mark, usd("1.002"));
}

// Whatever is reported: low <= firm_low <= mark <= firm_high <= high, and a price that may be used
// is positive.
TEST(Follow, QuotesAreOrderedUnderAnyReports) {
    std::mt19937_64 random(8);
    FeedTerms quoted = feed_of(3, "BTC/ETH");
    quoted.quote = FeedId(0);
    FeedTerms rate = feed_of(2, "stETH/ETH");
    rate.kind = FeedKind::rate;
    rate.quote = FeedId(0);
    FeedTerms late = feed_of(3, "ETH/USD one hour ago");
    late.delay_seconds = 3'600;
    Market market(market_of({feed_of(4), quoted, rate, late}));
    u32 live = 0;
    u32 degraded = 0;
    for (u32 block = 0; block < 30'000; ++block) {
        market.now += random() % 7 == 0 ? random() % 4'000 : random() % 60;
        for (u16 feed = 0; feed < 4; ++feed)
            for (u16 publisher = 0; publisher < 4 && random() % 5 > 0; ++publisher) {
                const bool wild = random() % 200 == 0;
                const Price width = wild ? limits::price_max : usd("9");
                const Price price = drawn(random, wild ? Price{} : usd("100"), width);
                const Price doubt = Price::units(static_cast<i64>(random() % 100'000'000));
                market.reports.push_back({PublisherId(publisher),
                                          FeedId(feed),
                                          price,
                                          doubt,
                                          market.now - random() % 100,
                                          {}});
            }
        market.block();
        for (u16 feed = 0; feed < 4; ++feed) {
            const Quote& q = market.at(feed);
            live += q.status == Status::live ? 1 : 0;
            degraded += q.status == Status::degraded ? 1 : 0;
            ASSERT_LE(q.low, q.firm_low);
            ASSERT_LE(q.firm_low, q.mark);
            ASSERT_LE(q.mark, q.firm_high);
            ASSERT_LE(q.firm_high, q.high);
            ASSERT_LE(q.high, limits::price_max);
            if (q.status != Status::halted) {
                ASSERT_GE(q.low, Price::units(1));
            }
        }
    }
    EXPECT_GT(live, 10'000u);
    EXPECT_GT(degraded, 1'000u);
}

TEST(Follow, OrderOfReportsDoesNotMatter) {
    std::mt19937_64 random(9);
    Market first(market_of({feed_of(5), feed_of(4, "BTC/USD")}));
    Market second(first.terms);
    for (u32 block = 0; block < 2'000; ++block) {
        first.now = second.now += 1 + random() % 30;
        for (u16 publisher = 0; publisher < 5; ++publisher)
            for (u16 feed = 0; feed < 2; ++feed) {
                const Price price = drawn(random, usd("80"), usd("60"));
                first.reports.push_back(
                    {PublisherId(publisher), FeedId(feed), price, {}, first.now, {}});
            }
        second.reports = first.reports;
        std::shuffle(second.reports.begin(), second.reports.end(), random);
        first.block();
        second.block();
        ASSERT_EQ(first.at(0), second.at(0));
        ASSERT_EQ(first.at(1), second.at(1));
    }
    const auto digests = [](State& state) {
        return std::array{state.feeds.digest(), state.sources.digest(), state.references.digest()};
    };
    EXPECT_EQ(digests(first.state), digests(second.state));
}

}  // namespace
}  // namespace ballast::oracle
