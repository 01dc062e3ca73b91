/// A keeper: watches the auctions of a node, bids where it pays, and keeps books of what became of
/// it.  docs/methods/keeper.md.
#pragma once

#include <ballast/keeper/book.hpp>
#include <ballast/keeper/sight.hpp>
#include <ballast/keys/keys.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <string>

namespace ballast::keeper {

struct Options {
    std::string node;  ///< URL, as for client::Client.
    AccountId account;
    /// Its own margin account, which portfolios are taken into; none: portfolios are left alone.
    std::optional<MarginAccountId> margin_account;
    Terms terms;
    std::map<std::string, Price> prices;  ///< Outside prices by asset, instead of the marks.
    std::map<std::string, std::vector<Rung>> depths;  ///< By asset; for others `slippage`.
    /// Discount of any sale where no depth is given, and what getting rid of a portfolio's
    /// positions loses of their gross worth.
    Ratio slippage;
    u64 refill_seconds = 3'600;     ///< What was bought fills its outlet for so long.
    std::optional<Amount> capital;  ///< Most that may be in flight at a time; none: all there is.
    u64 expiry_seconds = 120;       ///< Of a bid, after the block it was decided on.
    std::size_t parallel = 4;       ///< Bids in flight at a time; from 1 to `parallel_max`.
    Ratio health = Ratio::units(ratio_one / 10);  ///< Vaults this near their threshold are counted.
    std::chrono::milliseconds patience{10'000};   ///< For bids in flight when it ends.
};
inline constexpr std::size_t parallel_max = 32;

/// What is told as it happens.
struct Notice {
    enum class Kind : u8 {
        start,    ///< Account, purse and market.
        bid,      ///< A bid is handed in.
        won,      ///< It bought something.
        lost,     ///< It did not; why.
        expired,  ///< It came into no block.
        skipped,  ///< Tried, and the node would refuse it: not handed in.
        fault,    ///< The node is away, or says what is none.
    };
    Kind kind = Kind::fault;
    std::string text;  ///< In words.
    Json json;         ///< The same for programs.
};
[[nodiscard]] std::string_view name(Notice::Kind kind);

/// Profit and loss in one pay asset.
struct Standing {
    std::string asset;
    Result result;
    Amount start;
    Amount now;
    Cash profit;  ///< Proceeds + reward - paid - fees, at one pay price.
};

struct Summary {
    Count count;
    u64 skipped = 0;                     ///< Bids that a dry run refused.
    u64 interruptions = 0;               ///< Of channels.
    u64 auctions = 0;                    ///< Seen.
    std::map<std::string, u64> reasons;  ///< Of lost bids.
    std::map<std::string, u64> skips;    ///< Of skipped ones.
    std::vector<Standing> standings;
    std::map<std::string, Amount> gained;  ///< Collateral that came in, by asset.
    std::vector<std::string> differences;  ///< Balances that the bids do not explain, in sentences.
    u64 near_threshold = 0;  ///< Vaults and margin accounts within Options::health of it, at the
                             ///< end.
    u64 height = 0;
    u64 time = 0;
};

/// Keeps until `stop` is set; then waits for the bids in flight.  Losing a race is no failure.
/// Faults: the node cannot be reached at the start, or has no such account.
[[nodiscard]] files::Attempt<Summary> keep(const Options& options, const keys::Signer& signer,
                                           const std::atomic<bool>& stop,
                                           const std::function<void(const Notice&)>& tell);

}  // namespace ballast::keeper
