/// Margin models by notional as files (`by = "notional"`): every key, named once, and the terms
/// that they make.  The reference of the keys is docs/methods/notional_margin.md.
#pragma once

#include <ballast/market/model.hpp>
#include <ballast/market/model_reader.hpp>
#include <ballast/notional/terms.hpp>

namespace ballast::market {

/// The rules for single shorts, present where the file has the table.
struct ShortEntry {
    std::optional<notional::ShortTerms>& terms;
};
struct TierEntry {
    std::vector<std::string> underlyings;
    notional::TierTerms terms;
};
struct WeightEntry {
    std::string asset;
    notional::CollateralTerms terms;
};

/// A model by notional in the shape of its file.
struct NotionalSheet {
    std::string name;
    u32 version = 1;
    std::string by;
    std::vector<TierEntry> tiers;
    std::vector<WeightEntry> collateral;
    notional::Terms terms;
};

template <class V>
void model_keys(V& visit, ShortEntry& entry) {
    notional::ShortTerms& terms = entry.terms.emplace();
    visit.required("initial_most", terms.initial_most);
    visit.required("initial_least", terms.initial_least);
    visit.required("maintenance_call", terms.maintenance_call);
    visit.required("maintenance_put", terms.maintenance_put);
    visit.required("maintenance_put_mark", terms.maintenance_put_mark);
    visit.required("put_initial_scale", terms.put_initial_scale);
}

template <class V>
void model_keys(V& visit, notional::ConfidenceTerms& terms) {
    visit.optional("linear_threshold", terms.linear_threshold);
    visit.optional("option_threshold", terms.option_threshold);
    visit.required("factor", terms.factor);
}

template <class V>
void model_keys(V& visit, TierEntry& entry) {
    notional::TierTerms& terms = entry.terms;
    visit.required("name", terms.name);
    visit.optional("underlyings", entry.underlyings);
    visit.required("initial", terms.linear.initial);
    visit.required("maintenance", terms.linear.maintenance);
    visit.optional("size_premium", terms.linear.size_premium);
    visit.optional("open_interest_low", terms.linear.open_interest_low);
    visit.optional("open_interest_high", terms.linear.open_interest_high);
    visit.required("unpaired_initial", terms.option.unpaired_initial);
    visit.required("unpaired_maintenance", terms.option.unpaired_maintenance);
    ShortEntry single{terms.option.isolated};
    visit.section("short", single);
    visit.section("confidence", terms.confidence);
}

template <class V>
void model_keys(V& visit, WeightEntry& entry) {
    visit.required("asset", entry.asset);
    visit.required("initial", entry.terms.initial);
    visit.required("maintenance", entry.terms.maintenance);
    visit.optional("size_discount", entry.terms.size_discount);
    visit.optional("confidence_threshold", entry.terms.confidence_threshold);
    visit.optional("confidence_factor", entry.terms.confidence_factor);
}

template <class V>
void model_keys(V& visit, notional::DepegTerms& terms) {
    visit.required("threshold", terms.threshold);
    visit.required("factor", terms.factor);
}

template <class V>
void model_keys(V& visit, NotionalSheet& sheet) {
    visit.required("name", sheet.name);
    visit.required("version", sheet.version);
    visit.required("by", sheet.by);
    visit.optional("ratio_step", sheet.terms.ratio_step);
    visit.entries("tier", sheet.tiers);
    visit.entries("collateral", sheet.collateral);
    visit.section("depeg", sheet.terms.depeg);
}

/// The terms of a model by notional, without fault by their own rules.
[[nodiscard]] files::Attempt<notional::Terms> notional_terms(const Node& root,
                                                             const ModelNames& names);

}  // namespace ballast::market
