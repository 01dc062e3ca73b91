#include <ballast/pricing/kernel.hpp>
#include <ballast/pricing/sample_test.hpp>

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>

namespace ballast::pricing {
namespace {

// |got / exact - 1| in units of 2^-52.
double units(double got, long double exact) {
    if (exact == 0) return got == 0 ? 0 : 1e30;
    return static_cast<double>(std::fabs((got - exact) / exact) * 0x1p52L);
}

TEST(Lanes, ExponentialIsWithinAUnit) {
    Random random(1);
    double worst = 0;
    for (u32 i = 0; i < 200'000; ++i) {
        const double x = i % 2 == 0 ? random.between(-708, 709) : random.between(-1, 1);
        worst =
            std::max(worst, units(kernel::exponential(x), std::exp(static_cast<long double>(x))));
    }
    EXPECT_LT(worst, 1.0);
    EXPECT_EQ(kernel::exponential(0), 1.0);
    EXPECT_EQ(kernel::exponential(-800), 0.0);
    EXPECT_EQ(kernel::exponential(-1e300), 0.0);
    EXPECT_EQ(kernel::exponential(1e300), kernel::exponential(709));
    EXPECT_NEAR(kernel::exponential(-740) / std::exp(-740.0), 1, 0.02);  // Under normal numbers.
}

TEST(Lanes, LogarithmIsWithinTwoUnits) {
    Random random(2);
    double worst = 0;
    for (u32 i = 0; i < 200'000; ++i) {
        const double b = random.spread(-600, 600);
        const double a = i % 2 == 0 ? random.spread(-600, 600) : b * random.between(0.5, 2);
        const long double ratio = static_cast<long double>(a) / b;
        const long double exact =
            i % 2 == 0 ? std::log(ratio) : std::log1p((static_cast<long double>(a) - b) / b);
        worst = std::max(worst, units(kernel::log_ratio(a, b), exact));
    }
    EXPECT_LT(worst, 2.0);
    EXPECT_EQ(kernel::log_ratio(3, 3), 0.0);
    // What is nearly equal keeps all its digits.
    EXPECT_LT(units(kernel::log_ratio(1 + 0x1p-50, 1), std::log1p(0x1p-50L)), 2.0);
}

TEST(Lanes, NormalDistributionKeepsItsTail) {
    double worst = 0;
    for (double x = -37.5; x <= 9; x += 0.0037) {
        const long double exact = 0.5L * std::erfc(-static_cast<long double>(x) / std::sqrt(2.0L));
        const double bound = 4 + 0.7 * (x < 0 ? x * x : 0);
        worst = std::max(worst, units(kernel::normal(x), exact) / bound);
    }
    EXPECT_LT(worst, 1.0);
    EXPECT_EQ(kernel::normal(40), 1.0);
    EXPECT_EQ(kernel::normal(-40), 0.0);
    EXPECT_EQ(kernel::normal(-1e300), 0.0);
}

// Of figures computed to 80 digits with mpmath.
TEST(Lanes, MillsRatioAtLandmarks) {
    EXPECT_LT(units(kernel::mills(0), 1.2533141373155002512L), 2);
    EXPECT_LT(units(kernel::mills(1), 0.65567954241879847154L), 2);
    EXPECT_LT(units(kernel::mills(10), 0.099028596471731921395L), 2);
    EXPECT_LT(units(kernel::mills(100), 0.0099990002998500899L), 1000);
}

TEST(Lanes, InverseNormalComesBack) {
    Random random(3);
    for (u32 i = 0; i < 20'000; ++i) {
        const double p = i % 2 == 0 ? random.between(1e-6, 1 - 1e-6) : random.spread(-680, -1);
        const double x = kernel::inverse_normal(p);
        EXPECT_NEAR(kernel::normal(x) / p, 1, 1e-14 + 5e-16 * x * x + 1e-14 * std::fabs(x)) << p;
    }
}

TEST(Lanes, LogarithmOfOnePlus) {
    Random random(4);
    for (u32 i = 0; i < 20'000; ++i) {
        const double u = i % 2 == 0 ? random.between(-0.99, 5) : -random.spread(-80, -2);
        EXPECT_LT(units(kernel::log_one_plus(u), std::log1p(static_cast<long double>(u))), 4) << u;
    }
}

TEST(Lanes, LogOfNormal) {
    EXPECT_NEAR(kernel::log_normal(-30), -454.3212439563431971, 1e-12);
    EXPECT_NEAR(kernel::log_normal(8) / -6.220960574271786e-16, 1, 1e-12);
    EXPECT_NEAR(kernel::log_normal(0), -0.6931471805599453, 3e-16);
}

}  // namespace
}  // namespace ballast::pricing
