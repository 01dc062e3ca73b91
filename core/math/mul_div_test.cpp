#include <ballast/math/mul_div.hpp>

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace ballast::math {
namespace {

u128 parsed(std::string_view digits) {
    return from_decimal(digits)->to_u128();
}

TEST(divide, every_sign_and_rounding) {
    struct Case {
        i128 a, b, down, up;
    };
    const Case cases[]{
        {7, 2, 3, 4},
        {-7, 2, -4, -3},
        {6, 2, 3, 3},
        {-6, 2, -3, -3},
        {0, 5, 0, 0},
        {1, 5, 0, 1},
        {-1, 5, -1, 0},
        {i128_max, 1, i128_max, i128_max},
        {i128_min, 1, i128_min, i128_min},
        {i128_min, i128_max, -2, -1},
    };
    for (const Case& one : cases) {
        EXPECT_TRUE(divide(one.a, one.b, Round::down) == one.down);
        EXPECT_TRUE(divide(one.a, one.b, Round::up) == one.up);
    }
    EXPECT_TRUE(divide(u128_max, u128{2}, Round::up) == u128{1} << 127);
    EXPECT_TRUE(divide(u128_max, u128{2}, Round::down) == (u128{1} << 127) - 1);
    EXPECT_DEATH(static_cast<void>(divide(i128{1}, i128{0}, Round::down)), "");
    EXPECT_DEATH(static_cast<void>(divide(i128{1}, i128{-1}, Round::down)), "");
}

TEST(mul_div, known_answers) {
    // (10^27 + 1) * (10^27 - 1) / 10^27 = 10^27 - 10^-27.
    const u128 ray = ray_one;
    EXPECT_TRUE(*mul_div(ray + 1, ray - 1, ray, Round::down) == ray - 1);
    EXPECT_TRUE(*mul_div(ray + 1, ray - 1, ray, Round::up) == ray);
    // (2^128 - 1)^2 / (2^128 - 1).
    EXPECT_TRUE(*mul_div(u128_max, u128_max, u128_max, Round::up) == u128_max);
    // 3 * 10^38 * 7 / 11, the product of which needs 131 bits.
    EXPECT_TRUE(*mul_div(parsed("300000000000000000000000000000000000000"), u128{7}, u128{11},
                         Round::down) == parsed("190909090909090909090909090909090909090"));
    EXPECT_TRUE(*mul_div(parsed("300000000000000000000000000000000000000"), u128{7}, u128{11},
                         Round::up) == parsed("190909090909090909090909090909090909091"));
}

TEST(mul_div, what_does_not_fit_is_rejected) {
    EXPECT_EQ(mul_div(u128_max, u128{2}, u128{1}, Round::down).error(), Reject::overflow);
    EXPECT_EQ(mul_div(i128_min, i128{1}, i128{1}, Round::down), i128_min);
    EXPECT_EQ(mul_div(i128_min, i128{-1}, i128{1}, Round::down).error(), Reject::overflow);
    EXPECT_EQ(mul_div(i128_max, i128{2}, i128{1}, Round::down).error(), Reject::overflow);
    EXPECT_EQ(mul_div(U256::max(), U256(2), U256(1), Round::down).error(), Reject::overflow);
    EXPECT_EQ(mul_div(U256::max(), U256::max(), U256::max() - U256(1), Round::down).error(),
              Reject::overflow);
    EXPECT_DEATH(static_cast<void>(mul_div(i128{1}, i128{1}, i128{-1}, Round::down)), "");
    EXPECT_DEATH(static_cast<void>(mul_div(U256(1), U256(1), U256(), Round::down)), "");
}

// a * b = q * c + rest is checked in 512 bits for random q, c and rest < c.
TEST(mul_div, quotient_times_divisor_and_rest_is_the_product) {
    std::mt19937_64 engine(7);
    const auto number = [&engine] {
        const u32 width = static_cast<u32>(engine() % 257);
        const U256 value(Limbs<4>{engine(), engine(), engine(), engine()});
        return value >> (256 - width);
    };
    u32 fitting = 0;
    for (int i = 0; i < 50'000; ++i) {
        const U256 a = number();
        const U256 b = number();
        U256 c = number();
        if (c.zero()) c = U256(1);
        const auto down = mul_div(a, b, c, Round::down);
        const auto up = mul_div(a, b, c, Round::up);
        const Limbs<8> product = multiply(a.limbs, b.limbs);
        if (!down) {
            // Only when product >= c * 2^256.
            EXPECT_GE(U256(Limbs<4>{product[4], product[5], product[6], product[7]}), c);
            continue;
        }
        ++fitting;
        const Limbs<8> under = multiply(down->limbs, c.limbs);
        Limbs<8> rest{};
        u64 borrow = 0;
        for (std::size_t k = 0; k < 8; ++k) {
            const u128 limb = u128{product[k]} - under[k] - borrow;
            rest[k] = low_limb(limb);
            borrow = high_limb(limb) != 0 ? 1 : 0;
        }
        ASSERT_EQ(borrow, 0U);
        ASSERT_LE(significant(rest), 4U);
        ASSERT_LT(U256(resized<4>(rest)), c);
        if (*down == U256::max()) continue;
        ASSERT_EQ(*up, significant(rest) == 0 ? *down : *down + U256(1));
    }
    EXPECT_GT(fitting, 10'000U);
}

TEST(mul_div, narrow_and_wide_agree) {
    std::mt19937_64 engine(8);
    const auto number = [&engine] {
        return static_cast<i128>(join(engine(), engine())) >> (engine() % 128);
    };
    for (int i = 0; i < 50'000; ++i) {
        const i128 a = number();
        const i128 b = number();
        i128 c = number();
        if (c < 0) c = -(c + 1);
        if (c == 0) c = 1;
        for (const Round round : {Round::down, Round::up}) {
            const bool negative = (a < 0) != (b < 0);
            const auto wide =
                mul_div(U256(magnitude(a)), U256(magnitude(b)), U256(static_cast<u128>(c)),
                        round_of_magnitude(negative, round));
            const auto narrow = mul_div(a, b, c, round);
            const auto unsigned_narrow = mul_div(magnitude(a), magnitude(b), static_cast<u128>(c),
                                                 round_of_magnitude(negative, round));
            if (!wide || !wide->fits_u128()) {
                ASSERT_EQ(narrow.error(), Reject::overflow);
                ASSERT_EQ(unsigned_narrow.error(), Reject::overflow);
                continue;
            }
            ASSERT_TRUE(*unsigned_narrow == wide->to_u128());
            const auto expected = with_sign(wide->to_u128(), negative);
            ASSERT_EQ(narrow.has_value(), expected.has_value());
            if (expected) {
                ASSERT_TRUE(*narrow == *expected);
            }
        }
    }
}

// Runs of ones and zeros make the guessed digits too large in every way there is.
TEST(mul_div, division_in_registers_equals_the_long_one_at_the_edges) {
    std::mt19937_64 engine(9);
    const auto limb = [&engine] {
        constexpr std::array<u64, 6> edges{0,           1,      u64{1} << 63, (u64{1} << 63) - 1,
                                           ~u64{0} - 1, ~u64{0}};
        const u64 choice = engine() % 8;
        return choice < edges.size() ? edges[choice] : engine() >> (engine() % 64);
    };
    for (int i = 0; i < 200'000; ++i) {
        const Wide dividend{join(limb(), limb()), join(limb(), limb())};
        const u128 divisor = join(limb(), limb());
        if (dividend.high >= divisor) continue;
        const Limbs<4> limbs{low_limb(dividend.low), high_limb(dividend.low),
                             low_limb(dividend.high), high_limb(dividend.high)};
        const auto expected = divide_limbs(limbs, Limbs<2>{low_limb(divisor), high_limb(divisor)});
        const WideDivision found = divide_wide(dividend, divisor);
        ASSERT_TRUE(found.quotient == join(expected.quotient[1], expected.quotient[0]));
        ASSERT_EQ(found.exact, expected.exact);
    }
}

static_assert(*mul_div(i128{-7}, i128{3}, i128{2}, Round::down) == -11);
static_assert(*mul_div(i128{-7}, i128{3}, i128{2}, Round::up) == -10);

}  // namespace
}  // namespace ballast::math
