#include <ballast/risk/bands.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace ballast::risk {
namespace {

/// The same thing, slowly: a sorted map from slot to key.
struct Slow {
    std::map<u32, u64> keys;

    std::vector<u32> below(u64 threshold) const {
        std::vector<u32> slots;
        for (const auto& [slot, key] : keys)
            if (key < threshold) slots.push_back(slot);
        return slots;
    }
    std::vector<Bands::Entry> ascending() const {
        std::vector<Bands::Entry> entries;
        for (const auto& [slot, key] : keys) entries.push_back({key, slot});
        std::sort(entries.begin(), entries.end());
        return entries;
    }
};

void expect_equal(const Bands& bands, const Slow& slow, u64 threshold) {
    ASSERT_EQ(bands.size(), slow.keys.size());
    std::vector<u32> found{77};  // What is there already stays.
    bands.below(threshold, found);
    ASSERT_EQ(found.front(), 77u);
    found.erase(found.begin());
    std::sort(found.begin(), found.end());
    ASSERT_EQ(found, slow.below(threshold));
    Ascending ascending(bands);
    for (const Bands::Entry& expected : slow.ascending()) {
        ASSERT_TRUE(ascending.peek());
        ASSERT_EQ(*ascending.peek(), expected);
        ascending.advance();
    }
    ASSERT_FALSE(ascending.peek());
}

TEST(bands, equal_a_sorted_map_under_random_changes) {
    std::mt19937_64 random(1);
    Bands bands;
    Slow slow;
    for (u32 step = 0; step < 4'000; ++step) {
        const u32 slot = static_cast<u32>(random() % 60);
        const u64 key = random() % 3 == 0 ? Bands::absent : random() % 40;
        bands.set(slot, key);
        if (key == Bands::absent) {
            slow.keys.erase(slot);
        } else {
            slow.keys[slot] = key;
        }
        if (step % 5 == 0) expect_equal(bands, slow, random() % 45);
    }
}

TEST(bands, assign_replaces_everything) {
    std::mt19937_64 random(2);
    Bands bands;
    bands.set(100, 5);
    for (const u32 count : {0u, 1u, 2u, 3u, 50u, 51u}) {
        Slow slow;
        std::vector<u64> keys(count);
        for (u32 slot = 0; slot < count; ++slot) {
            keys[slot] = slot % 4 == 1 ? Bands::absent : random() % 20;
            if (keys[slot] != Bands::absent) slow.keys[slot] = keys[slot];
        }
        bands.assign(keys);
        expect_equal(bands, slow, 10);
        expect_equal(bands, slow, 0);
        expect_equal(bands, slow, Bands::absent);
    }
}

TEST(worst_shift, is_that_of_the_collateral_that_fell_most) {
    const std::array<Price, 3> reference{Price::units(100), Price::units(200), Price::units(0)};
    const std::array<Price, 3> current{Price::units(90), Price::units(150), Price::units(0)};
    const auto shift = [&](std::array<bool, 3> used) {
        const Shift worst = worst_shift(reference, current, used);
        return std::pair(worst.numerator, worst.denominator);
    };
    EXPECT_EQ(shift({true, true, true}), std::pair(u64{150}, u64{200}));
    EXPECT_EQ(shift({true, false, true}), std::pair(u64{90}, u64{100}));
    EXPECT_EQ(shift({false, false, true}), std::pair(u64{1}, u64{1}));
}

TEST(worst_shift, a_rise_counts_too) {
    const std::array<Price, 1> reference{Price::units(100)};
    const std::array<Price, 1> current{Price::units(300)};
    EXPECT_EQ(worst_shift(reference, current, std::array{true}).numerator, 300u);
}

TEST(threshold, rounds_up_and_gives_up_where_nothing_is_certain) {
    EXPECT_EQ(threshold(10, {1, 1}), 10u);
    EXPECT_EQ(threshold(10, {3, 4}), 14u);  // 13.33
    EXPECT_EQ(threshold(10, {4, 3}), 8u);   // 7.5
    EXPECT_FALSE(threshold(10, {0, 4}));
    EXPECT_FALSE(threshold(~u64{0}, {1, 2}));
    EXPECT_FALSE(threshold(~u64{0}, {1, 1}));
    EXPECT_EQ(threshold(~u64{0} - 1, {1, 1}), ~u64{0} - 1);
}

TEST(certain_coverage, is_what_a_key_at_the_threshold_needs) {
    std::mt19937_64 random(3);
    for (u32 i = 0; i < 20'000; ++i) {
        const Shift shift{random() % 1'000 + 1, random() % 1'000 + 1};
        const u64 need = random() >> (random() % 60 + 4);
        const auto key = threshold(need, shift);
        if (!key) continue;
        EXPECT_GE(certain_coverage(*key, shift), need);
        if (*key > 0) {
            EXPECT_LE(certain_coverage(*key - 1, shift), need);
        }
    }
    EXPECT_EQ(certain_coverage(~u64{0}, {2, 1}), ~u64{0});
    EXPECT_EQ(certain_coverage(5, {0, 3}), 0u);
}

}  // namespace
}  // namespace ballast::risk
