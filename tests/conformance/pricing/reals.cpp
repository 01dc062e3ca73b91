#include <ballast/conform_pricing/reals.hpp>

#include <cmath>
#include <cstdio>

namespace ballast::conformance::pricing {

namespace {

std::string text(double value) {
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%.17g", value);
    return buffer;
}

}  // namespace

void near(Case& row, std::string_view what, double expected, double got, Bound bound) {
    const double distance = std::abs(expected - got);
    if (distance <= std::abs(expected) * bound.relative || distance <= bound.absolute) return;
    row.fail(what, text(expected), text(got) + ", off by " + text(distance));
}

void near(Case& row, const CsvRow& cells, std::string_view column, double got, Bound bound) {
    near(row, column, cells.real(column), got, bound);
}

Right right_of(const CsvRow& cells) {
    const std::string& type = cells.text("type");
    if (type != "call" && type != "put") throw Malformed(cells.where() + ": type " + type);
    return type == "call" ? Right::call : Right::put;
}

kernel::Contract contract_of(const CsvRow& cells) {
    return {.right = right_of(cells),
            .spot = cells.real("S"),
            .strike = cells.real("K"),
            .rate = cells.real("r"),
            .yield = cells.real("q"),
            .years = cells.real("T"),
            .volatility = cells.real("sigma")};
}

Result one(EuropeanKernel kernel, const kernel::Contract& contract) {
    const double carry = contract.rate - contract.yield;
    const double forward = contract.spot * kernel::exponential(carry * contract.years);
    const double discount = kernel::exponential(-contract.rate * contract.years);
    const double root = std::sqrt(contract.years);
    Result result;
    kernel({&contract.spot, &forward, &contract.strike, &contract.volatility, &root, &discount,
            &contract.rate, &carry},
           {&result.value, &result.delta, &result.gamma, &result.vega, &result.theta}, 1);
    return result;
}

Result one(EverlastingKernel kernel, const Everlasting& option) {
    Result result;
    kernel({&option.spot, &option.strike, &option.volatility, &option.decay, &option.rate,
            &option.growth},
           {&result.value, &result.delta, &result.gamma, &result.vega}, 1);
    return result;
}

void each_row(const std::filesystem::path& file, Tally& tally, void (*run)(const CsvRow&, Case&)) {
    const Csv csv(file);
    for (const CsvRow& cells : csv.rows()) {
        Case row(tally, cells.where());
        run(cells, row);
    }
}

}  // namespace ballast::conformance::pricing
