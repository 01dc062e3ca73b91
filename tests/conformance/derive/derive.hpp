/// The runners of this topic, one per file.
#pragma once

#include <ballast/conformance/runners.hpp>

namespace ballast::conformance {

void pmrm2_portfolios(const std::filesystem::path& file, Tally& tally);
void pmrm1_verified(const std::filesystem::path& file, Tally& tally);
void pmrm1_inputs(const std::filesystem::path& file, Tally& tally);
void pmrm1_parameters(const std::filesystem::path& file, Tally& tally);
void scan_matrix(const std::filesystem::path& file, Tally& tally);
void span_sixteen(const std::filesystem::path& file, Tally& tally);
void deribit_volatility(const std::filesystem::path& file, Tally& tally);
void pmrm1_named(const std::filesystem::path& file, Tally& tally);

}  // namespace ballast::conformance
