#include <ballast/abci/run.hpp>

#include <ballast/abci/application.hpp>
#include <ballast/abci/backend.hpp>
#include <ballast/abci/child.hpp>
#include <ballast/abci/comet.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/node/clock.hpp>
#include <ballast/node/log.hpp>
#include <ballast/node/serve.hpp>
#include <ballast/node/signals.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>

namespace ballast::abci {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds comet_grace{10};
/// So long a node that halts still tells others of its last block: those who lack votes for it
/// would not get them from one that is gone.
constexpr std::chrono::seconds halt_stay{3};

/// What this node says of prices, if its key is a publisher's.
files::Attempt<Sources::Options> own_sources(const fs::path& home, const Validators& validators,
                                             const engine::Genesis& genesis) {
    Sources::Options options;
    options.file = home / "prices.json";
    const keys::Keyring ring(home / "keys");
    std::error_code none;
    if (!fs::exists(home / "keys" / fmt::format("{}.json", publisher_key), none)) return options;
    BALLAST_TRY(const auto passphrase, keys::passphrase(std::nullopt));
    BALLAST_TRY(keys::Signer signer, ring.open(publisher_key, passphrase));
    for (const Validator& validator : validators.list())
        if (genesis.oracle.publishers[validator.publisher.value()].key == signer.key().bytes)
            options.publisher = validator.publisher;
    if (!options.publisher)
        return files::fault("{}: its key is no publisher's of this market",
                            (home / "keys" / fmt::format("{}.json", publisher_key)).string());
    options.signer = std::move(signer);
    return options;
}

/// Everything of a node but CometBFT, in the order in which it is started.
class Running {
public:
    static files::Attempt<std::unique_ptr<Running>> start(const RunOptions& options,
                                                          node::Log& log) {
        auto running = std::make_unique<Running>();
        BALLAST_CHECK(running->open(options, log));
        return running;
    }
    /// CometBFT is heard no more, so that a block that it did not commit never becomes durable, and
    /// whoever waits for that one is let go.
    void stop() {
        backend_->stop();
        server_.reset();
        chain_->give_up("the node stops");
        service_->stop();
    }

    [[nodiscard]] u16 port() const { return service_->port(); }
    [[nodiscard]] const std::string& address() const { return server_->address(); }
    [[nodiscard]] u64 height() const { return chain_->height(); }
    /// Whether the halt height was reached while it ran.
    [[nodiscard]] bool halted() const { return halted_; }
    [[nodiscard]] bool asked_to_stop() const { return asked_to_stop_; }

private:
    files::Attempt<void> open(const RunOptions& options, node::Log& log) {
        BALLAST_TRY(const CometPlaces places, read_comet(comet_home(options.home)));
        BALLAST_TRY(const std::string text, files::read_file(options.home / "validators.json"));
        BALLAST_TRY(chain_, chain::Chain::open(options.home, node::chain_options(options.config)));
        for (const std::string& remark : chain_->remarks()) log.say(node::Level::warn, remark);
        engine::Genesis genesis;
        chain_->read([&](const engine::Machine& machine) { genesis = machine.genesis(); });
        BALLAST_TRY(Validators validators, Validators::read(genesis, text));
        BALLAST_TRY(Sources::Options own, own_sources(options.home, validators, genesis));
        sources_ = std::make_unique<Sources>(genesis, std::move(own));
        backend_ = std::make_unique<CometBackend>(*chain_, *sources_, validators.chain_id(),
                                                  places.rpc, [this] { asked_to_stop_ = true; });
        const Log say = [&log](std::string_view line) { log.say(node::Level::warn, line); };
        application_ = std::make_unique<Application>(
            *chain_, std::move(validators), *sources_,
            Application::Options{.drop_blocks = options.config.history_blocks != 0,
                                 .halt_height = options.halt_height,
                                 .halt = [this] { halted_ = true; },
                                 .clock = node::wall_seconds,
                                 .log = say});
        Handler handler = [this](const proto::Request& request, proto::Response& response) {
            application_->answer(request, response);
        };
        if (options.between) handler = options.between(std::move(handler));
        BALLAST_TRY(service_, node::Service::start(*backend_, options.config, options.home));
        // A CometBFT of this program's own is told the address, so that a home can be moved.
        const bool own_comet = !options.cometbft.empty() || places.abci.empty();
        BALLAST_TRY(server_, Server::start(own_comet ? abci_address(options.home) : places.abci,
                                           std::move(handler), say));
        return {};
    }

    std::atomic<bool> asked_to_stop_ = false;
    std::atomic<bool> halted_ = false;
    std::unique_ptr<chain::Chain> chain_;
    std::unique_ptr<Sources> sources_;
    std::unique_ptr<CometBackend> backend_;
    std::unique_ptr<Application> application_;
    std::unique_ptr<node::Service> service_;
    std::unique_ptr<Server> server_;
};

/// What a node says that starts where it was to halt, or behind that.
files::Attempt<void> halted_before(const RunOptions& options, u64 height, node::Log& log) {
    if (height > options.halt_height)
        return files::fault("--halt-height {}: the home is at height {} already",
                            options.halt_height, height);
    log.say(node::Level::info, "the height at which to halt is reached",
            {{"height", std::to_string(height)}});
    options.print(fmt::format(
        "at height {}, where --halt-height halts it; start it without to go on\n", height));
    return {};
}

}  // namespace

files::Attempt<fs::path> find_comet(const fs::path& given, const fs::path& tree) {
    std::error_code none;
    const char* variable = std::getenv("BALLAST_COMETBFT");
    const fs::path named = !given.empty() || variable == nullptr ? given : fs::path(variable);
    if (!named.empty()) {
        if (fs::is_regular_file(named, none)) return fs::absolute(named, none);
        return files::fault("{} {}: there is no such file",
                            given.empty() ? "BALLAST_COMETBFT" : "--cometbft", named.string());
    }
    const fs::path built = tree / "build" / "tools" / "bin" / "cometbft";
    if (fs::is_regular_file(built, none)) return built;
    const char* path = std::getenv("PATH");
    std::string_view left = path == nullptr ? "" : path;
    while (!left.empty()) {
        const std::size_t colon = std::min(left.find(':'), left.size());
        const fs::path place = fs::path(left.substr(0, colon)) / "cometbft";
        if (fs::is_regular_file(place, none)) return place;
        left.remove_prefix(std::min(colon + 1, left.size()));
    }
    return files::fault(
        "cometbft is neither at {} nor in PATH; './dev cometbft' puts it there, BALLAST_COMETBFT "
        "and --cometbft name another",
        built.string());
}

files::Attempt<void> run(const RunOptions& options) {
    const node::Signals signals;
    BALLAST_TRY(const auto log, node::Log::open(options.config, &options.home));
    BALLAST_TRY(const auto running, Running::start(options, *log));
    if (options.halt_height != 0 && running->height() >= options.halt_height) {
        running->stop();
        return halted_before(options, running->height(), *log);
    }
    std::optional<Child> comet;
    if (!options.cometbft.empty()) {
        const fs::path comet_log = options.home / "log" / "cometbft.log";
        BALLAST_TRY(Child child, Child::start(options.cometbft,
                                              {"start", "--home", comet_home(options.home).string(),
                                               "--proxy_app", running->address()},
                                              comet_log));
        comet.emplace(std::move(child));
    }
    options.print(fmt::format("listening on http://{}:{}\nCometBFT at {}\n", options.config.host,
                              running->port(), running->address()));
    std::optional<std::string> ended;
    auto leave = std::chrono::steady_clock::time_point::max();
    while (!ended && !signals.came() && !running->asked_to_stop() &&
           std::chrono::steady_clock::now() < leave) {
        if (comet) ended = comet->ended();
        if (running->halted())
            leave = std::min(leave, std::chrono::steady_clock::now() + halt_stay);
    }
    if (running->halted())
        log->say(node::Level::info, "the height at which to halt is reached",
                 {{"height", std::to_string(running->height())}});
    log->say(node::Level::info, "stopping");
    // It may be amid a block, and ends only when that is answered.
    if (comet) comet->stop(comet_grace);
    running->stop();
    log->say(node::Level::info, "stopped", {{"height", std::to_string(running->height())}});
    if (ended && !running->halted())
        return files::fault("cometbft {}; {} says why", *ended,
                            (options.home / "log" / "cometbft.log").string());
    return {};
}

}  // namespace ballast::abci
