/// Is a vault covered?  docs/methods/vaults.md, section 2.
#pragma once

#include <ballast/vaults/debt.hpp>
#include <ballast/vaults/prices.hpp>

namespace ballast::vaults {

/// What the vault's collateral counts for, exact.
[[nodiscard]] Value collateral_value(const VaultRow& vault, const VaultTypeTerms& terms,
                                     const basket::Prices& weights);

/// What collateral must count for to back `owed` at `ratio`: owed * debt price * ratio, rounded up.
/// Nothing if no collateral could.
[[nodiscard]] std::optional<Value> required_value(Amount owed, Price debt, Ratio ratio);

/// value * 10^9 >= owed value * liquidation ratio, at the firm prices.  What owes nothing is
/// healthy.
[[nodiscard]] bool healthy(const VaultRow& vault, const TypeRow& type, const VaultTypeTerms& terms,
                           const TypePrices& prices);

/// Value over required value at the liquidation ratio and the firm prices, rounded down; ratio_max
/// where nothing is owed.  1 is the threshold.
[[nodiscard]] Ratio health(const VaultRow& vault, const TypeRow& type, const VaultTypeTerms& terms,
                           const TypePrices& prices);

/// Value over owed value at the firm prices, rounded down; ratio_max where nothing is owed.
[[nodiscard]] Ratio collateral_ratio(const VaultRow& vault, const TypeRow& type,
                                     const VaultTypeTerms& terms, const TypePrices& prices);

/// In dollars.
[[nodiscard]] Cash cash(Value value, Round round);

}  // namespace ballast::vaults
