#include <ballast/abci/network.hpp>

#include <ballast/abci/run.hpp>
#include <ballast/chain/chain.hpp>
#include <ballast/chain/home.hpp>
#include <ballast/market/market.hpp>
#include <ballast/node/dev.hpp>
#include <ballast/version/version.hpp>

#include <algorithm>

namespace ballast::abci {
namespace {

namespace fs = std::filesystem;

/// The keys of one node.
struct Keys {
    keys::Signer votes = keys::Signer::generate(crypto::Scheme::ed25519);
    keys::Signer prices = keys::Signer::generate(crypto::Scheme::ed25519);
    keys::Signer peer = keys::Signer::generate(crypto::Scheme::ed25519);
};

files::Attempt<void> write_text(const fs::path& path, const std::string& text) {
    return chain::write_file(path, {reinterpret_cast<const u8*>(text.data()), text.size()});
}

/// Where the node of this number listens.
const std::string& host(const NetworkOptions& options, std::size_t node) {
    return node < options.hosts.size() ? options.hosts[node] : options.hosts.front();
}
std::string place(const NetworkOptions& options, std::size_t node, u64 which) {
    return fmt::format("{}:{}", host(options, node),
                       options.base_port + node * ports_apart + which);
}

std::string rpc_place(const NetworkOptions& options, std::size_t node) {
    return fmt::format("127.0.0.1:{}", options.base_port + node * ports_apart + 1);
}

CometOptions comet_options(const NetworkOptions& options, const std::vector<Keys>& all,
                           std::size_t node) {
    CometOptions comet;
    comet.moniker = fmt::format("node-{}", node);
    comet.p2p = "tcp://" + place(options, node, 0);
    comet.rpc = "tcp://" + rpc_place(options, node);
    for (std::size_t i = 0; i < all.size(); ++i)
        if (i != node)
            comet.peers.push_back(fmt::format("{}@{}", node_id(all[i].peer), place(options, i, 0)));
    comet.commit_milliseconds = options.commit_milliseconds;
    comet.propose_milliseconds = options.propose_milliseconds;
    comet.one_machine = true;
    return comet;
}

files::Attempt<engine::Genesis> network_market(const NetworkOptions& options,
                                               const std::vector<Keys>& all) {
    BALLAST_TRY(engine::Genesis genesis, options.dev_accounts
                                             ? node::dev_genesis(options.market, options.time)
                                             : market::load_market(options.market));
    genesis.time = options.time;
    if (!genesis.access.signed_transactions)
        return files::fault(
            "{}: access.signed_transactions is false; expected true: else anybody could act for "
            "anybody",
            options.market.string());
    std::vector<Seat> seats;
    for (std::size_t i = 0; i < options.powers.size(); ++i)
        seats.push_back(
            {fmt::format("validator-{}", i), all[i].prices.key().bytes, options.powers[i]});
    seat_publishers(genesis, seats);
    return genesis;
}

/// What all nodes have in common.
struct Common {
    engine::Genesis genesis;
    Validators validators;
};

files::Attempt<NetworkNode> write_node(const NetworkOptions& options, const std::vector<Keys>& all,
                                       const Common& common, std::size_t node) {
    const fs::path home = options.folder / fmt::format("node-{}", node);
    node::Config config = options.config;
    config.host = host(options, node);
    config.port = options.base_port + node * ports_apart + 2;
    config.consensus = "cometbft";
    BALLAST_CHECK(chain::Chain::create(home, common.genesis, std::string(version::number())));
    BALLAST_CHECK(write_text(home / "market.toml", market::market_text(common.genesis)));
    BALLAST_CHECK(write_text(home / "config.toml", node::config_text(config)));
    BALLAST_CHECK(write_text(home / "validators.json", common.validators.text()));
    if (node < options.powers.size())
        BALLAST_CHECK(
            keys::Keyring(home / "keys").add(publisher_key, all[node].prices, std::nullopt));
    BALLAST_CHECK(write_comet(comet_home(home), comet_options(options, all, node),
                              comet_genesis(common.validators, options.time), all[node].votes,
                              all[node].peer));
    return NetworkNode{home, "http://" + place(options, node, 2),
                       "http://" + rpc_place(options, node),
                       fmt::format("{}@{}", node_id(all[node].peer), place(options, node, 0))};
}

}  // namespace

void seat_publishers(engine::Genesis& genesis, const std::vector<Seat>& seats) {
    std::vector<oracle::Source> sources;
    u64 power = 0;
    genesis.oracle.publishers.clear();
    for (const Seat& seat : seats) {
        const PublisherId id(static_cast<u16>(sources.size()));
        genesis.oracle.publishers.push_back({seat.name, seat.prices});
        sources.push_back({id, static_cast<u32>(seat.power)});
        power += seat.power;
    }
    const auto count = static_cast<u32>(seats.size());
    for (oracle::FeedTerms& feed : genesis.oracle.feeds) {
        feed.sources = sources;
        feed.quorum_count = 1;
        feed.quorum_weight = static_cast<u32>(power / 2 + 1);
        feed.live_count = 1;
        feed.settlement_count = std::min(feed.settlement_count, count);
    }
}

files::Attempt<std::vector<NetworkNode>> make_network(const NetworkOptions& options) {
    std::error_code failed;
    NetworkOptions chosen = options;
    chosen.folder = fs::absolute(options.folder, failed);
    if (fs::exists(chosen.folder, failed))
        return files::fault("{} is there already", chosen.folder.string());
    const std::size_t count = options.powers.size() + options.observers;
    if (options.hosts.empty()) return files::fault("a network needs the address of a host");
    if (count == 0 || options.base_port + count * ports_apart > 65'535)
        return files::fault("{} nodes from port {} on: they need {} ports each, up to 65535", count,
                            options.base_port, ports_apart);
    fs::create_directories(chosen.folder, failed);
    if (failed) return files::fault("cannot make {}: {}", chosen.folder.string(), failed.message());
    std::vector<Keys> keys;
    for (std::size_t i = 0; i < count; ++i) keys.emplace_back();
    BALLAST_TRY(engine::Genesis genesis, network_market(chosen, keys));
    std::vector<Validator> list;
    for (std::size_t i = 0; i < options.powers.size(); ++i)
        list.push_back(
            {keys[i].votes.key().bytes, options.powers[i], PublisherId(static_cast<u16>(i))});
    BALLAST_TRY(Validators validators, Validators::create(genesis, std::move(list)));
    const Common common{std::move(genesis), std::move(validators)};
    std::vector<NetworkNode> nodes;
    for (std::size_t i = 0; i < count; ++i) {
        BALLAST_TRY(NetworkNode node, write_node(chosen, keys, common, i));
        nodes.push_back(std::move(node));
    }
    return nodes;
}

files::Attempt<std::vector<NetworkNode>> read_network(const fs::path& folder) {
    std::vector<NetworkNode> nodes;
    std::error_code none;
    for (;;) {
        const fs::path home = fs::absolute(folder, none) / fmt::format("node-{}", nodes.size());
        if (!fs::exists(comet_home(home), none)) break;
        BALLAST_TRY(const node::Config config, node::load_config(home));
        BALLAST_TRY(const CometPlaces places, read_comet(comet_home(home)));
        BALLAST_TRY(const std::string id, read_node_id(comet_home(home)));
        nodes.push_back({home, fmt::format("http://{}:{}", config.host, config.port),
                         "http://" + places.rpc, fmt::format("{}@{}", id, places.p2p)});
    }
    if (nodes.empty())
        return files::fault("{} is there already, and holds no network (node-0/cometbft)",
                            folder.string());
    return nodes;
}

}  // namespace ballast::abci
