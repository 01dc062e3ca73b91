/// A network of validators, made all at once: for development, for tests, and as the pattern of how
/// a real one is put together.
#pragma once

#include <ballast/abci/comet.hpp>
#include <ballast/engine/genesis.hpp>
#include <ballast/files/fault.hpp>
#include <ballast/node/config.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace ballast::abci {

/// One who takes a seat in a market.
struct Seat {
    std::string name;            ///< Of the publisher.
    crypto::PublicKey prices{};  ///< Signs prices.
    u64 power = 1;
};

/// Makes the seats the publishers of the market: all of them on every feed, each weighted by its
/// power, with more than half of the power as the quorum.  Publishers that stood there are gone.
void seat_publishers(engine::Genesis& genesis, const std::vector<Seat>& seats);

/// Ports of a node: three of them from `base` + 10 times its number on.
inline constexpr u64 ports_apart = 10;

struct NetworkOptions {
    std::filesystem::path folder;  ///< Gets node-0, node-1, …; must not be there.
    std::filesystem::path market;  ///< A market file; its publishers give way to the validators.
    bool dev_accounts = false;     ///< Its accounts give way to ten whose keys everybody knows.
    std::vector<u64> powers;       ///< One per validator.
    u64 observers = 0;             ///< Nodes beyond them that do not vote.
    u64 base_port = 26'600;
    u64 commit_milliseconds = 1'000;
    u64 propose_milliseconds = 3'000;
    u64 time = 0;  ///< Of the genesis.
    /// Where each node is reached; those that are not named are where the first is.  CometBFT's RPC
    /// listens on loopback alone.
    std::vector<std::string> hosts{"127.0.0.1"};
    node::Config config;  ///< What all nodes share.
};

struct NetworkNode {
    std::filesystem::path home;
    std::string api;  ///< "http://127.0.0.1:26602".
    std::string rpc;  ///< Of CometBFT.
    std::string p2p;  ///< "id@127.0.0.1:26600".
};

/// Writes the homes: one market and genesis for all; keys for votes, for prices and for peers.
[[nodiscard]] files::Attempt<std::vector<NetworkNode>> make_network(const NetworkOptions& options);

/// The nodes of a network that was made in this folder, wherever it is now; a fault where it holds
/// none.
[[nodiscard]] files::Attempt<std::vector<NetworkNode>> read_network(
    const std::filesystem::path& folder);

}  // namespace ballast::abci
