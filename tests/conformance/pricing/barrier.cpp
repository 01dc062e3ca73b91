#include <ballast/conform_pricing/reals.hpp>
#include <ballast/pricing/pricing.hpp>

#include <cmath>

namespace ballast::conformance::pricing {

namespace {

double call_value(double spot, double strike, double rate, double years, double sigma) {
    return kernel::all_greeks({.right = Right::call,
                               .spot = spot,
                               .strike = strike,
                               .rate = rate,
                               .yield = 0,
                               .years = years,
                               .volatility = sigma})
        .price;
}

// A down-and-out call with its barrier under the strike, watched continuously.
double knocked_out(const CsvRow& cells, double barrier) {
    const double spot = cells.real("S");
    const double strike = cells.real("K");
    const double rate = cells.real("r");
    const double sigma = cells.real("sigma");
    const double years = cells.real("T");
    const double image = kernel::power(barrier / spot, 2.0 * rate / (sigma * sigma) - 1.0);
    return call_value(spot, strike, rate, years, sigma) -
           image * call_value(barrier * barrier / spot, strike, rate, years, sigma);
}

// Through the door: the barrier that stands for one watched every so often.
double shifted(double barrier, double sigma, u64 step) {
    const Price moved = ballast::pricing::discrete_barrier(
        Price::units(std::llround(barrier * 1e8)),
        ballast::pricing::Fine::units(std::llround(sigma * 1e12)), step, false);
    return static_cast<double>(moved.units()) / 1e8;
}

// How likely a martingale falls by `distance` in its logarithm within `years`.
double hit(double distance, double sigma, double years) {
    const double deviation = sigma * std::sqrt(years);
    const double drift = -0.5 * sigma * sigma * years;
    return kernel::normal((-distance - drift) / deviation) +
           kernel::exponential(distance) * kernel::normal((-distance + drift) / deviation);
}

}  // namespace

void down_and_out(const std::filesystem::path& file, Tally& tally) {
    tally.note = "continuous within 1e-12; corrected, by a barrier in units of 1e-8, within 2e-8";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const double barrier = cells.real("H");
        const double step = cells.real("T") * 31'536'000 / cells.real("m");
        near(row, cells, "continuous", knocked_out(cells, barrier), {.absolute = 4e-14});
        const double moved =
            shifted(barrier, cells.real("sigma"), static_cast<u64>(std::llround(step)));
        near(row, cells, "bgk_corrected", knocked_out(cells, moved), {0, 2e-8});
    });
}

void barrier_hit(const std::filesystem::path& file, Tally& tally) {
    tally.note = "continuous within 1e-12; corrected, by a barrier in units of 1e-8, within 1e-11";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const double sigma = cells.real("sigma");
        const double seconds = cells.real("horizon_s");
        const double years = seconds / 31'536'000;
        const double distance = -kernel::log_one_plus(-cells.real("distance_down"));
        near(row, cells, "p_hit_continuous", hit(distance, sigma, years));
        const double barrier = 1e8 * kernel::exponential(-distance);
        const u64 step = static_cast<u64>(std::llround(seconds / cells.real("n_obs")));
        const double moved = kernel::log_ratio(1e8, shifted(barrier, sigma, step));
        near(row, cells, "p_hit_bgk_corrected", hit(moved, sigma, years), {1e-11, 0});
        near(row, cells, "bgk_mean_overshoot_log", moved - distance, {1e-11, 0});
    });
}

}  // namespace ballast::conformance::pricing
