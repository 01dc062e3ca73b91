/// The keys of the clearing house: underlyings and margin compartments (keys.hpp says how keys are
/// named).
#pragma once

#include <ballast/market/values.hpp>

namespace ballast::market {

template <class V>
void keys(V& visit, clearing::Pillar& pillar) {
    visit.required("seconds", Seconds{pillar.seconds});
    visit.required("feed", pillar.feed);
}

template <class V>
void keys(V& visit, pricing::Svi& smile) {
    visit.required("a", smile.a);
    visit.required("b", smile.b);
    visit.required("rho", smile.rho);
    visit.required("m", smile.m);
    visit.required("sigma", smile.sigma);
}

template <class V>
void keys(V& visit, clearing::UnderlyingTerms& terms) {
    visit.required("name", terms.name);
    visit.required("spot", terms.spot);
    visit.optional("perp", terms.perp);
    visit.optional("rate", terms.rate);
    visit.optional("funding_cap", terms.funding_cap);
    visit.optional("funding_interest", terms.funding_interest);
    visit.optional("strike_step", terms.strike_step);
    visit.optional("expiry_step", Seconds{terms.expiry_step});
    visit.optional("expiry_max", Seconds{terms.expiry_max});
    visit.optional("settlement_window", Seconds{terms.settlement_window});
    visit.entries("pillar", "a pillar", terms.pillars, "pillars");
    if (!terms.pillars.empty()) visit.required_section("smile", "a smile", terms.smile);
}

template <class V>
void keys(V& visit, ModelEntry& entry) {
    visit.required("name", entry.model.name);
    visit.required("file", entry.file);
}

template <class V>
void keys(V& visit, clearing::CollateralTerms& terms) {
    visit.required("asset", terms.asset);
    visit.required("feed", terms.feed);
    visit.optional("haircut", terms.haircut);
    visit.required("cap", terms.cap);
}

template <class V>
void keys(V& visit, clearing::GreeksLimits& limits) {
    visit.optional("delta", limits.delta);
    visit.optional("gamma", limits.gamma);
    visit.optional("vega", limits.vega);
}

template <class V>
void keys(V& visit, portfolio::Terms& terms) {
    visit.optional("top", terms.top);
    visit.optional("knee", terms.knee);
    visit.optional("fast_seconds", Seconds{terms.fast_seconds});
    visit.optional("slow_seconds", Seconds{terms.slow_seconds});
    visit.optional("insolvent_seconds", Seconds{terms.insolvent_seconds});
    visit.optional("buffer", terms.buffer);
    visit.optional("keeper_margin", terms.keeper_margin);
    visit.optional("fee", terms.fee);
    visit.optional("fraction_min", terms.fraction_min);
    visit.optional("remainder_min", terms.remainder_min);
    visit.optional("tip", terms.tip);
}

template <class V>
void keys(V& visit, portfolio::Economics& economics) {
    visit.optional("keeper_cost", economics.keeper_cost);
    visit.optional("keeper_slip", economics.keeper_slip);
    visit.optional("incentive", economics.incentive);
}

template <class V>
void keys(V& visit, MarginCompartmentEntry& entry) {
    clearing::CompartmentTerms& terms = entry.terms;
    visit.required("name", terms.name);
    visit.required("synthetic", terms.synthetic);
    visit.required("model", ModelName{terms.model});
    visit.required("underlyings", UnderlyingNames{terms.underlyings});
    visit.required("open_interest_max", terms.open_interest_max);
    visit.optional("fill_fee", terms.fill_fee);
    visit.optional("borrow_rate_per_second", terms.borrow_rate, "borrow_rate");
    visit.optional("borrow_rate", Yearly{terms.borrow_rate, "borrow_rate_per_second"},
                   "borrow_rate");
    visit.optional("ranking", terms.ranking);
    visit.entries("collateral", "a collateral", terms.collateral, "collateral");
    visit.section("account_limits", "a limit of Greeks", terms.account_limits);
    visit.section("compartment_limits", "a limit of Greeks", terms.compartment_limits);
    visit.section("auction", "an auction of accounts", terms.auction);
    visit.section("economics", "the economics of keepers", terms.economics);
    visit.required_section("treasury", "a treasury of a compartment", entry.treasury);
}

template <class V>
void keys(V& visit, pool::Prices& prices) {
    visit.optional("inventory", prices.inventory);
    visit.optional("delta", prices.delta);
    visit.optional("gamma", prices.gamma);
    visit.optional("vega", prices.vega);
    visit.optional("margin", prices.margin);
}

template <class V>
void keys(V& visit, pool::Budgets& budgets) {
    visit.required("delta", budgets.delta);
    visit.required("gamma", budgets.gamma);
    visit.required("vega", budgets.vega);
    visit.required("notional", budgets.notional);
    visit.required("margin", budgets.margin);
}

template <class V>
void keys(V& visit, swap::Terms& terms) {
    visit.required("first", terms.first);
    visit.required("second", terms.second);
    visit.required("fee", terms.fee);
    visit.required("volatility", terms.outlook.volatility, "outlook.volatility");
    visit.required("step_milliseconds", terms.outlook.step_milliseconds,
                   "outlook.step_milliseconds");
    visit.required("turnover", terms.outlook.turnover, "outlook.turnover");
}

template <class V>
void keys(V& visit, clearing::PoolTerms& entry) {
    pool::Terms& terms = entry.terms;
    visit.required("compartment", entry.compartment);
    visit.required("spread", terms.spread, "terms.spread");
    visit.required("spread_spot", terms.spread_spot, "terms.spread_spot");
    visit.optional("inventory_by_delta", terms.inventory_by_delta, "terms.inventory_by_delta");
    visit.optional("skew", terms.skew, "terms.skew");
    visit.optional("rebate_max", terms.rebate_max, "terms.rebate_max");
    visit.optional("hedge_band", terms.hedge_band, "terms.hedge_band");
    visit.optional("hedge_target", terms.hedge_target, "terms.hedge_target");
    visit.optional("deposit_min", terms.deposit_min, "terms.deposit_min");
    visit.required("capital_max", terms.capital_max, "terms.capital_max");
    visit.optional("deposit_fee", terms.deposit_fee, "terms.deposit_fee");
    visit.optional("withdrawal_fee", terms.withdrawal_fee, "terms.withdrawal_fee");
    visit.required("epoch_seconds", Seconds{terms.epoch_seconds}, "terms.epoch_seconds");
    visit.required("withdrawal_delay_epochs", terms.withdrawal_delay_epochs,
                   "terms.withdrawal_delay_epochs");
    visit.section("prices", "the prices of a pool", terms.prices, "terms.prices");
    visit.section("budgets", "the budgets of a pool", terms.budgets, "terms.budgets");
}

}  // namespace ballast::market
