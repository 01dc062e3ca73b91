#include <ballast/vaults/terms.hpp>

namespace ballast::vaults {
namespace {

using basket::CollateralTerms;

std::optional<TermsFault> validate_redemption(const RedemptionTerms& terms) {
    if (!terms.enabled) return std::nullopt;
    if (terms.fee_floor.units() < 0)
        return TermsFault{"redemption.fee_floor", "must not be negative"};
    if (terms.fee_max < terms.fee_floor || terms.fee_max.units() > ratio_one)
        return TermsFault{"redemption.fee_max", "must be between fee_floor and 1"};
    if (terms.decay_per_minute > wad_one)
        return TermsFault{"redemption.decay_per_minute", "must be at most 1"};
    if (terms.divisor == 0) return TermsFault{"redemption.divisor", "is 0, must be at least 1"};
    if (terms.smallest.units() <= 0 || terms.smallest > limits::amount_max)
        return TermsFault{"redemption.smallest", "must be positive and at most 4 * 10^10"};
    return std::nullopt;
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
    if (terms.liquidation_ratio.units() < ratio_one || terms.liquidation_ratio > limits::ratio_max)
        return TermsFault{"liquidation_ratio", "must be between 1 and 1000"};
    if (terms.minimum_ratio < terms.liquidation_ratio || terms.minimum_ratio > limits::ratio_max)
        return TermsFault{"minimum_ratio", "must be between liquidation_ratio and 1000"};
    if (terms.debt_ceiling.units() < 0 || terms.debt_ceiling > issue_max)
        return TermsFault{"debt_ceiling", "must be between 0 and 5 * 10^17 whole units"};
    if (terms.minimum_debt.units() < 0 || terms.minimum_debt > limits::amount_max)
        return TermsFault{"minimum_debt", "must be between 0 and 4 * 10^10 whole units"};
    if (terms.fee_per_second.units() < ray_one || terms.fee_per_second.units() > 2 * ray_one)
        return TermsFault{"fee_per_second", "must be between 1 and 2"};
    if (terms.opening_fee.units() < 0 || terms.opening_fee.units() > ratio_one)
        return TermsFault{"opening_fee", "must be between 0 and 1"};
    return std::nullopt;
}

}  // namespace

std::optional<TermsFault> validate(const VaultTypeTerms& terms) {
    if (terms.name.empty() || terms.name.size() > limits::name_max)
        return TermsFault{"name", "must have 1 to " + std::to_string(limits::name_max) + " bytes"};
    if (auto fault = validate_basket(terms)) return fault;
    if (auto fault = validate_debt(terms)) return fault;
    return validate_redemption(terms.redemption);
}

std::optional<u32> slot_of(const VaultTypeTerms& terms, AssetId asset) {
    for (u32 slot = 0; slot < terms.basket.size(); ++slot)
        if (terms.basket[slot].asset == asset) return slot;
    return std::nullopt;
}

}  // namespace ballast::vaults
