/// The drivers' own source of chance: the same numbers on every compiler, from a seed that has a
/// name. docs/methods/replay.md, section 5.
#pragma once

#include <ballast/base/integers.hpp>

#include <string_view>

namespace ballast::replay {

inline constexpr i64 fixed_one = i64{1} << 32;  ///< Fixed-point numbers count 2^-32.

/// -ln(numerator / 2^64), as a fixed-point number; the error is under 2^-30.  `numerator` > 0.
[[nodiscard]] i64 minus_log(u64 numerator);

/// e^x times 2^64 for a fixed-point x between -44 and 40 (beyond, the nearest of the two is taken);
/// the relative error is under 2^-28 where e^x is at least 2^-30.
[[nodiscard]] u128 exponential(i64 x);

/// SplitMix64 (Steele, Lea and Flood, 2014), started from the first bytes of SHA-256 of the seed's
/// name.
class Random {
public:
    explicit Random(std::string_view seed);
    [[nodiscard]] u64 next();
    /// Evenly distributed between 0 and `count` - 1; `count` > 0.
    [[nodiscard]] u64 below(u64 count);
    /// Exponentially distributed with mean 1, as a fixed-point number.
    [[nodiscard]] i64 waiting();
    /// Normally distributed with mean 0 and deviation 1, as a fixed-point number (Marsaglia's polar
    /// method).
    [[nodiscard]] i64 normal();

private:
    u64 state_;
};

}  // namespace ballast::replay
