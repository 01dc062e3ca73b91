#include <ballast/market/market.hpp>
#include <ballast/files/csv.hpp>
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

Attempt<engine::Genesis> market_of(Node root, const Overrides& overrides) {
    spell_out(root);
    for (const Override& change : overrides) BALLAST_CHECK(apply_override(root, change));
    spell_out(root);
    Reading reading;
    BALLAST_TRY(const Sheet sheet, read_sheet(root, reading));
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
    return market_of(std::move(root), overrides);
}

Attempt<engine::Genesis> load_market(const std::filesystem::path& path,
                                     const Overrides& overrides) {
    BALLAST_TRY(const std::string text, files::read_file(path));
    return read_market(text, path.string(), overrides);
}

}  // namespace ballast::market
