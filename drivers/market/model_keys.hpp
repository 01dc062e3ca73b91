/// Every key of a model by scenarios, named once: for reading and for the reference
/// (docs/methods/margin.md).
#pragma once

#include <ballast/market/model_reader.hpp>
#include <ballast/scenario/terms.hpp>

namespace ballast::market {

template <>
struct ModelWords<scenario::VolatilityRule> {
    static constexpr std::array<std::string_view, 4> list{"none", "up", "down", "shift"};
};
template <>
struct ModelWords<scenario::SkewRule> {
    static constexpr std::array<std::string_view, 3> list{"none", "linear", "absolute"};
};
template <>
struct ModelWords<scenario::Follow> {
    static constexpr std::array<std::string_view, 3> list{"none", "both", "losses"};
};

/// One table of scenarios: every spot with every volatility.
struct ScenarioEntry {
    std::vector<scenario::Fine> spot;
    std::vector<scenario::VolatilityRule> volatility;
    scenario::Scenario rest;
    bool quick = false;
};
struct CollateralEntry {
    std::string asset;
    std::string underlying;
    scenario::CollateralTerms terms;
};
struct UnderlyingEntry {
    std::string name;
    scenario::UnderlyingTerms terms;
};

/// A model by scenarios in the shape of its file.
struct ScenarioSheet {
    std::string name;
    u32 version = 1;
    std::string by;
    std::vector<ScenarioEntry> scenarios;
    std::vector<CollateralEntry> collateral;
    std::vector<UnderlyingEntry> underlyings;
    scenario::Terms terms;
};

template <class V>
void model_keys(V& visit, ScenarioEntry& entry) {
    visit.optional("spot", entry.spot);
    visit.optional("volatility", entry.volatility);
    visit.optional("shift", entry.rest.shift);
    visit.optional("skew", entry.rest.skew);
    visit.optional("weight", entry.rest.weight);
    visit.optional("quick", entry.quick);
}

template <class V>
void model_keys(V& visit, scenario::VolatilityTerms& terms) {
    visit.optional("range_up", terms.range_up);
    visit.optional("range_down", terms.range_down);
    visit.optional("power_short", terms.power_short);
    visit.optional("power_long", terms.power_long);
    visit.optional("minimum_up", terms.minimum_up);
    visit.optional("reference_seconds", Span{terms.reference_seconds});
    visit.optional("floor_seconds", Span{terms.floor_seconds});
}

template <class V>
void model_keys(V& visit, scenario::SkewTerms& terms) {
    visit.optional("linear_cap", terms.linear_cap);
    visit.optional("linear_slope", terms.linear_slope);
    visit.optional("absolute_cap", terms.absolute_cap);
    visit.optional("absolute_slope", terms.absolute_slope);
    visit.required("width_minimum", terms.width_minimum);
    visit.optional("width_scale", terms.width_scale);
    visit.optional("volatility_static", terms.volatility_static);
    visit.optional("volatility_slope", terms.volatility_slope);
}

template <class V>
void model_keys(V& visit, scenario::DiscountTerms& terms) {
    visit.optional("long_base", terms.long_base);
    visit.optional("long_rate_scale", terms.long_rate_scale);
    visit.optional("long_rate_add", terms.long_rate_add);
    visit.optional("short_base", terms.short_base);
    visit.optional("short_rate_scale", terms.short_rate_scale);
    visit.optional("short_rate_add", terms.short_rate_add);
    visit.optional("undiscounted", terms.undiscounted);
}

template <class V>
void model_keys(V& visit, scenario::BasisTerms& terms) {
    visit.required("up", terms.up);
    visit.required("down", terms.down);
    visit.optional("add", terms.add);
    visit.optional("per_year", terms.per_year);
}

template <class V>
void model_keys(V& visit, scenario::ContingencyTerms& terms) {
    visit.optional("linear_maintenance", terms.linear_maintenance);
    visit.optional("linear_initial", terms.linear_initial);
    visit.optional("naked_maintenance", terms.naked_maintenance);
    visit.optional("naked_initial", terms.naked_initial);
    visit.optional("scaled", terms.scaled);
}

template <class V>
void model_keys(V& visit, scenario::ConfidenceTerms& terms) {
    visit.required("threshold", terms.threshold);
    visit.required("factor", terms.factor);
}

template <class V>
void model_keys(V& visit, scenario::DepegTerms& terms) {
    visit.required("threshold", terms.threshold);
    visit.required("factor", terms.factor);
}

template <class V>
void model_keys(V& visit, scenario::FloorTerms& terms) {
    visit.optional("delta_net", terms.delta_net);
    visit.optional("delta_hedged", terms.delta_hedged);
    visit.optional("short_option", terms.short_option);
}

template <class V>
void model_keys(V& visit, scenario::DelayTerms& terms) {
    visit.required("deviations", terms.deviations);
    visit.required("seconds", Span{terms.seconds});
    visit.optional("jump", terms.jump);
}

template <class V>
void model_keys(V& visit, CollateralEntry& entry) {
    visit.required("asset", entry.asset);
    visit.required("maintenance", entry.terms.maintenance);
    visit.optional("initial", entry.terms.initial);
    visit.optional("follow", entry.terms.follow);
    if (entry.terms.follow == scenario::Follow::none) return;
    visit.required("underlying", entry.underlying);
    visit.optional("beta", entry.terms.beta);
}

template <class V>
void model_keys(V& visit, UnderlyingEntry& entry) {
    visit.required("name", entry.name);
    visit.optional("common", entry.terms.common);
    visit.optional("depth", SizeOf{entry.terms.depth});
    visit.optional("impact", entry.terms.impact);
}

template <class V>
void model_keys(V& visit, ScenarioSheet& sheet) {
    visit.required("name", sheet.name);
    visit.required("version", sheet.version);
    visit.required("by", sheet.by);
    visit.optional("initial_factor", sheet.terms.initial_factor);
    visit.optional("maintenance_factor", sheet.terms.maintenance_factor);
    visit.optional("order_reserve", sheet.terms.order_reserve);
    visit.entries("scenario", sheet.scenarios);
    visit.section("volatility", sheet.terms.volatility);
    visit.section("skew", sheet.terms.skew);
    visit.section("discount", sheet.terms.discount);
    visit.section("basis", sheet.terms.basis);
    visit.section("contingency", sheet.terms.contingency);
    visit.section("confidence", sheet.terms.confidence);
    visit.section("depeg", sheet.terms.depeg);
    visit.section("floor", sheet.terms.floor);
    visit.section("delay", sheet.terms.delay);
    visit.entries("collateral", sheet.collateral);
    visit.entries("underlying", sheet.underlyings);
}

}  // namespace ballast::market
