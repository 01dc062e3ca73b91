#include <ballast/cli/cli.hpp>
#include <ballast/cli/design.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/files/time.hpp>
#include <ballast/market/keys.hpp>

#include <nlohmann/json.hpp>

namespace ballast::cli {
namespace {

struct MarketOptions {
    std::string market;
    std::vector<std::string> settings;
    std::vector<std::string> assets;
    bool json = false;
};

std::string percent(Ratio ratio) {
    return files::decimal_text(ratio.units(), files::ratio_decimals - 2, 2) + " %";
}

std::string amount(Amount value) {
    return files::grouped_text(value.units(), files::money_decimals, 0);
}

std::string basket_of(const engine::Genesis& genesis, const vaults::VaultTypeTerms& type) {
    std::string names;
    for (const auto& collateral : type.basket) {
        names += names.empty() ? "" : "+";
        names += genesis.assets[collateral.asset.value()].name;
    }
    return names;
}

std::string curve_of(const engine::TypeTerms& type) {
    const auto kind = static_cast<std::size_t>(type.auction.curve.kind);
    const std::string curve(market::Words<auctions::CurveKind>::list[kind]);
    return type.resolution == engine::Resolution::pool ? "pool, then " + curve : curve;
}

std::vector<std::string> remarks(const engine::Genesis& genesis) {
    std::vector<std::string> list;
    u64 unsigned_publishers = 0;
    for (const auto& publisher : genesis.oracle.publishers)
        unsigned_publishers += publisher.key ? 0u : 1u;
    if (unsigned_publishers != 0)
        list.push_back(
            fmt::format("{} of {} publishers have no key: whoever runs the machine "
                        "vouches for their prices",
                        unsigned_publishers, genesis.oracle.publishers.size()));
    for (const auto& feed : genesis.oracle.feeds)
        if (feed.sources.size() == 1)
            list.push_back(fmt::format("feed {} has a single source", feed.name));
    return list;
}

std::string names_of(const engine::Genesis& genesis, const clearing::CompartmentTerms& terms) {
    std::string names;
    for (const UnderlyingId id : terms.underlyings)
        names += (names.empty() ? "" : "+") + genesis.clearing.underlyings[id.value()].name;
    return names;
}

std::string coins_of(const engine::Genesis& genesis, const clearing::CompartmentTerms& terms) {
    std::string names = genesis.assets[terms.synthetic.value()].name;
    for (const auto& collateral : terms.collateral)
        names += "+" + genesis.assets[collateral.asset.value()].name;
    return names;
}

nlohmann::ordered_json compartments_json(const engine::Genesis& genesis) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& terms : genesis.clearing.compartments) {
        const auto ranking = static_cast<std::size_t>(terms.ranking);
        list.push_back({{"name", terms.name},
                        {"model", genesis.clearing.models[terms.model].name},
                        {"underlyings", names_of(genesis, terms)},
                        {"collateral", coins_of(genesis, terms)},
                        {"fill_fee", percent(terms.fill_fee)},
                        {"ranking", market::Words<deleverage::Ranking>::list[ranking]}});
    }
    return list;
}

std::string compartments_table(const engine::Genesis& genesis) {
    if (genesis.clearing.compartments.empty()) return {};
    constexpr auto row = "{:<14} {:<14} {:<16} {:<14} {:>9}  {}\n";
    std::string out = "\n" + fmt::format(row, "compartment", "underlyings", "model", "collateral",
                                         "fill fee", "ranking");
    for (const auto& terms : genesis.clearing.compartments)
        out += fmt::format(
            row, terms.name, names_of(genesis, terms), genesis.clearing.models[terms.model].name,
            coins_of(genesis, terms), percent(terms.fill_fee),
            market::Words<deleverage::Ranking>::list[static_cast<std::size_t>(terms.ranking)]);
    return out;
}

nlohmann::ordered_json json_of(const engine::Genesis& genesis,
                               const std::vector<std::string>& notes) {
    nlohmann::ordered_json answer{{"name", genesis.name},
                                  {"time", files::time_text(genesis.time)},
                                  {"digest", files::hex_text(engine::digest_of(genesis))}};
    answer["assets"] = nlohmann::ordered_json::array();
    for (const auto& asset : genesis.assets) {
        const auto kind = static_cast<std::size_t>(asset.kind);
        answer["assets"].push_back(
            {{"name", asset.name}, {"kind", market::Words<engine::AssetKind>::list[kind]}});
    }
    answer["feeds"] = nlohmann::ordered_json::array();
    for (const auto& feed : genesis.oracle.feeds)
        answer["feeds"].push_back({{"name", feed.name}, {"sources", feed.sources.size()}});
    answer["vault_types"] = nlohmann::ordered_json::array();
    for (const auto& type : genesis.types)
        answer["vault_types"].push_back(
            {{"name", type.vault.name},
             {"collateral", basket_of(genesis, type.vault)},
             {"debt_asset", genesis.assets[type.vault.debt_asset.value()].name},
             {"minimum_ratio", percent(type.vault.minimum_ratio)},
             {"liquidation_ratio", percent(type.vault.liquidation_ratio)},
             {"resolution", curve_of(type)}});
    answer["compartments"] = compartments_json(genesis);
    answer["accounts"] = genesis.accounts.size();
    answer["vaults"] = genesis.vaults.size();
    answer["notes"] = notes;
    return answer;
}

std::string preset_table(const engine::Genesis& genesis, const std::vector<std::string>& notes) {
    std::string out =
        fmt::format("{}: {} assets, {} publishers, {} feeds, {} vault types\n", genesis.name,
                    genesis.assets.size(), genesis.oracle.publishers.size(),
                    genesis.oracle.feeds.size(), genesis.types.size());
    constexpr auto row = "{:<14} {:<14} {:<10} {:>9} {:>9} {:>14} {:>9}  {}\n";
    out += fmt::format("\n{:<14} {:<14} {:<10} {:>9} {:>9} {:>14} {:>9}  {}\n", "vault type",
                       "collateral", "debt", "minimum", "liquid.", "least debt", "penalty",
                       "resolution");
    for (const auto& type : genesis.types)
        out += fmt::format(row, type.vault.name, basket_of(genesis, type.vault),
                           genesis.assets[type.vault.debt_asset.value()].name,
                           percent(type.vault.minimum_ratio), percent(type.vault.liquidation_ratio),
                           amount(type.vault.minimum_debt), percent(type.auction.penalty),
                           curve_of(type));
    out += compartments_table(genesis);
    out += fmt::format("\ndigest {}\n", files::hex_text(engine::digest_of(genesis)));
    for (const std::string& note : notes) out += fmt::format("note: {}\n", note);
    return out;
}

// The market of the file; a template is filled with the assets asked for.
files::Attempt<engine::Genesis> resolve(const MarketOptions& options,
                                        std::vector<std::string>& notes) {
    BALLAST_TRY(const market::Overrides overrides, market::parse_overrides(options.settings));
    BALLAST_TRY(const auto path, market::find_market(options.market, presets_directory()));
    BALLAST_TRY(const market::Template design, market::load_template(path, overrides));
    if (!market::is_template(design.root)) return market::load_market(path, overrides);
    market::Instance instance = market::sample_instance();
    if (!options.assets.empty()) instance.collateral.clear();
    for (const std::string& asset : options.assets) {
        const auto slash = asset.find('/');
        instance.collateral.push_back({asset.substr(0, slash),
                                       {"first", "second"},
                                       slash == std::string::npos ? "" : asset.substr(slash + 1)});
    }
    if (options.assets.empty())
        notes.emplace_back(
            "a template, filled with ETH and BTC at two venues; --asset names others");
    return market::instantiate(design, instance, notes);
}

void check(const MarketOptions& options, Context& context) {
    std::vector<std::string> notes;
    const auto genesis = resolve(options, notes);
    if (!genesis) {
        context.exit = context.console.fail(Exit::bad_input, genesis.error());
        return;
    }
    for (std::string& remark : remarks(*genesis)) notes.push_back(std::move(remark));
    context.console.print(options.json ? json_of(*genesis, notes).dump(2) + "\n"
                                       : preset_table(*genesis, notes));
}

void show(const MarketOptions& options, Context& context) {
    std::vector<std::string> notes;
    const auto genesis = resolve(options, notes);
    if (!genesis) {
        context.exit = context.console.fail(Exit::bad_input, genesis.error());
        return;
    }
    const std::string text = market::market_text(*genesis);
    if (!options.json) {
        for (const std::string& note : notes) context.console.print(fmt::format("# {}\n", note));
        context.console.print(text);
        return;
    }
    nlohmann::ordered_json answer = json_of(*genesis, notes);
    answer["toml"] = text;
    context.console.print(answer.dump(2) + "\n");
}

void add_common(CLI::App* command, MarketOptions& options) {
    command->add_option("market", options.market, "a market file, or the name of a preset")
        ->required();
    command->add_option("--set", options.settings, "change a key: path=value; may be repeated")
        ->expected(1)
        ->take_all();
    command
        ->add_option("--asset", options.assets,
                     "collateral to fill a template with: ETH, or STETH/ETH; may be repeated")
        ->expected(1)
        ->take_all();
    command->add_flag("--json", options.json, "print JSON");
}

}  // namespace

void add_market(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("market", "Check a market file or show all its terms");
    command->require_subcommand(1);
    command->footer(
        "Examples:\n  ballast market check my-market.toml\n  ballast market show maker");
    const auto options = std::make_shared<MarketOptions>();

    CLI::App* checks = command->add_subcommand("check", "Check a market and print a summary");
    add_common(checks, *options);
    checks->footer(
        "Examples:\n  ballast market check my-market.toml\n"
        "  ballast market check ballast --set \"vault_type.*.liquidation_ratio=120 %\" --json\n\n"
        "A market with a fault gives its file, line, key, value and limit, and exit code 4.");
    checks->callback([options, &context] { check(*options, context); });

    CLI::App* shows = command->add_subcommand("show", "Print every term of a market as TOML");
    add_common(shows, *options);
    shows->footer(
        "Examples:\n  ballast market show maker > my-market.toml\n"
        "  ballast market show ballast --asset ETH --asset STETH/ETH\n\n"
        "What is printed is a market file that reads as the same market.");
    shows->callback([options, &context] { show(*options, context); });
}

}  // namespace ballast::cli
