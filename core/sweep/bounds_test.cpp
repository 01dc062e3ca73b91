#include <ballast/sweep/test_book.hpp>

#include <gtest/gtest.h>

namespace ballast::sweep {
namespace {

using test::Random;

constexpr i64 steps = 16;  // t runs in sixteenths from -1 to 1.

/// Values at t = (i - steps) / steps, i from 0 to 2 steps.
using Curve33 = std::array<i64, 2 * steps + 1>;

/// The greatest of some lines: convex.
Curve33 convex_curve(Random& random, i64 size) {
    Curve33 curve;
    curve.fill(-size * 4);
    for (u32 line = 0; line < 4; ++line) {
        const i64 slope = random.around(size) / steps;
        const i64 base = random.around(size);
        for (i64 i = 0; i <= 2 * steps; ++i)
            curve[static_cast<u32>(i)] =
                std::max(curve[static_cast<u32>(i)], base + slope * (i - steps));
    }
    return curve;
}

risk::Range range(i64 low, i64 high) {
    return {Price::units(low), Price::units(high)};
}

void expect_inside(const Bound& bound, i64 i, i64 value) {
    const i128 line = i128{bound.tilt} * (i - steps);
    EXPECT_LE(i128{bound.low} * steps + line, i128{value} * steps);
    EXPECT_GE(i128{bound.high} * steps + line, i128{value} * steps);
}

// Anything between two convex curves, each known only at three points and only up to an error.
TEST(Bounds, EncloseWhatLiesBetweenConvexCurves) {
    Random random(7);
    for (u32 round = 0; round < 5'000; ++round) {
        const i64 size = i64{16} << random.below(36);
        const i64 error = static_cast<i64>(random.below(4));
        const Curve33 low = convex_curve(random, size);
        Curve33 high = low;
        const Curve33 over = convex_curve(random, size / 16);
        for (u32 i = 0; i < high.size(); ++i) high[i] += size / 8 + over[i];
        std::array<risk::Range, 3> at;
        for (u32 k = 0; k < 3; ++k)
            at[k] = range(low[k * steps] - static_cast<i64>(random.below(u64(error) + 1)),
                          high[k * steps] + static_cast<i64>(random.below(u64(error) + 1)));
        const Bound bound = convex_bound(at, error);
        for (i64 i = 0; i <= 2 * steps; ++i) {
            expect_inside(bound, i, low[static_cast<u32>(i)]);
            expect_inside(bound, i, high[static_cast<u32>(i)]);
        }
    }
}

TEST(Bounds, OfAStraightLineAreAsNarrowAsItsError) {
    const Bound bound = convex_bound({range(900, 900), range(1000, 1000), range(1100, 1100)}, 0);
    EXPECT_EQ(bound, (Bound{1000, 1000, 100}));
}

// A quarter of what a chord misses is lost to a parabola of which three points are known.
TEST(Bounds, LoseOnlyCurvature) {
    const Bound bound = convex_bound({range(1000, 1000), range(0, 0), range(1000, 1000)}, 0);
    EXPECT_EQ(bound, (Bound{-1000, 1000, 0}));
}

TEST(Bounds, EncloseAnyCurveWithinTheRangesOfItsParts) {
    Random random(8);
    for (u32 round = 0; round < 5'000; ++round) {
        const i64 size = i64{16} << random.below(36);
        Curve33 curve;
        i64 value = 0;
        for (i64& point : curve) point = value += random.around(size);
        std::array<risk::Range, 8> parts;
        for (u32 k = 0; k < 8; ++k) {
            const auto part = std::span(curve).subspan(std::size_t{k} * 4, 5);
            const auto [least, most] = std::ranges::minmax(part);
            parts[k] = range(least, most);
        }
        const Bound bound = any_bound(parts);
        for (i64 i = 0; i <= 2 * steps; ++i) expect_inside(bound, i, curve[static_cast<u32>(i)]);
    }
}

TEST(Bounds, CombineOutwards) {
    Random random(9);
    for (u32 round = 0; round < 20'000; ++round) {
        const auto any = [&] {
            const i64 low = random.around(1'000'000);
            return Bound{low, low + static_cast<i64>(random.below(1'000)), random.around(1'000)};
        };
        const Bound a = any();
        const Bound b = any();
        const i64 times_a = random.around(50);
        const i64 times_b = random.around(50);
        const i64 divisor = 1 + static_cast<i64>(random.below(30));
        const Bound both = combine(a, times_a, b, times_b, divisor);
        for (i64 i = 0; i <= 2 * steps; i += steps / 4) {
            const i64 line_a = a.tilt * (i - steps);
            const i64 line_b = b.tilt * (i - steps);
            for (const i64 of_a : {a.low, a.high})
                for (const i64 of_b : {b.low, b.high}) {
                    const i64 value =
                        (of_a * steps + line_a) * times_a + (of_b * steps + line_b) * times_b;
                    const i64 line = both.tilt * (i - steps);
                    EXPECT_LE((both.low * steps + line) * divisor, value);
                    EXPECT_GE((both.high * steps + line) * divisor, value);
                }
        }
    }
    EXPECT_EQ(combine(unbounded, 0, {}, 1, 1), unbounded);
    EXPECT_EQ(combine({bound_max, bound_max, 0}, 2, {}, 1, 1), unbounded);
}

// Against the definition: each position at the end of its line that is worse, each t, each
// scenario.
i128 slow_least(const BoundTable& table, std::span<const Position> positions, i64 t) {
    i128 least = -nothing_certain;
    const u32 width = table.width();
    for (u32 i = 0; i < table.scenarios(); ++i) {
        i128 sum = 0;
        for (const Position& position : positions) {
            const auto row = table.row(position.row);
            const i64 end = position.size < 0 ? row[width + i] : row[i];
            sum += i128{position.size} * (i128{end} + i128{row[2 * width + i]} * t);
        }
        least = std::min(least, sum);
    }
    return least;
}

TEST(Bounds, LeastIsTheLeastOfBothEnds) {
    Random random(10);
    for (u32 round = 0; round < 2'000; ++round) {
        const i64 price = i64{1} << (1 + random.below(62));
        const i64 size = 1 + static_cast<i64>(random.below(u64{1} << random.below(57)));
        BoundTable table(20, 1 + static_cast<u32>(random.below(40)));
        std::vector<Bound> bounds(table.scenarios());
        for (u32 row = 0; row < 20; ++row) {
            for (Bound& bound : bounds) {
                bound.low = random.around(price);
                bound.high = bound.low + static_cast<i64>(random.below(u64(price)));
                bound.tilt = random.around(price / 2);
            }
            table.set(row, bounds);
        }
        std::array<Position, 6> positions;
        for (Position& position : positions)
            position = {static_cast<u32>(random.below(20)), random.around(size)};
        const Part part{&table, positions};
        const i128 exact =
            std::min(slow_least(table, positions, -1), slow_least(table, positions, 1));
        const i128 plain = least(std::span(&part, 1), Lanes::plain);
        EXPECT_LE(plain, exact);
        if (i128{price} * size < i128{1} << 55) {
            EXPECT_EQ(plain, exact);
        }
        for (const Lanes lanes : {Lanes::avx2, Lanes::avx512}) {
            if (widest_lanes() < lanes) continue;
            EXPECT_EQ(least(std::span(&part, 1), lanes), plain);
        }
        if (i128{price} * size >= i128{1} << 110) continue;
        // What is lost: at either end and by the tilt, a unit of the bits that bounds lose.
        i128 units = 0;
        for (const Position& position : positions)
            units += position.size < 0 ? -position.size : position.size;
        const i128 dropped = (units * (i128{price} * 3 + 4) * 12 >> 62) + 1;
        EXPECT_GE(plain, exact - 3 * units * dropped);
    }
    EXPECT_EQ(least({}, Lanes::plain), 0);
}

// Two underlyings move apart: their tilts do not cancel.
TEST(Bounds, TiltsCancelWithinAnUnderlyingOnly) {
    BoundTable table(1, 1);
    table.set(0, std::array{Bound{100, 100, 10}});
    const std::array<Position, 2> both{{{0, 5}, {0, -5}}};
    const Part together{&table, both};
    EXPECT_EQ(least(std::span(&together, 1), Lanes::plain), 0);
    const std::array<Part, 2> apart{
        {{&table, std::span(both).first(1)}, {&table, std::span(both).last(1)}}};
    EXPECT_EQ(least(apart, Lanes::plain), -100);
}

}  // namespace
}  // namespace ballast::sweep
