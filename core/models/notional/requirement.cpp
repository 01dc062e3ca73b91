#include <ballast/notional/requirement.hpp>

#include <ballast/math/power.hpp>

#include <algorithm>

namespace ballast::notional {

namespace {

// A root is counted in 10^-5 of sqrt(1 unit), an amount in 10^-8 units.
constexpr i64 root_one = 100'000;

i128 root_of(i128 amount, Round round) {
    const u128 square = math::magnitude(amount) * 100;
    const u128 root = math::square_root(square);
    return static_cast<i128>(round == Round::up && root * root < square ? root + 1 : root);
}

Ratio cut(i64 units, Ratio step) {
    return Ratio::units(step.zero() ? units : units - units % step.units());
}

Round rounding_up(Ratio step) {
    return step.zero() ? Round::up : Round::down;
}

i64 scaled(i128 a, i128 b, i128 c, Round round) {
    return static_cast<i64>(math::saturating_mul_div(a, b, c, limits::ratio_max.units(), round));
}

}  // namespace

Ratio initial_at(const LinearTerms& terms, Cash open_interest, Ratio step) {
    if (terms.open_interest_high.zero() || open_interest <= terms.open_interest_low)
        return terms.initial;
    const Ratio whole = Ratio::units(ratio_one);
    if (open_interest >= terms.open_interest_high || terms.initial >= whole)
        return std::max(whole, terms.initial);
    const Cash above = open_interest - terms.open_interest_low;
    const Cash range = terms.open_interest_high - terms.open_interest_low;
    const i64 growth =
        scaled((whole - terms.initial).units(), above.units(), range.units(), rounding_up(step));
    return terms.initial + cut(growth, step);
}

Ratio grown(Ratio ratio, Ratio premium, i64 size, Ratio step) {
    if (premium.zero()) return ratio;
    const Round round = rounding_up(step);
    const i128 root = root_of(size, round);
    const i64 growth = scaled(root, premium.units(), root_one, round);
    const Ratio base = ratio - cut(ratio.units() / 5, step);
    return std::min(limits::ratio_max, std::max(ratio, base + cut(growth, step)));
}

Ratio shrunk(Ratio weight, Ratio discount, Amount amount, Ratio step) {
    if (discount.zero()) return weight;
    const Round round = rounding_up(step);
    const i128 root = root_of(amount.units(), round);
    i64 growth = scaled(root, discount.units(), root_one, round);
    if (!step.zero()) growth -= growth % 1000;  // A peer's millionths.
    const i64 most = scaled(ratio_one + ratio_one / 10, ratio_one, ratio_one + growth, Round::down);
    return std::min(weight, cut(most, step));
}

}  // namespace ballast::notional
