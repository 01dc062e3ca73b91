/// What the clearing house of a market is configured to do.  Fixed at genesis.
#pragma once

#include <ballast/base/limits.hpp>
#include <ballast/base/terms_fault.hpp>
#include <ballast/deleverage/deleverage.hpp>
#include <ballast/margin/margin.hpp>
#include <ballast/pool/terms.hpp>
#include <ballast/portfolio/remedy.hpp>
#include <ballast/pricing/pricing.hpp>

#include <optional>
#include <string>
#include <vector>

namespace ballast::clearing {

inline constexpr u32 pillars_max = 8;  ///< Tenors of a volatility surface.
inline constexpr pricing::Fine volatility_max =
    pricing::Fine::units(100 * pricing::fine_one);  ///< What counts of a volatility at most.

/// The at-the-money volatility for one time to expiry.  The feed's price 0.65 means 65 % a year.
struct Pillar {
    u64 seconds = 0;
    FeedId feed;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.seconds), visit(row.feed);
    }
};

/// What instruments are written on.
struct UnderlyingTerms {
    std::string name;
    FeedId spot;                     ///< The index.  Must settle, if there are dated instruments.
    std::optional<FeedId> perp;      ///< Where perps trade; none: at the index.
    std::vector<Pillar> pillars;     ///< Ascending; total variance is interpolated linearly, and
                                     ///< volatility is flat outside.
    pricing::Svi smile;              ///< Shape around the money: volatility is the pillars' times
                                     ///< svi(strike) / svi(forward), both at one year.
    pricing::Fine rate;              ///< Continuous, per year; forwards grow by it and payouts are
                                     ///< discounted by it.
    pricing::Fine funding_cap;       ///< Of a perp, per period, either way.
    pricing::Fine funding_interest;  ///< Of a perp, per period, on top of the premium.
    Price strike_step;               ///< Strikes are multiples of it.
    u64 expiry_step = 0;             ///< Expiries are multiples of it, seconds.
    u64 expiry_max = 0;              ///< Longest time to expiry of a new listing, seconds.
    u64 settlement_window = 0;       ///< Over which the index is averaged at expiry, seconds.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.name), visit(row.spot), visit(row.perp), visit(row.pillars), visit(row.smile);
        visit(row.rate), visit(row.funding_cap), visit(row.funding_interest);
        visit(row.strike_step), visit(row.expiry_step), visit(row.expiry_max);
        visit(row.settlement_window);
    }
};

/// What an account may lay in besides cash.  How much of its worth counts, the margin model says.
struct CollateralTerms {
    AssetId asset;
    FeedId feed;
    Ratio haircut;  ///< Of its worth, for the choice of a remedy.
    Amount cap;     ///< Most of it in the compartment.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.asset), visit(row.feed), visit(row.haircut), visit(row.cap);
    }
};

/// Bounds on sums of Greeks, in dollars.  Zero: no bound.
struct GreeksLimits {
    Cash delta;  ///< Of |delta| times spot.
    Cash gamma;  ///< Of |gamma| times spot squared, for a move of one per cent.
    Cash vega;   ///< Of |vega|, for 0.01 of volatility.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.delta), visit(row.gamma), visit(row.vega);
    }
};

/// Accounts that stand for each other's losses before anybody else does (L10).  Its treasury
/// compartment stands after those of the vault types, in the same order.
struct CompartmentTerms {
    std::string name;
    AssetId synthetic;  ///< What cash is, and what is owed; counts as one dollar.
    u16 model = 0;      ///< The margin model at the start: a position in Terms::models.
    std::vector<CollateralTerms> collateral;  ///< At most limits::basket_max.
    std::vector<UnderlyingId> underlyings;    ///< On which instruments may be listed.
    GreeksLimits account_limits;              ///< Per account and underlying.
    GreeksLimits compartment_limits;          ///< Sum over accounts of one sign, per underlying.
    Cash open_interest_max;                   ///< Per instrument, at the mark.
    Ratio fill_fee;                           ///< Of the mark of what is traded, from each side.
    Ray borrow_rate = Ray::units(ray_one);    ///< Per second, on what accounts owe.
    portfolio::Terms auction;
    portfolio::Economics economics;  ///< What resolution costs a keeper here.
    deleverage::Ranking ranking = deleverage::Ranking::least_overshoot;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.name), visit(row.synthetic), visit(row.model), visit(row.collateral);
        visit(row.underlyings), visit(row.account_limits), visit(row.compartment_limits);
        visit(row.open_interest_max), visit(row.fill_fee), visit(row.borrow_rate);
        visit(row.auction), visit(row.economics), visit(row.ranking);
    }
};

/// The liquidity pool: a margin account that trades with whoever asks.
struct PoolTerms {
    CompartmentId compartment;
    pool::Terms terms;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.compartment), visit(row.terms);
    }
};

struct Terms {
    std::vector<UnderlyingTerms> underlyings;
    std::vector<margin::Model> models;
    std::vector<CompartmentTerms> compartments;
    std::optional<AccountId> governor;  ///< Who may switch models; none: nobody.
    u64 ramp_min = 0;                   ///< Shortest grace of a switch, seconds.
    std::optional<PoolTerms> pool;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.underlyings), visit(row.models), visit(row.compartments), visit(row.governor);
        visit(row.ramp_min), visit(row.pool);
    }
};

/// What is wrong with the terms by themselves, if anything is.  What they name outside (feeds,
/// assets, accounts) the engine looks at.
[[nodiscard]] std::optional<TermsFault> validate(const Terms& terms);

}  // namespace ballast::clearing
