/// The folder that CometBFT lives in: written from what is known, and read for where it listens.
#pragma once

#include <ballast/abci/validators.hpp>
#include <ballast/keys/keys.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace ballast::abci {

/// How one node of a network runs its CometBFT.
struct CometOptions {
    std::string moniker;
    std::string rpc;                   ///< "tcp://127.0.0.1:26657".
    std::string p2p;                   ///< "tcp://127.0.0.1:26656".
    std::vector<std::string> peers;    ///< "id@host:port", kept up for ever.
    u64 commit_milliseconds = 1'000;   ///< Wait for late votes after a block.
    u64 propose_milliseconds = 3'000;  ///< Wait for a proposal, in the first round.
    bool one_machine = false;          ///< Peers may have one address, and loopback ones.

    struct StateSync {
        std::vector<std::string> servers;  ///< At least two RPC addresses, "http://host:port".
        u64 height = 0;                    ///< Of a block that is trusted,
        std::string hash;                  ///< with its hash.
    };
    std::optional<StateSync> sync;
};

/// What peers call a node: its address in hexadecimal.
[[nodiscard]] std::string node_id(const keys::Signer& node);

/// The same of the node that lives in `folder`; a fault names the file and what is wrong with it.
[[nodiscard]] files::Attempt<std::string> read_node_id(const std::filesystem::path& folder);

/// HOME/cometbft: where CometBFT has its configuration, keys and data.
[[nodiscard]] std::filesystem::path comet_home(const std::filesystem::path& home);

/// Where the node of this home listens for its CometBFT: "unix:///…/abci.sock".
[[nodiscard]] std::string abci_address(const std::filesystem::path& home);

/// The genesis file of a network that begins at `time`, the same for all its nodes.
[[nodiscard]] std::string comet_genesis(const Validators& validators, u64 time);

/// Writes configuration, keys and the state of a validator that never signed.  What is there
/// already is a fault: a validator that forgets what it signed may sign twice.
[[nodiscard]] files::Attempt<void> write_comet(const std::filesystem::path& folder,
                                               const CometOptions& options,
                                               const std::string& genesis,
                                               const keys::Signer& validator,
                                               const keys::Signer& node);

/// What the node must know of its CometBFT's configuration.
struct CometPlaces {
    std::string abci;  ///< Its proxy_app; empty: not said.
    std::string rpc;   ///< "127.0.0.1:26657".
    std::string p2p;   ///< "127.0.0.1:26656".
};
/// A fault names the file and the key that is missing.
[[nodiscard]] files::Attempt<CometPlaces> read_comet(const std::filesystem::path& folder);

}  // namespace ballast::abci
