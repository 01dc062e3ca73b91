#include <ballast/base/limits.hpp>
#include <ballast/perps/accounts.hpp>

#include <gtest/gtest.h>

#include <random>

namespace ballast::perps {
namespace {

constexpr i64 unit = amount_one;
constexpr i128 dollar_flow = 1'000'000'000'000'000'000;

TEST(funding_due, is_the_flow_times_the_size_against_the_account) {
    const auto due = [](i128 flow, i64 size) {
        return static_cast<i64>(funding_due(risk::Flow::units(flow), size).units());
    };
    EXPECT_EQ(due(dollar_flow, unit), unit);
    EXPECT_EQ(due(dollar_flow, -3 * unit), -3 * unit);
    EXPECT_EQ(due(-dollar_flow, 2 * unit), -2 * unit);
    EXPECT_EQ(due(-dollar_flow, -2 * unit), 2 * unit);
    EXPECT_EQ(due(1, unit), 1);   // Who pays a trace pays a unit,
    EXPECT_EQ(due(1, -unit), 0);  // who receives a trace receives none.
    EXPECT_EQ(due(-1, unit), 0);
    EXPECT_EQ(due(-1, -unit), 1);
    EXPECT_EQ(due(0, unit), 0);
    EXPECT_EQ(due(dollar_flow, 0), 0);
    EXPECT_EQ(due(15'000'000'000, unit), 2);  // 1.5 units of cash.
    EXPECT_EQ(due(15'000'000'000, -unit), -1);
}

TEST(funding_due, never_pays_out_more_than_it_takes_in) {
    std::mt19937_64 random(4);
    for (u32 round = 0; round < 2'000; ++round) {
        const i128 flow = (i128{static_cast<i64>(random())} << (random() % 24)) >> (random() % 60);
        i64 net = 0;
        i128 paid = 0;
        const u32 holders = 2 + static_cast<u32>(random() % 6);
        for (u32 i = 1; i < holders; ++i) {
            const i64 size = static_cast<i64>(random() % 2'000'000'000) - 1'000'000'000;
            paid += funding_due(risk::Flow::units(flow), size).units();
            net += size;
        }
        paid += funding_due(risk::Flow::units(flow), -net).units();  // L7.
        EXPECT_GE(paid, 0);
        EXPECT_LE(paid, i128{holders});
    }
}

TEST(long_change, sums_to_what_a_trade_adds_to_open_interest) {
    struct Trade {
        i64 buyer;
        i64 seller;
        i64 size;
        i64 change;
    };
    // The cases of dydxprotocol/v4-chain at 84d4664b, oimf_test.go, are the first three.
    constexpr Trade trades[] = {
        {0, 0, 500, 500},        // Both open.
        {0, 500, 500, 0},        // The position changes hands.
        {0, 500, 150, 0},        // Part of it does.
        {-500, 500, 500, -500},  // Both close.
        {-500, 500, 700, -300},  // Both turn around.
        {-200, 0, 500, 300},     // One closes and turns, one opens.
    };
    for (const Trade& trade : trades) {
        EXPECT_EQ(long_change(trade.buyer, trade.buyer + trade.size) +
                      long_change(trade.seller, trade.seller - trade.size),
                  trade.change);
    }
}

TEST(check_open_interest, refuses_only_what_raises_it_over_the_cap) {
    EXPECT_TRUE(check_open_interest(100, 0, 100));
    EXPECT_TRUE(check_open_interest(100, 60, 40));
    EXPECT_EQ(check_open_interest(100, 60, 41).error(), Reject::open_interest_over_cap);
    EXPECT_TRUE(check_open_interest(100, 300, 0));   // A cap that was lowered
    EXPECT_TRUE(check_open_interest(100, 300, -1));  // lets everybody out.
    EXPECT_EQ(check_open_interest(100, 300, 1).error(), Reject::open_interest_over_cap);
    EXPECT_EQ(check_open_interest(0, 0, 1).error(), Reject::open_interest_over_cap);
}

}  // namespace
}  // namespace ballast::perps
