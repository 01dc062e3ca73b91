#include <ballast/replay/random.hpp>
#include <ballast/base/assert.hpp>
#include <ballast/crypto/digest.hpp>
#include <ballast/math/power.hpp>

#include <algorithm>
#include <bit>

namespace ballast::replay {

namespace {

constexpr u64 ln2_q62 = 3'196'577'161'300'663'914U;  // ln 2 times 2^62, rounded down.

}  // namespace

i64 minus_log(u64 numerator) {
    BALLAST_ASSERT(numerator > 0);
    const u32 shift = static_cast<u32>(std::countl_zero(numerator));
    u64 mantissa = numerator << shift;  // In [1, 2) with 63 digits after the point.
    u64 fraction = 0;                   // log2 of it, with 40 digits after the point.
    constexpr u32 digits = 40;
    for (u32 i = 0; i < digits; ++i) {
        const u128 square = u128{mantissa} * mantissa >> 63U;
        const bool two = (square >> 64U) != 0;
        mantissa = static_cast<u64>(two ? square >> 1U : square);
        fraction = fraction << 1U | (two ? 1U : 0U);
    }
    const u128 log2 = (u128{shift + 1} << digits) - fraction;
    return static_cast<i64>(log2 * ln2_q62 >> (digits + 62U - 32U));
}

u128 exponential(i64 x) {
    x = std::clamp(x, -44 * fixed_one, 40 * fixed_one);
    constexpr i64 ln2_q32 = static_cast<i64>(ln2_q62 >> 30U);
    i64 power = x / ln2_q32;
    if (power * ln2_q32 > x) --power;
    // What is left lies in [0, ln 2): x - power * ln 2, with 62 digits after the point.
    const i128 left = (i128{x} << 30U) - i128{power} * ln2_q62;
    const u128 rest = static_cast<u128>(std::max<i128>(left, 0));
    u128 sum = u128{1} << 62U, term = sum;
    for (u32 n = 1; n < 24; ++n) {
        term = (term * rest >> 62U) / n;
        sum += term;
    }
    const i64 shift = power + 2;  // From 62 to 64 digits.
    return shift >= 0 ? sum << static_cast<u32>(shift)
                      : sum >> static_cast<u32>(std::min<i64>(-shift, 127));
}

Random::Random(std::string_view seed) : state_(0) {
    const auto* bytes = reinterpret_cast<const u8*>(seed.data());
    const crypto::Digest digest = crypto::sha256(ByteView(bytes, seed.size()));
    for (std::size_t i = 0; i < 8; ++i) state_ |= u64{digest[i]} << (8 * i);
}

u64 Random::next() {
    state_ += 0x9E37'79B9'7F4A'7C15U;
    u64 mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D0'49BB'1331'11EBU;
    return mixed ^ (mixed >> 31U);
}

u64 Random::below(u64 count) {
    BALLAST_ASSERT(count > 0);
    // Lemire, 2019: the high half of a product, rejecting the few low halves that would favour some
    // results.
    const u64 unfair = (0 - count) % count;
    for (;;) {
        const u128 product = u128{next()} * count;
        if (static_cast<u64>(product) >= unfair) return static_cast<u64>(product >> 64U);
    }
}

i64 Random::waiting() {
    return minus_log(next() | 1U);
}

i64 Random::normal() {
    for (;;) {
        const i64 u = static_cast<i64>(next()) >> 32U;  // In [-1, 1) with 31 digits after the
                                                        // point.
        const i64 v = static_cast<i64>(next()) >> 32U;
        const u64 radius = static_cast<u64>(u * u) + static_cast<u64>(v * v);
        if (radius == 0 || radius >= u64{1} << 62U) continue;
        const u128 log = 2 * static_cast<u128>(minus_log(radius << 2U));
        const u128 factor = math::square_root((log << 86U) / radius);  // 28 digits after the point.
        return static_cast<i64>(i128{u} * static_cast<i128>(factor) >> 27U);
    }
}

}  // namespace ballast::replay
