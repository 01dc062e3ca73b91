/// From what a user asks for to a machine that is ready to run: the market bound to the prices
/// there are, the population in its vaults, everybody with an account.  docs/methods/replay.md,
/// section 3.
#pragma once

#include <ballast/engine/genesis.hpp>
#include <ballast/replay/outside.hpp>
#include <ballast/replay/population.hpp>

#include <functional>

namespace ballast::replay {

/// One replay, as asked for.
struct Setup {
    std::string title;        ///< Of the crash.
    std::string source;       ///< Where its figures come from; may be empty.
    std::string market_name;  ///< Of the design: the preset or the market file.
    engine::Genesis market;   ///< Without accounts and vaults; its publishers are replaced by the
                              ///< venues.
    std::vector<Series> series;
    Window window;
    std::optional<Population> vaults;  ///< A recorded population; drawn from the assumptions
                                       ///< without one.
    Assumptions assumptions;
    std::vector<InputFile> inputs;   ///< Every file that was read.
    std::vector<std::string> notes;  ///< From loading.
    /// Gets the block log piece by piece (engine/log.hpp), the header first; may be empty.
    std::function<void(ByteView)> record;
};

/// A venue's report on one feed.
struct Reporter {
    FeedId feed;
    PublisherId publisher;
    std::size_t line = 0;              ///< In the world; ignored when `par`.
    bool par = false;                  ///< A dollar without a price of its own: always 1.
    std::optional<std::size_t> times;  ///< The line is quoted in this asset, the feed is not:
                                       ///< multiply by its dollars…
    std::optional<std::size_t> over;   ///< …and divide by those of the feed's quote asset.
};

/// The accounts of a replay, in the order of genesis.
struct Cast {
    AccountId market;     ///< The world outside: buys collateral, holds the synthetic that owners
                          ///< sold.
    AccountId depositor;  ///< Backs the pool.
    AccountId keepers;    ///< The first of them.
    AccountId owners;     ///< The first of them; one per vault, in order.
};

/// Everything that the run needs.
struct Stage {
    World world;
    engine::Genesis genesis;
    Cast cast;
    AssetId synthetic;
    std::optional<std::size_t> synthetic_price;      ///< In the world; absent: one dollar by
                                                     ///< definition.
    std::vector<std::optional<std::size_t>> assets;  ///< By AssetId, where the world has its price.
    std::vector<Reporter> reporters;
    std::vector<std::string> vault_names;  ///< By VaultId.
    std::vector<bool> attentive;           ///< By VaultId.
    Amount debt_total;                     ///< Of the population.
    std::optional<VaultTypeId> elsewhere;  ///< The type under which the rest of the synthetic is
                                           ///< issued.
    Amount supply_elsewhere;
    Amount keeper_capital;  ///< Each, in the synthetic.
    Amount pool_deposit;
    u64 warm_blocks = 0;  ///< Blocks at the first price before the first block of the grid.
    std::vector<std::string> notes;
};

[[nodiscard]] files::Attempt<Stage> prepare(const Setup& setup);

/// The vault type that the drawn population will use, and what it asks of a population.
struct Demands {
    VaultTypeId type;
    std::string asset;  ///< Upper case, as in the world.
    Ratio floor;        ///< The liquidation ratio at the mark, with all charges on the collateral.
    Amount debt_smallest;
};
/// A fault where no vault type takes a collateral that has prices, or the one named by the
/// assumptions.
[[nodiscard]] files::Attempt<Demands> demands(const engine::Genesis& market, const World& world,
                                              const PopulationTerms& terms);

/// The asset whose price a feed carries: its name up to a slash, in upper case.
[[nodiscard]] std::string feed_asset(const oracle::FeedTerms& feed);

}  // namespace ballast::replay
