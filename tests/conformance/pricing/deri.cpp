#include <ballast/conform_pricing/reals.hpp>

#include <cmath>

namespace ballast::conformance::pricing {

namespace {

constexpr double wad = 1e18;
constexpr double rate = 0.1095;  // EverlastingOptionPricing: a year,
constexpr double period = 7.0 / 365;

// The two roots as Deri has them: sqrt(1 + 1 / x^2) stands for itself, or as the three terms
// 1 / x + x / 2 + x^3 / 8 that its contract computes.
double rooted(double x, bool series) {
    return series ? 1 / x + x / 2 + x * x * x / 8 : std::sqrt(1 + 1 / (x * x));
}

struct Quote {
    double value;
    double delta;
    double gamma;
};

// Deri's formula, in doubles; with exact roots it is the closed form of a premium-style option.
Quote formula(double spot, double strike, double sigma, bool call, bool series) {
    const double tilt = 2 * rate / (sigma * sigma);
    const double p = 1 + tilt;
    const double q = 1 - tilt;
    const double share = 1 / (1 + rate * period);
    const double width = sigma * std::sqrt(period);
    const double side = spot >= strike ? 1.0 : -1.0;
    const double u = side * rooted(width * p / std::sqrt(8.0), series);
    // The root of q keeps q's sign.
    const double wx = width * q * std::sqrt(share) / std::sqrt(8.0);
    const double w = -side * (series ? rooted(wx, true) : std::copysign(rooted(wx, false), wx));
    const double x = spot / strike;
    const double a = side * std::pow(x, -p * (1 + u) / 2) * (1 - u) / u / 2;
    const double b = side * std::pow(x, q * (1 + w) / 2) * (1 - w) / w / 2 * share;
    const double t1 = (1 + u) * p / 2;
    const double t2 = (1 + w) * q / 2;
    const bool inside = (spot >= strike) == call;
    const double sign = call ? 1.0 : -1.0;
    return {.value = spot * a - strike * b + (inside ? sign * (spot - strike * share) : 0),
            .delta = a * (1 - t1) - b / x * t2 + (inside ? sign : 0),
            .gamma = a * (t1 - 1) / spot * t1 - b / x * (t2 - 1) / spot * t2};
}

}  // namespace

void deri_everlasting(const std::filesystem::path& file, Tally& tally) {
    tally.note =
        "ours, less what Deri's three-term roots lose by Deri's own formula; 1e-9, 1e-13 of price";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const double spot = cells.scaled("S_wad", wad);
        const double strike = cells.scaled("K_wad", wad);
        const double sigma = cells.scaled("sigma_wad", wad);
        const bool call = cells.flag("is_call");
        const Quote with = formula(spot, strike, sigma, call, true);
        const Quote exact = formula(spot, strike, sigma, call, false);
        const Result ours = one(kernel::kernels().of(call ? Right::call : Right::put).everlasting,
                                Everlasting{spot, strike, sigma, 1 / period, rate, rate});
        const double price = std::max(spot, strike);
        near(row, "theoretical value", cells.scaled("theoretical_value_wad", wad),
             ours.value + (with.value - exact.value), {1e-9, 1e-13 * price});
        near(row, "delta", cells.scaled("delta_wad", wad), ours.delta + (with.delta - exact.delta),
             {1e-9, 1e-13});
        near(row, "gamma", cells.scaled("gamma_wad", wad), ours.gamma + (with.gamma - exact.gamma),
             {1e-9, std::max(1e-13 / spot, 5e-17)});
        const double gain = call ? spot - strike : strike - spot;
        near(row, "intrinsic", cells.scaled("intrinsic_wad", wad),
             std::max(gain, 0.0) / (1 + rate * period), {1e-12, 1e-18});
    });
}

void deri_quote(const std::filesystem::path& file, Tally& tally) {
    tally.note = "Deri's quoting curve over a given price and delta, within 1e-9";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const double index = cells.scaled("index_wad", wad);
        const double theoretical = cells.scaled("theoretical_wad", wad);
        const double liquidity = cells.scaled("liquidity_wad", wad);
        const double net = cells.scaled("net_volume_wad", wad);
        const double trade = cells.scaled("trade_volume_wad", wad);
        const double k = liquidity > 0 ? index * index / theoretical *
                                             std::abs(cells.scaled("delta_wad", wad)) / liquidity *
                                             cells.scaled("alpha_wad", wad)
                                       : 0;
        near(row, "k", cells.scaled("k_wad", wad), k, {1e-9, 2e-18});
        const double given = cells.scaled("k_wad", wad);
        near(row, "mark", cells.scaled("mark_price_wad", wad), theoretical * (1 + given * net),
             {1e-9, 1e-17});
        const double volume = 0.5 * given * trade * (2 * net + trade) + trade;
        near(row, "cost", cells.scaled("cost_wad", wad), theoretical * volume, {1e-9, 1e-17});
    });
}

}  // namespace ballast::conformance::pricing
