#include <ballast/market/notional_model.hpp>

#include <fmt/format.h>
#include <algorithm>

namespace ballast::market {

using files::Attempt;

namespace {

constexpr std::string_view the_rest = "*";

// The first tier that names the underlying; else the first for what is not named; else the first.
u8 tier_for(const std::vector<TierEntry>& tiers, const std::string& underlying) {
    for (const std::string_view wanted : {std::string_view(underlying), the_rest}) {
        const auto found = std::ranges::find_if(tiers, [&](const TierEntry& tier) {
            return std::ranges::find(tier.underlyings, wanted) != tier.underlyings.end();
        });
        if (found != tiers.end()) return static_cast<u8>(found - tiers.begin());
    }
    return 0;
}

notional::CollateralTerms weight_for(const std::vector<WeightEntry>& entries,
                                     const std::string& asset) {
    for (const std::string_view wanted : {std::string_view(asset), the_rest}) {
        const auto found = std::ranges::find(entries, wanted, &WeightEntry::asset);
        if (found != entries.end()) return found->terms;
    }
    return {};
}

// The machine's key in the words of the file.  What the machine finds in a tier's or a collateral's
// parts stands in the file's table itself; a collateral's position there is found by its asset.
TermsFault spelled(TermsFault fault, const NotionalSheet& sheet, const ModelNames& names) {
    const auto swap = [&](std::string_view from, std::string_view to) {
        const auto place = fault.key.find(from);
        if (place == std::string::npos) return;
        const std::string_view key = fault.key;
        fault.key =
            fmt::format("{}{}{}", key.substr(0, place), to, key.substr(place + from.size()));
    };
    if (fault.key.starts_with("tiers[")) {
        swap("tiers[", "tier[");
        swap(".linear.", ".");
        swap(".option.isolated.", ".short.");
        swap(".option.", ".");
    } else if (fault.key.starts_with("collateral[")) {
        const std::size_t end = fault.key.find(']');
        const std::size_t asset = std::stoul(fault.key.substr(11, end - 11));
        for (const std::string_view wanted : {std::string_view(names.assets[asset]), the_rest}) {
            const auto found = std::ranges::find(sheet.collateral, wanted, &WeightEntry::asset);
            if (found == sheet.collateral.end()) continue;
            fault.key = fmt::format("collateral[{}{}", found - sheet.collateral.begin(),
                                    fault.key.substr(end));
            break;
        }
    }
    return fault;
}

}  // namespace

Attempt<notional::Terms> notional_terms(const Node& root, const ModelNames& names) {
    ModelReading reading;
    NotionalSheet sheet;
    ModelReader reader(reading, root, "");
    model_keys(reader, sheet);
    reader.finish();
    if (reading.fault) return std::unexpected(*reading.fault);
    notional::Terms terms = sheet.terms;
    for (const TierEntry& entry : sheet.tiers) terms.tiers.push_back(entry.terms);
    for (const std::string& underlying : names.underlyings)
        terms.tier_of.push_back(tier_for(sheet.tiers, underlying));
    for (const std::string& asset : names.assets)
        terms.collateral.push_back(weight_for(sheet.collateral, asset));
    if (const auto wrong = notional::validate(terms))
        return std::unexpected(model_fault(reading, root, spelled(*wrong, sheet, names)));
    return terms;
}

}  // namespace ballast::market
