#include <ballast/oracle/market_test_kit.hpp>
#include <ballast/oracle/width.hpp>

#include <random>

namespace ballast::oracle {
namespace {

TEST(Variance, IsReturnSquaredOverTime) {
    FeedTerms terms = feed_of(1);
    terms.volatility_memory_seconds = 3'600;
    // 1 % in 60 s, from nothing: 10^-4 / 3660 s = 2.7322405 * 10^-8 per second.
    EXPECT_EQ(updated_variance(terms, 0, usd("100"), usd("101"), 60), u128{27'322'404'372});
    // The same whichever way it goes.
    EXPECT_EQ(updated_variance(terms, 0, usd("101"), usd("100"), 60), u128{27'322'404'372});
    // Quiet: decays by 3600 / 3660.
    EXPECT_EQ(updated_variance(terms, 3'660, usd("100"), usd("100"), 60), u128{3'600});
    // A fall to a third counts as a return of two.
    EXPECT_EQ(updated_variance(terms, 0, usd("9"), usd("3"), 400),
              u128{4} * 1'000'000'000'000'000'000 / 4'000);
    // A thousandfold is taken for a tenfold.
    EXPECT_EQ(updated_variance(terms, 0, usd("1"), usd("1000"), 0),
              u128{100} * 1'000'000'000'000'000'000 / 3'600 + 1);
}

// Steady moves of the same size per root of time give the same variance, whatever the time between
// blocks.
TEST(Variance, DoesNotDependOnTheBlockTime) {
    FeedTerms terms = feed_of(1);
    terms.volatility_memory_seconds = 3'600;
    struct Case {
        u64 step;
        const char *low, *high;  // A return of sqrt(step) basis points.
    };
    for (const Case& one :
         {Case{1, "100", "100.01"}, Case{25, "100", "100.05"}, Case{400, "100", "100.2"}}) {
        u128 variance = 0;
        for (u64 time = 0; time < 100 * 3'600; time += one.step)
            variance = updated_variance(terms, variance, usd(one.low), usd(one.high), one.step);
        EXPECT_LE(std::abs(static_cast<i64>(variance) - 10'000'000'000), 10'000) << one.step;
    }
}

TEST(ExpectedMove, IsTheMultipleOfSigmaRootTime) {
    FeedTerms terms = feed_of(1);
    terms.volatility_floor_per_day = {};
    terms.volatility_multiple = permille(2'000);
    // Variance 10^-8 per second: one basis point per root second; 2 * 10 basis points in 100 s.
    EXPECT_EQ(expected_move(terms, 10'000'000'000, 100), permille(2));
    EXPECT_EQ(expected_move(terms, 10'000'000'000, 0), Ratio{});
    EXPECT_EQ(expected_move(terms, 0, 100), Ratio{});
    terms.volatility_floor_per_day = permille(20);
    EXPECT_EQ(expected_move(terms, 0, 86'400).units(), 2 * 20'000'000 + 2);  // Rounded up twice.
    EXPECT_EQ(expected_move(terms, ~u64{0} * u128{5}, limits::time_max), limits::ratio_max);
}

TEST(Range, NeverNarrowsAndNeverReachesZero) {
    std::mt19937_64 random(6);
    FeedTerms terms = feed_of(1);
    for (u32 round = 0; round < 20'000; ++round) {
        const Price price = Price::units(static_cast<i64>(1 + (random() >> (3 + random() % 60)) %
                                                                  u64{4'000'000'000'000'000'000}));
        const Price spread = Price::units(static_cast<i64>(random() >> (3 + random() % 60)) %
                                          limits::price_max.units());
        const u128 variance = random() >> (random() % 60);
        const u64 age = random() % 100'000;
        const Ratio move = expected_move(terms, variance, age);
        const Price low = lowered(terms, price, spread, move);
        const Price high = raised(terms, price, spread, move);
        ASSERT_GE(low, Price::units(1));
        ASSERT_LE(low, price);
        ASSERT_LE(price, high);
        const Ratio later = expected_move(terms, variance, age + 60);
        const Ratio wilder = expected_move(terms, variance * 2, age);
        ASSERT_GE(later, move);
        ASSERT_GE(wilder, move);
        const Price wider = std::min(spread + Price::units(7), limits::price_max);
        ASSERT_LE(lowered(terms, price, wider, std::max(later, wilder)), low);
        ASSERT_GE(raised(terms, price, wider, std::max(later, wilder)), high);
    }
}

}  // namespace
}  // namespace ballast::oracle
