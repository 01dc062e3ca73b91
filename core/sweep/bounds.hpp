/// What an account is certain to keep while the market stays inside a region.
/// docs/methods/account_bands.md, sections 3 to 5.
///
/// Let t run from -1 to 1 as the spot of the underlying runs from the low to the high of the
/// region.  A Bound of a function is two parallel lines that enclose it for every t and for
/// everything else that the region holds.  Lines add: what is hedged cancels before anything is
/// lost to the interval, so that only curvature, volatility and time cost a hedged book its band.
#pragma once

#include <ballast/base/limits.hpp>
#include <ballast/risk/series.hpp>
#include <ballast/sweep/sweep.hpp>

#include <array>
#include <span>
#include <vector>

namespace ballast::sweep {

/// low + tilt * t <= value <= high + tilt * t.  10^-8 dollars per unit.
struct Bound {
    i64 low = 0;
    i64 high = 0;
    i64 tilt = 0;
    friend constexpr bool operator==(const Bound&, const Bound&) = default;
};

/// Largest |low|, |high| and |tilt| of a Bound: twice the largest price, so that a value less
/// another is one too.
inline constexpr i64 bound_max = 2 * limits::price_max.units();
/// Most parts that a region is cut into.
inline constexpr u32 parts_max = 32;

/// How a value bends along the spot while everything else stands still.
enum class Curve : u8 {
    convex,  ///< Perps, calls and puts, dated or everlasting: a chord never lies under it.
    any,     ///< Binaries.
};

/// From the ranges at t = -1, 0 and 1 of a value that is convex in t.  `error` is how far a value
/// may lie from the exact convex function.
[[nodiscard]] Bound convex_bound(const std::array<risk::Range, 3>& at, i64 error);

/// From the ranges over equal parts of [-1, 1], in order; at least two.
[[nodiscard]] Bound any_bound(std::span<const risk::Range> parts);

/// The bound of one unit of a series.  `boxes`: for a convex one the three slices of the region at
/// t = -1, 0 and 1, across which the forward must be affine in t; for any other its equal parts.
[[nodiscard]] Bound bound_of(const risk::Kind& kind, const risk::Series& series, Curve curve,
                             std::span<const risk::Box> boxes);

/// (a * times_a + b * times_b) / divisor, the interval rounded outwards.  What does not fit
/// bound_max says nothing: see `unbounded`.  `divisor` > 0.
[[nodiscard]] Bound combine(const Bound& a, i64 times_a, const Bound& b, i64 times_b, i64 divisor);

/// Says nothing about the value.
inline constexpr Bound unbounded{-bound_max, bound_max, 0};

/// Bounds by instrument and scenario over one region, filled a row at a time when first needed.
class BoundTable {
public:
    BoundTable() = default;
    BoundTable(u32 rows, u32 scenarios);

    [[nodiscard]] bool filled(u32 row) const { return filled_[row] != 0; }
    /// One bound per scenario.
    void set(u32 row, std::span<const Bound> bounds);
    /// Every row is empty again.
    void clear();

    [[nodiscard]] u32 scenarios() const { return scenarios_; }
    [[nodiscard]] u32 width() const { return width_; }
    /// Lows, highs and tilts of a row, each `width` long: scenarios padded with zeros to a multiple
    /// of eight.
    [[nodiscard]] std::span<const i64> row(u32 row) const {
        return {cells_.data() + std::size_t{row} * 3 * width_, std::size_t{3} * width_};
    }
    [[nodiscard]] u64 largest(u32 row) const { return largest_[row]; }

private:
    u32 scenarios_ = 0;
    u32 width_ = 0;
    std::vector<i64> cells_;
    std::vector<u64> largest_;  ///< Largest magnitude in a row.
    std::vector<u8> filled_;
};

/// An account's positions in one underlying, over one region of its market.
struct Part {
    const BoundTable* table = nullptr;  ///< Every row that the positions name is filled.
    std::span<const Position> positions;
};

/// What `least` answers where it cannot tell: less than any portfolio can lose.
inline constexpr i128 nothing_certain = -(i128{1} << 126);

/// A lower bound, in every market of the regions, of the least over the scenarios of the sum of
/// size * value over all positions; 10^-16 dollars.  Exact for the bounds given while the sum fits
/// 62 bits; beyond, bounds lose as many low bits as it takes, against the account.  The tables have
/// the same scenarios.
[[nodiscard]] i128 least(std::span<const Part> parts, Lanes lanes);

}  // namespace ballast::sweep
