/// The auditor's own arithmetic: exact products in 256 bits and one division, written apart from
/// what the machine uses, so that a mistake there is not repeated here.
#pragma once

#include <ballast/audit/findings.hpp>
#include <ballast/math/u256.hpp>

namespace ballast::audit {

using math::U256;

/// A number that is not negative.
[[nodiscard]] inline U256 wide(i128 value) {
    BALLAST_ASSERT(value >= 0);
    return U256(static_cast<u128>(value));
}

/// a * b / c, towards zero.
[[nodiscard]] inline i128 times_over_floor(U256 a, U256 b, U256 c) {
    return static_cast<i128>((a * b / c).to_u128());
}
/// a * b / c, away from zero.
[[nodiscard]] inline i128 times_over_ceiling(U256 a, U256 b, U256 c) {
    const U256 product = a * b;
    const U256 quotient = product / c;
    return static_cast<i128>(quotient.to_u128()) + (quotient * c == product ? 0 : 1);
}

/// What `normal` units of debt owe at `index`, in 10^-27 units: exact.
[[nodiscard]] inline U256 owed_exact(i128 normal, Ray index) {
    return wide(normal) * U256(index.units());
}
[[nodiscard]] inline i128 owed_floor(i128 normal, Ray index) {
    return times_over_floor(wide(normal), U256(index.units()), U256(ray_one));
}
[[nodiscard]] inline i128 owed_ceiling(i128 normal, Ray index) {
    return times_over_ceiling(wide(normal), U256(index.units()), U256(ray_one));
}

}  // namespace ballast::audit
