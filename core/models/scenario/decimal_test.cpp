#include <ballast/scenario/decimal.hpp>

#include <gtest/gtest.h>

#include <random>

namespace ballast::scenario {
namespace {

template <u64 Divisor>
void agree(i128 value) {
    const i128 slow = math::divide(value, i128{Divisor}, Round::down);
    EXPECT_TRUE(floor_by<Divisor>(value) == slow)
        << static_cast<i64>(value >> 64) << ' ' << static_cast<u64>(value);
}

void agree_all(i128 value) {
    agree<100'000'000>(value);
    agree<1'000'000'000>(value);
    agree<1'000'000'000'000>(value);
}

TEST(FloorBy, IsTheFloorAtEveryWidth) {
    std::mt19937_64 dice(7);
    for (int i = 0; i < 20'000; ++i) {
        const u128 bits = u128{dice()} << 64 | dice();
        const i128 value = static_cast<i128>(bits) >> (i % 128);
        agree_all(value);
        agree_all(static_cast<i128>(static_cast<u128>(value) * 100'000'000));
    }
}

TEST(FloorBy, IsTheFloorAroundMultiplesAndEnds) {
    for (int power = 0; power < 127; ++power)
        for (int beside = -2; beside <= 2; ++beside) {
            agree_all((i128{1} << power) + beside);
            agree_all(-(i128{1} << power) + beside);
        }
    for (i128 multiple = -5; multiple <= 5; ++multiple)
        for (int beside = -1; beside <= 1; ++beside)
            agree_all(multiple * 1'000'000'000'000 + beside);
    agree_all(math::i128_max);
    agree_all(math::i128_min);
}

}  // namespace
}  // namespace ballast::scenario
