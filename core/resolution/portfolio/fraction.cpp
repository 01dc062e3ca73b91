#include <ballast/portfolio/fraction.hpp>

namespace ballast::portfolio {

bool less(const Fraction& a, const Fraction& b) {
    const auto product = [](i128 x, i128 y) {
        return math::U256(static_cast<u128>(x)) * math::U256(static_cast<u128>(y));
    };
    return product(a.numerator, b.denominator) < product(b.numerator, a.denominator);
}

i128 part(i128 value, const Fraction& fraction, Round round) {
    BALLAST_ASSERT(valid(fraction));
    const auto result = math::mul_div(value, fraction.numerator, fraction.denominator, round);
    BALLAST_ASSERT(result);  // Not more than `value`.
    return *result;
}

Cut<i64> cut(i64 size, const Fraction& fraction) {
    const i64 taken = static_cast<i64>(part(size, fraction, Round::down));
    return {taken, size - taken};
}

Cut<Amount> cut(Amount amount, const Fraction& fraction) {
    const Amount taken = Amount::units(part(amount.units(), fraction, Round::down));
    return {taken, amount - taken};
}

Cut<Cash> cut(Cash cash, Cash reserved, const Fraction& fraction) {
    const Cash taken = Cash::units(part((cash - reserved).units(), fraction, Round::down));
    return {taken, cash - taken};
}

}  // namespace ballast::portfolio
