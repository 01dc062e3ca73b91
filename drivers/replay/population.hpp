/// Who owes what against what when the replay starts: from a table, or drawn.
/// docs/methods/replay.md, section 3.
#pragma once

#include <ballast/replay/assumptions.hpp>
#include <ballast/replay/prices.hpp>

namespace ballast::replay {

struct Lock {
    std::string asset;  ///< Upper case.
    Amount amount;
};

struct Position {
    std::string name;
    std::vector<Lock> locked;  ///< Of a drawn position, empty until `lock_collateral`.
    Amount debt;
    Ratio ratio;  ///< Of a drawn position: collateral value over debt; otherwise 0.
};

struct Population {
    std::vector<Position> positions;
    std::optional<InputFile> input;  ///< The table, if there was one.
    std::vector<std::string> notes;
};

/// Reads a table `vault,<asset>_collateral…,<synthetic>_debt[,collateral_ratio]`: one row per
/// vault, amounts in whole units.  Collateral is rounded down, debt up.  The ratio is ignored: the
/// machine works it out at its own prices. Vaults without debt or collateral are left out with a
/// note.
[[nodiscard]] files::Attempt<Population> load_population(const std::filesystem::path& path);

/// Draws debts and ratios.  `floor` is the ratio from which slack is counted and `debt_smallest`
/// the least debt, both already decided.
[[nodiscard]] Population draw_population(const PopulationTerms& terms, Ratio floor,
                                         Amount debt_smallest);

/// Gives drawn positions the collateral that has their ratio at `price` (of one whole `asset`)
/// where one unit of debt is worth `debt_price`; rounded up.
void lock_collateral(Population& population, const std::string& asset, Price price,
                     Price debt_price);

}  // namespace ballast::replay
