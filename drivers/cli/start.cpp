#include <ballast/abci/run.hpp>
#include <ballast/cli/broken.hpp>
#include <ballast/market/template.hpp>
#include <ballast/node/run.hpp>

#include <cstdio>

namespace ballast::cli {
namespace {

struct StartOptions {
    std::string home;
    bool home_given = false;
    std::vector<std::string> settings;
    std::string consensus;
    std::string cometbft;
    bool child = true;
    u64 halt_height = 0;
    bool dev = false;
    std::string market;  ///< Of a new dev chain; empty: that for development.
    std::string state;
    std::optional<u64> block_time;
    std::string feed;
    bool json = false;
};

files::Attempt<node::RunOptions> run_options(const StartOptions& options) {
    node::RunOptions result;
    const bool home = !options.dev || options.home_given;
    if (home) result.home = options.home;
    // Without a home there is no config.toml: the one of the current folder is somebody else's.
    BALLAST_TRY(result.config, node::load_config(home ? result.home : "/dev/null"));
    for (const std::string& setting : options.settings) {
        const auto equals = setting.find('=');
        BALLAST_CHECK(node::set(result.config, "--set", setting.substr(0, equals),
                                equals == std::string::npos ? "" : setting.substr(equals + 1)));
    }
    if (!options.consensus.empty())
        BALLAST_CHECK(node::set(result.config, "--consensus", "consensus.kind", options.consensus));
    if (options.json) result.config.log_format = "json";
    const bool dev_only = !options.state.empty() || options.block_time || !options.feed.empty() ||
                          !options.market.empty();
    if (dev_only && !options.dev)
        return files::fault("--market, --state, --block-time and --feed need --dev");
    result.halt_height = options.halt_height;
    result.dev = options.dev;
    result.dev_market = cli::home() / "markets" / "dev.toml";
    result.dev_market_named = !options.market.empty();
    if (result.dev_market_named) {
        BALLAST_TRY(result.dev_market, market::find_market(options.market, presets_directory()));
    }
    if (!options.state.empty()) result.state = options.state;
    result.block_seconds = options.block_time;
    result.feed = options.feed;
    result.scenarios = scenarios_directory();
    // At once, because the command goes on for as long as the node.
    result.print = [](std::string_view text) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
    };
    return result;
}

files::Attempt<void> run_replicated(const StartOptions& options, node::RunOptions how) {
    abci::RunOptions replicated;
    replicated.home = std::move(how.home);
    replicated.config = std::move(how.config);
    replicated.print = std::move(how.print);
    replicated.halt_height = how.halt_height;
    if (options.child) {
        BALLAST_TRY(replicated.cometbft, abci::find_comet(options.cometbft, cli::home()));
    }
    return abci::run(replicated);
}

void start(const StartOptions& options, Context& context) {
    const auto how = run_options(options);
    if (!how) {
        context.exit = context.console.fail(Exit::bad_input, how.error());
        return;
    }
    const bool replicated = how->config.consensus == "cometbft" && !options.dev;
    if (const auto done = replicated ? run_replicated(options, *how) : node::run(*how); !done)
        context.exit = context.console.fail(exit_of(done.error(), Exit::failed), done.error());
}

void add_dev_options(CLI::App* command, const std::shared_ptr<StartOptions>& options) {
    command->add_flag(
        "--dev", options->dev,
        "a chain for development: funded accounts with public keys, blocks on demand");
    command->add_option(
        "--market", options->market,
        "with --dev: the market of a new chain, a file or the name of a preset; its "
        "accounts and publishers give way to those of development");
    command->add_option("--state", options->state,
                        "with --dev: load the state from this file, and save it at the end");
    command
        ->add_option("--block-time", options->block_time,
                     "with --dev: a block every so many seconds")
        ->check(CLI::Range(1, 86'400));
    command->add_option("--feed", options->feed,
                        "with --dev: prices from random-walk[:SEED] or scenario:NAME[@SPEED]");
}

}  // namespace

void add_start(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("start", "Run a node");
    const auto options = std::make_shared<StartOptions>();
    add_home_option(command, options->home);
    command->add_option("--consensus", options->consensus, "embedded, or cometbft");
    command->add_option("--cometbft", options->cometbft,
                        "the program cometbft; else BALLAST_COMETBFT, build/tools/bin, PATH");
    command->add_flag("!--no-child", options->child, "somebody else runs cometbft");
    command->add_option("--halt-height", options->halt_height, "stop at this height");
    command->add_option("--set", options->settings, "a setting of config.toml: KEY=VALUE")
        ->expected(1)
        ->take_all();
    command->add_flag("--json", options->json, "log as JSON");
    add_dev_options(command, options);
    command->footer(
        "Examples:\n  ballast start --dev\n  ballast start --dev --feed random-walk:7 --block-time "
        "1\n  ballast start --dev --market my-market.toml\n  ballast start --home ./node\n\n" +
        node::settings_help());
    command->callback([options, command, &context] {
        options->home_given = command->count("--home") != 0;
        start(*options, context);
    });
}

}  // namespace ballast::cli
