#include <ballast/publisher/course.hpp>
#include <ballast/publisher/trouble.hpp>

#include <ballast/base/limits.hpp>
#include <ballast/files/time.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace ballast::publisher {
namespace {

TEST(Trouble, FollowsFromTheSeedAlone) {
    Trouble trouble;
    trouble.jitter_seconds = 30;
    trouble.drop = Ratio::units(ratio_one / 4);
    int lost = 0;
    u64 latest = 0;
    int different = 0;
    for (u64 second = 0; second < 4000; ++second) {
        const Fate fate = fate_of(trouble, "ETH/USD", second);
        const Fate again = fate_of(trouble, "ETH/USD", second);
        ASSERT_EQ(fate.sent, again.sent);
        ASSERT_EQ(fate.late_seconds, again.late_seconds);
        lost += fate.sent ? 0 : 1;
        latest = std::max(latest, fate.late_seconds);
        Trouble other = trouble;
        other.seed = 2;
        different += fate_of(other, "ETH/USD", second).late_seconds != fate.late_seconds ? 1 : 0;
        ASSERT_LE(fate.late_seconds, 30u);
    }
    EXPECT_EQ(latest, 30u);
    EXPECT_NEAR(lost, 1000, 120);
    EXPECT_GT(different, 3000);
}

TEST(Trouble, OutagesBeginAndEnd) {
    Trouble trouble;
    trouble.outages = {{60, 10}};
    EXPECT_TRUE(fate_of(trouble, "ETH/USD", 59).sent);
    EXPECT_FALSE(fate_of(trouble, "ETH/USD", 60).sent);
    EXPECT_FALSE(fate_of(trouble, "ETH/USD", 69).sent);
    EXPECT_TRUE(fate_of(trouble, "ETH/USD", 70).sent);
}

TEST(Trouble, AllOrNothingIsLost) {
    Trouble trouble;
    for (u64 second = 0; second < 100; ++second) EXPECT_TRUE(fate_of(trouble, "X", second).sent);
    trouble.drop = Ratio::units(ratio_one);
    for (u64 second = 0; second < 100; ++second) EXPECT_FALSE(fate_of(trouble, "X", second).sent);
}

TEST(Trouble, BiasMovesThePrice) {
    const Price price = Price::units(110 * amount_one);
    EXPECT_EQ(biased(price, {}), price);
    EXPECT_EQ(biased(price, Ratio::units(ratio_one / 10)), Price::units(121 * amount_one));
    EXPECT_EQ(biased(price, Ratio::units(1 - ratio_one)).units(), 11);  // 10^-9 of it.
    EXPECT_EQ(biased(Price::units(1), Ratio::units(-ratio_one / 2)).units(), 1);
    EXPECT_EQ(biased(limits::price_max, Ratio::units(1)), limits::price_max);
}

TEST(Trouble, ReadsOutages) {
    const auto outage = parse_outage("10m:90s");
    ASSERT_TRUE(outage);
    EXPECT_EQ(outage->start, 600u);
    EXPECT_EQ(outage->length, 90u);
    EXPECT_EQ(parse_outage("0:1h")->length, 3600u);
    EXPECT_EQ(parse_outage("10m").error().sentence, "'10m' is not START:LENGTH, such as 10m:90s");
    EXPECT_EQ(parse_outage("10m:0").error().sentence,
              "'10m:0': the length '0' is not a time such as 90s");
    EXPECT_EQ(parse_outage("x:5").error().sentence,
              "'x:5': the start 'x' is not a time such as 10m");
}

TEST(Course, ACrashOfTheLibraryMinuteByMinute) {
    CourseRequest request;
    request.scenario = BALLAST_SOURCE_DIR "/scenarios/2020-03";
    request.step = 60;
    request.window.from = files::parse_time("2020-03-12T00:00:00Z");
    request.window.to = files::parse_time("2020-03-13T06:00:00Z");
    const auto course = load_course(request);
    ASSERT_TRUE(course) << course.error().sentence;
    EXPECT_EQ(course->grid.step, 60u);
    EXPECT_EQ(course->grid.blocks, 30u * 60);
    const auto line = line_of(*course, "ETH/USD");
    ASSERT_TRUE(line);
    const auto& prices = course->lines[*line].prices;
    EXPECT_EQ(course->lines[*line].venue, "median");
    ASSERT_EQ(prices.size(), 30u * 60);
    // The lowest hour's low, as it stands in the table.
    EXPECT_EQ(std::ranges::min(prices), Price::units(8'820'000'000));
    EXPECT_TRUE(line_of(*course, "BTC/USDT"));
    EXPECT_FALSE(line_of(*course, "ETH/BTC"));
    EXPECT_FALSE(line_of(*course, "SOL/USD"));
    EXPECT_EQ(line_of(*course, "eth"), line);
}

TEST(Course, NamesWhatIsMissing) {
    CourseRequest request;
    EXPECT_EQ(load_course(request).error().sentence,
              "there are no prices: name a scenario, or price files");
    request.scenario = BALLAST_SOURCE_DIR "/scenarios/2020-03";
    request.venue = "mtgox";
    EXPECT_EQ(load_course(request).error().sentence, "--venue mtgox: the prices are of median");
}

}  // namespace
}  // namespace ballast::publisher
