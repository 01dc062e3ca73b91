#include <ballast/abci/child.hpp>
#include <ballast/abci/network.hpp>
#include <ballast/abci/run.hpp>
#include <ballast/chain/home.hpp>
#include <ballast/cli/cli.hpp>
#include <ballast/node/clock.hpp>
#include <ballast/node/dev.hpp>
#include <ballast/node/signals.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <deque>

namespace ballast::cli {
namespace {

constexpr std::chrono::seconds grace{15};

struct TestnetOptions {
    std::string home = "testnet";
    u64 validators = 4;
    u64 observers = 0;
    u64 base_port = 26'600;
    u64 commit_milliseconds = 1'000;
    u64 propose_milliseconds = 3'000;
    std::string market;
    std::string cometbft;
    std::vector<std::string> hosts{"127.0.0.1"};
    std::vector<std::string> settings;
    bool run = false;
    bool json = false;
};

using Nodes = std::vector<abci::NetworkNode>;

files::Attempt<Nodes> make(const TestnetOptions& options) {
    std::error_code none;
    // A network is run again as it was made.
    if (options.run && std::filesystem::exists(options.home, none))
        return abci::read_network(options.home);
    abci::NetworkOptions network;
    network.folder = options.home;
    network.market = options.market.empty() ? home() / "markets" / "dev.toml"
                                            : std::filesystem::path(options.market);
    network.dev_accounts = options.market.empty();
    network.powers.assign(options.validators, 10);
    network.observers = options.observers;
    network.hosts = options.hosts;
    network.base_port = options.base_port;
    network.commit_milliseconds = options.commit_milliseconds;
    network.propose_milliseconds = options.propose_milliseconds;
    network.time = node::wall_seconds();
    for (const std::string& setting : options.settings) {
        const auto equals = setting.find('=');
        BALLAST_CHECK(node::set(network.config, "--set", setting.substr(0, equals),
                                equals == std::string::npos ? "" : setting.substr(equals + 1)));
    }
    return abci::make_network(network);
}

std::string text_of(const Nodes& nodes, const TestnetOptions& options) {
    if (options.json) {
        nlohmann::ordered_json list = nlohmann::ordered_json::array();
        for (const abci::NetworkNode& node : nodes)
            list.push_back({{"home", node.home.string()},
                            {"api", node.api},
                            {"rpc", node.rpc},
                            {"p2p", node.p2p}});
        return nlohmann::ordered_json{{"nodes", list}}.dump(2) + "\n";
    }
    std::string text;
    for (const abci::NetworkNode& node : nodes)
        text += fmt::format("{}\n  API {}, CometBFT {}\n", node.home.string(), node.api, node.rpc);
    return text + fmt::format(
                      "\nEach runs by: ballast start --home HOME. Prices of a validator: "
                      "HOME/prices.json, such as {{\"ETH/USD\": \"2000\"}}\n");
}

/// Whether somebody acts with keys that everybody knows.
bool known_keys(const Nodes& nodes) {
    const auto genesis = chain::read_genesis(nodes.front().home);
    const crypto::Key known = node::dev_key(0).key();
    return genesis && std::ranges::count(genesis->accounts, known, &engine::GenesisAccount::key);
}

/// Runs all nodes until a signal comes or one of them ends.
files::Attempt<void> supervise(const Nodes& nodes, const std::filesystem::path& comet) {
    const node::Signals signals;
    std::deque<abci::Child> children;
    for (const abci::NetworkNode& node : nodes) {
        BALLAST_TRY(abci::Child child,
                    abci::Child::start("/proc/self/exe",
                                       {"start", "--home", node.home.string(), "--consensus",
                                        "cometbft", "--cometbft", comet.string()},
                                       node.home / "node.log"));
        children.push_back(std::move(child));
    }
    while (!signals.came())
        for (std::size_t i = 0; i < children.size(); ++i)
            if (const auto ended = children[i].ended())
                return files::fault("{} {}; {} says why", nodes[i].home.string(), *ended,
                                    (nodes[i].home / "node.log").string());
    for (abci::Child& child : children) child.stop(grace);
    return {};
}

void testnet(const TestnetOptions& options, Context& context) {
    std::filesystem::path comet;
    if (options.run) {
        const auto found = abci::find_comet(options.cometbft, home());
        if (!found) {
            context.exit = context.console.fail(Exit::bad_input, found.error());
            return;
        }
        comet = *found;
    }
    const auto nodes = make(options);
    if (!nodes) {
        context.exit = context.console.fail(Exit::bad_input, nodes.error());
        return;
    }
    const std::string text =
        (options.json || !known_keys(*nodes) ? "" : node::dev_banner()) + text_of(*nodes, options);
    if (!options.run) return context.console.print(text);
    // At once, because the command goes on for as long as the nodes.
    fmt::print("{}", text);
    std::fflush(stdout);
    if (const auto done = supervise(*nodes, comet); !done)
        context.exit = context.console.fail(Exit::failed, done.error());
}

}  // namespace

void add_testnet(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("testnet", "Make a network of validators, and run it");
    const auto options = std::make_shared<TestnetOptions>();
    command
        ->add_option(
            "--home", options->home,
            "the folder that is made, with node-0, node-1, …; with --run, one that is there is run "
            "again, as it was made")
        ->capture_default_str();
    command->add_option("--validators", options->validators, "how many vote")
        ->check(CLI::Range(1, 32))
        ->capture_default_str();
    command->add_option("--observers", options->observers, "how many nodes more that do not vote")
        ->check(CLI::Range(0, 32));
    command->add_option("--base-port", options->base_port, "the first port; each node takes three")
        ->check(CLI::Range(1024, 65'000))
        ->capture_default_str();
    command
        ->add_option("--commit-milliseconds", options->commit_milliseconds, "pause between blocks")
        ->check(CLI::Range(1, 600'000))
        ->capture_default_str();
    command
        ->add_option("--propose-milliseconds", options->propose_milliseconds,
                     "patience with a proposer")
        ->check(CLI::Range(1, 600'000))
        ->capture_default_str();
    command
        ->add_option("--hosts", options->hosts,
                     "addresses of the nodes, in order; the first is also that of all not named")
        ->delimiter(',');
    command->add_option("--market", options->market,
                        "a market file whose accounts have keys; its publishers give way to the "
                        "validators. Without: ten accounts whose keys everybody knows");
    command->add_option("--cometbft", options->cometbft, "the program cometbft");
    command->add_option("--set", options->settings, "a setting of config.toml: KEY=VALUE")
        ->expected(1)
        ->take_all();
    command->add_flag("--run", options->run, "run all nodes until interrupted");
    command->add_flag("--json", options->json, "print JSON");
    command->footer(
        "Examples:\n  ballast testnet --validators 4 --home net --run\n"
        "  ballast testnet --home fleet --json && ballast start --home fleet/node-0\n"
        "  ballast testnet --home fleet --market my-market.toml --hosts 10.0.0.1,10.0.0.2\n");
    command->callback([options, &context] { testnet(*options, context); });
}

}  // namespace ballast::cli
