#include <ballast/scenario/terms.hpp>

#include <ballast/base/limits.hpp>

namespace ballast::scenario {
namespace {

using Fault = std::optional<TermsFault>;

constexpr Ratio nothing;
constexpr Ratio most = limits::ratio_max;
constexpr i64 whole = pricing::fine_one;
constexpr i64 thousand = 1000 * whole;

std::string text_of(i64 fine) {
    constexpr u128 rays_per_fine = ray_one / u128{whole};
    const u128 size = static_cast<u128>(fine < 0 ? -i128{fine} : i128{fine});
    std::string out = fine < 0 ? "-" : "";
    out += text(Ray::units(size * rays_per_fine));
    return out;
}

// As `outside`, of a Fine.
Fault beyond(const std::string& key, Fine value, i64 least, i64 greatest) {
    if (least <= value.units() && value.units() <= greatest) return {};
    const bool low = value.units() < least;
    std::string what = "is ";
    what += text_of(value.units());
    what += low ? ", must be at least " : ", must be at most ";
    what += text_of(low ? least : greatest);
    return TermsFault{key, what};
}

Fault scenario_fault(const Scenario& row) {
    if (auto fault = beyond("spot", row.spot, 1, thousand)) return fault;
    if (auto fault = beyond("weight", row.weight, 0, 10 * whole)) return fault;
    if (row.skew != SkewRule::none) {
        if (row.spot != fine_one) return TermsFault{"spot", "must be 1 where the skew moves"};
        if (row.volatility != VolatilityRule::none)
            return TermsFault{"volatility", "must be none where the skew moves"};
    }
    const bool shifts = row.volatility == VolatilityRule::shift;
    return beyond("shift", row.shift, shifts ? -thousand : 0, shifts ? thousand : 0);
}

Fault volatility_fault(const VolatilityTerms& terms) {
    if (auto fault = beyond("range_up", terms.range_up, 0, thousand)) return fault;
    if (auto fault = beyond("range_down", terms.range_down, 0, thousand)) return fault;
    if (auto fault = beyond("power_short", terms.power_short, 0, 10 * whole)) return fault;
    if (auto fault = beyond("power_long", terms.power_long, 0, 10 * whole)) return fault;
    if (auto fault = beyond("minimum_up", terms.minimum_up, 0, thousand)) return fault;
    if (auto fault =
            outside<i128>("reference_seconds", terms.reference_seconds, 1, limits::time_max))
        return fault;
    return outside<i128>("floor_seconds", terms.floor_seconds, 0, limits::time_max);
}

Fault skew_fault(const SkewTerms& terms) {
    if (auto fault = beyond("linear_cap", terms.linear_cap, -thousand, thousand)) return fault;
    if (auto fault = beyond("linear_slope", terms.linear_slope, -thousand, thousand)) return fault;
    if (auto fault = beyond("absolute_cap", terms.absolute_cap, -thousand, thousand)) return fault;
    if (auto fault = beyond("absolute_slope", terms.absolute_slope, -thousand, thousand))
        return fault;
    if (auto fault = beyond("width_minimum", terms.width_minimum, 0, thousand)) return fault;
    if (auto fault = beyond("width_scale", terms.width_scale, 0, thousand)) return fault;
    if (auto fault = beyond("volatility_static", terms.volatility_static, 0, thousand))
        return fault;
    return beyond("volatility_slope", terms.volatility_slope, -thousand, thousand);
}

Fault discount_fault(const DiscountTerms& terms) {
    if (auto fault = beyond("long_base", terms.long_base, 0, whole)) return fault;
    if (auto fault = beyond("long_rate_scale", terms.long_rate_scale, 0, thousand)) return fault;
    if (auto fault = beyond("long_rate_add", terms.long_rate_add, 0, thousand)) return fault;
    if (auto fault = beyond("short_base", terms.short_base, whole, thousand)) return fault;
    if (auto fault = beyond("short_rate_scale", terms.short_rate_scale, 0, thousand)) return fault;
    return beyond("short_rate_add", terms.short_rate_add, 0, thousand);
}

Fault basis_fault(const BasisTerms& terms) {
    if (auto fault = beyond("up", terms.up, whole, thousand)) return fault;
    if (auto fault = beyond("down", terms.down, 1, whole)) return fault;
    if (auto fault = beyond("add", terms.add, 0, thousand)) return fault;
    return beyond("per_year", terms.per_year, 0, thousand);
}

Fault contingency_fault(const ContingencyTerms& terms) {
    if (auto fault = outside("linear_maintenance", terms.linear_maintenance, nothing, most))
        return fault;
    if (auto fault = outside("linear_initial", terms.linear_initial, nothing, most)) return fault;
    if (auto fault = outside("naked_maintenance", terms.naked_maintenance, nothing, most))
        return fault;
    return outside("naked_initial", terms.naked_initial, nothing, most);
}

Fault confidence_fault(const ConfidenceTerms& terms) {
    if (auto fault = outside("threshold", terms.threshold, nothing, one)) return fault;
    return outside("factor", terms.factor, nothing, most);
}

Fault depeg_fault(const DepegTerms& terms) {
    if (auto fault = outside("threshold", terms.threshold, Price{}, limits::price_max))
        return fault;
    return outside("factor", terms.factor, nothing, most);
}

Fault floor_fault(const FloorTerms& terms) {
    if (auto fault = outside("delta_net", terms.delta_net, nothing, most)) return fault;
    if (auto fault = outside("delta_hedged", terms.delta_hedged, nothing, most)) return fault;
    return outside("short_option", terms.short_option, nothing, most);
}

Fault delay_fault(const DelayTerms& terms) {
    if (auto fault = beyond("deviations", terms.deviations, 0, thousand)) return fault;
    if (auto fault = outside<i128>("seconds", terms.seconds, 0, pricing::year_seconds))
        return fault;
    return outside("jump", terms.jump, nothing, one);
}

Fault collateral_fault(const CollateralTerms& terms) {
    if (auto fault = outside("maintenance", terms.maintenance, nothing, one)) return fault;
    if (auto fault = outside("initial", terms.initial, nothing, one)) return fault;
    if (auto fault = outside("beta", terms.beta, nothing, most)) return fault;
    return outside<i128>("underlying", terms.underlying.value(), 0, limits::underlyings_max - 1);
}

Fault underlying_fault(const UnderlyingTerms& terms) {
    if (auto fault = outside("common", terms.common, nothing, one)) return fault;
    if (auto fault = outside<i128>("depth", terms.depth, 0, limits::amount_max.units()))
        return fault;
    return outside("impact", terms.impact, nothing, most);
}

template <class Row>
Fault list_fault(const char* list, const std::vector<Row>& rows, u32 rows_max,
                 Fault (*of)(const Row&)) {
    if (auto fault = outside<i128>(list, static_cast<i128>(rows.size()), 0, rows_max)) return fault;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (auto fault = of(rows[i])) return within(at(list, i), fault);
    return {};
}

Fault scenarios_fault(const Terms& terms) {
    if (terms.scenarios.empty()) return TermsFault{"scenarios", "are none, must be at least 1"};
    if (auto fault =
            list_fault("scenarios", terms.scenarios, limits::scenarios_max, scenario_fault))
        return fault;
    for (std::size_t i = 0; i < terms.quick.size(); ++i) {
        if (terms.quick[i] >= terms.scenarios.size())
            return TermsFault{at("quick", i), "is no position of a scenario"};
        if (i > 0 && terms.quick[i] <= terms.quick[i - 1])
            return TermsFault{at("quick", i), "must be greater than the one before"};
    }
    const auto skews = [](const Scenario& row) { return row.skew != SkewRule::none; };
    for (const Scenario& row : terms.scenarios)
        if (skews(row) && terms.skew.width_minimum <= Fine{})
            return TermsFault{"skew.width_minimum", "must be over 0 where the skew moves"};
    return {};
}

Fault parts_fault(const Terms& terms) {
    if (auto fault = volatility_fault(terms.volatility)) return within("volatility", fault);
    if (auto fault = skew_fault(terms.skew)) return within("skew", fault);
    if (auto fault = discount_fault(terms.discount)) return within("discount", fault);
    if (auto fault = basis_fault(terms.basis)) return within("basis", fault);
    if (auto fault = contingency_fault(terms.contingency)) return within("contingency", fault);
    if (auto fault = confidence_fault(terms.confidence)) return within("confidence", fault);
    if (auto fault = depeg_fault(terms.depeg)) return within("depeg", fault);
    if (auto fault = floor_fault(terms.floor)) return within("floor", fault);
    return within("delay", delay_fault(terms.delay));
}

}  // namespace

Fault validate(const Terms& terms) {
    if (auto fault = scenarios_fault(terms)) return fault;
    if (auto fault = parts_fault(terms)) return fault;
    if (auto fault = outside("maintenance_factor", terms.maintenance_factor, nothing, most))
        return fault;
    if (auto fault =
            outside("initial_factor", terms.initial_factor, terms.maintenance_factor, most))
        return fault;
    if (auto fault = outside("order_reserve", terms.order_reserve, nothing, most)) return fault;
    if (auto fault =
            list_fault("collateral", terms.collateral, limits::assets_max, collateral_fault))
        return fault;
    return list_fault("underlyings", terms.underlyings, limits::underlyings_max, underlying_fault);
}

}  // namespace ballast::scenario
