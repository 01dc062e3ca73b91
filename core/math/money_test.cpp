#include <ballast/math/money.hpp>

#include <gtest/gtest.h>

#include <random>

namespace ballast::math {
namespace {

constexpr Amount whole(i128 count) {
    return Amount::units(count * amount_one);
}

TEST(money, worth_of_an_amount) {
    struct Case {
        i128 amount;
        i64 price;
        i128 down, up;
    };
    const Case cases[]{
        {100'000'000, 200'000'000'000, 200'000'000'000, 200'000'000'000},  // 1 at 2000.
        {1, 50'000'000, 0, 1},                                             // 10^-8 at a half.
        {-3, 50'000'000, -2, -1},
        {3, -50'000'000, -2, -1},
        {-3, -50'000'000, 1, 2},
        {0, 7, 0, 0},
    };
    for (const Case& one : cases) {
        EXPECT_TRUE(
            worth(Amount::units(one.amount), Price::units(one.price), Round::down).units() ==
            one.down);
        EXPECT_TRUE(worth(Amount::units(one.amount), Price::units(one.price), Round::up).units() ==
                    one.up);
    }
}

TEST(money, worth_never_saturates_inside_the_limits) {
    // 10^26 units * 4 * 10^18 / 10^8.
    constexpr i128 most = i128{4'000'000'000'000'000'000} * 1'000'000'000'000'000'000;
    static_assert(worth(limits::supply_max, limits::price_max, Round::up).units() == most);
    static_assert(worth(-limits::supply_max, limits::price_max, Round::up).units() == -most);
    static_assert(most < money_max);
    EXPECT_TRUE(worth(Amount::units(i128_max), limits::price_max, Round::down).units() ==
                money_max);
    EXPECT_TRUE(worth(Amount::units(i128_min), limits::price_max, Round::down).units() ==
                -money_max);
}

TEST(money, amount_worth_undoes_worth_against_the_caller) {
    EXPECT_EQ(
        amount_worth(Cash::units(200'000'000'000), Price::units(200'000'000'000), Round::down),
        whole(1));
    EXPECT_EQ(amount_worth(Cash::units(1), Price::units(300'000'000), Round::down).units(), 0);
    EXPECT_EQ(amount_worth(Cash::units(1), Price::units(300'000'000), Round::up).units(), 1);
    EXPECT_TRUE(amount_worth(Cash::units(-1), Price::units(300'000'000), Round::down).units() ==
                -1);
    EXPECT_TRUE(amount_worth(Cash::units(i128_max), Price::units(1), Round::down).units() ==
                money_max);
    EXPECT_DEATH(static_cast<void>(amount_worth(Cash::units(1), Price::units(0), Round::down)), "");
    std::mt19937_64 engine(3);
    for (int i = 0; i < 20'000; ++i) {
        const Amount amount = Amount::units(i128{engine() >> (2 + engine() % 60)});
        const Price price = Price::units(
            static_cast<i64>(1 + (engine() >> (2 + engine() % 60)) % 4'000'000'000'000'000'000));
        EXPECT_LE(amount_worth(worth(amount, price, Round::down), price, Round::down), amount);
        EXPECT_GE(amount_worth(worth(amount, price, Round::up), price, Round::up), amount);
    }
}

TEST(money, portions) {
    const Ratio third = Ratio::units(333'333'333);
    EXPECT_TRUE(portion(Amount::units(10), third, Round::down).units() == 3);
    EXPECT_TRUE(portion(Amount::units(10), third, Round::up).units() == 4);
    EXPECT_TRUE(portion(Cash::units(-10), third, Round::down).units() == -4);
    EXPECT_TRUE(portion(Cash::units(-10), third, Round::up).units() == -3);
    EXPECT_EQ(portion(Price::units(200), Ratio::units(1'500'000'000), Round::down),
              Price::units(300));
    EXPECT_EQ(portion(limits::price_max, Ratio::units(2 * ratio_one), Round::down),
              limits::price_max);
    EXPECT_EQ(portion(-limits::price_max, Ratio::units(2 * ratio_one), Round::down),
              -limits::price_max);
    EXPECT_TRUE(portion(limits::supply_max, limits::ratio_max, Round::up).units() ==
                limits::supply_max.units() * 1000);
    EXPECT_TRUE(portion(Cash::units(money_max), limits::ratio_max, Round::down).units() ==
                money_max);
}

TEST(money, ratios_saturate) {
    EXPECT_EQ(ratio_of(3, 2, Round::down).units(), 1'500'000'000);
    EXPECT_EQ(ratio_of(1, 3, Round::down).units(), 333'333'333);
    EXPECT_EQ(ratio_of(1, 3, Round::up).units(), 333'333'334);
    EXPECT_EQ(ratio_of(-1, 3, Round::down).units(), -333'333'334);
    EXPECT_EQ(ratio_of(1001, 1, Round::down), limits::ratio_max);
    EXPECT_EQ(ratio_of(i128_max, 1, Round::down), limits::ratio_max);
    EXPECT_EQ(ratio_of(i128_min, 1, Round::down), -limits::ratio_max);
    EXPECT_EQ(ratio_of(0, 0, Round::down), limits::ratio_max);
    EXPECT_EQ(ratio_of(i128_max, i128_max, Round::up).units(), ratio_one);
    EXPECT_DEATH(static_cast<void>(ratio_of(1, -1, Round::down)), "");
}

TEST(money, growing_and_shrinking) {
    const Ray index = Ray::units(ray_one + ray_one / 20);  // 1.05.
    EXPECT_TRUE(grow(Amount::units(100), index, Round::down)->units() == 105);
    EXPECT_TRUE(grow(Amount::units(101), index, Round::down)->units() == 106);
    EXPECT_TRUE(grow(Amount::units(101), index, Round::up)->units() == 107);
    EXPECT_TRUE(grow(Amount::units(-101), index, Round::down)->units() == -107);
    EXPECT_TRUE(shrink(Amount::units(105), index, Round::up)->units() == 100);
    EXPECT_TRUE(shrink(Amount::units(106), index, Round::down)->units() == 100);
    EXPECT_TRUE(shrink(Amount::units(106), index, Round::up)->units() == 101);
    EXPECT_TRUE(grow(Amount::units(1), Ray::units(1), Round::up)->units() == 1);
    EXPECT_TRUE(grow(Amount::units(1), Ray::units(u128{1} << 27), Round::up)->units() == 1);
    EXPECT_EQ(grow(Amount::units(i128_max), Ray::units(2 * ray_one), Round::down).error(),
              Reject::overflow);
    EXPECT_EQ(shrink(Amount::units(i128_max), Ray::units(1), Round::down).error(),
              Reject::overflow);
    EXPECT_TRUE(grow(Amount::units(i128_min), Ray::units(ray_one), Round::down)->units() ==
                i128_min);
    // The largest supply at the largest index.
    EXPECT_TRUE(grow(limits::supply_max, limits::index_max, Round::down)->units() ==
                limits::supply_max.units() * 1'000'000'000);
    EXPECT_DEATH(static_cast<void>(shrink(Amount::units(1), Ray::units(0), Round::down)), "");
}

// The conversions divide by prepared inverses; mul_div over U256 divides by Knuth's algorithm.
TEST(money, fast_divisions_equal_the_long_one) {
    std::mt19937_64 engine(11);
    const auto bits = [&engine](u32 most) {
        return static_cast<i128>(join(engine(), engine()) >> (128 - most + engine() % most));
    };
    const auto slow = [](i128 a, u128 b, u128 c, Round round) {
        const auto size =
            mul_div(U256(magnitude(a)), U256(b), U256(c), round_of_magnitude(a < 0, round));
        return *with_sign(size->to_u128(), a < 0);
    };
    for (int i = 0; i < 50'000; ++i) {
        const i128 x = engine() % 2 == 0 ? bits(86) : -bits(86);
        const i64 price = static_cast<i64>(bits(61));
        const i64 ratio = static_cast<i64>(bits(39));
        const u128 ray = static_cast<u128>(bits(119));
        for (const Round round : {Round::down, Round::up}) {
            const Amount amount = Amount::units(x);
            ASSERT_TRUE(worth(amount, Price::units(price), round).units() ==
                        slow(x, static_cast<u128>(price), u128{amount_one}, round));
            ASSERT_TRUE(portion(amount, Ratio::units(ratio), round).units() ==
                        slow(x, static_cast<u128>(ratio), u128{ratio_one}, round));
            ASSERT_TRUE(grow(amount, Ray::units(ray), round)->units() ==
                        slow(x, ray, ray_one, round));
        }
    }
}

TEST(money, a_ratio_as_a_ray) {
    EXPECT_TRUE(ray_of(Ratio::units(ratio_one)).units() == ray_one);
    EXPECT_TRUE(ray_of(Ratio::units(1)).units() == ray_one / u128{ratio_one});
    EXPECT_TRUE(ray_of(limits::ratio_max).units() == 1000 * ray_one);
    EXPECT_DEATH(static_cast<void>(ray_of(Ratio::units(-1))), "");
}

}  // namespace
}  // namespace ballast::math
