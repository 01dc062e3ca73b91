/// Everything that a replay assumes about the world and that is not in the price files: one list of
/// named parameters with defaults, which scenarios, `--set key=value` and the manifest share.
/// docs/methods/replay.md, sections 3 to 7.
#pragma once

#include <ballast/base/integers.hpp>
#include <ballast/base/quantity.hpp>
#include <ballast/files/fault.hpp>
#include <ballast/replay/prices.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ballast::replay {

/// How prices become blocks.
struct PathTerms {
    u64 block_time = 12;
    FlatCandles flat = FlatCandles::silent;
};

/// How far above the floor collateral ratios lie.
enum class SlackShape : u8 { lognormal, exponential };

/// A drawn population.  The defaults have the shape of Maker's ETH-B vaults on 2021-05-18.
struct PopulationTerms {
    std::string asset;  ///< Its collateral; empty: the first that has prices.
    std::string type;   ///< Its vault type; empty: the first that takes it.
    u32 count = 500;
    Amount debt_total = Amount::units(i128{100'000'000} * amount_one);
    Ratio size_sigma = Ratio::units(2'500'000'000);  ///< Deviation of the logarithm of debts.
    Amount debt_smallest;                            ///< 0: the smallest debt of the vault type.
    Ratio floor;                                     ///< 0: the vault type's liquidation ratio.
    SlackShape slack_shape = SlackShape::lognormal;
    Ratio slack = Ratio::units(1'500'000'000);        ///< Median (lognormal) or mean (exponential).
    Ratio slack_sigma = Ratio::units(1'300'000'000);  ///< Deviation of its logarithm; lognormal
                                                      ///< only.
    Ratio slack_smallest = Ratio::units(50'000'000);  ///< Nobody starts closer to the floor.
    Ratio size_correlation = Ratio::units(-750'000'000);  ///< Of size and slack: large vaults sit
                                                          ///< closer.
    std::string seed = "population";
};

/// What owners do.
struct OwnerTerms {
    Ratio attentive = Ratio::units(300'000'000);  ///< Share of owners who top up.
    Ratio trigger = Ratio::units(1'100'000'000);  ///< They act under this times the liquidation
                                                  ///< ratio…
    Ratio target = Ratio::units(1'400'000'000);   ///< …and add collateral up to this times it,
    Ratio spare = Ratio::units(500'000'000);      ///< at most this share of what they started with,
    u32 delay_blocks = 50;                        ///< on what they saw so many blocks ago.
    std::string seed = "owners";
};

/// What keepers do.
struct KeeperTerms {
    u32 count = 5;
    Cash capital = Cash::units(i128{2'000'000} * amount_one);  ///< Each, in dollars of the
                                                               ///< synthetic.
    Cash cost = Cash::units(i128{20} * amount_one);            ///< Of one action on a calm day.
    Ratio congestion = Ratio::units(50 * i64{ratio_one});      ///< Cost rises by this times the
                                                               ///< drawdown.
    Cash cost_max = Cash::units(i128{1'000} * amount_one);
    u32 latency_blocks = 2;                   ///< They act on what they saw so long ago;
    u32 latency_spread = 3;                   ///< the slowest is so many blocks slower.
    Ratio margin = Ratio::units(10'000'000);  ///< Least profit as a share of what is paid.
    Cash profit_min = Cash::units(i128{10} * amount_one);  ///< Least profit of one action, after
                                                           ///< its cost.
};

struct AssetDepth {
    std::string asset;
    Cash depth;
};

/// The outside market: where keepers sell what they took.
struct OutsideTerms {
    Cash depth = Cash::units(i128{2'000'000} * amount_one);  ///< Dollars that move the price by 1
                                                             ///< %.
    std::vector<AssetDepth> depths;                          ///< The same for single assets.
    Ratio depth_shrink = Ratio::units(1'500'000'000);  ///< Depth loses this times the drawdown,
    Ratio depth_least = Ratio::units(100'000'000);     ///< but keeps at least this share.
    Ratio replenish = Ratio::units(20'000'000);  ///< Share of what was sold that returns per block.
    Ratio slippage_max = Ratio::units(100'000'000);  ///< Below this discount sellers wait for the
                                                     ///< next block.
    u64 drawdown_seconds = 86'400;           ///< Drawdown is from the highest price of so long.
    Ratio supply = Ratio::units(ratio_one);  ///< Synthetic issued elsewhere, against this
                                             ///< population's debt.
    Ratio pool_share = Ratio::units(250'000'000);  ///< Deposited in the backstop, as a share of the
                                                   ///< debt.
};

struct Assumptions {
    PathTerms path;
    PopulationTerms population;
    OwnerTerms owners;
    KeeperTerms keepers;
    OutsideTerms outside;
};

/// The largest amount of money and the number one, in the units of the bounds below.
inline constexpr i128 money_most = i128{1'000'000'000'000} * amount_one;
inline constexpr i128 one_ratio = ratio_one;

template <class T, class F>
void each_path_term(T& path, F&& visit) {
    visit("path.block_time", path.block_time, 1, 3'600, "seconds between blocks");
    visit("path.flat", path.flat, 0, 1, "flat candles without volume: silent or report");
}

template <class T, class F>
void each_population_term(T& p, F&& visit) {
    visit("population.asset", p.asset, 0, 0, "its collateral; empty: the first that has prices");
    visit("population.type", p.type, 0, 0,
          "its vault type; empty: the first that takes the collateral");
    visit("population.count", p.count, 1, 1'000'000, "vaults drawn");
    visit("population.debt_total", p.debt_total, 1, money_most, "their debt together");
    visit("population.size_sigma", p.size_sigma, 0, 5 * one_ratio, "deviation of ln(debt)");
    visit("population.debt_smallest", p.debt_smallest, 0, money_most,
          "smallest debt drawn; 0: the vault type's");
    visit("population.floor", p.floor, 0, 100 * one_ratio,
          "lowest ratio; 0: the liquidation ratio");
    visit("population.slack_shape", p.slack_shape, 0, 1,
          "ratio above the floor: lognormal or exponential");
    visit("population.slack", p.slack, 0, 100 * one_ratio,
          "its median (lognormal) or mean (exponential)");
    visit("population.slack_sigma", p.slack_sigma, 0, 5 * one_ratio, "deviation of its logarithm");
    visit("population.slack_smallest", p.slack_smallest, 0, 100 * one_ratio,
          "smallest ratio above the floor");
    visit("population.size_correlation", p.size_correlation, -one_ratio, one_ratio,
          "of ln(debt) with ln(slack)");
    visit("population.seed", p.seed, 0, 0, "name of the seed");
}

template <class T, class F>
void each_owner_term(T& owners, F&& visit) {
    visit("owners.attentive", owners.attentive, 0, one_ratio, "share of owners who top up");
    visit("owners.trigger", owners.trigger, one_ratio, 100 * one_ratio,
          "they act below this times the liquidation ratio");
    visit("owners.target", owners.target, one_ratio, 100 * one_ratio,
          "and top up to this times it");
    visit("owners.spare", owners.spare, 0, 100 * one_ratio,
          "spare collateral as a share of what was locked");
    visit("owners.delay_blocks", owners.delay_blocks, 0, 100'000,
          "blocks between seeing and acting");
    visit("owners.seed", owners.seed, 0, 0, "name of the seed");
}

template <class T, class F>
void each_keeper_term(T& keepers, F&& visit) {
    visit("keepers.count", keepers.count, 0, 1'000, "keepers");
    visit("keepers.capital", keepers.capital, 0, money_most,
          "dollars of the synthetic that each holds");
    visit("keepers.cost", keepers.cost, 0, money_most, "dollars per action on a calm day");
    visit("keepers.congestion", keepers.congestion, 0, 1'000 * one_ratio,
          "cost rises by this times the drawdown");
    visit("keepers.cost_max", keepers.cost_max, 0, money_most, "highest cost per action");
    visit("keepers.latency_blocks", keepers.latency_blocks, 0, 10'000,
          "age of what the fastest sees");
    visit("keepers.latency_spread", keepers.latency_spread, 0, 10'000,
          "how much slower the slowest is");
    visit("keepers.margin", keepers.margin, 0, one_ratio,
          "least profit as a share of what is paid");
    visit("keepers.profit_min", keepers.profit_min, 0, money_most,
          "least profit of an action in dollars");
}

template <class T, class F>
void each_outside_term(T& outside, F&& visit) {
    visit("outside.depth", outside.depth, 1, money_most, "dollars sold that move the price by 1 %");
    visit("outside.depth_shrink", outside.depth_shrink, 0, 100 * one_ratio,
          "depth lost per unit of drawdown");
    visit("outside.depth_least", outside.depth_least, 1'000'000, one_ratio,
          "share of depth that stays");
    visit("outside.replenish", outside.replenish, 0, one_ratio,
          "share of what was sold that returns per block");
    visit("outside.slippage_max", outside.slippage_max, 0, one_ratio,
          "discount at which sellers wait for the next block");
    visit("outside.drawdown_seconds", outside.drawdown_seconds, 1, 366 * 86'400,
          "window of the drawdown");
    visit("outside.pool_share", outside.pool_share, 0, one_ratio,
          "debt that is also deposited in the backstop");
    visit("outside.supply", outside.supply, 0, 1'000 * one_ratio,
          "synthetic issued elsewhere as a multiple of the debt");
}

/// Calls visit(key, value, lowest, highest, what) for every parameter but the depths of single
/// assets; the bounds are in the units of the value.
template <class A, class F>
void each_parameter(A& a, F&& visit) {
    each_path_term(a.path, visit);
    each_population_term(a.population, visit);
    each_owner_term(a.owners, visit);
    each_keeper_term(a.keepers, visit);
    each_outside_term(a.outside, visit);
}

/// Sets the parameter `key` from text; false if there is none of that name.  A fault names key,
/// value and what is allowed.  `outside.depth.<ASSET>` sets the depth of one asset.
[[nodiscard]] files::Attempt<bool> set_parameter(Assumptions& assumptions, std::string_view key,
                                                 std::string_view value);

/// Every parameter with its value as text, in the order of the list, for manifests.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parameters(
    const Assumptions& assumptions);

/// Every parameter with what it means, for help.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parameter_help();

}  // namespace ballast::replay
