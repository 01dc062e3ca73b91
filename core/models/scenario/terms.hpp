/// The parameters of a margin model by scenarios: a table of moves, the rules that turn a move into
/// prices, and the charges beside them.  Everything is data; docs/methods/margin.md has the
/// formulas and its sections are named here.  Losses are counted in dollars, negative.
#pragma once

#include <ballast/base/codec.hpp>
#include <ballast/base/ids.hpp>
#include <ballast/base/terms_fault.hpp>
#include <ballast/pricing/point.hpp>

#include <optional>
#include <vector>

namespace ballast::scenario {

using pricing::Fine;
inline constexpr Fine fine_one = Fine::units(pricing::fine_one);
inline constexpr Ratio one = Ratio::units(ratio_one);

/// What a scenario does to volatility.  Section 2.
enum class VolatilityRule : u8 {
    none,
    up,     ///< Times 1 + range_up m, where m falls with the time to expiry.
    down,   ///< Times 1 - range_down m.
    shift,  ///< Plus the scenario's own shift.
};
[[nodiscard]] constexpr bool valid(VolatilityRule rule) {
    return rule <= VolatilityRule::shift;
}

/// What a scenario does to the smile, spot staying where it is.  Section 3.
enum class SkewRule : u8 {
    none,
    linear,    ///< Tilts: strikes above the forward gain what those below lose.
    absolute,  ///< Bends: both wings gain.
};
[[nodiscard]] constexpr bool valid(SkewRule rule) {
    return rule <= SkewRule::absolute;
}

struct Scenario {
    Fine spot = fine_one;  ///< What spot, forwards and marks are multiplied by.
    VolatilityRule volatility = VolatilityRule::none;
    SkewRule skew = SkewRule::none;  ///< Other than none: spot is 1 and volatility none.
    Fine weight = fine_one;          ///< What the scenario's profit is multiplied by; at most 10.
    Fine shift;                      ///< Of volatility, where the rule is shift; else 0.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.spot), visit(row.volatility), visit(row.skew), visit(row.weight);
        visit(row.shift);
    }
};

/// How far volatility moves: m = (reference / max(seconds to expiry, floor))^power.  Section 2.
struct VolatilityTerms {
    Fine range_up;
    Fine range_down;
    Fine power_short;  ///< Up to `reference_seconds` to expiry.
    Fine power_long;   ///< Beyond.
    Fine minimum_up;   ///< Volatility moved up is at least this.
    u64 reference_seconds = u64{30} * 86'400;
    u64 floor_seconds = 86'400;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.range_up), visit(row.range_down), visit(row.power_short), visit(row.power_long);
        visit(row.minimum_up), visit(row.reference_seconds), visit(row.floor_seconds);
    }
};

/// How the smile moves.  Section 3.
struct SkewTerms {
    Fine linear_cap;
    Fine linear_slope;  ///< Of the cap, per square root of a year.
    Fine absolute_cap;
    Fine absolute_slope;
    Fine width_minimum;      ///< Least log-moneyness at which the cap is reached; > 0 with a rule.
    Fine width_scale;        ///< The width in standard deviations,
    Fine volatility_static;  ///< of this volatility,
    Fine volatility_slope;   ///< plus this per square root of a year.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.linear_cap), visit(row.linear_slope), visit(row.absolute_cap);
        visit(row.absolute_slope), visit(row.width_minimum), visit(row.width_scale);
        visit(row.volatility_static), visit(row.volatility_slope);
    }
};

/// What the value of one expiry in a scenario is multiplied by: less where it is worth something,
/// more where it is owed.  Section 4.
struct DiscountTerms {
    Fine long_base = fine_one;  ///< At most 1.
    Fine long_rate_scale;       ///< Times the rate, per year.
    Fine long_rate_add;         ///< Per year.
    Fine short_base = fine_one;
    Fine short_rate_scale;
    Fine short_rate_add;
    bool undiscounted = false;  ///< Values are those at expiry: the rate counts here alone.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.long_base), visit(row.long_rate_scale), visit(row.long_rate_add);
        visit(row.short_base), visit(row.short_rate_scale), visit(row.short_rate_add);
        visit(row.undiscounted);
    }
};

/// What forwards of different expiries may move against each other: a part of each expiry's loss
/// when its forward alone moves.  Section 5.
struct BasisTerms {
    Fine up = fine_one;    ///< At least 1.
    Fine down = fine_one;  ///< At most 1.
    Fine add;              ///< Part of the loss; 0 with `per_year` 0: no such charge.
    Fine per_year;         ///< Further part per year to expiry.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.up), visit(row.down), visit(row.add), visit(row.per_year);
    }
};

/// Charges on what is held, as parts of its notional at spot; `initial` comes on top of
/// `maintenance` in the initial margin.  Section 6.
struct ContingencyTerms {
    Ratio linear_maintenance;  ///< Of perps and futures, each by itself.
    Ratio linear_initial;
    Ratio naked_maintenance;  ///< Of short options that the opposite right at the same strike does
    Ratio naked_initial;      ///< not cover.
    /// Whether the initial factor multiplies what maintenance charges here and for collateral.
    bool scaled = false;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.linear_maintenance), visit(row.linear_initial), visit(row.naked_maintenance);
        visit(row.naked_initial), visit(row.scaled);
    }
};

/// What the initial margin adds while feeds are unsure: (1 - confidence) factor notional, of every
/// part whose confidence is under the threshold.  Section 6.
struct ConfidenceTerms {
    Ratio threshold;  ///< 0: never.
    Ratio factor;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.threshold), visit(row.factor);
    }
};

/// Whether the worth of a collateral moves with an underlying in the scenarios.  Section 7.
enum class Follow : u8 {
    none,
    both,    ///< Its gains and losses count: it hedges.
    losses,  ///< Only its losses count: wrong-way risk is charged, nothing is hedged.
};
[[nodiscard]] constexpr bool valid(Follow follow) {
    return follow <= Follow::losses;
}

/// How much of an asset's worth counts.  Section 7.
struct CollateralTerms {
    Ratio maintenance;  ///< Part of the worth that maintenance does not count.
    Ratio initial;      ///< Further part that the initial margin does not count.
    Follow follow = Follow::none;
    UnderlyingId underlying;  ///< That it follows.
    Ratio beta = one;         ///< How much of the underlying's move it makes.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.maintenance), visit(row.initial), visit(row.follow), visit(row.underlying);
        visit(row.beta);
    }
};

/// The initial factor grows by `factor` times what the settlement asset lacks to `threshold`.
/// Section 8.
struct DepegTerms {
    Price threshold;  ///< 0: never.
    Ratio factor;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.threshold), visit(row.factor);
    }
};

/// The least that a portfolio requires before the factors, whatever the scenarios say.  Section 9.
struct FloorTerms {
    Ratio delta_net;     ///< Part of |net delta| at spot, per underlying.
    Ratio delta_hedged;  ///< Part of the delta that stands against opposite delta.
    Ratio short_option;  ///< Part of spot, per unit of short option.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.delta_net), visit(row.delta_hedged), visit(row.short_option);
    }
};

/// What may happen before a loss is resolved: deviations * volatility * sqrt(seconds) + jump, as a
/// part of |net delta| at spot.  Section 10.
struct DelayTerms {
    Fine deviations;
    u64 seconds = 0;  ///< Delay of the oracle and of the auction together.
    Ratio jump;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.deviations), visit(row.seconds), visit(row.jump);
    }
};

/// What a model says of one underlying.
struct UnderlyingTerms {
    /// Part of its moves that all underlyings make together; that part is netted.  Section 11.
    Ratio common;
    /// Net delta that the market takes without moving, 10^-8 units; 0: whatever.  Section 12.
    i64 depth = 0;
    Ratio impact;  ///< Part of notional that twice the depth costs.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.common), visit(row.depth), visit(row.impact);
    }
};

struct Terms {
    std::vector<Scenario> scenarios;  ///< At least one, at most limits::scenarios_max.
    std::vector<u8> quick;            ///< Positions in `scenarios`, rising: what `quick` looks at.
    VolatilityTerms volatility;
    SkewTerms skew;
    DiscountTerms discount;
    BasisTerms basis;
    ContingencyTerms contingency;
    ConfidenceTerms confidence;
    DepegTerms depeg;
    FloorTerms floor;
    DelayTerms delay;
    Ratio initial_factor = one;      ///< What the worst loss is multiplied by, at least
    Ratio maintenance_factor = one;  ///< this one.
    Ratio order_reserve;  ///< Of resting orders at spot, in the initial margin.  Section 13.
    std::vector<CollateralTerms> collateral;   ///< By AssetId; beyond it, an asset counts nothing.
    std::vector<UnderlyingTerms> underlyings;  ///< By UnderlyingId; beyond it, all zeros.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.scenarios), visit(row.quick), visit(row.volatility), visit(row.skew);
        visit(row.discount), visit(row.basis), visit(row.contingency), visit(row.confidence);
        visit(row.depeg), visit(row.floor), visit(row.delay), visit(row.initial_factor);
        visit(row.maintenance_factor), visit(row.order_reserve), visit(row.collateral);
        visit(row.underlyings);
    }
};

/// The first fault, or none.
[[nodiscard]] std::optional<TermsFault> validate(const Terms& terms);

}  // namespace ballast::scenario
