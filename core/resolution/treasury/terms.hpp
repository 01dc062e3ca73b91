/// What the treasury of a market is configured to do.  Fixed at genesis.
#pragma once

#include <ballast/base/ids.hpp>
#include <ballast/base/limits.hpp>
#include <ballast/base/quantity.hpp>
#include <ballast/base/terms_fault.hpp>

#include <optional>
#include <vector>

namespace ballast::treasury {

/// One compartment.  There is one per vault type, at the same position.
struct CompartmentTerms {
    AssetId synthetic;      ///< What its vaults owe.
    Ratio reserve_share;    ///< Part of its income that goes into its own reserve, from 0 to 1.
    Amount reserve_target;  ///< Where its reserve stops taking income.
    Amount loss_out_max;  ///< How much of its losses shared surplus may be out of pocket for at any
                          ///< time (L10).

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.synthetic), visit(row.reserve_share), visit(row.reserve_target),
            visit(row.loss_out_max);
    }
};

/// The two auctions through which a synthetic's treasury trades with the market.
struct SyntheticTerms {
    AssetId asset;
    std::optional<AssetId> governance;  ///< What is issued against bad debt and bought for surplus;
                                        ///< none: no auctions.
    Amount surplus_target;              ///< Surplus up to here is kept.
    Amount surplus_lot;                 ///< Synthetic units sold in one surplus auction.
    Amount recapitalisation_lot;        ///< Synthetic units raised in one recapitalisation auction.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.asset), visit(row.governance), visit(row.surplus_target), visit(row.surplus_lot);
        visit(row.recapitalisation_lot);
    }
};

struct Terms {
    std::vector<CompartmentTerms> compartments;  ///< By vault type; at most
                                                 ///< limits::vault_types_max.
    std::vector<SyntheticTerms> synthetics;      ///< One for each asset that a compartment owes.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.compartments), visit(row.synthetics);
    }
};

/// What is wrong with the terms of a market of `assets` assets, if anything is.
[[nodiscard]] std::optional<TermsFault> validate(const Terms& terms, u32 assets);

}  // namespace ballast::treasury
