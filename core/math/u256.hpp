/// Unsigned integers of 256 bits, for products and compounding factors that 128 bits cannot hold.
#pragma once

#include <ballast/base/assert.hpp>
#include <ballast/base/result.hpp>
#include <ballast/math/limbs.hpp>

#include <compare>
#include <string>
#include <string_view>

namespace ballast::math {

/// Four limbs, the least significant first.  `+`, `-`, `*` are for values whose bounds are known:
/// they assert that the result fits.  Where it may not fit, `add`, `sub` and `mul` answer with
/// Reject::overflow.
struct U256 {
    Limbs<4> limbs{};

    constexpr U256() = default;
    // Every unsigned number is one of these, so the conversion is meant to be silent.
    constexpr U256(u128 value)  // NOLINT(google-explicit-constructor)
        : limbs{low_limb(value), high_limb(value), 0, 0} {}
    constexpr explicit U256(const Limbs<4>& from) : limbs(from) {}
    /// 2^256 - 1.
    [[nodiscard]] static constexpr U256 max() {
        return U256(Limbs<4>{~u64{0}, ~u64{0}, ~u64{0}, ~u64{0}});
    }

    [[nodiscard]] constexpr bool zero() const {
        return (limbs[0] | limbs[1] | limbs[2] | limbs[3]) == 0;
    }
    [[nodiscard]] constexpr bool odd() const { return (limbs[0] & 1) != 0; }
    [[nodiscard]] constexpr bool fits_u128() const { return (limbs[2] | limbs[3]) == 0; }
    /// The value, which must fit.
    [[nodiscard]] constexpr u128 to_u128() const {
        BALLAST_ASSERT(fits_u128());
        return join(limbs[1], limbs[0]);
    }
    /// Position of the highest bit plus one; 0 for zero.
    [[nodiscard]] constexpr u32 bit_width() const {
        const std::size_t count = significant(limbs);
        if (count == 0) return 0;
        return static_cast<u32>(count * 64) - static_cast<u32>(std::countl_zero(limbs[count - 1]));
    }

    friend constexpr bool operator==(const U256&, const U256&) = default;
    friend constexpr std::strong_ordering operator<=>(const U256& a, const U256& b) {
        for (std::size_t i = 4; i-- > 1;)
            if (a.limbs[i] != b.limbs[i]) return a.limbs[i] <=> b.limbs[i];
        return a.limbs[0] <=> b.limbs[0];
    }

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.limbs);
    }
};

/// A result and whether it left the 256 bits, in which case `value` is what remains of it modulo
/// 2^256.
struct Wrapped {
    U256 value;
    bool overflow = false;
};

[[nodiscard]] constexpr Wrapped wrapping_add(const U256& a, const U256& b) {
    Wrapped sum;
    u64 carry = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const u128 limb = u128{a.limbs[i]} + b.limbs[i] + carry;
        sum.value.limbs[i] = low_limb(limb);
        carry = high_limb(limb);
    }
    sum.overflow = carry != 0;
    return sum;
}

[[nodiscard]] constexpr Wrapped wrapping_sub(const U256& a, const U256& b) {
    Wrapped difference;
    u64 borrow = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const u128 limb = u128{a.limbs[i]} - b.limbs[i] - borrow;
        difference.value.limbs[i] = low_limb(limb);
        borrow = high_limb(limb) != 0 ? 1 : 0;
    }
    difference.overflow = borrow != 0;
    return difference;
}

[[nodiscard]] constexpr Wrapped wrapping_mul(const U256& a, const U256& b) {
    if (a.fits_u128() && b.fits_u128())
        return {U256(multiply(resized<2>(a.limbs), resized<2>(b.limbs))), false};
    const Limbs<8> product = multiply(a.limbs, b.limbs);
    return {U256(resized<4>(product)), significant(product) > 4};
}

/// a + b, or Reject::overflow.
[[nodiscard]] constexpr Result<U256> add(const U256& a, const U256& b) {
    const Wrapped sum = wrapping_add(a, b);
    if (sum.overflow) return no(Reject::overflow);
    return sum.value;
}

/// a - b, or Reject::overflow where that is negative.
[[nodiscard]] constexpr Result<U256> sub(const U256& a, const U256& b) {
    const Wrapped difference = wrapping_sub(a, b);
    if (difference.overflow) return no(Reject::overflow);
    return difference.value;
}

/// a * b, or Reject::overflow.
[[nodiscard]] constexpr Result<U256> mul(const U256& a, const U256& b) {
    const Wrapped product = wrapping_mul(a, b);
    if (product.overflow) return no(Reject::overflow);
    return product.value;
}

[[nodiscard]] constexpr U256 operator+(const U256& a, const U256& b) {
    const Wrapped sum = wrapping_add(a, b);
    BALLAST_ASSERT(!sum.overflow);
    return sum.value;
}

[[nodiscard]] constexpr U256 operator-(const U256& a, const U256& b) {
    const Wrapped difference = wrapping_sub(a, b);
    BALLAST_ASSERT(!difference.overflow);
    return difference.value;
}

[[nodiscard]] constexpr U256 operator*(const U256& a, const U256& b) {
    const Wrapped product = wrapping_mul(a, b);
    BALLAST_ASSERT(!product.overflow);
    return product.value;
}

/// Rounds down.  `b` is not zero.
[[nodiscard]] constexpr U256 operator/(const U256& a, const U256& b) {
    BALLAST_ASSERT(!b.zero());
    if (a.fits_u128() && b.fits_u128()) return U256(a.to_u128() / b.to_u128());
    return U256(divide_limbs(a.limbs, b.limbs).quotient);
}

/// What a / b leaves over.  `b` is not zero.
[[nodiscard]] constexpr U256 operator%(const U256& a, const U256& b) {
    BALLAST_ASSERT(!b.zero());
    if (a.fits_u128() && b.fits_u128()) return U256(a.to_u128() % b.to_u128());
    return U256(divide_limbs(a.limbs, b.limbs).remainder);
}

/// Bits that leave the top are dropped.
[[nodiscard]] constexpr U256 operator<<(const U256& a, u32 bits) {
    U256 result;
    for (std::size_t i = bits / 64; i < 4; ++i) result.limbs[i] = a.limbs[i - bits / 64];
    return U256(shifted_left(result.limbs, bits % 64));
}

/// Bits that leave the bottom are dropped.
[[nodiscard]] constexpr U256 operator>>(const U256& a, u32 bits) {
    U256 result;
    for (std::size_t i = bits / 64; i < 4; ++i) result.limbs[i - bits / 64] = a.limbs[i];
    return U256(shifted_right(result.limbs, bits % 64));
}

constexpr U256& operator+=(U256& a, const U256& b) {
    return a = a + b;
}
constexpr U256& operator-=(U256& a, const U256& b) {
    return a = a - b;
}

/// The number that `digits` writes in base ten.  Rejects an empty text and any character but a
/// digit (bad_encoding), and what exceeds 256 bits (overflow).
[[nodiscard]] Result<U256> from_decimal(std::string_view digits);

/// `value` in base ten, without leading zeros.
[[nodiscard]] std::string to_decimal(const U256& value);

}  // namespace ballast::math
