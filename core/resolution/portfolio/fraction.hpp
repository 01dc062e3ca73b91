/// A part of a whole as an exact ratio, and how holdings are cut by it without creating anything.
#pragma once

#include <ballast/math/mul_div.hpp>

namespace ballast::portfolio {

/// numerator / denominator, from 0 to 1.  Neither is more than 2^126.
struct Fraction {
    i128 numerator = 0;
    i128 denominator = 1;  ///< > 0.

    [[nodiscard]] constexpr bool zero() const { return numerator == 0; }
    [[nodiscard]] constexpr bool whole() const { return numerator == denominator; }

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.numerator), visit(row.denominator);
    }
    friend bool operator==(const Fraction&, const Fraction&) = default;
};

/// Whether it is a fraction at all: what comes from outside is asked first.
[[nodiscard]] constexpr bool valid(const Fraction& fraction) {
    constexpr i128 most = i128{1} << 126;
    return fraction.numerator >= 0 && fraction.denominator > 0 &&
           fraction.numerator <= fraction.denominator && fraction.denominator <= most;
}

/// A ratio from 0 to 1 as a fraction, exactly; what is more than 1 is 1, what is less than 0 is 0.
[[nodiscard]] constexpr Fraction fraction_of(Ratio ratio) {
    const i64 units = ratio.units() < 0 ? 0 : ratio.units();
    return {units < ratio_one ? units : ratio_one, ratio_one};
}

/// Whether a < b, exactly.
[[nodiscard]] bool less(const Fraction& a, const Fraction& b);

/// `value` * fraction.  Never leaves i128, for the fraction is at most 1.
[[nodiscard]] i128 part(i128 value, const Fraction& fraction, Round round);

/// A holding cut in two; taken + left is the holding.
template <class T>
struct Cut {
    T taken{};  ///< What goes to the taker.
    T left{};   ///< What stays.
    friend bool operator==(const Cut&, const Cut&) = default;
};

/// Cuts a signed holding (a position's size in 10^-8 units, an amount, a balance of cash).  What is
/// taken is rounded towards minus infinity: the taker gets a unit less of what is owned and a unit
/// more of what is owed (L3), and taken + left is the holding, so that open interest still nets to
/// zero (L7).
[[nodiscard]] Cut<i64> cut(i64 size, const Fraction& fraction);
[[nodiscard]] Cut<Amount> cut(Amount amount, const Fraction& fraction);
/// The same for cash of which `reserved` stays whatever is taken.
[[nodiscard]] Cut<Cash> cut(Cash cash, Cash reserved, const Fraction& fraction);

}  // namespace ballast::portfolio
