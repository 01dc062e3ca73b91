#include <ballast/base/codec.hpp>
#include <ballast/math/u256.hpp>

#include <gtest/gtest.h>

#include <random>

namespace ballast::math {
namespace {

U256 u256(std::string_view digits) {
    return *from_decimal(digits);
}

/// Numbers of every length, with long runs of ones and zeros, which is where carries and borrows go
/// wrong.
class Numbers {
public:
    U256 next() {
        Limbs<4> limbs{};
        const u64 count = engine_() % 5;
        for (std::size_t i = 0; i < count; ++i) limbs[i] = limb();
        return U256(limbs);
    }
    u64 limb() {
        constexpr std::array<u64, 6> edges{0, 1, 2, u64{1} << 63, ~u64{0} - 1, ~u64{0}};
        const u64 choice = engine_() % 12;
        if (choice < edges.size()) return edges[choice];
        return choice < 9 ? engine_() : engine_() >> (engine_() % 64);
    }

private:
    std::mt19937_64 engine_{20200312};
};

/// Division one bit at a time.
struct SlowDivision {
    U256 quotient;
    U256 remainder;
};
SlowDivision divide_by_bits(const U256& a, const U256& b) {
    SlowDivision result;
    for (u32 bit = 256; bit-- > 0;) {
        const bool carried = (result.remainder >> 255).odd();
        result.remainder = result.remainder << 1;
        if ((a >> bit).odd()) result.remainder.limbs[0] |= 1;
        if (!carried && result.remainder < b) continue;
        result.remainder = wrapping_sub(result.remainder, b).value;
        result.quotient.limbs[bit / 64] |= u64{1} << (bit % 64);
    }
    return result;
}

TEST(u256, decimal_there_and_back) {
    // 2^256 - 1, 2^128 and 2^64 in base ten.
    EXPECT_EQ(to_decimal(U256::max()),
              "115792089237316195423570985008687907853269984665640564039457584007913129639935");
    EXPECT_EQ(to_decimal(U256(1) << 128), "340282366920938463463374607431768211456");
    EXPECT_EQ(u256("18446744073709551616"), U256(1) << 64);
    EXPECT_EQ(to_decimal(U256()), "0");
    Numbers numbers;
    for (int i = 0; i < 2000; ++i) {
        const U256 value = numbers.next();
        EXPECT_EQ(u256(to_decimal(value)), value);
    }
}

TEST(u256, decimal_refuses_what_is_no_number_or_too_large) {
    EXPECT_EQ(from_decimal("").error(), Reject::bad_encoding);
    EXPECT_EQ(from_decimal("12 ").error(), Reject::bad_encoding);
    EXPECT_EQ(from_decimal("-1").error(), Reject::bad_encoding);
    EXPECT_EQ(from_decimal("1e5").error(), Reject::bad_encoding);
    EXPECT_EQ(from_decimal(
                  "115792089237316195423570985008687907853269984665640564039457584007913129639936")
                  .error(),
              Reject::overflow);
    EXPECT_EQ(from_decimal(std::string(90, '9')).error(), Reject::overflow);
}

TEST(u256, order_is_by_value) {
    EXPECT_LT(U256(~u128{0}), U256(1) << 128);
    EXPECT_GT(U256(1) << 192, (U256(1) << 192) - U256(1));
    EXPECT_LT(U256(5), U256(6));
    EXPECT_EQ(U256(7) <=> U256(7), std::strong_ordering::equal);
}

TEST(u256, sums_and_differences_undo_each_other) {
    Numbers numbers;
    for (int i = 0; i < 20'000; ++i) {
        const U256 a = numbers.next();
        const U256 b = numbers.next();
        const Wrapped sum = wrapping_add(a, b);
        const Wrapped back = wrapping_sub(sum.value, b);
        EXPECT_EQ(back.value, a);
        EXPECT_EQ(sum.overflow, back.overflow);
        EXPECT_EQ(sum.overflow, sum.value < a);
    }
}

TEST(u256, what_leaves_256_bits_is_rejected) {
    EXPECT_EQ(add(U256::max(), U256(1)).error(), Reject::overflow);
    EXPECT_EQ(sub(U256(1), U256(2)).error(), Reject::overflow);
    EXPECT_EQ(mul(U256(1) << 128, U256(1) << 128).error(), Reject::overflow);
    EXPECT_EQ(mul((U256(1) << 128) - U256(1), U256(1) << 128),
              U256::max() - ((U256(1) << 128) - U256(1)));
    EXPECT_DEATH(static_cast<void>(U256::max() + U256(1)), "");
    EXPECT_DEATH(static_cast<void>(U256(1) - U256(2)), "");
    EXPECT_DEATH(static_cast<void>(U256::max() * U256(2)), "");
    EXPECT_DEATH(static_cast<void>(U256(1) / U256()), "");
    EXPECT_DEATH(static_cast<void>((U256(1) << 128).to_u128()), "");
}

TEST(u256, division_equals_division_by_bits) {
    Numbers numbers;
    for (int i = 0; i < 20'000; ++i) {
        const U256 a = numbers.next();
        U256 b = numbers.next();
        if (b.zero()) b = U256(3);
        const SlowDivision expected = divide_by_bits(a, b);
        ASSERT_EQ(a / b, expected.quotient) << to_decimal(a) << " / " << to_decimal(b);
        ASSERT_EQ(a % b, expected.remainder) << to_decimal(a) << " % " << to_decimal(b);
    }
}

// Dividends one under and at a multiple of the divisor make the guessed limb too large, which is
// the rare branch.
TEST(u256, division_is_right_at_the_edges_of_a_multiple) {
    Numbers numbers;
    for (int i = 0; i < 20'000; ++i) {
        const U256 divisor(Limbs<4>{numbers.limb(), numbers.limb() | 1, 0, 0});
        const U256 quotient(Limbs<4>{numbers.limb(), numbers.limb() | 1, 0, 0});
        const U256 product = divisor * quotient;
        ASSERT_EQ(product / divisor, quotient);
        ASSERT_TRUE((product % divisor).zero());
        ASSERT_EQ((product - U256(1)) / divisor, quotient - U256(1));
        ASSERT_EQ((product - U256(1)) % divisor, divisor - U256(1));
    }
}

TEST(u256, shifts_are_products_and_quotients_of_powers_of_two) {
    Numbers numbers;
    for (u32 bits = 0; bits < 256; ++bits) {
        const U256 power = U256(1) << bits;
        EXPECT_EQ(power.bit_width(), bits + 1);
        const U256 value = numbers.next();
        EXPECT_EQ(value << bits, wrapping_mul(value, power).value);
        EXPECT_EQ(value >> bits, value / power);
    }
    EXPECT_TRUE((U256::max() << 256).zero());
    EXPECT_TRUE((U256::max() >> 300).zero());
}

TEST(u256, is_encoded_as_32_bytes_little_endian) {
    const U256 value = u256("123456789012345678901234567890123456789012345678901234567890");
    const Bytes bytes = encode(value);
    ASSERT_EQ(bytes.size(), 32U);
    EXPECT_EQ(bytes[0], static_cast<u8>(value.limbs[0]));
    EXPECT_EQ(*decode<U256>(bytes), value);
}

static_assert((U256(1) << 200) / (U256(1) << 100) == U256(1) << 100);
static_assert(U256(u128{1} << 100) * U256(u128{1} << 100) % U256(7) == U256(4));

}  // namespace
}  // namespace ballast::math
