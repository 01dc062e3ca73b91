#include <ballast/vaults/terms.hpp>
#include <ballast/math/mul_div.hpp>

namespace ballast::vaults {
namespace {

using basket::CollateralTerms;

std::optional<TermsFault> validate_redemption(const RedemptionTerms& terms) {
    if (!terms.enabled) return std::nullopt;
    const Ratio one = Ratio::units(ratio_one);
    if (auto fault = outside("redemption.fee_floor", terms.fee_floor, Ratio(), one)) return fault;
    if (auto fault = outside("redemption.fee_max", terms.fee_max, terms.fee_floor, one))
        return fault;
    if (auto fault =
            outside<i128>("redemption.decay_per_minute", terms.decay_per_minute, 0, wad_one))
        return fault;
    if (terms.divisor == 0) return TermsFault{"redemption.divisor", "is 0, must be at least 1"};
    return outside("redemption.smallest", terms.smallest, Amount::units(1), limits::amount_max);
}

std::optional<TermsFault> validate_basket(const VaultTypeTerms& terms) {
    const std::vector<CollateralTerms>& basket = terms.basket;
    if (basket.empty() || basket.size() > limits::basket_max)
        return TermsFault{"basket", "holds " + std::to_string(basket.size()) +
                                        " assets, must hold 1 to " +
                                        std::to_string(limits::basket_max)};
    for (std::size_t k = 0; k < basket.size(); ++k) {
        const std::string key = "basket[" + std::to_string(k) + "].";
        if (auto fault = basket::validate(basket[k]))
            return TermsFault{key + fault->key, fault->what};
        if (basket[k].asset == terms.debt_asset)
            return TermsFault{key + "asset", "is the debt asset, which cannot back itself"};
        if (slot_of(terms, basket[k].asset) != k)
            return TermsFault{key + "asset", "is in the basket already"};
    }
    return std::nullopt;
}

std::optional<TermsFault> validate_debt(const VaultTypeTerms& terms) {
    const Ratio one = Ratio::units(ratio_one);
    if (auto fault = outside("liquidation_ratio", terms.liquidation_ratio, one, limits::ratio_max))
        return fault;
    if (auto fault = outside("minimum_ratio", terms.minimum_ratio, terms.liquidation_ratio,
                             limits::ratio_max))
        return fault;
    if (auto fault = outside("debt_ceiling", terms.debt_ceiling, Amount(), issue_max)) return fault;
    if (auto fault = outside("minimum_debt", terms.minimum_debt, Amount(), limits::amount_max))
        return fault;
    if (auto fault = outside("fee_per_second", terms.fee_per_second, Ray::units(ray_one),
                             Ray::units(2 * ray_one)))
        return fault;
    return outside("opening_fee", terms.opening_fee, Ratio(), one);
}

/// A vault at its minimum stays healthy when others' deposits bring the whole charge:
/// minimum * (1 - haircut - correlation - charge) >= liquidation * (1 - haircut - correlation).
std::optional<TermsFault> validate_concentration(const VaultTypeTerms& terms) {
    const Ratio room = terms.minimum_ratio - terms.liquidation_ratio;
    for (std::size_t k = 0; k < terms.basket.size(); ++k) {
        const CollateralTerms& own = terms.basket[k];
        const Ratio counted = Ratio::units(ratio_one) - own.haircut - own.correlation_charge;
        const i128 most = math::divide(i128{counted.units()} * room.units(),
                                       i128{terms.minimum_ratio.units()}, Round::down);
        if (auto fault =
                outside("basket[" + std::to_string(k) + "].concentration_charge",
                        own.concentration_charge, Ratio(), Ratio::units(static_cast<i64>(most))))
            return fault;
    }
    return std::nullopt;
}

}  // namespace

std::optional<TermsFault> validate(const VaultTypeTerms& terms) {
    if (terms.name.empty() || terms.name.size() > limits::name_max)
        return TermsFault{"name", "must have 1 to " + std::to_string(limits::name_max) + " bytes"};
    if (auto fault = validate_basket(terms)) return fault;
    if (auto fault = validate_debt(terms)) return fault;
    if (auto fault = validate_concentration(terms)) return fault;
    return validate_redemption(terms.redemption);
}

std::optional<u32> slot_of(const VaultTypeTerms& terms, AssetId asset) {
    for (u32 slot = 0; slot < terms.basket.size(); ++slot)
        if (terms.basket[slot].asset == asset) return slot;
    return std::nullopt;
}

}  // namespace ballast::vaults
