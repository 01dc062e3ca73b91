#include <ballast/market/market.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/market/model.hpp>
#include <ballast/market/plain.hpp>
#include <ballast/market/reader.hpp>
#include <ballast/market/template.hpp>

namespace ballast::market {

using files::Attempt;
using files::fault;

Attempt<Overrides> parse_overrides(const std::vector<std::string>& arguments) {
    Overrides overrides;
    for (const std::string& argument : arguments) {
        BALLAST_TRY(Override change, parse_override(argument));
        overrides.push_back(std::move(change));
    }
    return overrides;
}

namespace {

// Margin models stand in files of their own; the market gives them their names.
Attempt<void> load_models(const Reading& reading, const std::filesystem::path& folder,
                          Sheet& sheet) {
    const ModelNames names{reading.names.assets, reading.names.underlyings};
    for (ModelEntry& entry : sheet.clearing.models) {
        const std::string name = entry.model.name;
        auto model = load_model(folder / entry.file, names);
        if (!model) return fault("margin_model.{}: {}", name, model.error().sentence);
        entry.model = std::move(*model);
        entry.model.name = name;
    }
    return {};
}

}  // namespace

Attempt<engine::Genesis> market_of(Node root, const Overrides& overrides,
                                   const std::filesystem::path& folder) {
    spell_out(root);
    for (const Override& change : overrides) BALLAST_CHECK(apply_override(root, change));
    spell_out(root);
    Reading reading;
    BALLAST_TRY(Sheet sheet, read_sheet(root, reading));
    BALLAST_CHECK(load_models(reading, folder, sheet));
    if (const auto wrong = sheet_fault(sheet))
        return std::unexpected(spell_fault(reading, sheet, *wrong));
    engine::Genesis genesis = genesis_of(sheet);
    if (const auto wrong = engine::validate(genesis))
        return std::unexpected(spell_fault(reading, sheet, *wrong));
    return genesis;
}

Attempt<engine::Genesis> read_market(std::string_view text, const std::string& name,
                                     const Overrides& overrides) {
    BALLAST_TRY(Node root, parse_tree(text, name));
    if (is_template(root))
        return fault("{}: is a template, which a study fills with its assets, and no market", name);
    return market_of(std::move(root), overrides, std::filesystem::path(name).parent_path());
}

Attempt<engine::Genesis> load_market(const std::filesystem::path& path,
                                     const Overrides& overrides) {
    BALLAST_TRY(const std::string text, files::read_file(path));
    return read_market(text, path.string(), overrides);
}

}  // namespace ballast::market
