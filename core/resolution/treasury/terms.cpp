#include <ballast/treasury/terms.hpp>

#include <algorithm>
#include <string>

namespace ballast::treasury {

namespace {

bool is_synthetic(const Terms& terms, AssetId asset) {
    return std::ranges::any_of(terms.synthetics,
                               [&](const SyntheticTerms& own) { return own.asset == asset; });
}

std::optional<TermsFault> fault_of(const Terms& terms, const CompartmentTerms& own,
                                   const std::string& key) {
    if (!is_synthetic(terms, own.synthetic))
        return TermsFault{key + ".synthetic", "is not among the synthetics of the treasury"};
    if (auto fault =
            outside(key + ".reserve_share", own.reserve_share, Ratio(), Ratio::units(ratio_one)))
        return fault;
    const Amount most = limits::supply_max;
    if (auto fault = outside(key + ".reserve_target", own.reserve_target, Amount(), most))
        return fault;
    return outside(key + ".loss_out_max", own.loss_out_max, Amount(), most);
}

std::optional<TermsFault> fault_of(const Terms& terms, const SyntheticTerms& own, u32 assets,
                                   const std::string& key) {
    if (own.asset.value() >= assets) return TermsFault{key + ".asset", "is no asset of the market"};
    if (!own.governance) return std::nullopt;
    if (own.governance->value() >= assets)
        return TermsFault{key + ".governance", "is no asset of the market"};
    if (is_synthetic(terms, *own.governance))
        return TermsFault{key + ".governance", "is a synthetic: its supply must be owed (L2)"};
    if (auto fault =
            outside(key + ".surplus_target", own.surplus_target, Amount(), limits::supply_max))
        return fault;
    const Amount least = Amount::units(1);
    const Amount most = limits::amount_max;
    if (auto fault = outside(key + ".surplus_lot", own.surplus_lot, least, most)) return fault;
    return outside(key + ".recapitalisation_lot", own.recapitalisation_lot, least, most);
}

}  // namespace

std::optional<TermsFault> validate(const Terms& terms, u32 assets) {
    if (terms.compartments.size() > limits::vault_types_max)
        return TermsFault{"compartments", "has more entries than a market may have vault types"};
    if (terms.synthetics.size() > limits::assets_max)
        return TermsFault{"synthetics", "has more entries than a market may have assets"};
    for (std::size_t i = 0; i < terms.synthetics.size(); ++i) {
        const std::string key = "synthetics[" + std::to_string(i) + "]";
        if (auto fault = fault_of(terms, terms.synthetics[i], assets, key)) return fault;
        for (std::size_t j = 0; j < i; ++j)
            if (terms.synthetics[j].asset == terms.synthetics[i].asset)
                return TermsFault{key + ".asset", "has an entry already"};
    }
    for (std::size_t i = 0; i < terms.compartments.size(); ++i) {
        const std::string key = "compartments[" + std::to_string(i) + "]";
        if (auto fault = fault_of(terms, terms.compartments[i], key)) return fault;
    }
    return std::nullopt;
}

}  // namespace ballast::treasury
