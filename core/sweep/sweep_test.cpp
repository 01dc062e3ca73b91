#include <ballast/sweep/sweep.hpp>

#include <ballast/sweep/test_book.hpp>

#include <gtest/gtest.h>

#include <thread>

namespace ballast::sweep {
namespace {

using test::Random;

constexpr i128 i128_most = ~(i128{1} << 127);

/// The definition, one product at a time.
i128 slow_worst(const Table& table, std::span<const Position> positions) {
    i128 worst = i128_most;
    for (u32 i = 0; i < table.scenarios(); ++i) {
        i128 total = 0;
        for (const Position& position : positions)
            total += i128{position.size} * table.row(position.row)[i];
        i128 weighted = 0;
        if (__builtin_mul_overflow(total, i128{table.weights()[i]}, &weighted))
            weighted = total < 0 ? -i128_most - 1 : i128_most;
        worst = std::min(worst, weighted);
    }
    return worst;
}

std::vector<Lanes> all_lanes() {
    std::vector<Lanes> all{Lanes::plain};
    if (widest_lanes() >= Lanes::avx2) all.push_back(Lanes::avx2);
    if (widest_lanes() >= Lanes::avx512) all.push_back(Lanes::avx512);
    return all;
}

struct Shape {
    u32 rows;
    u32 scenarios;
    bool equal_weights;
    i64 price;
    i64 size;
    i64 lot;
};

struct Book {
    Table table;
    Rows rows;
    std::vector<std::vector<Position>> positions;

    Book(const Shape& shape, u32 accounts, Random& random)
        : table(shape.rows, weights_of(shape, random)) {
        std::vector<i64> profits(shape.scenarios);
        for (u32 row = 0; row < shape.rows; ++row) {
            for (i64& profit : profits) profit = random.around(shape.price);
            table.set(row, profits);
        }
        for (u32 account = 0; account < accounts; ++account) {
            std::vector<Position> held(random.below(12));
            for (Position& position : held)
                position = {static_cast<u32>(random.below(shape.rows)),
                            random.around(shape.size) * shape.lot};
            rows.push(held);
            positions.push_back(held);
        }
    }

    static std::vector<u32> weights_of(const Shape& shape, Random& random) {
        std::vector<u32> weights(shape.scenarios, 3);
        if (!shape.equal_weights)
            for (u32& weight : weights) weight = static_cast<u32>(random.below(weight_max + 1ul));
        return weights;
    }
};

constexpr i64 dollars = amount_one;
constexpr std::array<Shape, 12> shapes{{
    {50, 25, true, 300'000 * dollars, 10'000, 1'000'000},
    {50, 25, false, 300'000 * dollars, 10'000, 1'000'000},
    {7, 1, true, 1'000, 5, 1},
    {7, 1, false, 1'000, 5, 1},
    {7, 8, false, 10, 3, 1},
    {40, 33, false, 60'000 * dollars, 2'000'000'000, 1},
    {40, 31, true, 60'000 * dollars, 2'000'000'000, 1},
    {40, 128, false, 100 * dollars, 1'000'000, 10},
    {40, 128, true, limits::price_max.units(), limits::size_max, 1},
    {40, 9, false, limits::price_max.units(), limits::size_max, 1},
    {3, 16, false, i64{1} << 40, 1'000'000, 100'000'000},
    {3, 64, true, i64{1} << 45, 100'000, 1},
}};

// Small and round accounts, wide ones, and those that leave 64 bits only by their prices.
TEST(Sweep, IsTheDefinitionOnEveryRegister) {
    Random random(1);
    for (const Shape& shape : shapes) {
        const Book book(shape, 400, random);
        for (const Lanes lanes : all_lanes()) {
            std::vector<i128> worst(book.rows.size());
            sweep(book.table, book.rows, 0, book.rows.size(), worst, lanes);
            for (u32 i = 0; i < worst.size(); ++i)
                ASSERT_TRUE(worst[i] == slow_worst(book.table, book.positions[i]))
                    << "account " << i << ", " << shape.scenarios << " scenarios";
        }
    }
}

TEST(Sweep, IsTheSameForEveryNumberOfThreads) {
    Random random(2);
    const Book book(shapes[1], 5'000, random);
    std::vector<i128> alone(book.rows.size());
    sweep(book.table, book.rows, 0, book.rows.size(), alone, widest_lanes());
    for (u32 count = 2; count <= 7; ++count) {
        std::vector<i128> shared(book.rows.size());
        std::vector<std::thread> threads;
        for (u32 i = 0; i < count; ++i) {
            const u32 first = book.rows.size() * i / count;
            const u32 last = book.rows.size() * (i + 1) / count;
            threads.emplace_back([&, first, last] {
                sweep(book.table, book.rows, first, last,
                      std::span(shared).subspan(first, last - first), widest_lanes());
            });
        }
        for (std::thread& thread : threads) thread.join();
        EXPECT_TRUE(shared == alone) << count << " threads";
    }
}

TEST(Sweep, TellsTheProfitOfEachScenario) {
    Random random(3);
    for (const Shape& shape : shapes) {
        const Book book(shape, 50, random);
        std::vector<i128> out(shape.scenarios);
        for (u32 account = 0; account < book.rows.size(); ++account) {
            profits(book.table, book.rows, account, out);
            for (u32 i = 0; i < shape.scenarios; ++i) {
                i128 total = 0;
                for (const Position& position : book.positions[account])
                    total += i128{position.size} * book.table.row(position.row)[i];
                ASSERT_TRUE(out[i] == total);
            }
        }
    }
}

TEST(Rows, KeepPositionsThroughChanges) {
    Random random(4);
    Rows rows;
    std::vector<std::vector<Position>> expected(200);
    for (u32 i = 0; i < expected.size(); ++i) EXPECT_EQ(rows.push({}), i);
    for (u32 change = 0; change < 20'000; ++change) {
        const u32 account = static_cast<u32>(random.below(expected.size()));
        std::vector<Position> held(random.below(9));
        const i64 lot = random.once_in(2) ? 1'000'000 : 1;
        const i64 size = random.once_in(4) ? limits::size_max / lot : 1'000;
        for (Position& position : held)
            position = {static_cast<u32>(random.below(1'000)), random.around(size) * lot};
        rows.set(account, held);
        expected[account] = held;
    }
    for (u32 i = 0; i < expected.size(); ++i) {
        const std::vector<Position> held = rows.positions(i);
        ASSERT_EQ(held.size(), expected[i].size());
        for (std::size_t k = 0; k < held.size(); ++k) {
            EXPECT_EQ(held[k].row, expected[i][k].row);
            EXPECT_EQ(held[k].size, expected[i][k].size);
        }
    }
}

TEST(Requirement, IsTheLossRoundedUp) {
    EXPECT_EQ(requirement(0, 1), Cash{});
    EXPECT_EQ(requirement(5, 1), Cash{});
    EXPECT_EQ(requirement(-1, 1), Cash::units(1));
    EXPECT_EQ(requirement(-i128{amount_one}, 1), Cash::units(1));
    EXPECT_EQ(requirement(-i128{amount_one} - 1, 1), Cash::units(2));
    EXPECT_EQ(requirement(-i128{amount_one} * 1000, 1000), Cash::units(1));
}

// --- bands --------------------------------------------------------------------------------------

Region between(i64 low, i64 high) {
    Region region;
    region.low[0] = low;
    region.high[0] = high;
    return region;
}

Coordinates at(i64 spot) {
    return {spot};
}

std::vector<u32> left(Bands& bands, u16 underlying, i64 spot) {
    std::vector<u32> out;
    bands.leave(UnderlyingId{underlying}, at(spot), out);
    std::sort(out.begin(), out.end());
    return out;
}

TEST(Bands, GiveBackWhoIsLeft) {
    Bands bands(2);
    const BandId narrow = bands.open(UnderlyingId{0}, between(95, 105));
    const BandId broad = bands.open(UnderlyingId{0}, between(80, 120));
    const BandId other = bands.open(UnderlyingId{1}, between(9, 11));
    bands.place(7, std::array{narrow, other});
    bands.place(8, std::array{broad});
    bands.place(9, std::array{BandId{UnderlyingId{0}, 0, 0}});
    EXPECT_EQ(left(bands, 0, 105), (std::vector<u32>{9}));
    EXPECT_EQ(left(bands, 0, 106), (std::vector<u32>{7}));
    EXPECT_EQ(bands.accounts_in(other), 0u);
    EXPECT_TRUE(left(bands, 0, 106).empty());
    EXPECT_EQ(left(bands, 0, 121), (std::vector<u32>{8}));
    EXPECT_TRUE(left(bands, 1, 100).empty());
}

TEST(Bands, EndWhenClosedAndEmpty) {
    Bands bands(1);
    const BandId band = bands.open(UnderlyingId{0}, between(0, 10));
    bands.place(1, std::array{band});
    bands.close(band);
    EXPECT_TRUE(bands.stands(band));
    bands.drop(1);
    EXPECT_FALSE(bands.stands(band));
    const BandId next = bands.open(UnderlyingId{0}, between(0, 10));
    EXPECT_EQ(next.number, band.number);
    EXPECT_FALSE(bands.stands(band));
    bands.place(2, std::array{band});  // It does not stand: always looked at.
    EXPECT_EQ(left(bands, 0, 5), (std::vector<u32>{2}));
}

TEST(Bands, GiveWayToNewOnesAndAreThenAlwaysLookedAt) {
    Bands bands(1);
    for (u32 i = 0; i + 1 < Bands::bands_max; ++i) {
        const BandId band = bands.open(UnderlyingId{0}, between(0, 100));
        bands.place(2 * i, std::array{band});
        if (i != 5) bands.place(2 * i + 1, std::array{band});
    }
    EXPECT_TRUE(left(bands, 0, 50).empty());
    (void)bands.open(UnderlyingId{0}, between(0, 100));
    EXPECT_EQ(left(bands, 0, 50), (std::vector<u32>{10}));
}

// Against a map from accounts to the regions they are in.
TEST(Bands, KnowWhoIsWhere) {
    Random random(5);
    Bands bands(3);
    std::vector<std::vector<std::pair<u16, Region>>> expected(60);
    std::vector<std::pair<BandId, Region>> open;
    for (u32 change = 0; change < 20'000; ++change) {
        const u64 what = random.below(10);
        const auto underlying = static_cast<u16>(random.below(3));
        if (what == 0) {
            const i64 low = random.around(50);
            const Region region = between(low, low + static_cast<i64>(random.below(60)));
            open.emplace_back(bands.open(UnderlyingId{underlying}, region), region);
        } else if (what == 1 && open.size() > 10) {
            bands.close(open.front().first);
            open.erase(open.begin());
        } else if (what < 8 && !open.empty()) {
            const u32 account = static_cast<u32>(random.below(expected.size()));
            expected[account].clear();
            std::vector<BandId> chosen;
            for (u16 i = 0; i < 3; ++i) {
                const auto& [band, region] = open[random.below(open.size())];
                if (band.underlying.value() != i) continue;
                chosen.push_back(band);
                expected[account].emplace_back(i, region);
            }
            bands.place(account, chosen);
        } else {
            const i64 spot = random.around(70);
            std::vector<u32> gone;
            for (u32 i = 0; i < expected.size(); ++i)
                for (const auto& [where, region] : expected[i])
                    if (where == underlying && !region.holds(at(spot))) gone.push_back(i);
            ASSERT_EQ(left(bands, underlying, spot), gone);
            for (const u32 account : gone) expected[account].clear();
        }
    }
}

}  // namespace
}  // namespace ballast::sweep
