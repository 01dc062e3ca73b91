#include "simulation.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace ballast::simulation {
namespace {

std::string told(const Result& result) {
    std::string text = "seed " + std::to_string(result.seed) + "\n";
    for (const audit::Violation& v : result.violations)
        text += std::string(audit::name(v.law)) + " at height " + std::to_string(v.height) + ": " +
                v.what + ": expected " + v.expected + ", found " + v.found + "\n";
    return text;
}

TEST(Simulation, ThirtyThousandTransactionsBreakNoLawAndReachEverything) {
    const Result result =
        simulate({.seed = 1, .transactions = 30'000, .market_transactions = 3'000});
    EXPECT_TRUE(result.violations.empty()) << told(result);
    for (const std::string& what : not_reached(result.statistics))
        ADD_FAILURE() << "never reached: " << what;
    for (const auto& [law, checks] : result.statistics.checks) {
        // L7 has nothing to look at where there are no derivatives.
        if (law == audit::Law::l7)
            EXPECT_EQ(checks, 0u);
        else
            EXPECT_GT(checks, 0u) << audit::name(law);
    }
}

TEST(Simulation, DerivativesBreakNoLawAndReachEverything) {
    Statistics all;
    for (const u64 seed : {u64{1}, u64{2}}) {
        const Result result = simulate({.seed = seed,
                                        .transactions = 12'000,
                                        .market_transactions = 3'000,
                                        .derivatives = true});
        EXPECT_TRUE(result.violations.empty()) << told(result);
        for (const auto& [kind, count] : result.statistics.events) all.events[kind] += count;
        for (const auto& [reason, count] : result.statistics.rejects) all.rejects[reason] += count;
        for (const auto& [law, checks] : result.statistics.checks)
            EXPECT_GT(checks, 0u) << audit::name(law);
    }
    for (const std::string& what : not_reached_of_clearing(all))
        ADD_FAILURE() << "never reached: " << what;
}

/// Each line of tests/seeds/simulation.txt: a seed that once failed, and how many transactions it
/// took.
TEST(Simulation, SeedsThatOnceFailedHold) {
    std::ifstream file(BALLAST_SOURCE_DIR "/tests/seeds/simulation.txt");
    ASSERT_TRUE(file);
    u64 seed = 0;
    u64 transactions = 0;
    u32 seeds = 0;
    while (file >> seed >> transactions) {
        const Result result = simulate({.seed = seed, .transactions = transactions});
        EXPECT_TRUE(result.violations.empty()) << told(result);
        ++seeds;
    }
    EXPECT_GT(seeds, 0u);
}

TEST(Simulation, OneSeedGivesOneRun) {
    const auto root = [] {
        Play play(7);
        auto machine = engine::Machine::create(play.genesis());
        for (u32 i = 0; i < 40; ++i) EXPECT_TRUE(machine->execute(play.next(*machine, 50)));
        return machine->root();
    };
    EXPECT_EQ(root(), root());
}

}  // namespace
}  // namespace ballast::simulation
