#include <ballast/replay/random.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace ballast::replay {
namespace {

long double real(i64 fixed) {
    return static_cast<long double>(fixed) / static_cast<long double>(fixed_one);
}

TEST(random, the_logarithm_keeps_its_bound) {
    Random random("log");
    const long double two64 = std::exp2(64.0L);
    for (int i = 0; i < 20'000; ++i) {
        const u64 x = (random.next() >> random.below(64)) | 1U;
        const long double expected = -std::log(static_cast<long double>(x) / two64);
        ASSERT_NEAR(static_cast<double>(real(minus_log(x)) - expected), 0, std::exp2(-30)) << x;
    }
    EXPECT_EQ(minus_log(~u64{0}), 0);
}

TEST(random, the_exponential_keeps_its_bound) {
    Random random("exp");
    const long double two64 = std::exp2(64.0L);
    for (int i = 0; i < 20'000; ++i) {
        const i64 x =
            static_cast<i64>(random.below(static_cast<u64>(60 * fixed_one))) - 20 * fixed_one;
        const long double expected = std::exp(real(x));
        const long double got = static_cast<long double>(exponential(x)) / two64;
        ASSERT_NEAR(static_cast<double>(got / expected), 1, std::exp2(-28)) << x;
    }
    EXPECT_EQ(exponential(0), u128{1} << 64U);
    EXPECT_EQ(exponential(-100 * fixed_one), exponential(-44 * fixed_one));
}

TEST(random, the_same_seed_gives_the_same_numbers_for_ever) {
    Random random("ballast");
    Random again("ballast");
    Random other("Ballast");
    const u64 first = random.next();
    EXPECT_EQ(first, again.next());
    EXPECT_NE(first, other.next());
    EXPECT_EQ(first, 15'297'838'372'172'403'181U);
    Random draws("draws");
    EXPECT_EQ(draws.normal(), -996'596'458);
    EXPECT_EQ(draws.waiting(), 1'295'011'206);
    EXPECT_EQ(draws.below(1'000'000), 627'236U);
}

TEST(random, moments_are_those_of_the_distributions) {
    Random random("moments");
    constexpr int count = 200'000;
    long double sum = 0, squares = 0, fourth = 0, waits = 0;
    int beyond = 0;
    for (int i = 0; i < count; ++i) {
        const long double z = real(random.normal());
        sum += z, squares += z * z, fourth += z * z * z * z;
        beyond += std::fabs(z) > 1.959964L ? 1 : 0;
        waits += real(random.waiting());
    }
    EXPECT_NEAR(static_cast<double>(sum / count), 0, 0.01);
    EXPECT_NEAR(static_cast<double>(squares / count), 1, 0.015);
    EXPECT_NEAR(static_cast<double>(fourth / count), 3, 0.1);
    EXPECT_NEAR(static_cast<double>(beyond) / count, 0.05, 0.002);
    EXPECT_NEAR(static_cast<double>(waits / count), 1, 0.01);
}

TEST(random, below_covers_its_range_evenly) {
    Random random("below");
    std::array<int, 7> counts{};
    for (int i = 0; i < 70'000; ++i) ++counts[random.below(7)];
    for (const int count : counts) EXPECT_NEAR(count, 10'000, 400);
    EXPECT_EQ(random.below(1), 0U);
}

}  // namespace
}  // namespace ballast::replay
