#include <ballast/notional/terms.hpp>

#include <ballast/base/limits.hpp>

namespace ballast::notional {

namespace {

using Fault = std::optional<TermsFault>;

constexpr Ratio none;
constexpr Ratio full = Ratio::units(ratio_one);
constexpr Ratio most = limits::ratio_max;

Fault linear_fault(const LinearTerms& terms) {
    if (auto fault = outside("initial", terms.initial, none, most)) return fault;
    if (auto fault = outside("maintenance", terms.maintenance, none, terms.initial)) return fault;
    if (auto fault = outside("size_premium", terms.size_premium, none, full)) return fault;
    const Cash low = terms.open_interest_low;
    const Cash high = terms.open_interest_high;
    if (low < Cash()) return TermsFault{"open_interest_low", "is negative"};
    if (high.zero() ? !low.zero() : high <= low)
        return TermsFault{"open_interest_high", "must be above open_interest_low, or both be 0"};
    if (high.units() > limits::supply_max.units())
        return TermsFault{"open_interest_high", "exceeds every amount that can exist"};
    return {};
}

Fault short_fault(const ShortTerms& terms) {
    if (auto fault = outside("initial_most", terms.initial_most, none, most)) return fault;
    if (auto fault = outside("initial_least", terms.initial_least, none, terms.initial_most))
        return fault;
    if (auto fault = outside("maintenance_call", terms.maintenance_call, none, terms.initial_least))
        return fault;
    if (auto fault = outside("maintenance_put", terms.maintenance_put, none, most)) return fault;
    if (auto fault = outside("maintenance_put_mark", terms.maintenance_put_mark, none, most))
        return fault;
    return outside("put_initial_scale", terms.put_initial_scale, full, most);
}

Fault option_fault(const OptionTerms& terms) {
    if (terms.isolated)
        if (auto fault = short_fault(*terms.isolated)) return within("isolated", fault);
    if (auto fault = outside("unpaired_initial", terms.unpaired_initial, full, most)) return fault;
    return outside("unpaired_maintenance", terms.unpaired_maintenance, full,
                   terms.unpaired_initial);
}

Fault confidence_fault(const ConfidenceTerms& terms) {
    if (auto fault = outside("linear_threshold", terms.linear_threshold, none, full)) return fault;
    if (auto fault = outside("option_threshold", terms.option_threshold, none, full)) return fault;
    return outside("factor", terms.factor, none, most);
}

Fault tier_fault(const TierTerms& tier) {
    if (tier.name.empty() || tier.name.size() > limits::name_max)
        return TermsFault{"name", "must have 1 to " + text(i128{limits::name_max}) + " bytes"};
    if (auto fault = linear_fault(tier.linear)) return within("linear", fault);
    if (auto fault = option_fault(tier.option)) return within("option", fault);
    return within("confidence", confidence_fault(tier.confidence));
}

Fault collateral_fault(const CollateralTerms& terms) {
    if (auto fault = outside("maintenance", terms.maintenance, none, full)) return fault;
    if (auto fault = outside("initial", terms.initial, none, terms.maintenance)) return fault;
    if (auto fault = outside("size_discount", terms.size_discount, none, full)) return fault;
    if (auto fault = outside("confidence_threshold", terms.confidence_threshold, none, full))
        return fault;
    return outside("confidence_factor", terms.confidence_factor, none, most);
}

Fault lists_fault(const Terms& terms) {
    if (terms.tiers.empty() || terms.tiers.size() > limits::underlyings_max)
        return TermsFault{"tiers",
                          "must be 1 to " + text(i128{limits::underlyings_max}) + " of them"};
    if (terms.tier_of.size() > limits::underlyings_max)
        return TermsFault{"tier_of", "names more underlyings than there can be"};
    for (std::size_t i = 0; i < terms.tier_of.size(); ++i)
        if (terms.tier_of[i] >= terms.tiers.size())
            return TermsFault{at("tier_of", i), "names no tier"};
    if (terms.collateral.size() > limits::assets_max)
        return TermsFault{"collateral", "names more assets than there can be"};
    return {};
}

}  // namespace

std::optional<TermsFault> validate(const Terms& terms) {
    if (auto fault = outside("ratio_step", terms.ratio_step, none, full)) return fault;
    if (auto fault = lists_fault(terms)) return fault;
    for (std::size_t i = 0; i < terms.tiers.size(); ++i)
        if (auto fault = tier_fault(terms.tiers[i])) return within(at("tiers", i), fault);
    for (std::size_t i = 0; i < terms.collateral.size(); ++i)
        if (auto fault = collateral_fault(terms.collateral[i]))
            return within(at("collateral", i), fault);
    const Price dollar = Price::units(amount_one);
    if (auto fault = outside("depeg.threshold", terms.depeg.threshold, Price(), dollar))
        return fault;
    return outside("depeg.factor", terms.depeg.factor, none, most);
}

const TierTerms& tier(const Terms& terms, UnderlyingId underlying) {
    const std::size_t id = underlying.value();
    return terms.tiers[id < terms.tier_of.size() ? terms.tier_of[id] : 0];
}

}  // namespace ballast::notional
