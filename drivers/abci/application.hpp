/// The machine as CometBFT sees it: ABCI 2.0 over a chain.  Nothing is durable before Commit, and
/// nothing but Commit makes anything durable.
#pragma once

#include <ballast/abci/server.hpp>
#include <ballast/abci/sources.hpp>
#include <ballast/abci/validators.hpp>
#include <ballast/chain/chain.hpp>

#include <functional>
#include <memory>
#include <string_view>

namespace ballast::abci {

inline constexpr std::string_view codespace = "ballast";
inline constexpr u32 snapshot_format = 1;
/// Least room that a network's blocks must have: votes of all validators with all their prices, and
/// the longest transaction.
inline constexpr i64 block_bytes_min = i64{1} << 20;

/// One at a time may ask.
class Application {
public:
    struct Options {
        /// CometBFT drops the blocks that the chain dropped; else it keeps all.
        bool drop_blocks = false;
        u64 halt_height = 0;         ///< No block above it; 0: none.
        std::function<void()> halt;  ///< Called once that height is durable.
        std::function<u64()> clock;  ///< Seconds since 1970; only for what this validator says.
        Log log;
    };
    /// `chain` and `sources` outlive it.
    Application(chain::Chain& chain, Validators validators, Sources& sources, Options options);
    ~Application();
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;

    /// Answers a request; leaves the response empty where the request is of no known kind.  Throws
    /// std::runtime_error where there can be no answer: the genesis of the network is another one,
    /// the disk failed, a block that was decided cannot be executed.
    void answer(const proto::Request& request, proto::Response& response);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace ballast::abci
