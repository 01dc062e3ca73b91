/// Unsigned integers of any fixed length as little-endian arrays of 64-bit limbs: the long
/// multiplication and the long division under U256 and mul_div.  Division by a limb uses a
/// precomputed inverse (Möller and Granlund, "Improved division by invariant integers", 2011);
/// longer division is Knuth's algorithm D.  docs/methods/math.md, section 2.
#pragma once

#include <ballast/base/assert.hpp>
#include <ballast/base/integers.hpp>

#include <array>
#include <bit>
#include <initializer_list>

namespace ballast::math {

template <std::size_t N>
using Limbs = std::array<u64, N>;

[[nodiscard]] constexpr u64 low_limb(u128 value) {
    return static_cast<u64>(value);
}
[[nodiscard]] constexpr u64 high_limb(u128 value) {
    return static_cast<u64>(value >> 64);
}
[[nodiscard]] constexpr u128 join(u64 high, u64 low) {
    return u128{high} << 64 | low;
}

/// How many limbs are left when the leading zeros are dropped.
template <std::size_t N>
[[nodiscard]] constexpr std::size_t significant(const Limbs<N>& value) {
    std::size_t count = N;
    while (count > 0 && value[count - 1] == 0) --count;
    return count;
}

/// `value` continued with zeros, or cut, to M limbs.
template <std::size_t M, std::size_t N>
[[nodiscard]] constexpr Limbs<M> resized(const Limbs<N>& value) {
    Limbs<M> result{};
    for (std::size_t i = 0; i < (M < N ? M : N); ++i) result[i] = value[i];
    return result;
}

/// The whole product, which always fits.
template <std::size_t N, std::size_t M>
[[nodiscard]] constexpr Limbs<N + M> multiply(const Limbs<N>& a, const Limbs<M>& b) {
    Limbs<N + M> product{};
    for (std::size_t i = 0; i < N; ++i) {
        if (a[i] == 0) continue;
        u64 carry = 0;
        for (std::size_t j = 0; j < M; ++j) {
            const u128 sum = u128{a[i]} * b[j] + product[i + j] + carry;
            product[i + j] = low_limb(sum);
            carry = high_limb(sum);
        }
        product[i + M] = carry;
    }
    return product;
}

/// `value` times 2^bits, `bits` < 64; what leaves the top is dropped.
template <std::size_t N>
[[nodiscard]] constexpr Limbs<N> shifted_left(Limbs<N> value, u32 bits) {
    if (bits == 0) return value;
    for (std::size_t i = N - 1; i > 0; --i)
        value[i] = value[i] << bits | value[i - 1] >> (64 - bits);
    value[0] <<= bits;
    return value;
}

/// `value` over 2^bits, `bits` < 64; what leaves the bottom is dropped.
template <std::size_t N>
[[nodiscard]] constexpr Limbs<N> shifted_right(Limbs<N> value, u32 bits) {
    if (bits == 0) return value;
    for (std::size_t i = 0; i + 1 < N; ++i)
        value[i] = value[i] >> bits | value[i + 1] << (64 - bits);
    value[N - 1] >>= bits;
    return value;
}

/// One limb to divide by, prepared so that every division costs two multiplications.
class LimbDivisor {
public:
    struct Step {
        u64 quotient;
        u64 remainder;
    };

    /// `divisor` > 0.
    constexpr explicit LimbDivisor(u64 divisor)
        : shift_(static_cast<u32>(std::countl_zero(divisor))),
          divisor_(divisor << shift_),
          inverse_(low_limb(join(~divisor_, ~u64{0}) / divisor_)) {}

    [[nodiscard]] constexpr u32 shift() const { return shift_; }

    /// (high, low) over the divisor shifted left by shift(); `high` is less than that divisor.
    [[nodiscard]] constexpr Step step(u64 high, u64 low) const {
        const u128 estimate = u128{inverse_} * high + join(high, low);
        u64 quotient = high_limb(estimate) + 1;
        u64 remainder = low - quotient * divisor_;
        // Half of all guesses are one too many; a mask costs less than a branch that cannot be
        // foretold.
        const u64 over = u64{0} - static_cast<u64>(remainder > low_limb(estimate));
        quotient += over;
        remainder += over & divisor_;
        if (remainder >= divisor_) [[unlikely]] {
            ++quotient;
            remainder -= divisor_;
        }
        return {quotient, remainder};
    }

    /// Replaces `value` by its quotient, rounded down, and returns the remainder.
    template <std::size_t N>
    constexpr u64 divide(Limbs<N>& value) const {
        const u64 top = shift_ == 0 ? 0 : value[N - 1] >> (64 - shift_);
        const Limbs<N> dividend = shifted_left(value, shift_);
        u64 remainder = top;
        for (std::size_t i = N; i-- > 0;) {
            const Step next = step(remainder, dividend[i]);
            value[i] = next.quotient;
            remainder = next.remainder;
        }
        return remainder >> shift_;
    }

private:
    u32 shift_;
    u64 divisor_;  // Its top bit is set.
    u64 inverse_;  // (2^128 - 1) / divisor_ - 2^64, rounded down.
};

/// 256 bits in two halves.
struct Wide {
    u128 high;
    u128 low;
};

/// a * b.
[[nodiscard]] constexpr Wide multiply_wide(u128 a, u128 b) {
    const u128 low = u128{low_limb(a)} * low_limb(b);
    const u128 left = u128{high_limb(a)} * low_limb(b);
    const u128 right = u128{low_limb(a)} * high_limb(b);
    const u128 middle = u128{high_limb(low)} + low_limb(left) + low_limb(right);
    const u128 high =
        u128{high_limb(a)} * high_limb(b) + high_limb(left) + high_limb(right) + high_limb(middle);
    return {high, join(low_limb(middle), low_limb(low))};
}

struct WideDivision {
    u128 quotient;
    bool exact;  ///< Nothing was left over.
};

/// (high, low) over `divisor`, rounded down.  `high` < `divisor`, so that the quotient is 128 bits:
/// two digits of algorithm D that stay in registers.
[[nodiscard]] constexpr WideDivision divide_wide(Wide dividend, u128 divisor) {
    const u32 shift =
        static_cast<u32>(high_limb(divisor) != 0 ? std::countl_zero(high_limb(divisor))
                                                 : 64 + std::countl_zero(low_limb(divisor)));
    const u128 normal = divisor << shift;
    const LimbDivisor leading(high_limb(normal));
    u128 rest = dividend.high << shift;
    if (shift > 0) rest |= dividend.low >> (128 - shift);
    const u128 digits = dividend.low << shift;

    u128 quotient = 0;
    for (const u64 digit : {high_limb(digits), low_limb(digits)}) {
        u64 guess = ~u64{0};
        u128 left = u128{low_limb(rest)} + high_limb(normal);  // What that guess leaves of the
                                                               // upper two limbs.
        if (high_limb(rest) < high_limb(normal)) [[likely]] {
            const LimbDivisor::Step step = leading.step(high_limb(rest), low_limb(rest));
            guess = step.quotient;
            left = step.remainder;
        }
        const u128 product = u128{guess} * low_limb(normal);
        rest = left << 64 | digit;
        bool negative = high_limb(left) == 0 && rest < product;
        rest -= product;
        while (negative) {  // At most twice, Knuth's theorem B.
            --guess;
            rest += normal;
            negative = rest >= normal;  // It wraps when it stops being negative.
        }
        quotient = quotient << 64 | guess;
    }
    return {quotient, rest == 0};
}

template <std::size_t N>
struct Division {
    Limbs<N> quotient{};
    bool exact = true;  ///< Nothing was left over.
    Limbs<N> remainder{};
};

/// Subtracts quotient * divisor from the `length` + 1 limbs of `dividend` that start at `at`; adds
/// the divisor back, and lowers the quotient, where that was one too many.  Steps D4 to D6 of
/// Knuth's algorithm D.
template <std::size_t N, std::size_t M>
constexpr u64 subtract_multiple(Limbs<N>& dividend, std::size_t at, const Limbs<M>& divisor,
                                std::size_t length, u64 quotient) {
    u64 carry = 0;
    u64 borrow = 0;
    for (std::size_t i = 0; i < length; ++i) {
        const u128 product = u128{quotient} * divisor[i] + carry;
        carry = high_limb(product);
        const u128 difference = u128{dividend[at + i]} - low_limb(product) - borrow;
        dividend[at + i] = low_limb(difference);
        borrow = high_limb(difference) != 0 ? 1 : 0;
    }
    const u128 top = u128{dividend[at + length]} - carry - borrow;
    dividend[at + length] = low_limb(top);
    if (high_limb(top) == 0) return quotient;

    carry = 0;
    for (std::size_t i = 0; i < length; ++i) {
        const u128 sum = u128{dividend[at + i]} + divisor[i] + carry;
        dividend[at + i] = low_limb(sum);
        carry = high_limb(sum);
    }
    dividend[at + length] += carry;
    return quotient - 1;
}

/// Quotient, rounded down, and remainder of `dividend` over `divisor`, which is not zero.
template <std::size_t N, std::size_t M>
[[nodiscard]] constexpr Division<N> divide_limbs(const Limbs<N>& dividend,
                                                 const Limbs<M>& divisor) {
    const std::size_t length = significant(divisor);
    const std::size_t count = significant(dividend);
    BALLAST_ASSERT(length > 0);
    Division<N> result;
    if (count < length) {
        result.remainder = dividend;
        result.exact = count == 0;
        return result;
    }
    const LimbDivisor top(divisor[length - 1]);
    if (length == 1) {
        result.quotient = dividend;
        result.remainder[0] = top.divide(result.quotient);
        result.exact = result.remainder[0] == 0;
        return result;
    }

    const Limbs<M> normal = shifted_left(divisor, top.shift());
    Limbs<N + 1> rest = shifted_left(resized<N + 1>(dividend), top.shift());
    const LimbDivisor leading(normal[length - 1]);
    for (std::size_t i = count - length + 1; i-- > 0;) {
        const u64 high = rest[i + length];
        // With equal leading limbs the digit is 2^64 - 1 or one less: the divisor's is at least
        // 2^63.
        u64 guess = ~u64{0};
        if (high < normal[length - 1]) {
            const auto step = leading.step(high, rest[i + length - 1]);
            guess = step.quotient;
            // At most two too many, Knuth's theorem B; a look at the second limb leaves at most
            // one.
            if (u128{guess} * normal[length - 2] > join(step.remainder, rest[i + length - 2]))
                --guess;
        }
        result.quotient[i] = subtract_multiple(rest, i, normal, length, guess);
    }
    result.remainder = resized<N>(shifted_right(rest, top.shift()));
    result.exact = significant(result.remainder) == 0;
    return result;
}

}  // namespace ballast::math
