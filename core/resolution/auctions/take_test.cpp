#include <ballast/auctions/take.hpp>
#include <ballast/base/quantity.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ballast::auctions {
namespace {

using math::U256;

const U256 wad(u128{1'000'000'000'000'000'000});
const U256 ray(ray_one);
const U256 rad = wad * ray;

// makerdao/dss src/test/clip.t.sol: 110 to collect from a lot of 40 at 5 each, remainders of 22.
TakeInput clip(const U256& wanted) {
    TakeInput input;
    input.lot = U256(40) * wad;
    input.tab = U256(110) * rad;
    input.price = U256(5) * ray;
    input.wanted = wanted;
    input.chost = U256(22) * rad;
    return input;
}

TEST(Take, PaysTheTabAndNoMore) {
    const auto take = decide_take(clip(U256(25) * wad));
    ASSERT_TRUE(take);
    EXPECT_EQ(take->owe, U256(110) * rad);
    EXPECT_EQ(take->slice, U256(22) * wad);
}

TEST(Take, LeavesNoDust) {
    TakeInput input = clip(U256(18) * wad);
    const auto take = decide_take(input);
    ASSERT_TRUE(take);
    EXPECT_EQ(input.tab - take->owe, U256(22) * rad);
    EXPECT_EQ(input.lot - take->slice, U256(224) * wad / U256(10));
}

TEST(Take, RejectsAPartOfWhatIsWithinTheSmallestRemainder) {
    TakeInput input = clip(U256(176) * wad / U256(10));
    const auto first = decide_take(input);
    ASSERT_TRUE(first);
    input.tab -= first->owe;
    input.lot -= first->slice;
    EXPECT_EQ(input.tab, input.chost);

    input.wanted = wad;
    const auto part = decide_take(input);
    ASSERT_FALSE(part);
    EXPECT_EQ(part.error(), Reject::auction_leaves_dust);

    input.wanted = input.tab / input.price;
    const auto all = decide_take(input);
    ASSERT_TRUE(all);
    EXPECT_EQ(all->owe, input.tab);
}

TEST(Take, TheWholeLotMayLeaveDebt) {
    TakeInput input = clip(U256(40) * wad);
    input.price = ray;
    const auto take = decide_take(input);
    ASSERT_TRUE(take);
    EXPECT_EQ(take->slice, input.lot);
    EXPECT_EQ(take->owe, U256(40) * rad);
}

TEST(Take, RejectsAPriceOfZero) {
    TakeInput input = clip(wad);
    input.price = U256();
    EXPECT_EQ(decide_take(input).error(), Reject::auction_needs_restart);
}

TEST(Take, RejectsWhatDoesNotFit) {
    TakeInput input = clip(U256::max());
    input.lot = input.price = U256::max();
    EXPECT_EQ(decide_take(input).error(), Reject::overflow);
}

TEST(Take, RoundsAgainstTheKeeper) {
    TakeInput input;
    input.lot = U256(100);
    input.tab = U256(1000);
    input.price = U256(7);
    input.scale = U256(2);
    input.wanted = U256(3);
    auto take = decide_take(input);
    ASSERT_TRUE(take);
    EXPECT_EQ(take->owe, U256(11)) << "10.5 up";
    input.tab = U256(10);
    take = decide_take(input);
    ASSERT_TRUE(take);
    EXPECT_EQ(take->owe, U256(10));
    EXPECT_EQ(take->slice, U256(2)) << "2.86 down";
}

// Takes until nothing is left, with whatever prices: every step keeps the promises of take.hpp.
TEST(Take, PropertiesOfRandomSequences) {
    std::mt19937_64 random(20200312);
    const auto up_to = [&](u64 most) { return random() % most + 1; };
    for (int round = 0; round < 2000; ++round) {
        TakeInput input;
        input.lot = U256(up_to(1'000'000'000));
        input.tab = U256(up_to(1'000'000'000));
        input.chost = U256(up_to(100'000'000));
        input.scale = U256(up_to(1'000'000));
        input.price = U256(up_to(10'000'000));
        U256 paid;
        const U256 tab = input.tab;
        for (int step = 0; step < 20 && !input.lot.zero() && !input.tab.zero(); ++step) {
            input.wanted = U256(up_to(1'000'000'000));
            const auto take = decide_take(input);
            if (!take) {
                ASSERT_EQ(take.error(), Reject::auction_leaves_dust);
                ASSERT_LE(input.tab, input.chost);
                continue;
            }
            ASSERT_LE(take->slice, std::min(input.lot, input.wanted));
            ASSERT_LE(take->owe, input.tab);
            ASSERT_GE(take->owe * input.scale, take->slice * input.price) << "never under price";
            const U256 left = input.tab - take->owe;
            if (take->slice < input.lot && input.tab >= input.chost) {
                ASSERT_TRUE(left.zero() || left >= input.chost);
            }
            input.tab = left;
            input.lot -= take->slice;
            paid += take->owe;
            ASSERT_EQ(paid + input.tab, tab);
        }
    }
}

// Two takes at one price never cost less for as many units, nor give more units for as much.
TEST(Take, SplittingGainsNothing) {
    std::mt19937_64 random(42);
    for (int round = 0; round < 5000; ++round) {
        TakeInput input;
        input.lot = U256(random() % 1'000'000 + 2);
        input.tab = U256(u128{1} << 100);
        input.scale = U256(random() % 1000 + 1);
        input.price = U256(random() % 1'000'000 + 1);
        input.wanted = U256(random() % 1'000'000 + 2);
        const auto whole = decide_take(input);
        ASSERT_TRUE(whole);
        TakeInput half = input;
        half.wanted = whole->slice / U256(random() % 5 + 2);
        const auto first = decide_take(half);
        ASSERT_TRUE(first);
        half.lot -= first->slice;
        half.tab -= first->owe;
        half.wanted = whole->slice - first->slice;
        const auto second = decide_take(half);
        ASSERT_TRUE(second);
        ASSERT_EQ(first->slice + second->slice, whole->slice);
        ASSERT_GE(first->owe + second->owe, whole->owe);
    }
}

// makerdao/dss src/test/clip.t.sol: tip 100, chip 0.02, tab 110.
TEST(Reward, IsMakers) {
    const U256 tab = U256(110) * rad;
    const U256 tip = U256(100) * rad;
    const U256 chip = U256(2) * wad / U256(100);
    const U256 worth = U256(160) * rad;
    const U256 chost = U256(22) * rad;
    EXPECT_EQ(*reward({tip, U256(), wad, tab, worth, chost}), tip);
    EXPECT_EQ(*reward({tip, chip, wad, tab, worth, chost}), U256(1022) * rad / U256(10));
    EXPECT_EQ(*reward({U256(), chip, wad, tab, worth, chost}), U256(22) * rad / U256(10));
    EXPECT_EQ(*reward({tip, chip, wad, tab, worth, tab + U256(1)}), U256()) << "tab is dust";
    EXPECT_EQ(*reward({tip, chip, wad, tab, chost - U256(1), chost}), U256()) << "lot is dust";
}

}  // namespace
}  // namespace ballast::auctions
