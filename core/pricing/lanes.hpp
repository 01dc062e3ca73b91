/// The mathematics of one lane: functions of doubles that call nothing and branch on nothing, so
/// that a loop over them becomes vector code.  Only + - * / sqrt, comparisons, and the bits of a
/// double as an integer: the result is the same whatever the width.  Only files of this folder
/// include it.  Coefficients and errors: docs/methods/pricing.md, section 1.
///
/// Each variant is a file with its own compiler options.  Everything here is always inlined, so no
/// function compiled for one processor can be linked into code for another.
#pragma once

#include <ballast/base/integers.hpp>

#define BALLAST_LANE [[gnu::always_inline]] inline

/// Before a loop over columns that do not overlap.  Without optimisation it stays a loop, which
/// clang would complain of.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpass-failed"
#define BALLAST_COLUMNS _Pragma("clang loop vectorize(assume_safety)")
#else
#define BALLAST_COLUMNS _Pragma("GCC ivdep")
#endif

namespace ballast::pricing::lane {

inline constexpr double magic = 0x1.8p52;  ///< Added to a small number: the integer in its bits.
inline constexpr u64 one_bits = 0x3ff0'0000'0000'0000;
inline constexpr u64 mantissa_bits = 0x000f'ffff'ffff'ffff;
inline constexpr double inverse_root_2pi = 0x1.9884533d43651p-2;
inline constexpr double root_two = 0x1.6a09e667f3bcdp+0;
inline constexpr double log2_high = 0x1.62e42fee00000p-1;  ///< 32 bits: times an integer, exact.
inline constexpr double log2_low = 0x1.a39ef35793c76p-33;
inline constexpr double log2_whole = 0x1.62e42fefa39efp-1;
inline constexpr double log2_inverse = 0x1.71547652b82fep+0;

BALLAST_LANE u64 bits(double x) {
    return __builtin_bit_cast(u64, x);
}
BALLAST_LANE double from_bits(u64 x) {
    return __builtin_bit_cast(double, x);
}
BALLAST_LANE double least(double a, double b) {
    return a < b ? a : b;
}
BALLAST_LANE double greatest(double a, double b) {
    return a > b ? a : b;
}
BALLAST_LANE double magnitude(double x) {
    return from_bits(bits(x) & ~(u64{1} << 63));
}
BALLAST_LANE double root(double x) {
    return __builtin_sqrt(x);
}

/// e^x = series * 2^k.
struct Power {
    double series;
    double k;
};

BALLAST_LANE Power power(double x) {
    const double k = (x * log2_inverse + magic) - magic;
    const double r = (x - k * log2_high) - k * log2_low;
    const double r2 = r * r;
    const double r4 = r2 * r2;
    const double low = (0x1.0000000000001p-1 + r * 0x1.5555555555556p-3) +
                       r2 * (0x1.5555555553d63p-5 + r * 0x1.11111111109b3p-7);
    const double middle = (0x1.6c16c1788bd90p-10 + r * 0x1.a01a01a7c41d5p-13) +
                          r2 * (0x1.a019b90d2ae7ap-16 + r * 0x1.71de0dae63bb3p-19);
    const double high = 0x1.289185613a3d6p-22 + r * 0x1.af38a9b0ec855p-26;
    const double q = low + r4 * (middle + r4 * high);
    return {.series = 1.0 + (r + r2 * q), .k = k};
}

/// 2^k for an integer k of a normal number.
BALLAST_LANE double power_of_two(double k) {
    return from_bits((bits(k + magic) << 52) + one_bits);
}

/// e^x, relative error at most 2^-52 where it is a normal number; 0 under -745, e^709 above 709.
BALLAST_LANE double exponential(double x) {
    const Power power = lane::power(least(greatest(x, -746.0), 709.0));
    // 2^k in two factors, so that a result under the normal numbers is rounded once more.
    const double half = (power.k * 0.5 + magic) - magic;
    return (power.series * power_of_two(half)) * power_of_two(power.k - half);
}

/// The same for x <= 0, and 0 under -708.
BALLAST_LANE double exponential_of_negative(double x) {
    const Power power = lane::power(greatest(x, -708.0));
    return x < -708.0 ? 0.0 : power.series * power_of_two(power.k);
}

/// (2 atanh(s) - 2 s) / (s z) where z = s^2, for |s| <= 0.1716.
BALLAST_LANE double atanh_tail(double z) {
    const double z2 = z * z;
    const double low = 0x1.5555555555558p-1 + z * 0x1.99999999952d7p-2;
    const double middle = 0x1.2492492df281ap-2 + z * 0x1.c71c62e3f11e6p-3;
    const double high =
        (0x1.7462b51cb66b1p-3 + z * 0x1.39fe51a7c18f9p-3) + z2 * 0x1.2b5900de53b32p-3;
    return low + z2 * (middle + z2 * high);
}

/// ln(a / b) for normal numbers a, b > 0, relative error at most 2^-51: the difference of what is
/// nearly equal is taken before anything is rounded.
BALLAST_LANE double log_ratio(double a, double b) {
    const u64 a_bits = bits(a);
    const u64 b_bits = bits(b);
    const double ma = from_bits((a_bits & mantissa_bits) | one_bits);
    const double mb = from_bits((b_bits & mantissa_bits) | one_bits);
    const double k0 = from_bits((a_bits >> 52) - (b_bits >> 52) + bits(magic)) - magic;
    const bool above = ma > root_two * mb;
    const bool below = root_two * ma < mb;
    const double scaled = mb * (above ? 2.0 : below ? 0.5 : 1.0);
    const double k = k0 + (above ? 1.0 : below ? -1.0 : 0.0);
    const double s = (ma - scaled) / (ma + scaled);
    const double z = s * s;
    return k * log2_whole + (2.0 * s + s * (z * atanh_tail(z)));
}

/// ln(1 + u) for -1 < u, without loss where u is small.
BALLAST_LANE double log_one_plus(double u) {
    const double s = u / (2.0 + u);
    const double z = s * s;
    const double near = 2.0 * s + s * (z * atanh_tail(z));
    return magnitude(u) < 0.25 ? near : log_ratio(1.0 + u, 1.0);
}

/// Numerator and denominator of Mills' ratio N(-x) / n(x) at one x, and their slopes to a second.
struct Mills {
    double p;
    double q;
    double p_slope;  ///< (p(b) - p(a)) / (b - a), of positive terms alone.
    double q_slope;
};

/// One step of Horner's scheme: at `a` into `value`, and of the quotient it leaves at `b` into
/// `slope`.
BALLAST_LANE void horner(double& value, double& slope, double a, double b, double coefficient) {
    value = value * a + coefficient;
    slope = slope * b + value;
}

/// Mills' ratio as p / q, relative error of the ratio at most 2^-53 for x >= -0.25 before rounding.
/// Even and odd powers go separately, in the squares of `a` and `b`: chains half as long.
BALLAST_LANE Mills mills(double a, double b) {
    const double a2 = a * a;
    const double b2 = b * b;
    const double sum = a + b;
    double p_even = 0x1.5ab20d8281ecfp-21;
    double p_even_slope = p_even;
    horner(p_even, p_even_slope, a2, b2, 0x1.3971bd6f3598ap-12);
    horner(p_even, p_even_slope, a2, b2, 0x1.3e87e226bc850p-6);
    horner(p_even, p_even_slope, a2, b2, 0x1.674d400081006p-2);
    horner(p_even, p_even_slope, a2, b2, 0x1.c1f759b4ba385p+0);
    p_even = p_even * a2 + 0x1.40d931ff62706p+0;
    double p_odd = 0x1.4cc670ca6e8b6p-16;
    double p_odd_slope = p_odd;
    horner(p_odd, p_odd_slope, a2, b2, 0x1.790cb8c4e32f0p-9);
    horner(p_odd, p_odd_slope, a2, b2, 0x1.896f0b4ce48e9p-4);
    horner(p_odd, p_odd_slope, a2, b2, 0x1.dfb4f05808bcdp-1);
    p_odd = p_odd * a2 + 0x1.0e24c4efb7df7p+1;
    double q_even = 0x1.4cc670ca6e8c5p-16;
    double q_even_slope = q_even;
    horner(q_even, q_even_slope, a2, b2, 0x1.7ba645a67b218p-9);
    horner(q_even, q_even_slope, a2, b2, 0x1.950dd8474b248p-4);
    horner(q_even, q_even_slope, a2, b2, 0x1.07055c8fd7f31p+0);
    horner(q_even, q_even_slope, a2, b2, 0x1.70fa05ffe86efp+1);
    q_even = q_even * a2 + 1.0;
    double q_odd = 0x1.5ab20d8281ecfp-21;
    double q_odd_slope = q_odd;
    horner(q_odd, q_odd_slope, a2, b2, 0x1.3a1f1675f6ba0p-12);
    horner(q_odd, q_odd_slope, a2, b2, 0x1.43683e541bf42p-6);
    horner(q_odd, q_odd_slope, a2, b2, 0x1.7a9ab68b2aef5p-2);
    horner(q_odd, q_odd_slope, a2, b2, 0x1.094b912210552p+1);
    q_odd = q_odd * a2 + 0x1.3dac3324660a2p+1;
    return {.p = p_even + a * p_odd,
            .q = q_even + a * q_odd,
            .p_slope = p_odd + sum * (p_even_slope + b * p_odd_slope),
            .q_slope = q_odd + sum * (q_even_slope + b * q_odd_slope)};
}

/// N(-x) / n(x) at one x >= -0.25.
BALLAST_LANE double mills(double x) {
    const Mills m = mills(x, 0.0);
    return m.p / m.q;
}

/// The density n(x) of the standard normal distribution.
BALLAST_LANE double normal_density(double x) {
    return inverse_root_2pi * exponential(-0.5 * x * x);
}

/// N(x), relative error in the lower tail at most x^2 * 2^-52 + 2^-50.
BALLAST_LANE double normal(double x) {
    const double y = least(magnitude(x), 1e5);
    const double tail = normal_density(y) * mills(y);
    return x < 0 ? tail : 1.0 - tail;
}

}  // namespace ballast::pricing::lane
