/// A replicated node from its start to its end, as `ballast start --consensus cometbft` runs it.
#pragma once

#include <ballast/abci/server.hpp>
#include <ballast/node/config.hpp>

#include <filesystem>
#include <functional>

namespace ballast::abci {

/// Key file, in HOME/keys, of the publisher that this validator is.
inline constexpr std::string_view publisher_key = "publisher";

struct RunOptions {
    std::filesystem::path home;
    node::Config config;
    std::filesystem::path cometbft;               ///< The program; empty: somebody else runs it.
    u64 halt_height = 0;                          ///< The last height of this run; 0: none.
    std::function<void(std::string_view)> print;  ///< What the operator is told on the screen.
    /// What stands between CometBFT and the application; a test puts faults there.
    std::function<Handler(Handler)> between;
};

/// The program CometBFT: `given`, or BALLAST_COMETBFT, or the one in build/tools of `tree`, or the
/// one in PATH.  A fault says where it was looked for.
[[nodiscard]] files::Attempt<std::filesystem::path> find_comet(const std::filesystem::path& given,
                                                               const std::filesystem::path& tree);

/// Runs until SIGINT or SIGTERM, the halt height, CometBFT's end, or a fault, which is returned.
/// The home has cometbft/ and validators.json besides what every home has; where
/// keys/publisher.json is there, prices.json is what this validator says.
[[nodiscard]] files::Attempt<void> run(const RunOptions& options);

}  // namespace ballast::abci
