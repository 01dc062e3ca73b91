/// dYdX v4's accounts on our model by notional.  A unit of Cash stands for one of its quote
/// quantums (10^-6 dollars), a unit of size for one base quantum.
#pragma once

#include <ballast/conform_notional/whole.hpp>
#include <ballast/conformance/runners.hpp>
#include <ballast/notional/liquidation.hpp>
#include <ballast/notional/requirement.hpp>

#include <map>
#include <optional>
#include <vector>

namespace ballast::conformance::dydx {

using notional::Danger;

inline constexpr Ratio ppm = Ratio::units(1000);

/// Ends a computation as the peer does, with the name of its error.
struct PeerError {
    std::string name;
};

/// parts per million as a Ratio.
[[nodiscard]] Ratio ratio_of(const Whole& millionths);
[[nodiscard]] Cash cash_of(const Whole& quantums);

struct Perpetual {
    notional::LinearTerms terms;
    int resolution = 0;  ///< A base quantum is 10^this of a unit.
    Whole price;         ///< Times 10^exponent: dollars per unit.
    int exponent = 0;
    Whole funding_index;
    Whole open_interest;  ///< Base quantums.

    /// In quote quantums, towards zero.
    [[nodiscard]] Whole notional(const Whole& quantums) const;
};

struct Position {
    Whole quantums;
    Whole funding_index;
    Whole quote_balance;
};

/// Worth, initial and maintenance requirement.
struct Risk {
    Cash net;
    Cash initial;
    Cash maintenance;

    [[nodiscard]] Danger danger() const { return {net, maintenance}; }
};

/// What one position adds: its notional, and the requirements on it.
[[nodiscard]] Risk risk_of(const Perpetual& perpetual, const Whole& quantums);

struct Account {
    std::map<u64, Perpetual> perpetuals;
    std::map<u64, Position> positions;
    Whole quote;

    /// Throws PeerError where a position is in no perpetual.
    [[nodiscard]] Risk risk() const;
    /// The same by notional::margin, where all sizes are within our limits and the price of each
    /// perpetual is a whole number of our units.
    [[nodiscard]] std::optional<Risk> model_risk() const;
    [[nodiscard]] const Perpetual& perpetual(u64 id) const;
};

/// Of an account's case: perpetuals, positions and assets, with the updates applied.
[[nodiscard]] Account account_of(const Json& row);
[[nodiscard]] Position position_of(const Json& call);
[[nodiscard]] u64 position_id(const Json& call);
/// The perpetual that the peer's tests call BTC-USD 20/10: 20 % and 10 %, at 50'000 dollars.
[[nodiscard]] Perpetual bitcoin();

/// Runs `answer` on each case; a PeerError is compared with the error that the case expects.
void each(const std::filesystem::path& file, Tally& tally,
          void (*answer)(const Json& row, Case& test));
/// Compares with row[key], if the row has it.
void same(Case& test, const Json& row, std::string_view key, const Whole& got);

/// Each adds the tables that it answers.
void margin_tables(std::vector<Runner>& runners);
void liquidation_tables(std::vector<Runner>& runners);

}  // namespace ballast::conformance::dydx
