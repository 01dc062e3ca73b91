#include <ballast/conform_pricing/reals.hpp>

#include <cmath>

namespace ballast::conformance::pricing {

namespace {

Everlasting option_of(const CsvRow& cells) {
    const double rate = cells.real("r");
    const std::string& style = cells.text("style");
    if (style != "premium" && style != "futures")
        throw Malformed(cells.where() + ": style " + style);
    return {.spot = cells.real("S"),
            .strike = cells.real("K"),
            .volatility = cells.real("sigma"),
            .decay = 1.0 / cells.real("tau_years"),
            .rate = style == "premium" ? rate : 0.0,
            .growth = rate - cells.real("q")};
}

// The mark with `count` payments per period; each payment charges on the mark before or after it.
double discrete_mark(const kernel::Contract& contract, double period, double count, bool before) {
    const double share = 1.0 / count;
    double weight = before ? share / (1.0 + share) : share;
    const double decay = before ? 1.0 / (1.0 + share) : 1.0 - share;
    double mark = 0;
    kernel::Contract option = contract;
    for (u32 payment = 1; weight > 1e-22; ++payment, weight *= decay) {
        option.years = period * payment / count;
        mark += weight * kernel::all_greeks(option).price;
    }
    return mark;
}

}  // namespace

void everlasting(const std::filesystem::path& file, Tally& tally) {
    tally.note = "price, delta, gamma, vega, time value and funding within 1e-12 or 4e-16 of scale";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const Everlasting option = option_of(cells);
        const Right right = right_of(cells);
        const Result result = one(kernel::kernels().of(right).everlasting, option);
        const double gain = option.spot - option.strike;
        const double payoff = std::max(right == Right::call ? gain : -gain, 0.0);
        const double scale = 4e-16 * std::max(option.spot, option.strike);
        near(row, cells, "price", result.value, {.absolute = scale});
        near(row, cells, "delta", result.delta, {.absolute = 4e-16});
        near(row, cells, "gamma", result.gamma, {.absolute = 4e-16 / option.spot});
        near(row, cells, "vega", result.vega, {.absolute = scale});
        near(row, cells, "time_value", result.value - payoff, {.absolute = scale});
        near(row, cells, "funding_rate_per_year", (result.value - payoff) * option.decay,
             {.absolute = scale * option.decay});
    });
}

void everlasting_binary(const std::filesystem::path& file, Tally& tally) {
    tally.note = "price, delta, gamma, vega within 1e-12 or 4e-16 of scale";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const Result result =
            one(kernel::kernels().of(right_of(cells)).everlasting_binary, option_of(cells));
        near(row, cells, "price", result.value, {.absolute = 4e-16});
        near(row, cells, "delta", result.delta, {.absolute = 4e-16 / cells.real("S")});
        near(row, cells, "gamma", result.gamma);
        near(row, cells, "vega", result.vega, {.absolute = 4e-16});
    });
}

void everlasting_published(const std::filesystem::path& file, Tally& tally) {
    tally.note = "the exact time value within 1e-12, the published one within its rounding";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const Everlasting option{.spot = cells.real("S"),
                                 .strike = cells.real("K"),
                                 .volatility = cells.real("sigma"),
                                 .decay = 365.0 / cells.real("tau_days")};
        const Right outside = option.spot < option.strike ? Right::call : Right::put;
        const double value = one(kernel::kernels().of(outside).everlasting, option).value;
        near(row, cells, "expected_hp", value);
        near(row, cells, "published", value, {0, cells.real("tol")});
    });
}

void everlasting_discrete(const std::filesystem::path& file, Tally& tally) {
    tally.note = "the sum over our Europeans, and our continuous price, within 1e-12";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const double period = cells.real("tau_days") / 365.0;
        const kernel::Contract contract{.right = right_of(cells),
                                        .spot = cells.real("S"),
                                        .strike = cells.real("K"),
                                        .rate = cells.real("r"),
                                        .yield = cells.real("q"),
                                        .years = period,
                                        .volatility = cells.real("sigma")};
        const bool before = cells.text("funding_convention") == "pre";
        near(row, cells, "price",
             discrete_mark(contract, period, cells.real("payments_per_tau"), before));
        const Everlasting option{.spot = contract.spot,
                                 .strike = contract.strike,
                                 .volatility = contract.volatility,
                                 .decay = 1.0 / period,
                                 .rate = contract.rate,
                                 .growth = contract.rate - contract.yield};
        near(row, cells, "continuous_price",
             one(kernel::kernels().of(contract.right).everlasting, option).value);
    });
}

}  // namespace ballast::conformance::pricing
