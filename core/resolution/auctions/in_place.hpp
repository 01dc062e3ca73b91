/// Liquidation in place, without a clock: the keeper repays a part of the debt and is handed
/// collateral of more worth, as in Aave (a fixed bonus and a close factor) and Euler (a discount
/// that grows with ill-health).  The vault itself is changed by whoever holds it
/// (docs/methods/auctions.md, section 5).
#pragma once

#include <ballast/auctions/curve.hpp>
#include <ballast/base/quantity.hpp>
#include <ballast/base/result.hpp>

namespace ballast::auctions {

struct InPlaceInput {
    Amount owed;            ///< The vault's debt, in the synthetic.  > 0.
    Cash owed_worth;        ///< The same, in cash.  > 0.
    Cash collateral_worth;  ///< All that the vault holds, in cash.
    Ratio health;           ///< 1 is the liquidation threshold; less is unhealthy.
    Amount pay_max;         ///< The most that the keeper would repay.
    Amount debt_min;        ///< What a vault must owe if it owes anything.
};

struct InPlacePlan {
    Amount repay;  ///< What the keeper pays, all of it destroyed; at most pay_max and at most the
                   ///< debt.
    Cash handed;   ///< Worth of the collateral that he is handed, rounded down; at most all of it.
    bool takes_all = false;  ///< All collateral goes; debt that is left has nothing behind it.
    bool cut_back = false;   ///< The bonus was cut back to what does not worsen the vault.
};

/// How much a take may repay and what it hands over.  A debt that would be left under debt_min is
/// repaid in full, whatever the close factor says, if the keeper pays for it, and else cut back to
/// leave debt_min.  Rejects: amount_not_positive (pay_max), auction_healthy (health >= 1),
/// auction_close_factor (the debt is so small that the close factor leaves nothing of it to repay),
/// auction_leaves_dust (the debt is within debt_min and only part of it is paid for), overflow.
[[nodiscard]] Result<InPlacePlan> decide_in_place(const Curve& curve, const InPlaceInput& input);

/// Units of the synthetic paid per cash unit of collateral, rounded up: what a keeper's price_max
/// bounds in place.  Rejects with auction_price_over_limit a plan that hands over nothing.
[[nodiscard]] Result<Ray> price_of(const InPlacePlan& plan);

/// `amount` * `handed` / `whole`, rounded down: how much of one asset of the basket is handed over
/// when `handed` of the basket's worth `whole` is.  `whole` > 0, `handed` <= `whole`.
[[nodiscard]] Amount handed_over(Amount amount, Cash handed, Cash whole);

}  // namespace ballast::auctions
