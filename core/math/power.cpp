#include <ballast/math/power.hpp>
#include <ballast/math/mul_div.hpp>

#include <optional>

namespace ballast::math {

namespace {

constexpr u128 wad_one = 1'000'000'000'000'000'000;

/// The same number, faster, where all three and the quotient have 128 bits.
std::optional<u128> multiply_half_up(u128 a, u128 b, u128 base) {
    Wide product = multiply_wide(a, b);  // The upper half is at most 2^128 - 2, so a carry fits.
    product.low += base >> 1;
    if (product.low < base >> 1) ++product.high;
    if (product.high >= base) return std::nullopt;
    return divide_wide(product, base).quotient;
}

/// (a * b + base / 2) / base, or Reject::overflow.
Result<U256> multiply_half_up(const U256& a, const U256& b, const U256& base) {
    if (a.fits_u128() && b.fits_u128() && base.fits_u128()) {
        const auto narrow = multiply_half_up(a.to_u128(), b.to_u128(), base.to_u128());
        if (narrow) return U256(*narrow);
    }
    BALLAST_TRY(const U256 product, mul(a, b));
    BALLAST_TRY(const U256 rounded, add(product, base >> 1));
    return rounded / base;
}

/// The same where both are at most 10^18, which cannot overflow.
U256 multiply_wads(const U256& a, const U256& b) {
    return (a * b + U256(wad_one / 2)) / U256(wad_one);
}

}  // namespace

Result<U256> power_half_up(U256 x, u64 n, U256 base) {
    BALLAST_ASSERT(!base.zero());
    U256 result = (n & 1) != 0 ? x : base;
    for (n >>= 1; n > 0; n >>= 1) {  // At most 63 rounds.
        BALLAST_TRY(x, multiply_half_up(x, x, base));
        if ((n & 1) == 0) continue;
        BALLAST_TRY(result, multiply_half_up(result, x, base));
    }
    return result;
}

Result<Ray> power(Ray x, u64 n) {
    BALLAST_TRY(const U256 result, power_half_up(U256(x.units()), n, U256(ray_one)));
    if (!result.fits_u128()) return no(Reject::overflow);
    return Ray::units(result.to_u128());
}

U256 decayed_power(U256 base_wad, u64 minutes) {
    BALLAST_ASSERT(base_wad <= U256(wad_one));
    u64 left = minutes < decay_minutes_max ? minutes : decay_minutes_max;
    if (left == 0) return U256(wad_one);
    U256 collected(wad_one);
    for (; left > 1; left >>= 1) {  // At most 29 rounds.
        if ((left & 1) != 0) collected = multiply_wads(base_wad, collected);
        base_wad = multiply_wads(base_wad, base_wad);
    }
    return multiply_wads(base_wad, collected);
}

// Newton's method from above: the first guess is a power of two that is no smaller than the root,
// and every step brings it down until it is the root.
u128 square_root(u128 value) {
    if (value == 0) return 0;
    u128 guess = u128{1} << ((U256(value).bit_width() + 1) / 2);
    for (u32 round = 0; round < 128; ++round) {
        const u128 next = (guess + value / guess) >> 1;
        if (next >= guess) break;
        guess = next;
    }
    return guess;
}

U256 square_root(const U256& value) {
    if (value.zero()) return value;
    U256 guess = U256(1) << ((value.bit_width() + 1) / 2);
    for (u32 round = 0; round < 256; ++round) {
        const U256 next = (guess + value / guess) >> 1;
        if (next >= guess) break;
        guess = next;
    }
    return guess;
}

Ray root(Ray x, u64 n) {
    BALLAST_ASSERT(n > 0);
    u128 low = x.units() < ray_one ? x.units() : ray_one;   // low^n <= x.
    u128 high = x.units() < ray_one ? ray_one : x.units();  // The answer is not above it.
    while (low < high) {  // At most 128 rounds: each halves the difference.
        const u128 middle = low + (high - low) / 2 + 1;
        const auto raised = power(Ray::units(middle), n);
        if (raised && *raised <= x)
            low = middle;
        else
            high = middle - 1;
    }
    return Ray::units(low);
}

}  // namespace ballast::math
