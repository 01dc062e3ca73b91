#include <ballast/node/run.hpp>

#include <ballast/chain/home.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/files/time.hpp>
#include <ballast/market/market.hpp>
#include <ballast/node/clock.hpp>
#include <ballast/node/dev.hpp>
#include <ballast/node/serve.hpp>
#include <ballast/node/signals.hpp>
#include <ballast/version/version.hpp>

#include <cstdlib>

namespace ballast::node {
namespace {

namespace fs = std::filesystem;

/// A folder that is gone when it is not needed any more, or somebody's home, which stays.
class Home {
public:
    static files::Attempt<Home> at(const fs::path& given) {
        if (!given.empty()) return Home(given, false);
        std::string name = (fs::temp_directory_path() / "ballast-dev-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) return files::fault("{} cannot be created", name);
        return Home(name, true);
    }
    Home(Home&& other) noexcept
        : path_(std::move(other.path_)), passing_(std::exchange(other.passing_, false)) {}
    Home& operator=(Home&&) = delete;
    Home(const Home&) = delete;
    Home& operator=(const Home&) = delete;
    ~Home() {
        std::error_code error;
        if (passing_) fs::remove_all(path_, error);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }
    [[nodiscard]] bool passing() const { return passing_; }

private:
    Home(fs::path path, bool passing) : path_(std::move(path)), passing_(passing) {}
    fs::path path_;
    bool passing_;
};

Embedded::Options node_options(const RunOptions& options, std::function<void()> stop) {
    const Config& config = options.config;
    Embedded::Options result;
    result.pending = {config.pending_transactions, config.pending_bytes, config.pending_per_account,
                      std::chrono::seconds(config.pending_seconds)};
    result.interval = std::chrono::milliseconds(config.interval_milliseconds);
    result.pause = std::chrono::milliseconds(config.pause_milliseconds);
    result.block_transactions = config.block_transactions;
    result.block_bytes = config.block_bytes;
    result.transaction_bytes = config.transaction_bytes;
    result.halt_height = options.halt_height;
    result.development = options.dev;
    result.stop = std::move(stop);
    if (options.dev) {
        const u64 seconds = options.block_seconds.value_or(0);
        result.interval = std::chrono::seconds(seconds);
        result.pause = std::chrono::seconds(seconds);
        result.publisher = dev_publisher();
    }
    // What comes in time must find a block, also where these are far between.
    result.pending.wait = std::max(
        result.pending.wait, std::chrono::duration_cast<std::chrono::seconds>(2 * result.pause));
    return result;
}

// The chain of a node; that of a dev node is made if there is none.
files::Attempt<std::unique_ptr<chain::Chain>> open_chain(const RunOptions& options,
                                                         const fs::path& home) {
    std::error_code error;
    std::optional<chain::StateFile> state;
    if (options.state && fs::exists(*options.state, error)) {
        BALLAST_TRY(state, chain::read_state(*options.state));
    }
    const bool there = fs::exists(chain::genesis_path(home), error);
    if (there && state)
        return files::fault("{} holds a chain already; a state is loaded into a home of its own",
                            home.string());
    if (options.dev_market_named && (there || state))
        return files::fault("--market {}: {} holds a chain already, of a market of its own",
                            options.dev_market.string(), (there ? home : *options.state).string());
    if (!there && options.dev) {
        engine::Genesis genesis;
        if (state) {
            genesis = state->genesis;
        } else {
            BALLAST_TRY(genesis, dev_genesis(options.dev_market, wall_seconds()));
        }
        BALLAST_CHECK(chain::Chain::create(home, genesis, std::string(version::number())));
    }
    BALLAST_TRY(auto chain, chain::Chain::open(home, chain_options(options.config)));
    if (state && state->height != 0)
        BALLAST_CHECK(chain->restore(state->height, state->root, state->snapshot));
    return chain;
}

files::Attempt<void> save_state(const chain::Chain& chain, const fs::path& path) {
    chain::StateFile state;
    chain.read([&](const engine::Machine& machine) {
        state = {machine.genesis(), machine.height(), machine.root(), machine.snapshot()};
    });
    return chain::write_state(path, state);
}

// Told at the start and not when the state would be lost.
files::Attempt<void> probe_state(const fs::path& path) {
    fs::path probe = path;
    probe += ".probe";
    std::error_code error;
    if (fs::is_directory(path, error))
        return files::fault("--state {}: is a directory, must be a file", path.string());
    if (const auto written = chain::write_file(probe, {}); !written)
        return files::fault("--state {}: {}", path.string(), written.error().sentence);
    fs::remove(probe, error);
    return {};
}

// Says what came to the chain's remarks behind the first `told`.
void say_remarks(Log& log, const chain::Chain& chain, std::size_t& told) {
    const std::vector<std::string> remarks = chain.remarks();
    for (; told < remarks.size(); ++told) log.say(Level::warn, remarks[told]);
}

void say_start(Log& log, const chain::Chain& chain) {
    chain.read([&](const engine::Machine& machine) {
        log.say(Level::info, "the chain is open",
                {{"market", machine.genesis().name},
                 {"chain", files::hex_text(machine.chain())},
                 {"height", std::to_string(machine.height())},
                 {"root", files::hex_text(machine.root())},
                 {"version", std::string(version::number())}});
        if (wall_seconds() < machine.time())
            log.say(Level::warn, "the clock stands before the last block; time waits for it",
                    {{"clock", files::time_text(wall_seconds())},
                     {"block", files::time_text(machine.time())}});
    });
}

}  // namespace

files::Attempt<void> init_home(const fs::path& home, const engine::Genesis& genesis,
                               const Config& config, const std::string& key) {
    if (!genesis.access.signed_transactions)
        return files::fault(
            "the market {}: access.signed_transactions is false: anybody could act for "
            "anybody; a node needs a market whose transactions are signed",
            genesis.name);
    std::error_code error;
    if (fs::exists(chain::genesis_path(home), error))
        return files::fault("{} holds a chain already", home.string());
    fs::create_directories(home, error);
    if (error) return files::fault("{} cannot be created: {}", home.string(), error.message());
    // A key of an attempt that did not come to its end stays.
    if (const keys::Keyring ring(home / "keys"); !key.empty() && !ring.find(key))
        BALLAST_CHECK(ring.add(key, keys::Signer::generate(crypto::Scheme::ed25519), std::nullopt));
    const std::string text = config_text(config);
    const std::string terms = market::market_text(genesis);
    const auto bytes = [](const std::string& from) {
        return ByteView(reinterpret_cast<const u8*>(from.data()), from.size());
    };
    BALLAST_CHECK(chain::write_file(home / "market.toml", bytes(terms)));
    BALLAST_CHECK(chain::write_file(home / "config.toml", bytes(text)));
    // The genesis comes last: until it is there the same can be done again.
    return chain::Chain::create(home, genesis, std::string(version::number()));
}

files::Attempt<void> run(const RunOptions& options) {
    const Signals signals;
    std::atomic<bool> stop = false;
    BALLAST_TRY(const Home home, Home::at(options.home));
    if (options.state) BALLAST_CHECK(probe_state(*options.state));
    BALLAST_TRY(const auto chain, open_chain(options, home.path()));
    BALLAST_TRY(const auto log, Log::open(options.config, home.passing() ? nullptr : &home.path()));
    say_start(*log, *chain);
    std::size_t told = 0;
    say_remarks(*log, *chain, told);
    if (options.halt_height != 0 && chain->height() >= options.halt_height) {
        log->say(Level::info, "the height at which to halt is reached",
                 {{"height", std::to_string(chain->height())}});
        return {};
    }
    Clock clock(wall_seconds);
    // A developer who has moved the time on goes on from there.
    if (options.dev)
        chain->read([&](const engine::Machine& machine) {
            clock.warp(machine.time() - std::min(machine.time(), clock.now()));
        });
    Embedded node(*chain, clock, *log, node_options(options, [&stop] { stop = true; }));
    BALLAST_TRY(const auto service, Service::start(node, options.config, home.path()));
    std::unique_ptr<DevFeed> feed;
    if (!options.feed.empty()) {
        BALLAST_TRY(feed, DevFeed::start(options.feed, options.scenarios, node, *log));
    }
    if (options.dev) options.print(dev_banner());
    options.print(fmt::format("listening on {}://{}:{}\nlocal socket {}\n",
                              options.config.certificate.empty() ? "http" : "https",
                              options.config.host, service->port(),
                              (home.path() / "node.sock").string()));
    while (!stop && !signals.came()) say_remarks(*log, *chain, told);
    log->say(Level::info, "stopping");
    feed.reset();
    node.stop();
    service->stop();
    say_remarks(*log, *chain, told);
    if (const std::string fault = node.fault(); !fault.empty()) return files::fault("{}", fault);
    if (options.state) BALLAST_CHECK(save_state(*chain, *options.state));
    log->say(Level::info, "stopped", {{"height", std::to_string(chain->height())}});
    return {};
}

}  // namespace ballast::node
