/// A study as text for people, as JSON for programs and as a run directory for later.
#pragma once

#include <ballast/files/run_directory.hpp>
#include <ballast/replay/study.hpp>

namespace ballast::replay {

/// The terminal summary, the verdict first.
[[nodiscard]] std::string summary(const Study& study);

/// The same figures as one JSON object; money as exact decimal text.
[[nodiscard]] std::string summary_json(const Study& study);

/// Everything needed to repeat the run: version, parameters, inputs with their SHA-256, market,
/// grid, final root.
[[nodiscard]] std::string manifest_json(const Study& study, std::string_view version);

/// Writes manifest.json, result.json, blocks.csv (every `every`-th block, and each at which the
/// shortfall changes) and auctions.csv.  The caller finishes the directory.
[[nodiscard]] files::Attempt<void> write(const Study& study, files::RunDirectory& directory,
                                         std::string_view version, u64 every = 1);

/// blocks.csv and auctions.csv.
[[nodiscard]] std::string blocks_csv(const Study& study, u64 every);
[[nodiscard]] std::string auctions_csv(const Study& study);

/// Several studies of the same crash in one table, one row per market.
[[nodiscard]] std::string comparison(const std::vector<Study>& studies);
[[nodiscard]] std::string comparison_json(const std::vector<Study>& studies);

/// Dollars with three digits that count: $987, $12.3k, $4.56m, $1.20b.
[[nodiscard]] std::string short_money(Cash cash);

}  // namespace ballast::replay
