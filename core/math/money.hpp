/// The named conversions between the kinds of quantity.  Each states its rounding, which goes
/// against the caller. docs/methods/math.md, section 3, has the formulas and the bounds.
///
/// None of these can leave its representation.  Products are exact, of 256 bits where they must be;
/// a result beyond `money_max` (or, of a Price, beyond price_max) saturates there.  Inside the
/// bounds of limits.hpp only amount_worth at prices near one unit and portions near the top of a
/// kind can saturate, and then far above every limit that a `check` compares the result with.
#pragma once

#include <ballast/base/limits.hpp>
#include <ballast/math/mul_div.hpp>

namespace ballast::math {

/// Largest magnitude that a conversion to Amount or Cash returns.  supply_max at price_max is worth
/// less than this, and the sum over a full basket of such values still fits i128.
inline constexpr i128 money_max = i128{1} << 123;
static_assert(money_max <= i128_max / i128{limits::basket_max});

/// a * b / c, between -most and most.  `c` > 0.
[[nodiscard]] constexpr i128 saturating_mul_div(i128 a, i128 b, i128 c, i128 most, Round round) {
    const bool negative = (a < 0) != (b < 0);
    const auto size = mul_div(magnitude(a), magnitude(b), static_cast<u128>(c),
                              round_of_magnitude(negative, round));
    const i128 bounded = size && *size < static_cast<u128>(most) ? static_cast<i128>(*size) : most;
    return negative ? -bounded : bounded;
}

/// What `amount` is worth at `price`: amount * price / 10^8.  Never saturates while |amount| <=
/// supply_max.
[[nodiscard]] constexpr Cash worth(Amount amount, Price price, Round round) {
    return Cash::units(
        saturating_mul_div(amount.units(), price.units(), amount_one, money_max, round));
}

/// How much `cash` buys at `price`: cash * 10^8 / price.  `price` > 0.
[[nodiscard]] constexpr Amount amount_worth(Cash cash, Price price, Round round) {
    BALLAST_ASSERT(price.units() > 0);
    return Amount::units(
        saturating_mul_div(cash.units(), amount_one, price.units(), money_max, round));
}

/// x * ratio / 10^9.
[[nodiscard]] constexpr Amount portion(Amount x, Ratio ratio, Round round) {
    return Amount::units(saturating_mul_div(x.units(), ratio.units(), ratio_one, money_max, round));
}

/// x * ratio / 10^9.
[[nodiscard]] constexpr Cash portion(Cash x, Ratio ratio, Round round) {
    return Cash::units(saturating_mul_div(x.units(), ratio.units(), ratio_one, money_max, round));
}

/// x * ratio / 10^9, at most price_max.
[[nodiscard]] constexpr Price portion(Price x, Ratio ratio, Round round) {
    const i128 most = limits::price_max.units();
    return Price::units(
        static_cast<i64>(saturating_mul_div(x.units(), ratio.units(), ratio_one, most, round)));
}

/// numerator * 10^9 / denominator, between -ratio_max and ratio_max.  `denominator` >= 0; over zero
/// the answer is ratio_max, for what owes nothing is covered as well as can be said.
[[nodiscard]] constexpr Ratio ratio_of(i128 numerator, i128 denominator, Round round) {
    BALLAST_ASSERT(denominator >= 0);
    if (denominator == 0) return limits::ratio_max;
    const i128 most = limits::ratio_max.units();
    return Ratio::units(
        static_cast<i64>(saturating_mul_div(numerator, ratio_one, denominator, most, round)));
}

/// amount * ray / 10^27: a normalised amount at an index, or one that a factor compounds.  Rejects
/// with overflow what an Amount cannot hold.
[[nodiscard]] constexpr Result<Amount> grow(Amount amount, Ray ray, Round round) {
    const bool negative = amount.units() < 0;
    BALLAST_TRY(const u128 size, mul_div(magnitude(amount.units()), ray.units(), ray_one,
                                         round_of_magnitude(negative, round)));
    BALLAST_TRY(const i128 units, with_sign(size, negative));
    return Amount::units(units);
}

/// amount * 10^27 / ray: an amount at an index, normalised.  `ray` > 0.  Rejects with overflow what
/// an Amount cannot hold.
[[nodiscard]] constexpr Result<Amount> shrink(Amount amount, Ray ray, Round round) {
    const bool negative = amount.units() < 0;
    BALLAST_TRY(const u128 size, mul_div(magnitude(amount.units()), ray_one, ray.units(),
                                         round_of_magnitude(negative, round)));
    BALLAST_TRY(const i128 units, with_sign(size, negative));
    return Amount::units(units);
}

/// The same number as a ray, exactly.  `ratio` >= 0.
[[nodiscard]] constexpr Ray ray_of(Ratio ratio) {
    BALLAST_ASSERT(ratio.units() >= 0);
    return Ray::units(static_cast<u128>(ratio.units()) * (ray_one / u128{ratio_one}));
}

}  // namespace ballast::math
