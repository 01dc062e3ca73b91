/// From the integers of the door to columns of doubles, and back.  Only files of this folder
/// include it.  Prices stay in their units: values are of first degree in spot, forward and strike.
#pragma once

#include <ballast/pricing/kernel.hpp>
#include <ballast/pricing/lanes.hpp>
#include <ballast/pricing/point.hpp>

#include <algorithm>
#include <span>

namespace ballast::pricing::door {

inline constexpr i64 units_max = 4'000'000'000'000'000'000;
inline constexpr double units_bound = 4e18;
inline constexpr double fine_units = 1e12;
inline constexpr double units_per_dollar = 1e8;
inline constexpr u64 seconds_max = u64{1} << 38;  ///< Over 8000 years.
inline constexpr double volatility_max = 1000;
inline constexpr double discount_max = 40;  ///< Of |rate * T|.
inline constexpr std::size_t block = 64;    ///< Rows that go through a kernel at once.

/// Towards minus infinity; within 4 * 10^18 either way.
[[nodiscard]] inline i64 rounded_down(double x) {
    const double bounded = x < units_bound ? (x > -units_bound ? x : -units_bound) : units_bound;
    const i64 towards_zero = static_cast<i64>(bounded);
    return towards_zero - (static_cast<double>(towards_zero) > bounded ? 1 : 0);
}

/// To the nearest integer; within 4 * 10^18 either way.
[[nodiscard]] inline i64 rounded(double x) {
    const double bounded = x < units_bound ? (x > -units_bound ? x : -units_bound) : units_bound;
    return static_cast<i64>(bounded < 0 ? bounded - 0.5 : bounded + 0.5);
}

[[nodiscard]] inline double real(Fine x) {
    return static_cast<double>(x.units()) / fine_units;
}
[[nodiscard]] inline Fine fine(double x) {
    return Fine::units(rounded(x * fine_units));
}

/// In units, at least one.
[[nodiscard]] inline i64 at_least_one(Price price) {
    return std::clamp(price.units(), i64{1}, units_max);
}
[[nodiscard]] inline double real(Price price) {
    return static_cast<double>(at_least_one(price));
}
[[nodiscard]] inline double volatility_of(const Point& point) {
    return std::clamp(real(point.volatility), 0.0, volatility_max);
}
[[nodiscard]] inline double years_of(u64 seconds) {
    return static_cast<double>(std::min(seconds, seconds_max)) / static_cast<double>(year_seconds);
}
/// Whether nothing of the future is left to weigh: the value is the payoff at the forward.
[[nodiscard]] inline bool settled(const Point& point) {
    return point.seconds == 0 || point.volatility.units() <= 0;
}

/// Rows to compute for `count` of them: vectors are filled up, but not for one or two.
[[nodiscard]] constexpr std::size_t padded(std::size_t count) {
    return count < 3 ? count : (count + 7) / 8 * 8;
}

/// The points of one block, as columns.
class Rows {
public:
    /// `points`: at most `block`, and one at least.
    Rows(Price strike, std::span<const Point> points);
    [[nodiscard]] std::size_t padded() const { return padded_; }
    [[nodiscard]] double discount(std::size_t row) const { return discount_[row]; }
    [[nodiscard]] double rate(std::size_t row) const { return rate_[row]; }
    [[nodiscard]] kernel::EuropeanIn in() const;

private:
    double spot_[block];
    double forward_[block];
    double strike_[block];
    double volatility_[block];
    double root_[block];
    double discount_[block];
    double rate_[block];
    double carry_[block];
    std::size_t padded_;
};

/// Where the Greeks of one row are written to.
struct GreeksRow {
    double value = 0;
    double delta = 0;
    double gamma = 0;
    double vega = 0;
    double theta = 0;

    [[nodiscard]] kernel::EuropeanOut out() { return {&value, &delta, &gamma, &vega, &theta}; }
};

/// The row of an instrument `size` times as large, the value rounded down, the rest to the nearest.
[[nodiscard]] inline Greeks quantised(const GreeksRow& row, double size) {
    return {.value = Price::units(rounded_down(row.value * size)),
            .delta = fine(row.delta * size),
            .gamma = fine(row.gamma * size * units_per_dollar),
            .vega = Price::units(rounded(row.vega * size)),
            .theta = Price::units(rounded(row.theta * size))};
}

/// Calls `work(first, rows)` for each block of the points.
template <class Work>
void by_block(std::size_t count, Work&& work) {
    for (std::size_t first = 0; first < count; first += block)
        work(first, std::min(block, count - first));
}

}  // namespace ballast::pricing::door
