// L6: what the bands find is what the full sweep finds.
#include <ballast/sweep/test_book.hpp>
#include <ballast/sweep/test_kinds.hpp>

#include <gtest/gtest.h>

namespace ballast::sweep {
namespace {

using test::binary;
using test::linear;
using test::option;

const std::array<test::Player, 5> players{{
    {&option, Curve::convex, true, false, true},
    {&binary, Curve::any, true, true, true},
    {&option, Curve::convex, true, false, false},
    {&binary, Curve::any, true, true, false},
    {&linear, Curve::convex, false, false, false},
}};

TEST(AccountBands, FindWhatTheFullSweepFinds) {
    u64 looked_at = 0;
    u64 account_ticks = 0;
    for (u64 seed = 1; seed <= 5; ++seed) {
        const test::Options options{.seed = seed,
                                    .underlyings = 1 + static_cast<u32>(seed) % 4,
                                    .accounts = 100,
                                    .levels = 2 + static_cast<u32>(seed) % 5};
        test::TestBook book(options, players);
        const test::Tally tally = test::run(book, options, 120);
        EXPECT_EQ(tally.wrong, 0u) << "seed " << seed;
        EXPECT_GT(tally.fell_sick, 0u) << "seed " << seed;
        EXPECT_GT(tally.healed, 0u) << "seed " << seed;
        looked_at += tally.looked_at;
        account_ticks += tally.account_ticks;
    }
    EXPECT_EQ(account_ticks, 60'000u);
    EXPECT_LT(looked_at, account_ticks / 2);
    RecordProperty("looked_at", std::to_string(looked_at));
}

}  // namespace
}  // namespace ballast::sweep
