/// a * b / c with the whole product in between, rounded by name.  Nothing is lost before the
/// division.
#pragma once

#include <ballast/base/quantity.hpp>
#include <ballast/math/u256.hpp>

namespace ballast::math {

inline constexpr u128 u128_max = ~u128{0};
inline constexpr i128 i128_max = static_cast<i128>(u128_max >> 1);
inline constexpr i128 i128_min = -i128_max - 1;

/// The distance of `value` from zero.
[[nodiscard]] constexpr u128 magnitude(i128 value) {
    return value < 0 ? u128{0} - static_cast<u128>(value) : static_cast<u128>(value);
}

/// The rounding of a magnitude that gives `round` once the sign is put back.
[[nodiscard]] constexpr Round round_of_magnitude(bool negative, Round round) {
    if (!negative) return round;
    return round == Round::down ? Round::up : Round::down;
}

/// `size` with its sign back, or Reject::overflow.
[[nodiscard]] constexpr Result<i128> with_sign(u128 size, bool negative) {
    const u128 most = negative ? magnitude(i128_min) : static_cast<u128>(i128_max);
    if (size > most) return no(Reject::overflow);
    return static_cast<i128>(negative ? u128{0} - size : size);
}

/// a / b.  `b` > 0.
[[nodiscard]] constexpr u128 divide(u128 a, u128 b, Round round) {
    BALLAST_ASSERT(b > 0);
    const u128 quotient = a / b;
    return round == Round::up && quotient * b != a ? quotient + 1 : quotient;
}

/// a / b.  `b` > 0.
[[nodiscard]] constexpr i128 divide(i128 a, i128 b, Round round) {
    BALLAST_ASSERT(b > 0);
    const i128 quotient = a / b;  // Towards zero.
    const i128 rest = a - quotient * b;
    if (round == Round::down) return rest < 0 ? quotient - 1 : quotient;
    return rest > 0 ? quotient + 1 : quotient;
}

/// a * b / c.  `c` > 0.  Rejects with overflow what exceeds 128 bits.
[[nodiscard]] constexpr Result<u128> mul_div(u128 a, u128 b, u128 c, Round round) {
    BALLAST_ASSERT(c > 0);
    u128 product = 0;
    if (!__builtin_mul_overflow(a, b, &product)) [[likely]]
        return divide(product, c, round);
    const Wide wide = multiply_wide(a, b);
    if (wide.high >= c) return no(Reject::overflow);
    const WideDivision division = divide_wide(wide, c);
    if (division.exact || round == Round::down) return division.quotient;
    if (division.quotient == u128_max) return no(Reject::overflow);
    return division.quotient + 1;
}

/// a * b / c.  `c` > 0.  Rejects with overflow what i128 cannot hold.
[[nodiscard]] constexpr Result<i128> mul_div(i128 a, i128 b, i128 c, Round round) {
    BALLAST_ASSERT(c > 0);
    const bool negative = (a < 0) != (b < 0);
    BALLAST_TRY(const u128 size, mul_div(magnitude(a), magnitude(b), static_cast<u128>(c),
                                         round_of_magnitude(negative, round)));
    return with_sign(size, negative);
}

/// a * b / c over a product of 512 bits.  `c` > 0.  Rejects with overflow what exceeds 256 bits.
[[nodiscard]] constexpr Result<U256> mul_div(const U256& a, const U256& b, const U256& c,
                                             Round round) {
    BALLAST_ASSERT(!c.zero());
    const auto division = divide_limbs(multiply(a.limbs, b.limbs), c.limbs);
    if (significant(division.quotient) > 4) return no(Reject::overflow);
    const U256 value(resized<4>(division.quotient));
    if (division.exact || round == Round::down) return value;
    return add(value, U256(1));
}

}  // namespace ballast::math
