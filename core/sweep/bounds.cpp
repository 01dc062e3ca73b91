#include <ballast/sweep/bounds.hpp>

#include <ballast/base/assert.hpp>
#include <ballast/math/mul_div.hpp>
#include <ballast/pricing/pricing.hpp>
#include <ballast/sweep/lanes.hpp>

#include <algorithm>
#include <bit>

namespace ballast::sweep {
namespace {

using Wide = i128;

/// The bound with these ends, if they can be kept.
Bound made(Wide low, Wide high, Wide tilt) {
    const Wide most = bound_max;
    if (low < -most || high > most || tilt < -most || tilt > most || low > most || high < -most)
        return unbounded;
    return {static_cast<i64>(low), static_cast<i64>(high), static_cast<i64>(tilt)};
}

Wide middle_of(const risk::Range& range) {
    return math::divide(Wide{range.low.units()} + range.high.units(), Wide{2}, Round::down);
}

}  // namespace

Bound convex_bound(const std::array<risk::Range, 3>& at, i64 error) {
    const Wide tilt = math::divide(middle_of(at[2]) - middle_of(at[0]), Wide{2}, Round::down);
    // The low ends are of a convex function less its error, and so is what is left of them without
    // the tilt: between t = -1 and 0 it lies over the line through its values at 0 and 1, and the
    // other way round.
    const Wide left = at[0].low.units() + tilt;
    const Wide centre = at[1].low.units();
    const Wide right = at[2].low.units() - tilt;
    const Wide low = std::min({centre, 2 * centre - (right + error), 2 * centre - (left + error)});
    // The high ends are of another convex function, which is greatest at an end.
    const Wide high = std::max(Wide{at[0].high.units()} + tilt, Wide{at[2].high.units()} - tilt);
    return made(low - error, high + error, tilt);
}

Bound any_bound(std::span<const risk::Range> parts) {
    const auto count = static_cast<Wide>(parts.size());
    BALLAST_ASSERT(count >= 2);
    // The middles of the first and the last part are 2 - 2 / count apart in t.
    const Wide rise = middle_of(parts.back()) - middle_of(parts.front());
    const Wide tilt = math::divide(rise * count, 2 * (count - 1), Round::down);
    Wide low = bound_max;
    Wide high = -Wide{bound_max};
    for (Wide i = 0; i < count; ++i) {
        const risk::Range& part = parts[static_cast<std::size_t>(i)];
        // tilt * t at both ends of the part, t = 2 i / count - 1.
        const Wide first = tilt * (2 * i - count);
        const Wide last = tilt * (2 * i + 2 - count);
        const Wide most = math::divide(std::max(first, last), count, Round::up);
        const Wide least = math::divide(std::min(first, last), count, Round::down);
        low = std::min(low, part.low.units() - most);
        high = std::max(high, part.high.units() - least);
    }
    return made(low, high, tilt);
}

namespace {

/// How far a value may lie from the exact one: pricing's error; what the forward of an everlasting
/// option, and a point that was rounded to units, add to it (methods, section 3).
i64 value_error(Price strike, Price largest) {
    const i64 spot = std::max<i64>(0, largest.units());
    return pricing::value_error(strike, largest).units() + 8 + (spot >> 36);
}

}  // namespace

Bound bound_of(const risk::Kind& kind, const risk::Series& series, Curve curve,
               std::span<const risk::Box> boxes) {
    if (curve == Curve::convex) {
        BALLAST_ASSERT(boxes.size() == 3);
        std::array<risk::Range, 3> at;
        i64 error = 0;
        for (u32 i = 0; i < 3; ++i) {
            at[i] = kind.range(series, boxes[i]);
            const Price largest = std::max(boxes[i].high.forward, boxes[i].high.spot);
            error = std::max(error, value_error(series.strike, largest));
        }
        return convex_bound(at, 4 * error);
    }
    BALLAST_ASSERT(2 <= boxes.size() && boxes.size() <= parts_max);
    std::array<risk::Range, parts_max> parts;
    for (u32 i = 0; i < boxes.size(); ++i) parts[i] = kind.range(series, boxes[i]);
    return any_bound(std::span(parts).first(boxes.size()));
}

Bound combine(const Bound& a, i64 times_a, const Bound& b, i64 times_b, i64 divisor) {
    BALLAST_ASSERT(divisor > 0);
    if (a == unbounded || b == unbounded) return unbounded;
    const Wide low = Wide{times_a} * (times_a < 0 ? a.high : a.low) +
                     Wide{times_b} * (times_b < 0 ? b.high : b.low);
    const Wide high = Wide{times_a} * (times_a < 0 ? a.low : a.high) +
                      Wide{times_b} * (times_b < 0 ? b.low : b.high);
    const Wide tilt = Wide{times_a} * a.tilt + Wide{times_b} * b.tilt;
    // What the tilt loses in rounding, under one unit, goes to the interval.
    return made(math::divide(low, Wide{divisor}, Round::down) - 1,
                math::divide(high, Wide{divisor}, Round::up) + 1,
                math::divide(tilt, Wide{divisor}, Round::down));
}

BoundTable::BoundTable(u32 rows, u32 scenarios)
    : scenarios_(scenarios),
      width_((scenarios + padding - 1) / padding * padding),
      cells_(std::size_t{rows} * 3 * width_),
      largest_(rows),
      filled_(rows) {
    BALLAST_ASSERT(0 < scenarios && scenarios <= limits::scenarios_max);
}

void BoundTable::set(u32 row, std::span<const Bound> bounds) {
    BALLAST_ASSERT(bounds.size() == scenarios_);
    i64* const lows = cells_.data() + std::size_t{row} * 3 * width_;
    i64 largest = 0;
    for (u32 i = 0; i < scenarios_; ++i) {
        const Bound& bound = bounds[i];
        lows[i] = bound.low;
        lows[width_ + i] = bound.high;
        lows[2 * width_ + i] = bound.tilt;
        for (const i64 value : {bound.low, bound.high, bound.tilt})
            largest = std::max(largest, value < 0 ? -value : value);
    }
    largest_[row] = static_cast<u64>(largest);
    filled_[row] = 1;
}

void BoundTable::clear() {
    std::fill(filled_.begin(), filled_.end(), u8{0});
}

namespace {

/// Sums by scenario: of the lines' middles, and of the tilts of one underlying.
struct Sums {
    std::array<i64, limits::scenarios_max> base{};
    std::array<i64, limits::scenarios_max> tilt{};
};

/// How many low bits the bounds must lose for every sum to stay under 2^62.
u32 bits_over(std::span<const Part> parts) {
    u128 reach = 0;  // A quarter of it, so that the greatest fits.
    for (const Part& part : parts)
        for (const Position& position : part.positions) {
            const i64 size = position.size;
            // Of the base and the tilt, each rounded outwards.
            reach += u128{static_cast<u64>(size < 0 ? -size : size)} *
                     (part.table->largest(position.row) / 4 + 1) * 3;
        }
    const u64 high = static_cast<u64>(reach >> 60);
    return static_cast<u32>(std::bit_width(high));
}

BALLAST_SWEEP_KERNEL void add_position(const BoundTable& table, const Position& position, u32 bits,
                                       Sums& sums) {
    const u32 width = table.width();
    const i64* const row = table.row(position.row).data();
    const i64* const tilts = row + 2 * std::size_t{width};
    const i64 size = position.size;
    // A tilt that loses bits is off by less than one of what is left: |size| of the sum.
    const i64 loss = bits == 0 ? 0 : (size < 0 ? -size : size);
    if (size >= 0) {
        for (u32 i = 0; i < width; ++i) {
            sums.base[i] += size * (row[i] >> bits) - loss;
            sums.tilt[i] += size * (tilts[i] >> bits);
        }
        return;
    }
    const i64* const highs = row + width;
    for (u32 i = 0; i < width; ++i) {
        sums.base[i] += -size * (-highs[i] >> bits) - loss;
        sums.tilt[i] += size * (tilts[i] >> bits);
    }
}

BALLAST_SWEEP_KERNEL i64 least_of_all(std::span<const Part> parts, u32 bits) {
    Sums sums;
    const u32 scenarios = parts[0].table->scenarios();
    const u32 width = parts[0].table->width();
    for (const Part& part : parts) {
        for (u32 i = 0; i < width; ++i) sums.tilt[i] = 0;
        for (const Position& position : part.positions)
            add_position(*part.table, position, bits, sums);
        for (u32 i = 0; i < width; ++i)
            sums.base[i] -= sums.tilt[i] < 0 ? -sums.tilt[i] : sums.tilt[i];
    }
    i64 least = sums.base[0];
    for (u32 i = 1; i < scenarios; ++i) least = std::min(least, sums.base[i]);
    return least;
}

i64 least_plain(std::span<const Part> parts, u32 bits) {
    return least_of_all(parts, bits);
}
#if BALLAST_SWEEP_WIDE
BALLAST_SWEEP_AVX2 i64 least_avx2(std::span<const Part> parts, u32 bits) {
    return least_of_all(parts, bits);
}
BALLAST_SWEEP_AVX512 i64 least_avx512(std::span<const Part> parts, u32 bits) {
    return least_of_all(parts, bits);
}
#endif

i64 least_in(std::span<const Part> parts, u32 bits, Lanes lanes) {
    switch (lanes) {
#if BALLAST_SWEEP_WIDE
        case Lanes::avx512: return least_avx512(parts, bits);
        case Lanes::avx2: return least_avx2(parts, bits);
#else
        case Lanes::avx512:
        case Lanes::avx2:
#endif
        case Lanes::plain: return least_plain(parts, bits);
    }
    return least_plain(parts, bits);
}

}  // namespace

i128 least(std::span<const Part> parts, Lanes lanes) {
    if (parts.empty()) return 0;
    const u32 bits = bits_over(parts);
    if (bits > 62) return nothing_certain;
    return i128{least_in(parts, bits, lanes)} * (i128{1} << bits);
}

}  // namespace ballast::sweep
