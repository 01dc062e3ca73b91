/// Comparing doubles with figures of many digits, and contracts as the files give them.
#pragma once

#include <ballast/conformance/csv.hpp>
#include <ballast/conformance/tally.hpp>
#include <ballast/pricing/kernel.hpp>

#include <filesystem>
#include <string_view>

namespace ballast::conformance::pricing {

namespace kernel = ballast::pricing::kernel;
using ballast::pricing::Right;

/// What is allowed: a share of the expected figure, or an absolute distance.
struct Bound {
    double relative = 1e-12;
    double absolute = 0;
};

/// Fails the case unless |expected - got| is within either bound.
void near(Case& row, std::string_view what, double expected, double got, Bound bound);
/// The same with the expected figure of a column.
void near(Case& row, const CsvRow& cells, std::string_view column, double got, Bound bound = {});

/// "call" or "put".
[[nodiscard]] Right right_of(const CsvRow& cells);
/// Columns type, S, K, r, q, T, sigma.
[[nodiscard]] kernel::Contract contract_of(const CsvRow& cells);

/// The value and Greeks of one row of a kernel.
struct Result {
    double value = 0;
    double delta = 0;
    double gamma = 0;
    double vega = 0;
    double theta = 0;
};
using EuropeanKernel = void (*)(kernel::EuropeanIn, kernel::EuropeanOut, std::size_t);
[[nodiscard]] Result one(EuropeanKernel kernel, const kernel::Contract& contract);

/// Spot, strike, volatility, decay, rate and growth of an everlasting option.
struct Everlasting {
    double spot = 0;
    double strike = 0;
    double volatility = 0;
    double decay = 0;
    double rate = 0;
    double growth = 0;
};
using EverlastingKernel = void (*)(kernel::EverlastingIn, kernel::EverlastingOut, std::size_t);
[[nodiscard]] Result one(EverlastingKernel kernel, const Everlasting& option);

/// Answers each row of a table with `run(cells, case)`.
void each_row(const std::filesystem::path& file, Tally& tally, void (*run)(const CsvRow&, Case&));

// The runners.
void all_greeks(const std::filesystem::path& file, Tally& tally);
void binaries(const std::filesystem::path& file, Tally& tally);
void black76(const std::filesystem::path& file, Tally& tally);
void haug_european(const std::filesystem::path& file, Tally& tally);
void haug_greeks(const std::filesystem::path& file, Tally& tally);
void haug_digital(const std::filesystem::path& file, Tally& tally);
void everlasting(const std::filesystem::path& file, Tally& tally);
void everlasting_binary(const std::filesystem::path& file, Tally& tally);
void everlasting_published(const std::filesystem::path& file, Tally& tally);
void everlasting_discrete(const std::filesystem::path& file, Tally& tally);
void implied_normalised(const std::filesystem::path& file, Tally& tally);
void implied_roundtrip(const std::filesystem::path& file, Tally& tally);
void normal_cdf(const std::filesystem::path& file, Tally& tally);
void normal_inverse(const std::filesystem::path& file, Tally& tally);
void down_and_out(const std::filesystem::path& file, Tally& tally);
void barrier_hit(const std::filesystem::path& file, Tally& tally);
void deri_everlasting(const std::filesystem::path& file, Tally& tally);
void deri_quote(const std::filesystem::path& file, Tally& tally);
void lyra_black76(const std::filesystem::path& file, Tally& tally);
void lyra_svi(const std::filesystem::path& file, Tally& tally);
void black76_literals(const std::filesystem::path& file, Tally& tally);
void svi_literals(const std::filesystem::path& file, Tally& tally);
void fixed_point_literals(const std::filesystem::path& file, Tally& tally);

}  // namespace ballast::conformance::pricing
