/// Compounding and roots, as repeated squaring over integers.  docs/methods/math.md, section 4.
#pragma once

#include <ballast/base/quantity.hpp>
#include <ballast/math/u256.hpp>

namespace ballast::math {

/// x^n where `base` stands for 1, rounded half up after every multiplication: `rpow` of Maker's dss
/// (src/jug.sol and src/abaci.sol), which it equals digit for digit.  `base` > 0.  Rejects with
/// overflow where that reverts: where a product in between leaves 256 bits.
[[nodiscard]] Result<U256> power_half_up(U256 x, u64 n, U256 base);

/// x^n, rounded half up after every multiplication.  Rejects with overflow what a Ray cannot hold.
[[nodiscard]] Result<Ray> power(Ray x, u64 n);

/// Most minutes that decayed_power counts, a thousand years: what is longer decays no further.
inline constexpr u64 decay_minutes_max = 525'600'000;

/// base^minutes where 10^18 stands for 1, rounded half up after every multiplication: `_decPow` of
/// Liquity's LiquityMath, which it equals digit for digit.  `base_wad` <= 10^18.
[[nodiscard]] U256 decayed_power(U256 base_wad, u64 minutes);

/// The largest integer whose square is at most `value`.
[[nodiscard]] u128 square_root(u128 value);
[[nodiscard]] U256 square_root(const U256& value);

/// The largest r up to max(x, 1) with power(r, n) <= x: the factor per second of a factor per year.
/// `n` > 0.
[[nodiscard]] Ray root(Ray x, u64 n);

}  // namespace ballast::math
