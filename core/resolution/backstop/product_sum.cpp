#include <ballast/backstop/product_sum.hpp>
#include <ballast/math/mul_div.hpp>

namespace ballast::backstop {

using math::U256;

namespace {

// Loss per unit, never under the true one.
U256 loss_per_unit(const U256& numerator, u128 total) {
    return numerator / U256(total) + U256(1);
}

}  // namespace

Shrunk shrink(const Rules& rules, const U256& product, u128 debt, u128 total, const U256& error) {
    BALLAST_ASSERT(debt > 0 && debt < total);
    const U256 numerator = U256(debt) * rules.precision - error;
    const U256 loss = loss_per_unit(numerator, total);
    Shrunk result;
    if (rules.carries_error) result.error = loss * U256(total) - numerator;

    const U256 lowest = rules.precision / rules.scale_factor;
    U256 scaled = product * (rules.precision - loss);
    while (scaled / rules.precision < lowest && result.scale_changes < rules.scale_changes_max) {
        scaled = scaled * rules.scale_factor;
        ++result.scale_changes;
    }
    result.product = scaled / rules.precision;
    BALLAST_ASSERT(!result.product.zero());
    return result;
}

Added share(const Rules& rules, const U256& product, u128 gain, u128 total, const U256& error) {
    BALLAST_ASSERT(total > 0);
    const U256 numerator = U256(gain) * rules.precision + error;
    const U256 per_unit = numerator / U256(total);
    Added result{per_unit * product, {}};
    if (rules.carries_error) result.error = numerator - per_unit * U256(total);
    return result;
}

u128 compounded(const Rules& rules, u128 initial, const U256& then, const U256& now,
                u32 scales_apart) {
    if (initial == 0 || scales_apart > rules.scales_apart_max) return 0;
    const auto same_scale = math::mul_div(U256(initial), now, then, Round::down);
    BALLAST_ASSERT(same_scale);
    U256 left = *same_scale;
    for (u32 scale = 0; scale < scales_apart; ++scale) left = left / rules.scale_factor;

    // A deposit that has lost as much as the scales can tell has lost everything.
    U256 least(initial);
    for (u32 scale = 0; scale < rules.scales_apart_max; ++scale) least = least / rules.scale_factor;
    return left < least ? 0 : left.to_u128();
}

U256 grown(const Rules& rules, std::span<const U256> sums) {
    U256 total;
    U256 scale(1);
    for (std::size_t k = 0; k < sums.size() && k <= rules.scales_apart_max; ++k) {
        total += sums[k] / scale;
        scale = scale * rules.scale_factor;
    }
    return total;
}

u128 gained(const Rules& rules, u128 initial, const U256& then, const U256& grown) {
    if (initial == 0) return 0;
    const auto gain = math::mul_div(U256(initial), grown, then * rules.precision, Round::down);
    BALLAST_ASSERT(gain);
    return gain->to_u128();
}

}  // namespace ballast::backstop
