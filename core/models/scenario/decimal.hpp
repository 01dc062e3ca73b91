/// Division by the three powers of ten that units are counted in.  The sum over an account divides
/// once per expiry and scenario, so the common case does without a division instruction.
#pragma once

#include <ballast/math/mul_div.hpp>

#include <bit>

namespace ballast::scenario {

/// value / Divisor, rounded down; exact for every value.  Divisor = 2^n * odd, with odd < 2^31.
///
/// Fast below 2^95 * 2^n: the shift is exact for a floor, and what is left is divided in two steps
/// of 64 bits, whose first leaves a rest under 2^31.
template <u64 Divisor>
[[nodiscard]] constexpr i128 floor_by(i128 value) {
    constexpr int shift = std::countr_zero(Divisor);
    constexpr i64 odd = static_cast<i64>(Divisor >> shift);
    static_assert(odd < (i64{1} << 31));
    const i128 whole = value >> shift;
    const i128 top = whole >> 32;
    const auto high = static_cast<i64>(top);
    if (high != top) [[unlikely]]
        return math::divide(value, i128{Divisor}, Round::down);
    i64 first = high / odd;
    i64 rest = high % odd;
    if (rest < 0) {
        rest += odd;
        --first;
    }
    const u64 low = (static_cast<u64>(rest) << 32) | static_cast<u32>(whole);
    return (i128{first} << 32) + static_cast<i64>(low / static_cast<u64>(odd));
}

}  // namespace ballast::scenario
