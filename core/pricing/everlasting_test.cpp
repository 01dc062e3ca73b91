#include <ballast/pricing/pricing.hpp>
#include <ballast/pricing/sample_test.hpp>

#include <gtest/gtest.h>
#include <cmath>

namespace ballast::pricing {
namespace {

Price dollars(double x) {
    return Price::units(std::llround(x * 1e8));
}
Point point(double spot, double volatility, double rate = 0) {
    return {dollars(spot), dollars(spot), Fine::units(std::llround(volatility * 1e12)),
            Fine::units(std::llround(rate * 1e12)), 0};
}
double value(const Everlasting& terms, const Point& at) {
    Price out;
    everlasting(terms, {&at, 1}, {&out, 1});
    EXPECT_EQ(out, everlasting_greeks(terms, at).value);
    return static_cast<double>(out.units()) / 1e8;
}
double binary(const Everlasting& terms, const Point& at) {
    Price out;
    everlasting_binary(terms, dollars(1'000'000), {&at, 1}, {&out, 1});
    return static_cast<double>(out.units()) / 1e14;
}

constexpr u64 week = 7 * 86'400;

// docs.deri.io, "Numerical examples of everlasting option pricing": a put on BTC at 40 000 with
// strike 50 000, 100 %, seven days; and at the money.
TEST(Everlasting, DerisPublishedFigures) {
    const Everlasting terms{Right::put, dollars(50'000), week, Style::futures};
    EXPECT_NEAR(value(terms, point(40'000, 1)), 10'223.3667, 1e-4);
    EXPECT_NEAR(value(terms, point(50'000, 1)), 2'445.1621, 1e-4);
}

// The mark is the mean of European prices over an exponentially distributed expiry.
TEST(Everlasting, IsTheMixtureOfEuropeans) {
    for (const double spot : {80.0, 97.0, 100.0, 115.0}) {
        for (const Right right : {Right::call, Right::put}) {
            const Everlasting terms{right, dollars(100), week, Style::premium};
            const double rate = 0.2;
            const double period = 7.0 / 365;
            double mean = 0;
            // Substituting t = period * u^2 makes what the midpoint rule sums smooth at zero.
            constexpr u32 steps = 4'000;
            for (u32 i = 0; i < steps; ++i) {
                const double u = 6.5 * (i + 0.5) / steps;
                const double weight = 2 * u * std::exp(-u * u) * 6.5 / steps;
                mean += weight * kernel::all_greeks({.right = right,
                                                     .spot = spot,
                                                     .strike = 100,
                                                     .rate = rate,
                                                     .yield = rate,
                                                     .years = period * u * u,
                                                     .volatility = 0.9})
                                     .price;
            }
            EXPECT_NEAR(value(terms, point(spot, 0.9, rate)), mean, 2e-5) << spot;
        }
    }
}

// The price solves sigma^2 S^2 / 2 * gamma + growth S delta - (decay + rate) V + decay * payoff =
// 0.
TEST(Everlasting, SolvesItsEquation) {
    Random random(31);
    for (u32 i = 0; i < 2'000; ++i) {
        const double spot = random.between(50, 200);
        const double decay = random.spread(0, 6);
        const double rate = decay * random.between(-0.2, 0.2);
        const double growth = decay * random.between(-0.2, 0.2);
        const double sigma = random.spread(-2, 1);
        const double strike = 100;
        const kernel::EverlastingIn in{&spot, &strike, &sigma, &decay, &rate, &growth};
        for (const Right right : {Right::call, Right::put}) {
            double v = 0;
            double delta = 0;
            double gamma = 0;
            double vega = 0;
            const kernel::EverlastingOut out{&v, &delta, &gamma, &vega};
            const double sign = right == Right::call ? 1 : -1;
            const auto rest = [&](double payoff) {
                return 0.5 * sigma * sigma * spot * spot * gamma + growth * spot * delta -
                       (decay + rate) * v + decay * payoff;
            };
            kernel::kernels().of(right).everlasting(in, out, 1);
            EXPECT_NEAR(rest(std::max(sign * (spot - strike), 0.0)) / decay, 0, 1e-11);
            EXPECT_GE(v, 0);
            kernel::kernels().of(right).everlasting_binary(in, out, 1);
            EXPECT_NEAR(rest(sign * (spot - strike) >= 0 ? 1 : 0) / decay, 0, 1e-12);
        }
    }
}

TEST(Everlasting, IsSmoothAtTheStrike) {
    const Everlasting terms{Right::call, dollars(100), week, Style::futures};
    const Greeks under = everlasting_greeks(terms, point(99.99999999, 1));
    const Greeks over = everlasting_greeks(terms, point(100, 1));
    EXPECT_NEAR(static_cast<double>((over.value - under.value).units()), 0, 2);
    EXPECT_NEAR(static_cast<double>((over.delta - under.delta).units()), 0, 1e4);
    EXPECT_NEAR(static_cast<double>((over.gamma - under.gamma).units()), 0, 1e4);
}

// A binary is what a call loses as its strike rises.
TEST(Everlasting, BinaryIsTheSlopeInTheStrike) {
    for (const double spot : {90.0, 99.0, 101.0, 130.0}) {
        const Point at = point(spot, 0.8);
        const auto call = [&](double strike) {
            return value({Right::call, dollars(strike), week, Style::futures}, at);
        };
        const double slope = (call(99.99) - call(100.01)) / 0.02;
        EXPECT_NEAR(binary({Right::call, dollars(100), week, Style::futures}, at), slope, 1e-4);
        EXPECT_NEAR(binary({Right::call, dollars(100), week, Style::futures}, at) +
                        binary({Right::put, dollars(100), week, Style::futures}, at),
                    1, 1e-12);
    }
}

TEST(Everlasting, WithoutVolatilityOrPeriodItIsThePayoff) {
    for (const double spot : {90.0, 100.0, 110.0}) {
        const Everlasting now{Right::call, dollars(100), 0, Style::premium};
        const Everlasting terms{Right::call, dollars(100), week, Style::futures};
        const double payoff = std::max(spot - 100, 0.0);
        EXPECT_EQ(value(now, point(spot, 2)), payoff);
        EXPECT_NEAR(value(terms, point(spot, 0)), payoff, 2e-8);
        EXPECT_EQ(binary(now, point(spot, 2)), spot >= 100 ? 1.0 : 0.0);
    }
}

// The premium style discounts: S - K / (1 + r T) far in the money (Paradex's formula).
TEST(Everlasting, PremiumStyleDiscountsTheStrike) {
    const Everlasting terms{Right::call, dollars(1), week, Style::premium};
    Point at = point(1'000, 0.1, 0.5);
    const double share = 1 / (1 + 0.5 * 7 / 365);
    EXPECT_NEAR(value(terms, at), 1'000 * share - share, 1e-6);  // No carry: the spot as well.
    at.forward = dollars(1'000 * std::exp(0.5 * 7 / 365));       // Carry r: only the strike.
    EXPECT_NEAR(value(terms, at), 1'000 - share, 1e-6);
}

TEST(Everlasting, ThetaIsTheFundingPaid) {
    const Everlasting terms{Right::put, dollars(50'000), week, Style::futures};
    const Greeks greeks = everlasting_greeks(terms, point(60'000, 1));
    EXPECT_NEAR(static_cast<double>(greeks.theta.units()) / 1e8, -21'653.22582564225, 1e-6);
}

}  // namespace
}  // namespace ballast::pricing
