#include <ballast/pricing/pricing.hpp>
#include <ballast/pricing/sample_test.hpp>

#include <gtest/gtest.h>
#include <cmath>

namespace ballast::pricing {
namespace {

Fine fine(double x) {
    return Fine::units(std::llround(x * 1e12));
}
Svi slice(double a, double b, double rho, double m, double sigma) {
    return {fine(a), fine(b), fine(rho), fine(m), fine(sigma)};
}
Price dollars(double x) {
    return Price::units(std::llround(x * 1e8));
}

TEST(Svi, VolatilityIsTheRootOfVarianceOverTime) {
    // lyra-utils, test/math/SVI.t.sol: tau 0.0384, forward 1805, strike 1500.
    const Svi svi = slice(0.027616438356164386, 0.041424657534246574, 0.003452054794520548,
                          0.001726027397260274, 0.000345205479452055);
    const u64 seconds = 14 * 86'400;
    EXPECT_NEAR(
        static_cast<double>(svi_volatility(svi, dollars(1500), dollars(1805), seconds).units()),
        0.9597244734120128e12, 30);
    EXPECT_EQ(svi_volatility(svi, dollars(1500), dollars(1805), 0), Fine{});
    EXPECT_EQ(svi_volatility(slice(-1, 0, 0, 0, 1), dollars(1), dollars(1), 1), Fine{});
}

TEST(Svi, FaultsAreNamed) {
    const Svi good = slice(0.04, 0.1, -0.3, 0, 0.2);
    EXPECT_FALSE(validate(good));
    EXPECT_EQ(validate(slice(2000, 0.1, 0, 0, 0.2))->key, "a");
    EXPECT_EQ(validate(slice(0.04, -0.1, 0, 0, 0.2))->key, "b");
    EXPECT_EQ(validate(slice(0.04, 0.1, 1, 0, 0.2))->key, "rho");
    EXPECT_EQ(validate(slice(0.04, 0.1, 0, 101, 0.2))->key, "m");
    EXPECT_EQ(validate(slice(0.04, 0.1, 0, 0, 0))->key, "sigma");
    EXPECT_EQ(validate(slice(-0.03, 0.1, 0, 0, 0.2))->key, "a");  // -0.03 + 0.1 * 0.2 < 0.
    EXPECT_EQ(check_butterfly(slice(0.04, -0.1, 0, 0, 0.2)).error(), Reject::svi_bad_parameters);
}

// Axel Vogt's example of a slice with a butterfly, quoted in Gatheral and Jacquier,
// "Arbitrage-free SVI volatility surfaces" (2014), example 3.1.
TEST(Svi, FindsVogtsButterfly) {
    EXPECT_EQ(check_butterfly(slice(-0.0410, 0.1331, 0.3060, 0.3586, 0.4153)).error(),
              Reject::svi_butterfly);
}

TEST(Svi, AcceptsWhatTheSurfaceOfOneVolatilityIs) {
    EXPECT_TRUE(check_butterfly(slice(0.04, 0, 0, 0, 0.1)));
    EXPECT_TRUE(check_butterfly(slice(0.04, 0.1, -0.3, 0, 0.2)));
    EXPECT_EQ(check_butterfly(slice(0.04, 1.5, 0.4, 0, 0.2)).error(), Reject::svi_wing_too_steep);
}

// The sign that is checked is that of the second derivative of the call in the strike.
TEST(Svi, SignIsThatOfTheDensity) {
    const kernel::SviSlice vogt{-0.0410, 0.1331, 0.3060, 0.3586, 0.4153};
    const auto call = [&](double k) {
        const double strike = std::exp(k);
        return kernel::all_greeks({.right = Right::call,
                                   .spot = 1,
                                   .strike = strike,
                                   .years = 1,
                                   .volatility = std::sqrt(kernel::total_variance(vogt, k))})
            .price;
    };
    u32 negative = 0;
    for (double k = -1.5; k < 1.5; k += 0.05) {
        const double strike = std::exp(k);
        const double step = 1e-3;
        const double second =
            call(std::log(strike + step)) - 2 * call(k) + call(std::log(strike - step));
        if (std::abs(second) < 1e-13) continue;
        EXPECT_EQ(kernel::density_sign(vogt, k) < 0, second < 0) << k;
        negative += second < 0 ? 1 : 0;
    }
    EXPECT_GT(negative, 0u);
}

TEST(Svi, CalendarMustRise) {
    const Svi near = slice(0.02, 0.1, -0.3, 0, 0.2);
    EXPECT_TRUE(check_calendar(near, near));
    EXPECT_TRUE(check_calendar(near, slice(0.03, 0.1, -0.3, 0, 0.2)));
    EXPECT_EQ(check_calendar(slice(0.03, 0.1, -0.3, 0, 0.2), near).error(), Reject::svi_calendar);
    // Only a far wing falls.
    EXPECT_EQ(check_calendar(near, slice(0.03, 0.1, -0.31, 0, 0.2)).error(), Reject::svi_calendar);
    EXPECT_EQ(check_calendar(near, slice(0.03, -1, 0, 0, 0.2)).error(), Reject::svi_bad_parameters);
}

}  // namespace
}  // namespace ballast::pricing
