/// What a vault type's collateral and debt are worth in this block, computed once.
#pragma once

#include <ballast/oracle/oracle.hpp>
#include <ballast/vaults/terms.hpp>

namespace ballast::vaults {

struct TypeRow;

/// Dollars per whole asset; collateral by position in the basket.
struct TypePrices {
    basket::Prices weight{};  ///< Firm low, through the rate, less all charges: counts for health.
    Price debt_firm;          ///< Firm high: what is owed counts as, for health.
    basket::Prices low{};     ///< Low, through the rate, before charges: backs new risk.
    Price debt_high;          ///< High: what is owed counts as, under new risk.
    basket::Prices high{};    ///< High, through the rate, at most price_max: what a redeemer gets.
    Price debt_low;           ///< Low: what a redeemer brings counts as.
    oracle::Status status = oracle::Status::halted;  ///< The worst of the type's feeds.
};

/// One per vault type, in the order of their ids.
using Prices = std::vector<TypePrices>;

/// The type's prices at the oracle's last quotes, with the concentration that `row` shows.  A debt
/// without feed is one dollar.
[[nodiscard]] TypePrices price_type(const VaultTypeTerms& terms, const oracle::State& oracle,
                                    const TypeRow& row);

/// What counts when risk is added: `low` less the charges at what is locked according to `row` and
/// about to be locked, which may have changed since the block began.
[[nodiscard]] basket::Prices risk_weights(const VaultTypeTerms& terms, const TypePrices& prices,
                                          const TypeRow& row);

}  // namespace ballast::vaults
