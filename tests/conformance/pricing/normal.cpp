#include <ballast/conform_pricing/reals.hpp>

#include <cmath>

namespace ballast::conformance::pricing {

void implied_normalised(const std::filesystem::path& file, Tally& tally) {
    tally.note = "within 2e-14 plus 4 roundings of the value times the condition number";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const double x = std::abs(cells.real("x_ln_F_over_K"));
        const double value = cells.real("beta_otm_call") * kernel::exponential(0.5 * x);
        double deviation = 0;
        kernel::kernels().implied({&value, &x}, &deviation, 1);
        const double condition = cells.real("cond_rel_s_per_rel_beta");
        near(row, cells, "s_sigma_sqrtT", deviation, {2e-14 + 9e-16 * condition, 0});
    });
}

void implied_roundtrip(const std::filesystem::path& file, Tally& tally) {
    tally.note = "within 1e-13";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const double forward = cells.real("F");
        const double strike = cells.real("K");
        const bool call = right_of(cells) == Right::call;
        const double intrinsic = std::max(call ? forward - strike : strike - forward, 0.0);
        const double value =
            (cells.real("undiscounted_price") - intrinsic) / std::min(forward, strike);
        const double x = std::abs(kernel::log_ratio(forward, strike));
        double deviation = 0;
        kernel::kernels().implied({&value, &x}, &deviation, 1);
        near(row, cells, "sigma_expected", deviation / std::sqrt(cells.real("T")), {1e-13, 0});
    });
}

void normal_cdf(const std::filesystem::path& file, Tally& tally) {
    tally.note = "distribution, density, erfc, logarithm and scaled tail within 1e-12";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const double x = cells.real("x");
        const Bound bound{.absolute = 2e-323};  // Four of the least number there is.
        near(row, cells, "cdf", kernel::normal(x), bound);
        near(row, cells, "pdf", kernel::normal_density(x), bound);
        near(row, cells, "erfc_x_over_sqrt2", 2.0 * kernel::normal(-x), bound);
        near(row, cells, "log_cdf", kernel::log_normal(x), {.absolute = 1e-60});
        const std::string_view scaled = "scaled_cdf_exp_x2_2_times_cdf_for_x_lt_0";
        if (!cells.text(scaled).empty())
            near(row, cells, scaled, kernel::mills(-x) * kernel::normal_density(0));
    });
}

void normal_inverse(const std::filesystem::path& file, Tally& tally) {
    tally.note = "within 1e-14 and what the rounding of p moves x by";
    each_row(file, tally, [](const CsvRow& cells, Case& row) {
        const double p = cells.real("p");
        const double x = kernel::inverse_normal(p);
        const double rounding = 0x1p-52 * p / kernel::normal_density(x);
        near(row, cells, "x", x, {1e-14, rounding});
    });
}

}  // namespace ballast::conformance::pricing
