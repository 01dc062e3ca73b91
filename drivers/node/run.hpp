/// A node from its start to its end, as `ballast start` runs it.
#pragma once

#include <ballast/engine/genesis.hpp>
#include <ballast/node/config.hpp>

#include <functional>
#include <optional>

namespace ballast::node {

struct RunOptions {
    std::filesystem::path home;  ///< Empty with `dev`: a folder that is gone afterwards.
    Config config;
    u64 halt_height = 0;  ///< 0: none.  A home that stands there already is not served.

    bool dev = false;
    std::filesystem::path dev_market;            ///< The market of a new dev chain.
    bool dev_market_named = false;               ///< Then a chain that is there is a fault.
    std::optional<std::filesystem::path> state;  ///< Loaded at the start, saved at the end.
    std::optional<u64> block_seconds;            ///< Without: blocks on demand.
    std::string feed;                            ///< As DevFeed::start; empty: none.
    std::filesystem::path scenarios;
    std::function<void(std::string_view)> print;  ///< What the operator is told on the screen.
};

/// Writes an empty home for the market: config.toml, genesis and store; with `key` also a new key
/// of that name.  What was interrupted can be done again.  A market whose transactions are not
/// signed is a fault.
[[nodiscard]] files::Attempt<void> init_home(const std::filesystem::path& home,
                                             const engine::Genesis& genesis, const Config& config,
                                             const std::string& key);

/// Runs until SIGINT, SIGTERM, SIGHUP, admin.stop, the height at which to halt, or a fault, which
/// is returned.
[[nodiscard]] files::Attempt<void> run(const RunOptions& options);

}  // namespace ballast::node
