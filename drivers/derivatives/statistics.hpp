/// Statistics of volatility and of coverage.  docs/methods/derivatives_replay.md, sections 3 and 6.
#pragma once

#include <ballast/base/integers.hpp>

#include <span>
#include <vector>

namespace ballast::derivatives {

/// One interval's prices.
struct Bar {
    double open = 0;
    double high = 0;
    double low = 0;
    double close = 0;
};

// Variances of one interval from its range; all of them per interval.
[[nodiscard]] double parkinson(const Bar& bar);     ///< ln(H/L)^2 / (4 ln 2).
[[nodiscard]] double garman_klass(const Bar& bar);  ///< Garman and Klass (1980).
[[nodiscard]] double rogers_satchell(const Bar& bar);
/// (Garman-Klass + Rogers-Satchell) / 2: what forecasts are made of.
[[nodiscard]] double range_variance(const Bar& bar);
/// Yang and Zhang (2000) over all bars, k = 0.34 / (1.34 + (n + 1) / (n - 1)); the first bar gives
/// the close before.
[[nodiscard]] double yang_zhang(std::span<const Bar> bars);

/// next = lambda * state + (1 - lambda) * value.
[[nodiscard]] double ewma(double state, double value, double lambda);

/// 0.4 EWMA(0.5) + 0.35 EWMA(0.85) + 0.25 EWMA(0.97) of the variance of a day.
class HExp {
public:
    explicit HExp(double variance) : states_{variance, variance, variance} {}
    /// One more interval of `days` (1: a day), with its variance per day.
    void add(double variance, double days);
    [[nodiscard]] double forecast() const;

private:
    double states_[3];
};

/// RV / h - ln(RV / h) - 1, the mean over all pairs (Patton 2011).
[[nodiscard]] double qlike(std::span<const double> realised, std::span<const double> forecast);

/// The upper tail of chi-square with 1 or 2 degrees of freedom.
[[nodiscard]] double chi_square_tail(double statistic, int degrees);

/// A likelihood ratio and how probable one as large is.
struct Test {
    double ratio = 0;
    double p = 1;
};

/// Kupiec (1995), proportion of failures: `exceptions` of `count` where each has probability p.
[[nodiscard]] Test kupiec(u64 count, u64 exceptions, double p);

/// Smallest and largest number of exceptions that Kupiec's test does not reject at 5 % (a ratio
/// under 3.84).
struct Accepted {
    u64 least = 0;
    u64 most = 0;
};
[[nodiscard]] Accepted kupiec_accepted(u64 count, double p);

/// Transitions from one observation to the next: n01 from none to an exception.
struct Transitions {
    u64 n00 = 0, n01 = 0, n10 = 0, n11 = 0;
};
/// Christoffersen (1998): unconditional coverage, independence, both.
struct Coverage {
    Test unconditional;
    Test independence;
    Test conditional;
};
[[nodiscard]] Coverage christoffersen(const Transitions& counts, double p);

}  // namespace ballast::derivatives
