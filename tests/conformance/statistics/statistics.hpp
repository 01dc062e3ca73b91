/// Tests of coverage and estimators of volatility against figures computed with many digits.
#pragma once

#include <ballast/conformance/runners.hpp>

namespace ballast::conformance::statistics {

void proportion_of_failures(const std::filesystem::path& file, Tally& tally);
void not_rejected(const std::filesystem::path& file, Tally& tally);
void independence(const std::filesystem::path& file, Tally& tally);
/// Those of the figures that a replay computes; the bars stand in ohlc_sample.csv beside the file.
void estimators(const std::filesystem::path& file, Tally& tally);

}  // namespace ballast::conformance::statistics
