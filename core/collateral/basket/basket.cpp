#include <ballast/basket/basket.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::basket {
namespace {

TermsFault fault(const char* key, i64 value, const char* rule) {
    return {key, "is " + std::to_string(value) + " of 10^-9, must be " + rule};
}

bool is_share(Ratio ratio) {
    return ratio.units() >= 0 && ratio.units() <= ratio_one;
}

}  // namespace

std::optional<TermsFault> validate(const CollateralTerms& terms) {
    constexpr const char* between = "between 0 and 1";
    if (!is_share(terms.haircut)) return fault("haircut", terms.haircut.units(), between);
    if (terms.cap.units() < 0 || terms.cap > limits::supply_max)
        return TermsFault{"cap", "must be between 0 and 10^18 whole units"};
    if (!is_share(terms.concentration_charge))
        return fault("concentration_charge", terms.concentration_charge.units(), between);
    if (terms.concentration_depth.units() < 0 || terms.concentration_depth > limits::supply_max)
        return TermsFault{"concentration_depth", "must be between 0 and 10^18 whole units"};
    if (!terms.concentration_charge.zero() && terms.concentration_depth.zero())
        return TermsFault{"concentration_depth", "is 0, must be positive where there is a charge"};
    if (!is_share(terms.correlation_charge))
        return fault("correlation_charge", terms.correlation_charge.units(), between);
    const Ratio all = terms.haircut + terms.concentration_charge + terms.correlation_charge;
    if (all.units() >= ratio_one)
        return fault("haircut", all.units(), "less than 1 together with both charges");
    return std::nullopt;
}

Ratio concentration(const CollateralTerms& terms, Amount locked) {
    if (terms.concentration_charge.zero()) return Ratio::units(0);
    if (locked >= terms.concentration_depth) return terms.concentration_charge;
    const auto charge = math::mul_div(i128{terms.concentration_charge.units()}, locked.units(),
                                      terms.concentration_depth.units(), Round::up);
    return Ratio::units(static_cast<i64>(*charge));
}

Price weight(const CollateralTerms& terms, Price price, Amount locked) {
    const Ratio charges = terms.haircut + concentration(terms, locked) + terms.correlation_charge;
    return math::portion(price, Ratio::units(ratio_one) - charges, Round::down);
}

}  // namespace ballast::basket
