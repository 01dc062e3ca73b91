#include <ballast/clearing/terms.hpp>

#include <algorithm>

namespace ballast::clearing {
namespace {

using Fault = std::optional<TermsFault>;
using pricing::Fine;

constexpr Fine rate_max = Fine::units(pricing::fine_one);  // 100 % a year.
constexpr Fine funding_max = Fine::units(pricing::fine_one / 10);
constexpr u64 expiry_seconds_max = u64{10} * 366 * 86'400;
constexpr u64 window_max = 86'400;
constexpr Ray borrow_rate_max = Ray::units(ray_one + ray_one / 10'000'000);  // About x23 a year.

Fault count_fault(const char* key, std::size_t count, u32 least, u32 most) {
    return outside<i128>(std::string(key) + ".size", static_cast<i128>(count), least, most);
}

Fault name_fault(const std::string& name) {
    if (!name.empty() && name.size() <= limits::name_max) return {};
    return TermsFault{"name", "must be 1 to " + std::to_string(limits::name_max) + " bytes"};
}

Fault fine_fault(const char* key, Fine value, Fine least, Fine most) {
    if (least <= value && value <= most) return {};
    const bool under = value < least;
    return TermsFault{key, "is " + text(i128{value.units()}) + " * 10^-12, must be at " +
                               (under ? "least " : "most ") +
                               text(i128{(under ? least : most).units()}) + " * 10^-12"};
}

Fault seconds_fault(const char* key, u64 value, u64 least, u64 most) {
    return outside<i128>(key, static_cast<i128>(value), static_cast<i128>(least),
                         static_cast<i128>(most));
}

Fault pillars_fault(const UnderlyingTerms& terms) {
    if (auto fault = count_fault("pillars", terms.pillars.size(), 0, pillars_max)) return fault;
    for (std::size_t i = 0; i < terms.pillars.size(); ++i) {
        const u64 least = i == 0 ? 1 : terms.pillars[i - 1].seconds + 1;
        if (auto fault = within(at("pillars", i), seconds_fault("seconds", terms.pillars[i].seconds,
                                                                least, expiry_seconds_max)))
            return fault;
    }
    return {};
}

Fault smile_fault(const UnderlyingTerms& terms) {
    if (terms.pillars.empty()) return {};
    if (auto fault = pricing::validate(terms.smile)) return within("smile", std::move(fault));
    if (const auto arbitrage = pricing::check_butterfly(terms.smile); !arbitrage)
        return TermsFault{"smile", std::string(sentence(arbitrage.error()))};
    return {};
}

Fault underlying_fault(const UnderlyingTerms& terms) {
    if (auto fault = name_fault(terms.name)) return fault;
    if (auto fault = pillars_fault(terms)) return fault;
    if (auto fault = smile_fault(terms)) return fault;
    if (auto fault = fine_fault("rate", terms.rate, -rate_max, rate_max)) return fault;
    if (auto fault = fine_fault("funding_cap", terms.funding_cap, Fine(), funding_max))
        return fault;
    if (auto fault =
            fine_fault("funding_interest", terms.funding_interest, -funding_max, funding_max))
        return fault;
    if (auto fault = outside("strike_step", terms.strike_step, Price(), limits::price_max))
        return fault;
    if (auto fault = seconds_fault("expiry_max", terms.expiry_max, 0, expiry_seconds_max))
        return fault;
    return seconds_fault("settlement_window", terms.settlement_window,
                         terms.expiry_step == 0 ? 0 : 1, window_max);
}

Fault cash_fault(const char* key, Cash value) {
    return outside<i128>(key, value.units(), 0, portfolio::cash_max.units());
}

Fault limits_fault(const GreeksLimits& limits) {
    if (auto fault = cash_fault("delta", limits.delta)) return fault;
    if (auto fault = cash_fault("gamma", limits.gamma)) return fault;
    return cash_fault("vega", limits.vega);
}

Fault collateral_fault(const Terms& terms, const CompartmentTerms& compartment) {
    if (auto fault =
            count_fault("collateral", compartment.collateral.size(), 0, limits::basket_max))
        return fault;
    for (std::size_t i = 0; i < compartment.collateral.size(); ++i) {
        const CollateralTerms& collateral = compartment.collateral[i];
        const std::string place = at("collateral", i);
        if (collateral.asset == compartment.synthetic)
            return TermsFault{place + ".asset", "is the synthetic, which is cash"};
        for (std::size_t j = 0; j < i; ++j)
            if (compartment.collateral[j].asset == collateral.asset)
                return TermsFault{place + ".asset", "stands twice"};
        if (auto fault = outside(place + ".cap", collateral.cap, Amount(), limits::supply_max))
            return fault;
    }
    for (std::size_t i = 0; i < compartment.underlyings.size(); ++i)
        if (compartment.underlyings[i].value() >= terms.underlyings.size())
            return TermsFault{at("underlyings", i), "does not exist"};
    return {};
}

Fault compartment_fault(const Terms& terms, const CompartmentTerms& compartment) {
    if (auto fault = name_fault(compartment.name)) return fault;
    if (compartment.model >= terms.models.size()) return TermsFault{"model", "does not exist"};
    if (auto fault =
            count_fault("underlyings", compartment.underlyings.size(), 0, limits::underlyings_max))
        return fault;
    if (auto fault = collateral_fault(terms, compartment)) return fault;
    if (auto fault = within("account_limits", limits_fault(compartment.account_limits)))
        return fault;
    if (auto fault = within("compartment_limits", limits_fault(compartment.compartment_limits)))
        return fault;
    if (auto fault = cash_fault("open_interest_max", compartment.open_interest_max)) return fault;
    if (auto fault =
            outside("fill_fee", compartment.fill_fee, Ratio(), Ratio::units(ratio_one / 10)))
        return fault;
    if (auto fault =
            outside("borrow_rate", compartment.borrow_rate, Ray::units(ray_one), borrow_rate_max))
        return fault;
    if (auto fault = within("auction", portfolio::validate(compartment.auction))) return fault;
    return within("economics", portfolio::validate(compartment.economics));
}

template <class Row>
Fault list_fault(const char* key, const std::vector<Row>& rows, u32 most, auto&& row_fault) {
    if (auto fault = count_fault(key, rows.size(), 0, most)) return fault;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (auto fault = within(at(key, i), row_fault(rows[i]))) return fault;
        for (std::size_t j = 0; j < i; ++j)
            if (rows[j].name == rows[i].name)
                return TermsFault{at(key, i) + ".name",
                                  "is '" + rows[i].name + "', which is taken"};
    }
    return {};
}

}  // namespace

Fault validate(const Terms& terms) {
    if (auto fault =
            list_fault("underlyings", terms.underlyings, limits::underlyings_max, underlying_fault))
        return fault;
    if (auto fault = list_fault("models", terms.models, limits::models_max,
                                [](const margin::Model& model) { return margin::validate(model); }))
        return fault;
    if (auto fault = list_fault("compartments", terms.compartments, limits::compartments_max,
                                [&terms](const CompartmentTerms& compartment) {
                                    return compartment_fault(terms, compartment);
                                }))
        return fault;
    if (!terms.pool) return {};
    if (terms.pool->compartment.value() >= terms.compartments.size())
        return TermsFault{"pool.compartment", "does not exist"};
    return within("pool", pool::validate(terms.pool->terms));
}

}  // namespace ballast::clearing
