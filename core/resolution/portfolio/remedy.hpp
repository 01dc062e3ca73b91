/// Which remedy an unhealthy margin account gets first, the mildest that suffices, and whether a
/// rational keeper would come for it.  docs/methods/account_resolution.md, section 5.
#pragma once

#include <ballast/portfolio/portfolio.hpp>

#include <span>
#include <vector>

namespace ballast::portfolio {

/// What resolution costs a keeper, and what he is offered for collateral; declared by the market.
struct Economics {
    Cash keeper_cost;   ///< Per take, whatever its size.
    Ratio keeper_slip;  ///< Of the gross worth taken: spread, impact, hedging.
    Ratio incentive;    ///< i: who pays 1 for collateral is handed 1 + i.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.keeper_cost), visit(row.keeper_slip), visit(row.incentive);
    }
};
[[nodiscard]] std::optional<TermsFault> validate(const Economics& economics);

/// One collateral asset in the account.
struct Holding {
    AssetId asset;
    Cash worth;     ///< At the mark, >= 0.
    Ratio haircut;  ///< The part that maintenance margin does not count, from 0 to 1.
};

struct Sickness {
    Standing standing;   ///< With the open orders.
    Cash orders_relief;  ///< How much maintenance margin rises when they are cancelled.
    std::span<const Holding> holdings;  ///< By ascending asset.
    bool isolated = false;              ///< The account holds a single market, by itself.
};

enum class Remedy : u8 {
    none,             ///< Healthy, or healthy once its orders are cancelled.
    sell_collateral,  ///< Selling collateral at the incentive restores the buffer margin.
    isolated_market,  ///< The account's one market is taken over by itself.
    whole_portfolio,  ///< A fraction of everything is auctioned.
    backstop,         ///< No keeper can profit: the security layer takes it at once.
};

struct Sale {
    AssetId asset;
    Cash worth;  ///< To be handed to keepers, at the mark; they pay worth / (1 + i).
    friend bool operator==(const Sale&, const Sale&) = default;
};

struct Choice {
    Remedy remedy = Remedy::none;
    bool cancel_orders = false;
    std::vector<Sale> sales;  ///< Of sell_collateral, in the order in which they are made.
};

/// Chooses.  Collateral is sold where that alone restores the buffer margin, where it pays a
/// keeper, and only while loan to value is under 1 / (1 + incentive): past that an incentive makes
/// the account worse.
[[nodiscard]] Choice choose_remedy(const Terms& terms, const Economics& economics,
                                   const Sickness& sickness);

/// Whether liquidating at incentive i improves an account of `debt` against `collateral`: debt *
/// (1 + i) < collateral.
[[nodiscard]] bool incentive_heals(Cash debt, Cash collateral, Ratio incentive);

/// The most that a keeper can gain from the whole account by the end of the leg that its auction
/// would begin with, costs deducted; may be negative.
[[nodiscard]] Cash keeper_gain_max(const Terms& terms, const Economics& economics,
                                   const Standing& standing);

/// A debt against collateral, as lending knows it.
struct Loan {
    Cash collateral;
    Cash debt;
    friend bool operator==(const Loan&, const Loan&) = default;
};

/// What is left after a keeper repays `close_factor` of the debt and is handed 1 + i times as much,
/// as far as there is collateral; what he repays is cut back to what that covers.  The repaid is
/// rounded up, the handed down.
[[nodiscard]] Loan liquidate(const Loan& loan, Ratio incentive, Ratio close_factor);

/// The part of the debt whose repayment at the incentive restores the health `target`, where
/// `threshold` is the part of collateral that counts: (target * debt - threshold * collateral) /
/// (debt * (target - threshold * (1 + i))).  Rounded up; 0 for a loan that is as healthy already;
/// may exceed 1.  None where no repayment restores it, for each costs more collateral than it
/// relieves, and where it is beyond what a Ray holds.  `debt` > 0.
struct Restoration {
    Ratio threshold;
    Ratio target;
    Ratio incentive;
};
[[nodiscard]] std::optional<Ray> repay_part(const Loan& loan, const Restoration& aim);

}  // namespace ballast::portfolio
