#include <ballast/cli/cli.hpp>
#include <ballast/market/market.hpp>
#include <ballast/market/template.hpp>
#include <ballast/node/clock.hpp>
#include <ballast/node/dev.hpp>
#include <ballast/node/run.hpp>

#include <nlohmann/json.hpp>

namespace ballast::cli {
namespace {

struct InitOptions {
    std::string home;
    std::string market;  ///< Empty: the market for development.
    std::string key;
    std::vector<std::string> settings;
    bool json = false;
};

// The market that is asked for; without one, that of development as of now.
files::Attempt<engine::Genesis> market_of(const std::string& words) {
    if (words.empty())
        return node::dev_genesis(cli::home() / "markets" / "dev.toml", node::wall_seconds());
    BALLAST_TRY(const auto file, market::find_market(words, presets_directory()));
    return market::load_market(file);
}

files::Attempt<std::filesystem::path> init(const InitOptions& options) {
    const std::filesystem::path home = options.home;
    BALLAST_TRY(const engine::Genesis market, market_of(options.market));
    node::Config config;
    for (const std::string& setting : options.settings) {
        const auto equals = setting.find('=');
        BALLAST_CHECK(node::set(config, "--set", setting.substr(0, equals),
                                equals == std::string::npos ? "" : setting.substr(equals + 1)));
    }
    BALLAST_CHECK(node::init_home(home, market, config, options.key));
    return home;
}

}  // namespace

void add_init(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("init", "Make a home for a node of a market");
    const auto options = std::make_shared<InitOptions>();
    add_home_option(command, options->home);
    command->add_option("--market", options->market,
                        "a market file, or the name of a preset; without it the market for "
                        "development, whose keys everybody knows");
    command->add_option("--key", options->key, "make a new ed25519 key of this name in HOME/keys");
    command->add_option("--set", options->settings, "a setting of config.toml: KEY=VALUE")
        ->expected(1)
        ->take_all();
    command->add_flag("--json", options->json, "print JSON");
    command->footer(
        "Examples:\n  ballast init --home ./node\n  ballast init --home ./node --market "
        "my-market.toml --key operator\n\n" +
        node::settings_help());
    command->callback([options, &context] {
        const auto home = init(*options);
        if (!home) {
            context.exit = context.console.fail(Exit::bad_input, home.error());
            return;
        }
        const std::string path = home->string();
        const bool known = options->market.empty();
        if (options->json) {
            const nlohmann::ordered_json answer{{"home", path}, {"public_keys", known}};
            return context.console.print(answer.dump(2) + "\n");
        }
        context.console.print(fmt::format("{} is ready: ballast start --home {}\n", path, path));
        if (known)
            context.console.print(
                "Its accounts have keys that everybody knows; for others, name a --market.\n");
    });
}

}  // namespace ballast::cli
