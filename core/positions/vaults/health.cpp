#include <ballast/vaults/health.hpp>

#include <ballast/math/money.hpp>

namespace ballast::vaults {

Value collateral_value(const VaultRow& vault, const VaultTypeTerms& terms,
                       const basket::Prices& weights) {
    const std::size_t width = terms.basket.size();
    return basket::value(std::span(vault.amounts).first(width), std::span(weights).first(width));
}

std::optional<Value> required_value(Amount owed, Price debt, Ratio ratio) {
    const u128 price = static_cast<u128>(i128{debt.units()} * ratio.units());
    const auto required =
        math::mul_div(static_cast<u128>(owed.units()), price, u128{ratio_one}, Round::up);
    if (!required || *required > static_cast<u128>(math::i128_max)) return std::nullopt;
    return Value::units(static_cast<i128>(*required));
}

bool healthy(const VaultRow& vault, const TypeRow& type, const VaultTypeTerms& terms,
             const TypePrices& prices) {
    if (vault.debt.zero()) return true;
    const auto required =
        required_value(owed(vault, type), prices.debt_firm, terms.liquidation_ratio);
    return required && collateral_value(vault, terms, prices.weight) >= *required;
}

Ratio health(const VaultRow& vault, const TypeRow& type, const VaultTypeTerms& terms,
             const TypePrices& prices) {
    const auto required =
        required_value(owed(vault, type), prices.debt_firm, terms.liquidation_ratio);
    if (!required) return Ratio::units(0);
    const Value value = collateral_value(vault, terms, prices.weight);
    return math::ratio_of(value.units(), required->units(), Round::down);
}

Ratio collateral_ratio(const VaultRow& vault, const TypeRow& type, const VaultTypeTerms& terms,
                       const TypePrices& prices) {
    constexpr Ratio one = Ratio::units(ratio_one);
    const auto worth = required_value(owed(vault, type), prices.debt_firm, one);
    if (!worth) return Ratio::units(0);
    const Value value = collateral_value(vault, terms, prices.weight);
    return math::ratio_of(value.units(), worth->units(), Round::down);
}

Cash cash(Value value, Round round) {
    return Cash::units(math::divide(value.units(), i128{amount_one}, round));
}

}  // namespace ballast::vaults
