/// Runs a replay and says what came of it.  docs/methods/replay.md is the method.
#pragma once

#include <ballast/replay/tally.hpp>

#include <functional>

namespace ballast::replay {

/// Called now and then with the blocks done and the blocks there are.
using Progress = std::function<void(u64 done, u64 total)>;

/// The middle, the 95th of a hundred and the largest of a list, by nearest rank.
struct Spread {
    u64 count = 0;
    u64 median = 0;
    u64 p95 = 0;
    u64 most = 0;
};
[[nodiscard]] Spread spread_of(std::vector<u64> values);

/// What keepers did outside the machine.
struct KeeperBooks {
    Cash profit;  ///< What they hold at the end beyond what they began with, at outside prices, all
                  ///< costs paid.
    Cash costs;   ///< Paid for actions, whether they succeeded or not.
    Cash slippage;  ///< Outside worth of what they sold beyond what they got for it.
    u64 orders = 0;
    u64 failed = 0;                      ///< Orders that the machine rejected.
    std::map<std::string, u64> reasons;  ///< Why.
    Cash unsold;                         ///< Worth of what they still hold.
};

struct OwnerBooks {
    u64 top_ups = 0;
    Cash added;  ///< Outside worth of the collateral added.
};

/// The result.  The verdict: `shortfall_most` is zero if and only if every unit was backed at every
/// block.
struct Study {
    std::string title;
    std::string source;
    std::string market_name;
    std::vector<std::pair<std::string, std::string>> parameters;
    std::vector<InputFile> inputs;
    std::vector<std::string> notes;
    Grid grid;
    u64 vaults = 0;
    Amount debt_start;

    Cash shortfall_most;
    u64 shortfall_time = 0;
    u64 blocks_short = 0;  ///< Blocks at which not every unit was backed.
    Ratio worst_ratio;
    u64 worst_time = 0;
    Cash shortfall_end;
    Amount bad_debt_end;

    Totals totals;
    KeeperBooks keepers;
    OwnerBooks owners;
    Spread durations;       ///< Seconds, of auctions that ended.
    Spread clear;           ///< Blocks from unhealthy to cleared.
    u64 auctions_open = 0;  ///< At the end.
    u64 restarts = 0;
    u64 waiting = 0;  ///< Vaults found unhealthy and never cleared.

    std::vector<BlockRow> rows;
    std::vector<AuctionRecord> auctions;
    std::vector<std::string> vault_names;
    crypto::Digest chain{};  ///< SHA-256 of the genesis that was run.
    crypto::Digest root{};
    u64 height = 0;

    [[nodiscard]] bool backed() const { return shortfall_most.zero(); }
};

/// Prepares and runs.  The same setup always gives the same study.
[[nodiscard]] files::Attempt<Study> run(const Setup& setup, const Progress& progress = {});

}  // namespace ballast::replay
