#include <ballast/conform_pricing/reals.hpp>

#include <cmath>

namespace ballast::conformance::pricing {

void all_greeks(const std::filesystem::path& file, Tally& tally) {
    tally.note = "all 15 within 1e-12 or 4e-16 of scale; zomma, color 3e-12 of their terms";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const kernel::Contract contract = contract_of(cells);
        const kernel::AllGreeks greeks = kernel::all_greeks(contract);
        // In the tails, 4e-16 of the scale that each has at the money.
        const double one = 4e-16;
        const double spot = one * contract.spot;
        const double slope = one / contract.spot;
        near(row, cells, "price", greeks.price, {.absolute = spot});
        near(row, cells, "delta", greeks.delta, {.absolute = one});
        near(row, cells, "gamma", greeks.gamma, {.absolute = slope});
        near(row, cells, "vega", greeks.vega, {.absolute = spot});
        near(row, cells, "theta", greeks.theta, {.absolute = spot});
        near(row, cells, "rho", greeks.rho, {.absolute = spot});
        near(row, cells, "phi", greeks.phi, {.absolute = spot});
        near(row, cells, "vanna", greeks.vanna, {.absolute = one});
        near(row, cells, "volga", greeks.volga, {.absolute = spot});
        near(row, cells, "charm", greeks.charm, {.absolute = one});
        near(row, cells, "speed", greeks.speed, {.absolute = slope / contract.spot});
        // Differences of nearly equal terms where d1 * d2 is 1: 3e-12 of those.
        const double zomma = 3e-12 * greeks.gamma / contract.volatility;
        const double color = 3e-12 * greeks.gamma / contract.years;
        near(row, cells, "zomma", greeks.zomma, {.absolute = zomma + slope});
        near(row, cells, "color", greeks.color, {.absolute = color + slope});
        near(row, cells, "dual_delta", greeks.dual_delta, {.absolute = one});
        near(row, cells, "dual_gamma", greeks.dual_gamma, {.absolute = one / contract.strike});
    });
}

void binaries(const std::filesystem::path& file, Tally& tally) {
    tally.note = "price, delta, gamma, vega within 1e-12 or 4e-16 of scale";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const kernel::Contract contract = contract_of(cells);
        const kernel::Columns& columns = kernel::kernels().of(contract.right);
        const bool cash = cells.text("kind") == "cash";
        const Result result = one(cash ? columns.cash : columns.asset, contract);
        const double scale = 4e-16 * (cash ? 1.0 : contract.spot);
        near(row, cells, "price", result.value, {.absolute = scale});
        near(row, cells, "delta", result.delta, {.absolute = scale / contract.spot});
        near(row, cells, "gamma", result.gamma,
             {.absolute = scale / contract.spot / contract.spot});
        near(row, cells, "vega", result.vega, {.absolute = scale});
    });
}

void black76(const std::filesystem::path& file, Tally& tally) {
    tally.note = "price, Greeks in the forward and cash binary within 1e-12 or 4e-16 of scale";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const double forward = cells.real("F");
        const double strike = cells.real("K");
        const double volatility = cells.real("sigma");
        const double root = std::sqrt(cells.real("T"));
        const double discount = cells.real("df");
        const double none = 0;
        const kernel::EuropeanIn in{&forward, &forward,  &strike, &volatility,
                                    &root,    &discount, &none,   &none};
        const kernel::Columns& columns = kernel::kernels().of(right_of(cells));
        Result result;
        columns.european_greeks(
            in, {&result.value, &result.delta, &result.gamma, &result.vega, &result.theta}, 1);
        double cash = 0;
        columns.cash_value(in, &cash, 1);
        near(row, cells, "price", result.value, {.absolute = 4e-16 * forward});
        near(row, cells, "delta_fwd", result.delta, {.absolute = 4e-16});
        near(row, cells, "gamma_fwd", result.gamma, {.absolute = 4e-16 / forward});
        near(row, cells, "vega", result.vega, {.absolute = 4e-16 * forward});
        near(row, cells, "theta_fixed_df", result.theta, {.absolute = 4e-16 * forward});
        near(row, cells, "digital_cash", cash, {.absolute = 4e-16});
    });
}

void haug_european(const std::filesystem::path& file, Tally& tally) {
    tally.note = "the exact figure within 1e-12, the book's within its rounding";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const double price = kernel::all_greeks(contract_of(cells)).price;
        near(row, cells, "expected_hp", price);
        near(row, cells, "expected_book", price, {0, cells.real("tol_book")});
    });
}

void haug_greeks(const std::filesystem::path& file, Tally& tally) {
    tally.note = "the exact figure within 1e-12, the book's within its rounding";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const kernel::AllGreeks greeks = kernel::all_greeks(contract_of(cells));
        const struct {
            std::string_view name;
            double value;
        } known[] = {{"delta", greeks.delta}, {"gamma", greeks.gamma}, {"vega", greeks.vega},
                     {"theta", greeks.theta}, {"rho", greeks.rho},     {"phi", greeks.phi},
                     {"vanna", greeks.vanna}, {"volga", greeks.volga}, {"charm", greeks.charm},
                     {"speed", greeks.speed}, {"zomma", greeks.zomma}, {"color", greeks.color}};
        const std::string& wanted = cells.text("greek");
        bool found = false;
        for (const auto& [name, value] : known) {
            if (name != wanted) continue;
            found = true;
            near(row, cells, "expected_hp", value);
            near(row, cells, "expected_book", value, {0, cells.real("tol_book")});
        }
        if (!found) row.fail("greek", wanted, "not known");
    });
}

}  // namespace ballast::conformance::pricing
