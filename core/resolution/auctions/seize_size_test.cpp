#include <ballast/auctions/seize_size.hpp>

#include <gtest/gtest.h>

#include <random>

namespace ballast::auctions {
namespace {

using math::U256;

const U256 wad(u128{1'000'000'000'000'000'000});
const U256 ray(ray_one);
const U256 rad = wad * ray;

// makerdao/dss src/test/clip.t.sol: 40 of collateral, 100 of debt, minimum debt 20, no penalty.
SeizeInput clip(const U256& room) {
    SeizeInput input;
    input.collateral = U256(40) * wad;
    input.shares = U256(100) * wad;
    input.rate = ray;
    input.room = room;
    input.debt_min = U256(20) * rad;
    input.chop = input.chop_scale = wad;
    return input;
}

TEST(SeizeSize, TakesAllThereIsRoomFor) {
    SeizeInput input = clip(U256(1000) * rad);
    input.chop = U256(11) * wad / U256(10);
    const auto size = seize_size(input);
    ASSERT_TRUE(size);
    EXPECT_EQ(size->shares, input.shares);
    EXPECT_EQ(size->collateral, input.collateral);
    EXPECT_EQ(size->due, U256(100) * rad);
    EXPECT_EQ(size->tab, U256(110) * rad);
}

// "bark not leaving dust": a hole of 80 leaves exactly the minimum of 20.
TEST(SeizeSize, TakesThePartThatFits) {
    const auto size = seize_size(clip(U256(80) * rad));
    ASSERT_TRUE(size);
    EXPECT_EQ(size->tab, U256(80) * rad);
    EXPECT_EQ(size->collateral, U256(32) * wad);
    EXPECT_EQ(size->shares, U256(80) * wad);
}

// "bark not leaving dust over hole": one wad more of room would leave less than the minimum.
TEST(SeizeSize, TakesAllWhereTheRestWouldBeDust) {
    const auto size = seize_size(clip((U256(80) * wad + U256(1)) * ray));
    ASSERT_TRUE(size);
    EXPECT_EQ(size->tab, U256(100) * rad);
    EXPECT_EQ(size->collateral, U256(40) * wad);
}

// "bark not leaving dust rate": debt of 102 at a rate of 1.02, room for 100.
TEST(SeizeSize, MeasuresTheRestAtItsRate) {
    SeizeInput input = clip(U256(100) * rad);
    input.rate = U256(102) * ray / U256(100);
    const auto size = seize_size(input);
    ASSERT_TRUE(size);
    EXPECT_EQ(size->tab, U256(102) * rad);
    EXPECT_EQ(size->shares, input.shares);
}

TEST(SeizeSize, Rejects) {
    EXPECT_EQ(seize_size(clip(U256())).error(), Reject::auction_no_room);
    EXPECT_EQ(seize_size(clip(U256(19) * rad)).error(), Reject::auction_part_too_small);
    SeizeInput empty = clip(U256(1000) * rad);
    empty.collateral = U256();
    EXPECT_EQ(seize_size(empty).error(), Reject::auction_lot_empty);
    SeizeInput large = clip(U256::max());
    large.rate = U256(1);
    EXPECT_EQ(seize_size(large).error(), Reject::overflow);
}

// In the machine's own units: shares and money of 10^-8, an index of 10^27.
TEST(SeizeSize, NeitherRestNorPartIsDust) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 5000; ++round) {
        SeizeInput input;
        input.collateral = U256(random() % 1'000'000'000'000 + 1);
        input.shares = U256(random() % 1'000'000'000'000 + 1);
        input.rate = ray + U256(random());
        input.rate_scale = ray;
        input.room = U256(random() % 1'000'000'000'000 + 1);
        input.debt_min = U256(random() % 1'000'000'000 + 1);
        input.chop_scale = U256(1'000'000'000);
        input.chop = U256(1'130'000'000);
        const auto size = seize_size(input);
        if (!size) continue;
        const U256 rest = input.shares - size->shares;
        ASSERT_TRUE(rest.zero() || rest * input.rate / ray >= input.debt_min);
        ASSERT_TRUE(rest.zero() || size->due >= input.debt_min);
        ASSERT_TRUE(rest.zero() || size->tab <= input.room + U256(1));
        ASSERT_LE(size->collateral * input.shares, input.collateral * size->shares);
    }
}

TEST(Seized, RoundsDown) {
    EXPECT_EQ(seized(Amount::units(10), U256(1), U256(3)), Amount::units(3));
    EXPECT_EQ(seized(Amount::units(10), U256(3), U256(3)), Amount::units(10));
}

}  // namespace
}  // namespace ballast::auctions
