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
    /// Nobody asks any more, then nothing changes any more.
    void stop() {
        backend_->stop();
        service_->stop();
        server_.reset();
    }

    [[nodiscard]] u16 port() const { return service_->port(); }
    [[nodiscard]] const std::string& address() const { return server_->address(); }
    [[nodiscard]] u64 height() const { return chain_->height(); }
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
            Application::Options{.retain_blocks = 0, .clock = node::wall_seconds, .log = say});
        Handler handler = [this](const proto::Request& request, proto::Response& response) {
            application_->answer(request, response);
        };
        if (options.between) handler = options.between(std::move(handler));
        BALLAST_TRY(service_, node::Service::start(*backend_, options.config, options.home));
        BALLAST_TRY(server_, Server::start(places.abci, std::move(handler), say));
        return {};
    }

    std::atomic<bool> asked_to_stop_ = false;
    std::unique_ptr<chain::Chain> chain_;
    std::unique_ptr<Sources> sources_;
    std::unique_ptr<CometBackend> backend_;
    std::unique_ptr<Application> application_;
    std::unique_ptr<node::Service> service_;
    std::unique_ptr<Server> server_;
};

}  // namespace

files::Attempt<fs::path> find_comet(const fs::path& given, const fs::path& tree) {
    std::error_code none;
    if (!given.empty()) {
        if (fs::is_regular_file(given, none)) return fs::absolute(given, none);
        return files::fault("--cometbft {}: there is no such file", given.string());
    }
    const char* named = std::getenv("BALLAST_COMETBFT");
    if (named != nullptr && *named != '\0') return find_comet(named, tree);
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
    return files::fault("cometbft is neither at {} nor in PATH; name it with --cometbft",
                        built.string());
}

files::Attempt<void> run(const RunOptions& options) {
    const node::Signals signals;
    BALLAST_TRY(const auto log, node::Log::open(options.config, &options.home));
    BALLAST_TRY(const auto running, Running::start(options, *log));
    std::optional<Child> comet;
    if (!options.cometbft.empty()) {
        const fs::path comet_log = options.home / "log" / "cometbft.log";
        BALLAST_TRY(
            Child child,
            Child::start(options.cometbft, {"start", "--home", comet_home(options.home).string()},
                         comet_log));
        comet.emplace(std::move(child));
    }
    options.print(fmt::format("listening on http://{}:{}\nCometBFT at {}\n", options.config.host,
                              running->port(), running->address()));
    std::optional<std::string> ended;
    while (!ended && !signals.came() && !running->asked_to_stop())
        if (comet) ended = comet->ended();
    log->say(node::Level::info, "stopping");
    // It may be amid a block, and ends only when that is answered.
    if (comet) comet->stop(comet_grace);
    running->stop();
    log->say(node::Level::info, "stopped", {{"height", std::to_string(running->height())}});
    if (ended)
        return files::fault("cometbft {}; {} says why", *ended,
                            (options.home / "log" / "cometbft.log").string());
    return {};
}

}  // namespace ballast::abci
