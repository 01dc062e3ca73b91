/// Scan matrices: Paradex's and Deribit's tables of moves, and SPAN's sixteen.
#include <ballast/conform_derive/derive.hpp>

#include <ballast/conform_derive/book.hpp>
#include <ballast/conformance/csv.hpp>

#include <algorithm>
#include <cmath>

namespace ballast::conformance {
namespace {

using scenario::Scenario;
using scenario::VolatilityRule;

constexpr double day = 86'400;

scenario::VolatilityTerms powers() {
    scenario::VolatilityTerms out;
    out.power_short = fine(0.30);
    out.power_long = fine(0.13);
    return out;
}

// The table names its shocks row by row; the model, once each way.
void set_range(pricing::Fine& range, double shock) {
    if (range != pricing::Fine{} && range != fine(shock))
        throw Malformed("volatility moves by more than one range each way");
    range = fine(shock);
}

scenario::Terms scan_terms(const Json& rows) {
    scenario::Terms terms;
    terms.volatility = powers();
    for (const Json& row : rows) {
        Scenario& out = terms.scenarios.emplace_back();
        const double shock = real(row[1]);
        out.spot = fine(1 + real(row[0]));
        out.weight = fine(real(row[2]));
        out.volatility = shock < 0 ? VolatilityRule::down : VolatilityRule::up;
        set_range(shock < 0 ? terms.volatility.range_down : terms.volatility.range_up,
                  std::abs(shock));
    }
    return terms;
}

// The file's spot stands in its specification: "S0=60000, ...".
double spot_of(const Json& document) {
    const std::string text = text_of(document, "spec");
    if (!text.starts_with("S0=")) throw Malformed("the specification does not begin with S0=");
    return std::stod(text.substr(3));
}

void add_leg(const Json& leg, double spot, Book& book) {
    const std::string kind = text_of(leg, "kind");
    const double amount = real(leg, "amount");
    if (amount == 0) return;
    if (kind == "perp") return book.add_perp(amount, spot, 1);
    const Expiry expiry{.seconds = static_cast<u64>(std::llround(real(leg, "dte_days") * day)),
                        .variable = spot};
    book.add_option(expiry, kind == "call" ? pricing::Right::call : pricing::Right::put,
                    real(leg, "K"), real(leg, "iv"), amount);
}

VolatilityRule span_rule(const CsvRow& row) {
    const std::string& sign = row.text("vol_move_sign");
    if (sign == "1") return VolatilityRule::up;
    if (sign == "-1") return VolatilityRule::down;
    return VolatilityRule::none;
}

double number(const CsvRow& row, std::string_view column) {
    return std::stod(row.text(column));
}

// The published arrays are rounded to ten dollars.
constexpr double range = 10'000;
constexpr double future = 100'000;
constexpr std::string_view weights = "weight_cme_33pct_nse_35pct";

}  // namespace

void scan_matrix(const std::filesystem::path& file, Tally& tally) {
    tally.note = "1e-10 of notional: each scenario, the scan risk and its place";
    const Json document = read_json(file);
    const scenario::Terms terms = scan_terms(array_of(document, "scenarios"));
    for (const auto& [name, row] : document["portfolios"].items()) {
        Case test(tally, name);
        Book book(spot_of(document), 1);
        for (const Json& leg : array_of(row, "legs")) add_leg(leg, spot_of(document), book);
        const scenario::Breakdown got = book.explain(terms);
        const double bound = 1e-10 * book.notional();
        const Json& profits = array_of(row, "scenario_weighted_pnl");
        test.same("scenarios", std::to_string(profits.size()), std::to_string(got.profit.size()));
        for (std::size_t i = 0; i < std::min(profits.size(), got.profit.size()); ++i)
            compare(test, "profit of scenario " + std::to_string(i), real(profits[i]),
                    figure(got.profit[i]), bound);
        compare(test, "scan risk", real(row, "scan_risk"), -figure(got.maintenance.loss), bound);
        test.same("worst scenario", std::to_string(static_cast<u32>(real(row, "worst_index"))),
                  std::to_string(got.margin.worst));
    }
}

// One future that moves by the scan range, and one short call whose array is the published one.
void span_sixteen(const std::filesystem::path& file, Tally& tally) {
    tally.note = "the future within the rounding to ten dollars; the covered write exact";
    const Csv csv(file);
    scenario::Terms terms;
    for (const CsvRow& row : csv.rows()) {
        Scenario& out = terms.scenarios.emplace_back();
        out.spot = fine(1 + number(row, "price_move_fraction_of_scan_range") * range / future);
        out.volatility = span_rule(row);
        out.weight = fine(number(row, weights));
    }
    Book write(future, 1);
    write.add_perp(1, future, 1);
    Book both = write;
    both.add_perp(-1, future, 1);
    scenario::Table table = both.table(terms);
    i64* const call = table.prices.data() + table.columns;
    for (std::size_t i = 0; i < csv.rows().size(); ++i) {
        const CsvRow& row = csv.rows()[i];
        const double loss = -number(row, "example_short_1_Dec410_call") / number(row, weights);
        call[i + 1] = call[0] + price(loss).units();
    }
    const scenario::Breakdown alone = write.explain(terms);
    const scenario::Breakdown parts = scenario::explain(terms, table, both.portfolio());
    double least = 0;
    for (std::size_t i = 0; i < csv.rows().size(); ++i) {
        const CsvRow& row = csv.rows()[i];
        Case test(tally, row.where());
        compare(test, "future", number(row, "example_long_1_SP_future"), figure(alone.profit[i]),
                5);
        // The sum of the published parts, so without the future's rounding.
        const double expected = number(row, "example_covered_write") -
                                number(row, "example_long_1_SP_future") + figure(alone.profit[i]);
        compare(test, "covered write", expected, figure(parts.profit[i]), 1e-6);
        least = std::min(least, expected);
        if (i + 1 == csv.rows().size())
            compare(test, "scan risk", -least, -figure(parts.maintenance.loss), 1e-6);
    }
}

void deribit_volatility(const std::filesystem::path& file, Tally& tally) {
    tally.note = "1e-11";
    const Csv csv(file);
    scenario::Terms terms;
    terms.scenarios.resize(2);
    terms.scenarios[0].volatility = VolatilityRule::up;
    terms.scenarios[1].volatility = VolatilityRule::down;
    terms.volatility = powers();
    terms.volatility.range_up = fine(0.50);
    terms.volatility.range_down = fine(0.25);
    for (const CsvRow& row : csv.rows()) {
        Case test(tally, row.where());
        scenario::Instrument option;
        option.series.expiry = 1;
        option.now.spot = option.now.forward = price(1);
        option.now.volatility = fine(1);
        option.now.seconds = static_cast<u64>(std::llround(number(row, "dte") * day));
        const auto multiplier = [&](std::size_t place) {
            const auto point = scenario::shocked(terms, terms.scenarios[place], option);
            return static_cast<double>(point.volatility.units()) / 1e12;
        };
        compare(test, "up", number(row, "up_mult_range0.50"), multiplier(0), 1e-11);
        compare(test, "down", number(row, "down_mult_range0.25"), multiplier(1), 1e-11);
    }
}

}  // namespace ballast::conformance
