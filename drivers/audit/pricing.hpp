/// What collateral counts for, from the oracle's quotes, by the auditor's own arithmetic.
#pragma once

#include <ballast/audit/view.hpp>

namespace ballast::audit {

/// The prices of one vault type in this block, with `locked` in its vaults.
[[nodiscard]] vaults::TypePrices prices_of(const Scene& scene, VaultTypeId type,
                                           const basket::Amounts& locked);

/// `price` less the haircut and the charges of `terms` while `locked` is in the type.
[[nodiscard]] i128 weight_of(const basket::CollateralTerms& terms, Price price, Amount locked);

/// Whether `normal` of debt is covered by `amounts` at these weights, price and ratio.
struct Position {
    std::array<i128, limits::basket_max> amounts{};
    i128 owed = 0;
};
[[nodiscard]] bool covered(const Position& position, const basket::Prices& weights, Price debt,
                           Ratio ratio);

}  // namespace ballast::audit
