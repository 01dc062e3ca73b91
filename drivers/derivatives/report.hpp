/// A study as text for people, as JSON for programs and as a run directory for later.
#pragma once

#include <ballast/derivatives/study.hpp>
#include <ballast/files/run_directory.hpp>

namespace ballast::derivatives {

/// The terminal summary.  Every statistic names its quantile, horizon, n and seed.
[[nodiscard]] std::string summary(const Study& study);
[[nodiscard]] std::string summary_json(const Study& study);

/// Several studies of the same book and crash, one row per margin model.
[[nodiscard]] std::string comparison(const std::vector<Study>& studies);
[[nodiscard]] std::string comparison_json(const std::vector<Study>& studies);

/// Writes manifest.json, result.json, summary.txt, path.csv and greeks.csv.  The caller finishes
/// the directory.
[[nodiscard]] files::Attempt<void> write(const Study& study, files::RunDirectory& directory,
                                         std::string_view version);

/// path.csv and greeks.csv.
[[nodiscard]] std::string path_csv(const Study& study);
[[nodiscard]] std::string greeks_csv(const Study& study);

}  // namespace ballast::derivatives
