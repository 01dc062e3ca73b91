#include <ballast/auctions/curve.hpp>

#include <gtest/gtest.h>

namespace ballast::auctions {
namespace {

using math::U256;

constexpr U256 ray(ray_one);

Ray ray_of(u64 billionths) {
    return Ray::units(u128{billionths} * 1'000'000'000'000'000'000);
}

Curve linear(u64 seconds) {
    Curve curve;
    curve.kind = CurveKind::linear;
    curve.duration_seconds = seconds;
    return curve;
}

Curve stepped(u64 step, Ray cut) {
    Curve curve;
    curve.kind = CurveKind::stepped;
    curve.step_seconds = step;
    curve.cut = cut;
    return curve;
}

Curve continuous(Ray cut) {
    Curve curve;
    curve.kind = CurveKind::continuous;
    curve.cut = cut;
    return curve;
}

U256 price(const Curve& curve, const U256& top, u64 elapsed) {
    const auto result = price_after(curve, top, elapsed);
    EXPECT_TRUE(result);
    return result.value_or(U256::max());
}

U256 decimal(std::string_view digits) {
    return *math::from_decimal(digits);
}

// makerdao/dss src/test/abaci.t.sol: tau 3600 s, top 1000.
TEST(Curve, LinearIsMakers) {
    struct Case {
        u64 elapsed;
        u64 price;
    };
    for (const Case& c : {Case{0, 1000},
                          {360, 900},
                          {720, 800},
                          {1080, 700},
                          {2520, 300},
                          {2880, 200},
                          {3240, 100},
                          {3600, 0},
                          {4000, 0}}) {
        EXPECT_EQ(price(linear(3600), U256(1000) * ray, c.elapsed), U256(c.price) * ray)
            << c.elapsed;
    }
}

// makerdao/dss src/test/abaci.t.sol: half of the price is left after every 900 s, to 0.001.
TEST(Curve, ContinuousIsMakers) {
    const Curve curve = continuous(Ray::units(u128{999'230'132'966'000} * 1'000'000'000'000));
    for (u64 halvings = 0; halvings <= 4; ++halvings) {
        const U256 expected = U256(4000) * ray / U256(u64{1} << halvings);
        const U256 got = price(curve, U256(4000) * ray, 900 * halvings);
        const U256 distance = got > expected ? got - expected : expected - got;
        EXPECT_LE(distance, ray / U256(1000)) << halvings;
    }
}

// makerdao/dss src/test/clip.t.sol: 5 * 0.99^100, to the last of its 27 decimals.
TEST(Curve, SteppedIsMakers) {
    const Curve curve = stepped(1, ray_of(990'000'000));
    EXPECT_EQ(price(curve, U256(5) * ray, 100), decimal("1830161706366147524653080130"));
    EXPECT_EQ(price(curve, U256(5) * ray, 0), U256(5) * ray);
    EXPECT_EQ(price(curve, U256(5) * ray, 1), decimal("4950000000000000000000000000"));
}

TEST(Curve, StepsFallAtTheirSecond) {
    const Curve curve = stepped(90, ray_of(990'000'000));
    EXPECT_EQ(price(curve, ray, 89), ray);
    EXPECT_EQ(price(curve, ray, 90), U256(ray_of(990'000'000).units()));
    EXPECT_EQ(price(curve, ray, 179), U256(ray_of(990'000'000).units()));
    EXPECT_EQ(price(curve, ray, 180), U256(ray_of(980'100'000).units()));
}

TEST(Curve, InPlaceHasNoClock) {
    Curve curve;
    curve.kind = CurveKind::fixed_discount;
    EXPECT_EQ(price(curve, ray, 1'000'000), ray);
    EXPECT_TRUE(in_place(CurveKind::health_discount));
    EXPECT_FALSE(in_place(CurveKind::continuous));
}

TEST(Curve, NeverRises) {
    const U256 top = decimal("345169244904770939133249025949104");
    for (const Curve& curve : {linear(5200), linear(7), stepped(30, ray_of(997'000'000)),
                               stepped(1, ray_of(500'000'000)), continuous(ray_of(999'900'000)),
                               continuous(Ray::units(ray_one))}) {
        U256 before = top;
        for (u64 elapsed = 0; elapsed < 6000; elapsed += 7) {
            const U256 now = price(curve, top, elapsed);
            ASSERT_LE(now, before) << elapsed;
            before = now;
        }
    }
}

TEST(Curve, RejectsWhatDoesNotFit) {
    const auto result = price_after(continuous(ray_of(999'000'000)), U256::max(), 10);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error(), Reject::overflow);
}

TEST(Curve, RestartWhenTooLongOrTooLow) {
    struct Case {
        u64 elapsed;
        u64 price;
        bool restart;
    };
    // Tail 3600 s, top 1000, cusp 0.4.
    for (const Case& c : {Case{0, 1000, false},
                          {3600, 400, false},
                          {3601, 1000, true},
                          {10, 399, true},
                          {10, 400, false},
                          {10, 0, true}}) {
        EXPECT_EQ(needs_restart({c.elapsed, 3600, U256(c.price), U256(1000), ray_of(400'000'000)}),
                  c.restart)
            << c.elapsed << ' ' << c.price;
    }
    EXPECT_TRUE(needs_restart({0, 10, U256(), U256(1), Ray()})) << "a price of zero gives away";
}

}  // namespace
}  // namespace ballast::auctions
