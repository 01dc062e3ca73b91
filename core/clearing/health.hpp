/// How a margin account stands under its compartment's margin model.  docs/methods/clearing.md,
/// section 4.
#pragma once

#include <ballast/clearing/market.hpp>
#include <ballast/margin/margin.hpp>

namespace ballast::clearing {

/// What is over each requirement; negative: what is missing.
struct Standing {
    Cash equity;       ///< Everything at the marks, less what is owed.
    Cash initial;      ///< >= 0: new risk may be taken.
    Cash maintenance;  ///< >= 0: healthy.
};

/// The prices of a block under the scenarios of every model in use, ready for any account.
class Risk {
public:
    /// Prices the market under the models in use, and under `also` if one is named.
    explicit Risk(const Sight& sight, std::optional<u16> also = {});
    Risk() = default;

    /// Funding that is due counts as paid.  During the grace of a switch of models the initial
    /// margin satisfies both, and the maintenance margin moves from the old to the new one but
    /// never under both.  Rejects with feed_halted what holds something that has no price.
    [[nodiscard]] Result<Standing> standing(const Sight& sight, const AccountRow& account) const;
    /// The same under one model alone: what a switch would mean for the account.
    [[nodiscard]] Result<Standing> standing_under(const Sight& sight, const AccountRow& account,
                                                  u16 model) const;

    /// Whether all that the account holds has a price: feed_halted.
    [[nodiscard]] Result<void> priced(const Sight& sight, const AccountRow& account) const;

    /// What one unit of each collateral of the compartment is worth to a liquidation.
    [[nodiscard]] Price collateral_price(const Sight& sight, CompartmentId compartment,
                                         u32 slot) const;

private:
    std::vector<std::optional<margin::Table>> tables_;  ///< By model; of those in use.
};

/// What remains to be paid or received before a valuation: funding that is due, and gains and
/// losses against entries at the marks.  The account's cash less its debt, with those.
[[nodiscard]] Cash settled_cash(const Sight& sight, const AccountRow& account);

/// An account that another model would find unhealthy.
struct Fallen {
    MarginAccountId account;
    Standing before;
    Standing after;
};
/// The dry run of a switch: every account of the compartment that is healthy as things are and
/// would not be under `model`.  Accounts without prices are passed over.
[[nodiscard]] std::vector<Fallen> would_fall(const Sight& sight, CompartmentId compartment,
                                             u16 model);

/// Sums of Greeks on one underlying, in the dollars of GreeksLimits; signed.
struct GreeksSum {
    Cash delta;
    Cash gamma;
    Cash vega;
};
[[nodiscard]] GreeksSum greeks_of(const Sight& sight, const AccountRow& account,
                                  UnderlyingId underlying);

/// Whether the account's Greeks may go from `before` to `after`: each is within its limit, or no
/// further from zero than it was.  greeks_over_limit.
[[nodiscard]] Result<void> check_greeks(const GreeksLimits& limits, const GreeksSum& before,
                                        const GreeksSum& after);

/// L9: whether the account may take new risk on the feeds of what it holds: feed_halted,
/// feed_degraded.
[[nodiscard]] Result<void> allows_new_risk(const Sight& sight, const AccountRow& account);

}  // namespace ballast::clearing
