#include <ballast/pricing/pricing.hpp>
#include <ballast/pricing/sample_test.hpp>

#include <gtest/gtest.h>
#include <cmath>

namespace ballast::pricing {
namespace {

Fine fine(double x) {
    return Fine::units(std::llround(x * 1e12));
}
double real(Fine x) {
    return static_cast<double>(x.units()) * 1e-12;
}
Price dollars(double x) {
    return Price::units(std::llround(x * 1e8));
}

// Deribit's volatility shock: 0.50 (30 / days)^p, p = 0.30 under 30 days and 0.13 from there.
TEST(Functions, ShockPower) {
    EXPECT_EQ(shock_power(30 * 86'400, 30 * 86'400, fine(0.3)), fine(1));
    EXPECT_NEAR(real(shock_power(7 * 86'400, 30 * 86'400, fine(0.3))), std::pow(30.0 / 7, 0.3),
                1e-12);
    EXPECT_NEAR(real(shock_power(180 * 86'400, 30 * 86'400, fine(0.13))), std::pow(1.0 / 6, 0.13),
                1e-12);
    EXPECT_EQ(shock_power(0, 1, fine(0.5)), fine(1));
    EXPECT_EQ(shock_power(1, 4, fine(0.5)), fine(2));
}

TEST(Functions, AreNearestToTheirValues) {
    Random random(41);
    for (u32 i = 0; i < 20'000; ++i) {
        const double x = random.between(-5, 5);
        EXPECT_NEAR(real(exponential(fine(x))), std::exp(real(fine(x))), 1e-12);
        const double base = random.spread(-5, 5);
        EXPECT_NEAR(real(power(fine(base), fine(0.4))), std::pow(real(fine(base)), 0.4), 1e-12);
        const Price a = dollars(random.spread(0, 12));
        const Price b = dollars(random.spread(0, 12));
        EXPECT_NEAR(real(log_ratio(a, b)),
                    std::log(static_cast<double>(a.units()) / static_cast<double>(b.units())),
                    1e-12);
        const u64 seconds = random.below(100'000'000);
        EXPECT_NEAR(real(root_years(seconds)), std::sqrt(static_cast<double>(seconds) / 31'536'000),
                    1e-12);
    }
    EXPECT_EQ(root_years(31'536'000), fine(1));
    EXPECT_EQ(exponential(Fine{}), fine(1));
    EXPECT_EQ(exponential(fine(1000)).units(), 4'000'000'000'000'000'000);
    EXPECT_EQ(log_ratio(dollars(5), dollars(5)), Fine{});
}

// S = K = 100, r = 10 %, sigma = 30 %, T = 0.2, 50 dates: H = 95 counts as 94.2541 (Broadie,
// Glasserman and Kou 1997; the step is 0.004 years).
TEST(Functions, DiscreteBarrier) {
    const Price down = discrete_barrier(dollars(95), fine(0.3), 126'144, false);
    const double shift = 0.5825971579390107 * 0.3 * std::sqrt(0.004);
    EXPECT_NEAR(static_cast<double>(down.units()), 95e8 * std::exp(-shift), 1);
    const Price up = discrete_barrier(dollars(105), fine(0.3), 126'144, true);
    EXPECT_NEAR(static_cast<double>(up.units()), 105e8 * std::exp(shift), 1);
    EXPECT_EQ(discrete_barrier(dollars(95), fine(0.3), 0, true), dollars(95));
    EXPECT_EQ(discrete_barrier(dollars(95), Fine{}, 12, true), dollars(95));
}

}  // namespace
}  // namespace ballast::pricing
