/// The parameters of a margin model by notional: a table of ratios, and the rules that move them.
/// docs/methods/notional_margin.md has the formulas; its sections are named here.
#pragma once

#include <ballast/base/codec.hpp>
#include <ballast/base/ids.hpp>
#include <ballast/base/terms_fault.hpp>

#include <optional>
#include <string>
#include <vector>

namespace ballast::notional {

/// What perps and futures require, as a part of their notional.  Section 2.
struct LinearTerms {
    Ratio initial;
    Ratio maintenance;  ///< At most `initial`.
    /// How much both ratios grow with the square root of the units held, per sqrt(1 unit); 0: not
    /// at all.
    Ratio size_premium;
    /// The initial ratio grows from itself at the lower to 1 at the upper notional of open interest
    /// of the instrument; both 0: not at all.
    Cash open_interest_low;
    Cash open_interest_high;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.initial), visit(row.maintenance), visit(row.size_premium);
        visit(row.open_interest_low), visit(row.open_interest_high);
    }
};

/// What one short option requires beyond its mark, as parts of spot.  Section 3.
struct ShortTerms {
    Ratio initial_most;          ///< At the money.
    Ratio initial_least;         ///< Far out of the money; at most `initial_most`.
    Ratio maintenance_call;      ///< Of a call.
    Ratio maintenance_put;       ///< Of a put; or `maintenance_put_mark`, whichever is more.
    Ratio maintenance_put_mark;  ///< Of a put, as a part of its mark.
    Ratio put_initial_scale;     ///< Initial of a put is at least its maintenance times this.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.initial_most), visit(row.initial_least), visit(row.maintenance_call);
        visit(row.maintenance_put), visit(row.maintenance_put_mark), visit(row.put_initial_scale);
    }
};

/// What the options of one expiry require together.  Section 3.
struct OptionTerms {
    /// Absent: options require their worst payoff, whatever it is.
    std::optional<ShortTerms> isolated;
    Ratio unpaired_initial;      ///< Part of the forward for each call that is short on balance.
    Ratio unpaired_maintenance;  ///< At most `unpaired_initial`.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.isolated), visit(row.unpaired_initial), visit(row.unpaired_maintenance);
    }
};

/// What is added to the initial margin while the feeds of an underlying are unsure.  Section 5.
struct ConfidenceTerms {
    Ratio linear_threshold;  ///< Confidence under which perps and futures are charged; 0: never.
    Ratio option_threshold;
    Ratio factor;  ///< The charge is this times (1 - confidence) times notional.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.linear_threshold), visit(row.option_threshold), visit(row.factor);
    }
};

/// One class of underlyings.
struct TierTerms {
    std::string name;
    LinearTerms linear;
    OptionTerms option;
    ConfidenceTerms confidence;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.name), visit(row.linear), visit(row.option), visit(row.confidence);
    }
};

/// How much of an asset's worth counts.  Section 4.
struct CollateralTerms {
    Ratio initial;               ///< At most `maintenance`.
    Ratio maintenance;           ///< At most 1.
    Ratio size_discount;         ///< How fast both fall with the square root of the units held.
    Ratio confidence_threshold;  ///< As in ConfidenceTerms.
    Ratio confidence_factor;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.initial), visit(row.maintenance), visit(row.size_discount);
        visit(row.confidence_threshold), visit(row.confidence_factor);
    }
};

/// What is added to the initial margin while the settlement asset is worth less than a dollar.
/// Section 5.
struct DepegTerms {
    Price threshold;  ///< 0: never.
    Ratio factor;     ///< The charge is this times the shortfall times what is short, or linear.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.threshold), visit(row.factor);
    }
};

struct Terms {
    /// Ratios that grow with open interest or size are cut down to multiples of this, as a peer
    /// that counts in parts per million does; 0: rounded up to 10^-9.
    Ratio ratio_step;
    std::vector<TierTerms> tiers;  ///< At least one; the first is that of unnamed underlyings.
    std::vector<u8> tier_of;       ///< By UnderlyingId, a position in `tiers`.
    std::vector<CollateralTerms> collateral;  ///< By AssetId; beyond it, an asset counts nothing.
    DepegTerms depeg;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.ratio_step), visit(row.tiers), visit(row.tier_of);
        visit(row.collateral), visit(row.depeg);
    }
};

/// The first fault, or none.
[[nodiscard]] std::optional<TermsFault> validate(const Terms& terms);

/// The class of `underlying`.  `terms` is valid.
[[nodiscard]] const TierTerms& tier(const Terms& terms, UnderlyingId underlying);

}  // namespace ballast::notional
