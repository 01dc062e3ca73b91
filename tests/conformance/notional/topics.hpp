/// What answers the files of this topic.
#pragma once

#include <ballast/conformance/runners.hpp>

namespace ballast::conformance {

void drift_functions(const std::filesystem::path& file, Tally& tally);
void cash_sequence(const std::filesystem::path& file, Tally& tally);
void cash_high_utilisation(const std::filesystem::path& file, Tally& tally);
void standard_cases(const std::filesystem::path& file, Tally& tally);
void standard_portfolios(const std::filesystem::path& file, Tally& tally);

}  // namespace ballast::conformance
