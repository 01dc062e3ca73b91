#include <ballast/basket/basket.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::basket {
namespace {

std::optional<TermsFault> share(const char* key, Ratio value) {
    return outside(key, value, Ratio(), Ratio::units(ratio_one));
}

}  // namespace

std::optional<TermsFault> validate(const CollateralTerms& terms) {
    if (auto fault = share("haircut", terms.haircut)) return fault;
    if (auto fault = outside("cap", terms.cap, Amount(), limits::supply_max)) return fault;
    if (auto fault = share("concentration_charge", terms.concentration_charge)) return fault;
    if (auto fault =
            outside("concentration_depth", terms.concentration_depth, Amount(), limits::supply_max))
        return fault;
    if (!terms.concentration_charge.zero() && terms.concentration_depth.zero())
        return TermsFault{"concentration_depth", "is 0, must be positive where there is a charge"};
    if (auto fault = share("correlation_charge", terms.correlation_charge)) return fault;
    const Ratio all = terms.haircut + terms.concentration_charge + terms.correlation_charge;
    if (all.units() < ratio_one) return {};
    return TermsFault{"haircut",
                      "is " + text(all) + " together with both charges, must be less than 1"};
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
