/// The kernels themselves, in doubles, by columns.  Only the files of this folder, tests, the
/// conformance program and benchmarks include this: the machine uses the door, pricing.hpp.
///
/// A column is `rows` doubles; columns do not overlap.  What a kernel expects of its inputs, and no
/// kernel checks: prices, strikes and discounts from 1e-290 to 1e290, volatility * root at
/// most 1e5, nothing NaN.  Formulas: docs/methods/pricing.md, section 3.
#pragma once

#include <ballast/pricing/point.hpp>

#include <cstddef>

namespace ballast::pricing::kernel {

/// Which instructions the loops are compiled to.
enum class Variant : u8 { baseline, avx2, avx512 };

struct EuropeanIn {
    const double* spot;
    const double* forward;
    const double* strike;
    const double* volatility;
    const double* root;      ///< Of the years to expiry.
    const double* discount;  ///< What a dollar at expiry is worth.
    const double* rate;      ///< Theta only: the growth of the discount per year that passes,
    const double* carry;     ///< and of the forward over spot, r - q.
};
struct EuropeanOut {
    double* value;
    double* delta;  ///< In spot, as gamma.
    double* gamma;
    double* vega;
    double* theta;
};

/// A funding rate of `decay` = 1 / period per year; `growth` = r - q; `rate` = what discounts.
/// decay + rate and decay + rate - growth must be positive.
struct EverlastingIn {
    const double* spot;
    const double* strike;
    const double* volatility;  ///< > 0.
    const double* decay;
    const double* rate;
    const double* growth;
};
struct EverlastingOut {
    double* value;
    double* delta;
    double* gamma;
    double* vega;
};

/// An out-of-the-money option's undiscounted value over the lesser of forward and strike, in (0,
/// 1), and |ln(forward / strike)|.
struct ImpliedIn {
    const double* value;
    const double* moneyness;
};

struct Columns {
    void (*european)(EuropeanIn in, double* value, std::size_t rows);
    void (*european_greeks)(EuropeanIn in, EuropeanOut out, std::size_t rows);
    /// Pays 1, or the underlying.  Theta is not written.
    void (*cash_value)(EuropeanIn in, double* value, std::size_t rows);
    void (*cash)(EuropeanIn in, EuropeanOut out, std::size_t rows);
    void (*asset)(EuropeanIn in, EuropeanOut out, std::size_t rows);
    void (*everlasting)(EverlastingIn in, EverlastingOut out, std::size_t rows);
    void (*everlasting_binary)(EverlastingIn in, EverlastingOut out, std::size_t rows);
};
struct Kernels {
    Columns call;
    Columns put;
    /// The volatility times the root of time.
    void (*implied)(ImpliedIn in, double* deviation, std::size_t rows);
    void (*exponential)(const double* x, double* out, std::size_t rows);

    [[nodiscard]] const Columns& of(Right right) const { return right == Right::call ? call : put; }
};

/// The kernels of the best variant that this processor has; chosen once, when the program is loaded
/// (docs/methods/pricing.md, section 2).
[[nodiscard]] const Kernels& kernels();
/// Those of one variant, which the processor must have.
[[nodiscard]] const Kernels& kernels(Variant variant);
[[nodiscard]] bool supported(Variant variant);

// --- One number at a time ---------------------------------------------------------------------

[[nodiscard]] double exponential(double x);
[[nodiscard]] double log_ratio(double a, double b);
[[nodiscard]] double log_one_plus(double x);
/// base^exponent for base > 0.
[[nodiscard]] double power(double base, double exponent);
[[nodiscard]] double normal(double x);
[[nodiscard]] double normal_density(double x);
/// ln N(x).
[[nodiscard]] double log_normal(double x);
/// N(-x) / n(x), at x >= -0.25.
[[nodiscard]] double mills(double x);
/// The x of which N(x) = p, for p in (0, 1).
[[nodiscard]] double inverse_normal(double p);

/// Black-Scholes with a continuous yield q; per calendar year and per 1.00 as in section 3.
struct Contract {
    Right right = Right::call;
    double spot = 0;
    double strike = 0;
    double rate = 0;
    double yield = 0;
    double years = 0;
    double volatility = 0;
};
struct AllGreeks {
    double price, delta, gamma, vega, theta, rho, phi, vanna, volga;
    double charm, speed, zomma, color, dual_delta, dual_gamma;
};
[[nodiscard]] AllGreeks all_greeks(const Contract& contract);

struct SviSlice {
    double a = 0;
    double b = 0;
    double rho = 0;
    double m = 0;
    double sigma = 0;
};
/// w(k).
[[nodiscard]] double total_variance(const SviSlice& slice, double k);
/// Gatheral's g(k), which has the sign of the density.
[[nodiscard]] double density_sign(const SviSlice& slice, double k);

}  // namespace ballast::pricing::kernel
