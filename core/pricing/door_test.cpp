#include <ballast/base/limits.hpp>
#include <ballast/pricing/pricing.hpp>
#include <ballast/pricing/sample_test.hpp>

#include <gtest/gtest.h>
#include <cmath>

namespace ballast::pricing {
namespace {

Price dollars(double x) {
    return Price::units(std::llround(x * 1e8));
}
Fine fine(double x) {
    return Fine::units(std::llround(x * 1e12));
}
Point point(double forward, double volatility, double rate, u64 seconds) {
    return {dollars(forward), dollars(forward), fine(volatility), fine(rate), seconds};
}
Price value(Right right, Price strike, const Point& at) {
    Price out;
    european(right, strike, {&at, 1}, {&out, 1});
    return out;
}
Price cash(Right right, Price strike, Price payout, const Point& at) {
    Price out;
    cash_binary(right, strike, payout, {&at, 1}, {&out, 1});
    return out;
}

// In units, by 64 bits of mantissa.
long double exact(Right right, Price strike, const Point& at) {
    const long double f = at.forward.units();
    const long double k = strike.units();
    const long double years = static_cast<long double>(at.seconds) / year_seconds;
    const long double s = at.volatility.units() * 1e-12L * std::sqrt(years);
    const long double discount = std::exp(-(at.rate.units() * 1e-12L) * years);
    const long double sign = right == Right::call ? 1 : -1;
    const auto normal = [](long double x) { return 0.5L * std::erfc(-x / std::sqrt(2.0L)); };
    if (s == 0) return discount * std::max(sign * (f - k), 0.0L);
    const long double d1 = std::log(f / k) / s + 0.5L * s;
    return discount * sign * (f * normal(sign * d1) - k * normal(sign * (d1 - s)));
}

Point random_point(Random& random) {
    const double forward = std::min(random.spread(-5, 24), 4e10);
    return {dollars(forward), dollars(forward * random.between(0.9, 1.1)),
            fine(random.below(20) == 0 ? 0 : random.spread(-5, 2)), fine(random.between(-0.1, 0.4)),
            random.below(20) == 0 ? 0 : static_cast<u64>(random.spread(0, 19))};
}

TEST(Door, ValueIsWithinItsError) {
    Random random(21);
    for (u32 i = 0; i < 20'000; ++i) {
        const Point at = random_point(random);
        const Right right = i % 2 == 0 ? Right::call : Right::put;
        const Price strike = Price::units(std::max<i64>(
            1, static_cast<i64>(static_cast<double>(at.forward.units()) * random.spread(-1, 0.3))));
        const Price got = value(right, strike, at);
        const double error = static_cast<double>(value_error(strike, at.forward).units());
        const double discount =
            std::max(1.0, std::exp(-static_cast<double>(at.rate.units()) * 1e-12 *
                                   static_cast<double>(at.seconds) / 31'536'000));
        EXPECT_NEAR(static_cast<double>(got.units() - exact(right, strike, at)), 0,
                    error * discount)
            << i;
    }
}

TEST(Door, WithoutTimeOrVolatilityItIsExactlyThePayoff) {
    Random random(22);
    for (u32 i = 0; i < 5'000; ++i) {
        Point at = random_point(random);
        at.forward = Price::units(static_cast<i64>(random.next() % 4'000'000'000'000'000'000));
        const Price strike =
            Price::units(static_cast<i64>(random.next() % 4'000'000'000'000'000'000));
        at.seconds = i % 2 == 0 ? 0 : at.seconds;
        at.volatility = i % 2 == 0 ? at.volatility : Fine{};
        at.rate = Fine{};
        const i64 gain = std::max<i64>(at.forward.units(), 1) - std::max<i64>(strike.units(), 1);
        EXPECT_EQ(value(Right::call, strike, at).units(), std::max<i64>(gain, 0));
        EXPECT_EQ(value(Right::put, strike, at).units(), std::max<i64>(-gain, 0));
        EXPECT_EQ(european_greeks(Right::put, strike, at).gamma, Fine{});
        EXPECT_EQ(european_greeks(Right::put, strike, at).vega, Price{});
        const Price payout = dollars(100);
        EXPECT_EQ(cash(Right::call, strike, payout, at), gain >= 0 ? payout : Price{});
        EXPECT_EQ(cash(Right::put, strike, payout, at), gain >= 0 ? Price{} : payout);
    }
}

// Values of many points are those of each.
TEST(Door, BatchesAreTheirParts) {
    Random random(23);
    const Price strike = dollars(50'000);
    for (const std::size_t count : {1u, 2u, 3u, 7u, 8u, 25u, 40u, 63u, 64u, 65u, 130u}) {
        std::vector<Point> points;
        for (std::size_t i = 0; i < count; ++i)
            points.push_back(point(random.between(30'000, 80'000), random.between(0, 2),
                                   random.between(0, 0.2), random.below(40'000'000)));
        std::vector<Price> out(count);
        std::vector<Price> binary(count);
        european(Right::put, strike, points, out);
        cash_binary(Right::put, strike, dollars(7), points, binary);
        for (std::size_t i = 0; i < count; ++i) {
            EXPECT_EQ(out[i], value(Right::put, strike, points[i]));
            EXPECT_EQ(out[i], european_greeks(Right::put, strike, points[i]).value);
            EXPECT_EQ(binary[i], cash(Right::put, strike, dollars(7), points[i]));
        }
    }
}

// Any integers may come in; what comes out is bounded.
TEST(Door, NothingBreaksIt) {
    Random random(24);
    const auto any = [&] { return static_cast<i64>(random.next() >> random.below(64)); };
    const auto sign = [&](i64 x) { return random.below(4) == 0 ? -x - 1 : x; };
    constexpr i64 most = 4'000'000'000'000'000'000;
    for (u32 i = 0; i < 20'000; ++i) {
        const Point at{Price::units(sign(any())), Price::units(sign(any())),
                       Fine::units(sign(any())), Fine::units(sign(any())), random.next()};
        const Price strike = Price::units(sign(any()));
        const Right right = i % 2 == 0 ? Right::call : Right::put;
        const Everlasting terms{right, strike, random.next() >> random.below(64),
                                i % 4 < 2 ? Style::premium : Style::futures};
        const Price payout = Price::units(sign(any()));
        for (const Greeks& greeks :
             {european_greeks(right, strike, at), cash_binary_greeks(right, strike, payout, at),
              asset_binary_greeks(right, strike, at), everlasting_greeks(terms, at),
              everlasting_binary_greeks(terms, payout, at)}) {
            for (const i64 units :
                 {greeks.value.units(), greeks.delta.units(), greeks.gamma.units(),
                  greeks.vega.units(), greeks.theta.units()})
                EXPECT_LE(std::abs(units), most) << i;
        }
        EXPECT_GE(value(right, strike, at), Price{});
        const auto implied = implied_volatility(right, strike, payout, at);
        EXPECT_LE(implied.value_or(Fine{}).units(), 1000 * fine_one);
    }
}

// Deribit's kind of option, to 25 digits by mpmath: BTC 60 000, 30 days, 65 %, strike 80 000.
TEST(Door, KnownOption) {
    const Point at = point(60'000, 0.65, 0, 30 * 86'400);
    EXPECT_EQ(value(Right::call, dollars(80'000), at).units(), 34'109'494'780);
    const Greeks greeks = european_greeks(Right::call, dollars(80'000), at);
    EXPECT_EQ(greeks.delta.units(), 73'444'966'835);
}

// In spot: the forward moves in proportion.
TEST(Door, DeltaIsOfSpot) {
    Point at = point(110, 0.5, 0.05, 86'400 * 90);
    at.spot = dollars(100);
    const auto moved = [&](double share) {
        Point to = at;
        to.forward = dollars(110 * share);
        return static_cast<double>(value(Right::call, dollars(105), to).units());
    };
    const Greeks greeks = european_greeks(Right::call, dollars(105), at);
    const double delta = (moved(1.0001) - moved(0.9999)) / 0.02 / 1e8;
    EXPECT_NEAR(static_cast<double>(greeks.delta.units()) * 1e-12, delta, 1e-6);
    const double gamma = (moved(1.01) - 2 * moved(1) + moved(0.99)) / 1e8;
    EXPECT_NEAR(static_cast<double>(greeks.gamma.units()) * 1e-12, gamma, 1e-4);
}

TEST(Binaries, CallAndPutPayAlways) {
    Random random(25);
    for (u32 i = 0; i < 3'000; ++i) {
        const Point at =
            point(random.between(50, 200), random.spread(-3, 1), 0, random.below(30'000'000));
        const i64 both = cash(Right::call, dollars(100), dollars(10), at).units() +
                         cash(Right::put, dollars(100), dollars(10), at).units();
        EXPECT_GE(both, dollars(10).units() - 2);
        EXPECT_LE(both, dollars(10).units());
        Price call;
        Price put;
        asset_binary(Right::call, dollars(100), {&at, 1}, {&call, 1});
        asset_binary(Right::put, dollars(100), {&at, 1}, {&put, 1});
        EXPECT_LE(std::abs(call.units() + put.units() - at.forward.units()), 2);
        // A call is the underlying on exercise for the strike on exercise.
        const i64 strike = cash(Right::call, dollars(100), dollars(100), at).units();
        EXPECT_NEAR(static_cast<double>(call.units() - strike),
                    static_cast<double>(value(Right::call, dollars(100), at).units()), 3);
    }
}

TEST(Implied, ComesBackThroughTheDoor) {
    Random random(26);
    for (u32 i = 0; i < 5'000; ++i) {
        const Point at = point(60'000, random.between(0.05, 3), random.between(-0.05, 0.2),
                               3'600 + random.below(60'000'000));
        const Price strike = dollars(random.between(30'000, 120'000));
        const Right right = i % 2 == 0 ? Right::call : Right::put;
        const Greeks greeks = european_greeks(right, strike, at);
        const auto implied = implied_volatility(right, strike, greeks.value, at);
        if (greeks.vega.units() < 1'000'000) continue;  // The value says too little.
        ASSERT_TRUE(implied);
        const double error = static_cast<double>(implied->units() - at.volatility.units());
        const double known = 4e12 / static_cast<double>(greeks.vega.units());
        EXPECT_NEAR(error, 0, 2 + known) << i;
    }
}

TEST(Implied, RejectsWhatNoVolatilityExplains) {
    const Price strike = dollars(100);
    const Point now = point(120, 0, 0, 0);
    const Point later = point(120, 0, 0, 86'400);
    EXPECT_EQ(implied_volatility(Right::call, strike, dollars(20), now).error(),
              Reject::implied_expired);
    EXPECT_EQ(implied_volatility(Right::call, strike, dollars(19.99999999), later).error(),
              Reject::implied_under_intrinsic);
    EXPECT_EQ(implied_volatility(Right::call, strike, dollars(20), later), Fine{});
    EXPECT_EQ(implied_volatility(Right::put, strike, dollars(-0.00000001), later).error(),
              Reject::implied_under_intrinsic);
    EXPECT_EQ(implied_volatility(Right::call, strike, dollars(120), later).error(),
              Reject::implied_over_bound);
    EXPECT_EQ(implied_volatility(Right::put, strike, dollars(100), later).error(),
              Reject::implied_over_bound);
    EXPECT_TRUE(implied_volatility(Right::put, strike, dollars(90), later));
    EXPECT_EQ(implied_volatility(Right::put, strike, dollars(90), point(120, 0, 0, 1)).error(),
              Reject::implied_over_bound);  // Over 1000 a year.
}

}  // namespace
}  // namespace ballast::pricing
