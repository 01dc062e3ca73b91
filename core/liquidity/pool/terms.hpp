/// What a liquidity pool is configured to do.  Fixed at genesis.
#pragma once

#include <ballast/base/limits.hpp>
#include <ballast/base/quantity.hpp>
#include <ballast/base/terms_fault.hpp>

#include <optional>

namespace ballast::pool {

/// How much each dollar of a risk costs, at the margin, when the pool's whole exposure to that risk
/// equals its capital; half as much, on average, on the way there (docs/methods/liquidity.md,
/// section 1).
struct Prices {
    Ratio inventory;  ///< Of the spot notional of the pool's position in the instrument.
    Ratio delta;      ///< Of its dollar delta: delta * spot.
    Ratio gamma;      ///< Of its change for 1 % of spot: gamma * spot^2 / 100.
    Ratio vega;       ///< Of its change of value for one point of volatility: vega / 100.
    Ratio margin;     ///< Of its initial margin: the price of utilisation.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.inventory), visit(row.delta), visit(row.gamma), visit(row.vega);
        visit(row.margin);
    }
    friend bool operator==(const Prices&, const Prices&) = default;
};

/// The most of each risk, as a multiple of the pool's capital.  Beyond it only what lessens that
/// risk is quoted.
struct Budgets {
    Ratio delta;     ///< |delta * spot|, per underlying.
    Ratio gamma;     ///< |gamma * spot^2 / 100|, per underlying.
    Ratio vega;      ///< |vega / 100|, per underlying.
    Ratio notional;  ///< Sum of |size| * spot over all positions.
    Ratio margin;    ///< Initial margin: the largest utilisation.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.delta), visit(row.gamma), visit(row.vega), visit(row.notional);
        visit(row.margin);
    }
    friend bool operator==(const Budgets&, const Budgets&) = default;
};

struct Terms {
    Ratio spread;       ///< Half the base spread, of the instrument's mark.
    Ratio spread_spot;  ///< Half the base spread, of the spot: what even a worthless option costs.
    Prices prices;
    bool inventory_by_delta = false;  ///< Whether the price of inventory is times the |delta| of a
                                      ///< unit, as in Deri's DPMM.
    Ratio skew;        ///< The part of a risk's price that who takes the risk away is paid; 0..1.
    Ratio rebate_max;  ///< The most by which a fill may be better than the mark, of spot notional.
    Budgets budgets;

    Ratio hedge_band;    ///< The pool asks to hedge when |delta * spot| leaves this times capital,
    Ratio hedge_target;  ///< and then down to this times capital; at most the band.

    Cash deposit_min;                 ///< Smallest deposit.
    Cash capital_max;                 ///< Deposits are taken until the pool's value is this.
    Ratio deposit_fee;                ///< Of a deposit; stays in the pool.
    Ratio withdrawal_fee;             ///< Of what is withdrawn; stays in the pool.
    u64 epoch_seconds = 0;            ///< Requests of one epoch share one price.
    u32 withdrawal_delay_epochs = 0;  ///< Epochs that a withdrawal waits after its own; at least 1.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.spread), visit(row.spread_spot), visit(row.prices);
        visit(row.inventory_by_delta), visit(row.skew), visit(row.rebate_max);
        visit(row.budgets), visit(row.hedge_band), visit(row.hedge_target);
        visit(row.deposit_min), visit(row.capital_max), visit(row.deposit_fee);
        visit(row.withdrawal_fee), visit(row.epoch_seconds), visit(row.withdrawal_delay_epochs);
    }
    friend bool operator==(const Terms&, const Terms&) = default;
};

/// Longest epoch, and longest delay in epochs, that may be configured.
inline constexpr u64 epoch_seconds_max = u64{366} * 86'400;
inline constexpr u32 withdrawal_delay_epochs_max = 1000;

/// What is wrong with the terms, if anything is.
[[nodiscard]] std::optional<TermsFault> validate(const Terms& terms);

}  // namespace ballast::pool
