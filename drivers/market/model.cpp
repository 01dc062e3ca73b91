#include <ballast/market/model.hpp>

#include <ballast/files/csv.hpp>
#include <ballast/market/model_keys.hpp>
#include <ballast/market/notional_model.hpp>

#include <algorithm>

namespace ballast::market {

using files::Attempt;
using files::fault;
using files::Fault;

namespace {

constexpr std::string_view everything_else = "*";

// Entries of the file against scenarios of the machine: which one an index came from.
struct Expanded {
    std::vector<std::size_t> entry_of;
};

Expanded expand(const ScenarioSheet& sheet, scenario::Terms& terms) {
    Expanded out;
    for (std::size_t i = 0; i < sheet.scenarios.size(); ++i) {
        const ScenarioEntry& entry = sheet.scenarios[i];
        auto spots = entry.spot;
        auto rules = entry.volatility;
        if (spots.empty()) spots.push_back(scenario::fine_one);
        if (rules.empty()) rules.push_back(scenario::VolatilityRule::none);
        for (const scenario::Fine spot : spots) {
            for (const scenario::VolatilityRule rule : rules) {
                scenario::Scenario row = entry.rest;
                row.spot = spot;
                row.volatility = rule;
                if (entry.quick) terms.quick.push_back(static_cast<u8>(terms.scenarios.size()));
                terms.scenarios.push_back(row);
                out.entry_of.push_back(i);
            }
        }
    }
    return out;
}

template <class Entry>
const Entry* entry_for(const std::vector<Entry>& entries, const std::string& name,
                       std::string Entry::* key) {
    const auto own = std::ranges::find(entries, name, key);
    if (own != entries.end()) return &*own;
    const auto other = std::ranges::find(entries, everything_else, key);
    return other != entries.end() ? &*other : nullptr;
}

void fill_collateral(const ScenarioSheet& sheet, const ModelNames& names, scenario::Terms& terms) {
    for (const std::string& asset : names.assets) {
        scenario::CollateralTerms& row = terms.collateral.emplace_back();
        const CollateralEntry* entry = entry_for(sheet.collateral, asset, &CollateralEntry::asset);
        if (entry == nullptr) {
            row.maintenance = scenario::one;
            continue;
        }
        row = entry->terms;
        if (row.follow == scenario::Follow::none) continue;
        const std::string& name = entry->underlying == everything_else ? asset : entry->underlying;
        const auto found = std::ranges::find(names.underlyings, name);
        if (found == names.underlyings.end())
            row.follow = scenario::Follow::none;
        else
            row.underlying = UnderlyingId(static_cast<u16>(found - names.underlyings.begin()));
    }
}

void fill_underlyings(const ScenarioSheet& sheet, const ModelNames& names, scenario::Terms& terms) {
    for (const std::string& name : names.underlyings) {
        const UnderlyingEntry* entry = entry_for(sheet.underlyings, name, &UnderlyingEntry::name);
        terms.underlyings.push_back(entry != nullptr ? entry->terms : scenario::UnderlyingTerms{});
    }
}

// The machine's key in the words of the file: scenarios are counted there before they are spread.
TermsFault spelled(TermsFault fault, const Expanded& expanded) {
    constexpr std::string_view list = "scenarios[";
    if (!fault.key.starts_with(list)) return fault;
    const std::size_t end = fault.key.find(']');
    const std::size_t place = std::stoul(fault.key.substr(list.size(), end - list.size()));
    if (place < expanded.entry_of.size())
        fault.key = "scenario[" + std::to_string(expanded.entry_of[place]) + fault.key.substr(end);
    return fault;
}

}  // namespace

Attempt<scenario::Terms> scenario_terms(const Node& root, const ModelNames& names) {
    ModelReading reading;
    ScenarioSheet sheet;
    ModelReader reader(reading, root, "");
    model_keys(reader, sheet);
    reader.finish();
    if (reading.fault) return std::unexpected(*reading.fault);
    scenario::Terms terms = sheet.terms;
    const Expanded expanded = expand(sheet, terms);
    fill_collateral(sheet, names, terms);
    fill_underlyings(sheet, names, terms);
    if (const auto wrong = scenario::validate(terms))
        return std::unexpected(model_fault(reading, root, spelled(*wrong, expanded)));
    return terms;
}

Attempt<margin::Model> read_model(std::string_view text, const std::string& name,
                                  const ModelNames& names) {
    BALLAST_TRY(const Node root, parse_tree(text, name));
    const Node* by = root.find("by");
    margin::Model model;
    if (by == nullptr) return fault("{}: lacks the key by", root.place);
    if (by->text == "scenarios") {
        BALLAST_TRY(model.terms, scenario_terms(root, names));
    } else if (by->text == "notional") {
        BALLAST_TRY(model.terms, notional_terms(root, names));
    } else {
        return fault("{}: by: '{}' is neither \"scenarios\" nor \"notional\"", by->place, by->text);
    }
    if (const Node* own = root.find("name")) model.name = own->text;
    if (const Node* version = root.find("version")) {
        const auto number = read_count(version->text, 1'000'000);
        if (!number) return fault("{}: version: {}", version->place, number.error().what);
        model.version = static_cast<u32>(*number);
    }
    if (const auto wrong = margin::validate(model))
        return fault("{}: {}: {}", root.place, wrong->key, wrong->what);
    return model;
}

Attempt<margin::Model> load_model(const std::filesystem::path& path, const ModelNames& names) {
    BALLAST_TRY(const std::string text, files::read_file(path));
    return read_model(text, path.filename().string(), names);
}

std::vector<std::string> list_models(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
        if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
    std::ranges::sort(names);
    return names;
}

}  // namespace ballast::market
