/// Derive's cash: interest by utilisation, compounded continuously, and the security module's cut
/// of it.  A small model of that peer; the machine has no such curve.
#include <ballast/conform_notional/topics.hpp>
#include <ballast/conform_notional/whole.hpp>

#include <ballast/pricing/pricing.hpp>

#include <algorithm>
#include <cmath>

namespace ballast::conformance {

namespace {

constexpr double wad = 1e18;
constexpr double fine = 1e12;
constexpr double day_years = 1.0 / 365;

/// The rate rises from `least` by `slope` times utilisation, and by `high_slope` past `kink`.
struct Curve {
    double least, slope, high_slope, kink;

    [[nodiscard]] double rate(double utilisation) const {
        const double under = std::min(utilisation, kink);
        return least + slope * under + high_slope * (utilisation - under);
    }
};

// derivexyz/v2-core, test/assets/cashAsset/unit-tests/UtilRateChange.t.sol.
constexpr Curve unit_curve{0.05, 0.3, 2.0, 0.6};
// The figures of the file itself lie on this line above 60 %; the peer's integration tests use it.
constexpr Curve integration_curve{0.06, 0.2, 0.4, 0.6};

struct State {
    double borrow = 0;
    double supply = 0;
    double printed = 0;  // Cash that a settlement created (negative: burned) for the time being.
    double module = 0;   // Of the supply, what the security module holds.

    // What was burned counts as supplied, so that the rate does not jump.
    [[nodiscard]] double utilisation() const { return borrow / (supply + std::max(0.0, -printed)); }
    [[nodiscard]] double interest(const Curve& curve, double days) const {
        const double exponent = curve.rate(utilisation()) * days * day_years;
        const pricing::Fine grown =
            pricing::exponential(pricing::Fine::units(std::llround(exponent * fine)));
        return borrow * (static_cast<double>(grown.units()) / fine - 1);
    }
    // The module's cut, and its share of what is left to suppliers.
    [[nodiscard]] double module_after(double interest, double fee) const {
        return module + interest * (fee + (1 - fee) * module / supply);
    }
};

// Column `key` at `row`; Malformed where there is none.
double cell(const Json& columns, const std::string& key, std::size_t row) {
    const Json& column = array_of(columns, key);
    if (row >= column.size()) throw Malformed(key + " is too short");
    const Json& value = column[row];
    return (value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>()) / wad;
}

void near(Case& test, const std::string& what, double expected, double got, double bound) {
    if (std::abs(expected - got) > bound)
        test.fail(what, std::to_string(expected), std::to_string(got));
}

// As the column, if the file has it; some are in percent.
void near_column(Case& test, const Json& columns, const std::string& key, std::size_t row,
                 double got) {
    if (!columns.contains(key)) return;
    const double expected = cell(columns, key, row);
    near(test, key, expected, got, 1e-9 * std::max(1.0, std::abs(expected)));
}

constexpr double cent = 0.01;
constexpr double exact = 1e-6;

double from_whole(double value) {
    return std::abs(value - std::round(value));
}

State state_of(const Json& columns, std::size_t row) {
    State state;
    state.borrow = cell(columns, "totalBorrows", row);
    state.printed = cell(columns, "netPrints", row);
    state.supply = state.borrow + cell(columns, "balanceOfs", row) + state.printed;
    state.module = cell(columns, "SMBalances", row);
    return state;
}

// The amounts that change hands are whole dollars but are not in the file; they leave the module
// alone unless it pays, and the borrowers unless one of them trades or is paid.
void check_step(Case& test, const Json& columns, std::size_t row) {
    const State before = state_of(columns, row - 1);
    const State after = state_of(columns, row);
    const double days = cell(columns, "Times", row) - cell(columns, "Times", row - 1);
    const double interest = before.interest(unit_curve, days);
    const double module = before.module_after(interest, cell(columns, "SMFeeShare", row));
    const std::string event = array_of(columns, "EVENT").at(row).get<std::string>();
    if (event == "INSOLVENCY") {
        if (after.module > 0)
            near(test, "dollars from the module", 0, from_whole(module - after.module), cent);
        return;
    }
    near(test, "SMBalances", after.module, module, cent);
    if (event.ends_with("SETTLEMENT"))
        near(test, "totalBorrows beyond interest, in whole dollars", 0,
             from_whole(after.borrow - before.borrow - interest), exact);
}

void check_state(Case& test, const Json& columns, std::size_t row) {
    const State state = state_of(columns, row);
    near_column(test, columns, "totalSupplys", row, state.supply);
    near_column(test, columns, "utilizations", row, state.utilisation());
    near_column(test, columns, "borrowRates", row, unit_curve.rate(state.utilisation()));
}

}  // namespace

void cash_sequence(const std::filesystem::path& file, Tally& tally) {
    tally.note = "the module within a cent, borrows 10^-6 dollars; the peer's test allows a dollar";
    const Json document = read_exact(file);
    const Json& columns = document["cases"];
    for (std::size_t row = 1; row < array_of(columns, "totalBorrows").size(); ++row) {
        Case test(tally, "row " + std::to_string(row));
        check_step(test, columns, row);
        check_state(test, columns, row);
    }
}

void cash_high_utilisation(const std::filesystem::path& file, Tally& tally) {
    tally.note = "rates 10^-9, amounts 10^-6 dollars, the bound of the peer's test";
    const Json document = read_exact(file);
    const Json& columns = document["cases"];
    const auto state_at = [&](std::size_t row) {
        return State{cell(columns, "totalBorrow", row), cell(columns, "totalSupply", row),
                     cell(columns, "netPrint", row), cell(columns, "SM", row)};
    };
    constexpr double days = 14;
    constexpr double fee = 0.2;
    for (std::size_t row = 0; row < array_of(columns, "totalBorrow").size(); ++row) {
        Case test(tally, "row " + std::to_string(row));
        const State state = state_at(row);
        near_column(test, columns, "Utilization", row, state.utilisation() * 100);
        near_column(test, columns, "borrowRate", row, integration_curve.rate(state.utilisation()));
        if (row == 0) continue;
        const State before = state_at(row - 1);
        const double interest = before.interest(integration_curve, days);
        near(test, "totalSupply", state.supply, before.supply + interest, exact);
        near(test, "SM", state.module, before.module_after(interest, fee), exact);
    }
}

}  // namespace ballast::conformance
