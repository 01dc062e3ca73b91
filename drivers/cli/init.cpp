#include <ballast/cli/cli.hpp>
#include <ballast/market/template.hpp>
#include <ballast/node/run.hpp>

#include <nlohmann/json.hpp>

namespace ballast::cli {
namespace {

struct Options {
    std::string home;
    std::string market = "example";
    std::string key;
    std::vector<std::string> settings;
    bool json = false;
};

files::Attempt<std::filesystem::path> init(const Options& options) {
    const std::filesystem::path home = options.home;
    std::error_code error;
    std::filesystem::path market = options.market;
    if (!std::filesystem::exists(market, error)) {
        BALLAST_TRY(market, market::find_market(options.market, presets_directory()));
    }
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
    const auto options = std::make_shared<Options>();
    add_home_option(command, options->home);
    command->add_option("--market", options->market, "a market file, or the name of a preset")
        ->required();
    command->add_option("--key", options->key, "make a new ed25519 key of this name in HOME/keys");
    command->add_option("--set", options->settings, "a setting of config.toml: KEY=VALUE")
        ->expected(1)
        ->take_all();
    command->add_flag("--json", options->json, "print JSON");
    command->footer("Examples:\n  ballast init --home ./node --market my-market.toml\n\n" +
                    node::settings_help());
    command->callback([options, &context] {
        const auto home = init(*options);
        if (!home) {
            context.exit = context.console.fail(Exit::bad_input, home.error());
            return;
        }
        const std::string path = home->string();
        context.console.print(
            options->json ? nlohmann::ordered_json{{"home", path}}.dump(2) + "\n"
                          : fmt::format("{} is ready: ballast start --home {}\n", path, path));
    });
}

}  // namespace ballast::cli
