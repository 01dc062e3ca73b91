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

TEST(Simulation, SignedMarketsBreakNoLawAndReachEveryRefusalOfKeys) {
    Statistics all;
    for (const bool derivatives : {false, true}) {
        const Result result = simulate({.seed = 5,
                                        .transactions = derivatives ? u64{1'500} : u64{4'000},
                                        .market_transactions = 2'000,
                                        .derivatives = derivatives,
                                        .signed_transactions = true});
        EXPECT_TRUE(result.violations.empty()) << told(result);
        for (const auto& [kind, count] : result.statistics.events) all.events[kind] += count;
        for (const auto& [reason, count] : result.statistics.rejects) all.rejects[reason] += count;
        EXPECT_GT(result.statistics.checks.at(audit::Law::authority), 0u);
    }
    for (const std::string& what : not_reached_of_access(all))
        ADD_FAILURE() << "never reached: " << what;
}

/// Machines of the same play, one of which is asked for previews before every block, with the
/// verdicts of somebody else on top.
void expect_previews_leave_nothing(Play play) {
    auto plain = engine::Machine::create(play.genesis());
    auto asked = engine::Machine::create(play.genesis());
    while (plain->height() < 60) {
        const engine::Block block = play.next(*plain, 50);
        const Bytes before = asked->snapshot();
        const auto first = asked->preview(block.transactions, block.height % 2 == 0);
        u64 seen = 0;
        const auto second = asked->preview(block.transactions, block.height % 2 == 0,
                                           [&](const engine::Machine& m) { seen = m.height(); });
        EXPECT_EQ(first.receipts, second.receipts);
        EXPECT_EQ(first.events, second.events);
        EXPECT_EQ(seen, asked->height());
        EXPECT_EQ(asked->snapshot(), before);
        std::vector<engine::Verdict> verdicts;
        for (const engine::Transaction& transaction : block.transactions)
            verdicts.push_back(engine::authentic(transaction, play.genesis(), asked->chain())
                                   ? engine::Verdict::good
                                   : engine::Verdict::bad);
        const auto one = plain->execute(block);
        const auto two = asked->execute(block, verdicts);
        ASSERT_TRUE(one && two);
        EXPECT_EQ(one->receipts, two->receipts);
        EXPECT_EQ(one->events, two->events);
        ASSERT_EQ(one->root, two->root);
    }
}

TEST(Simulation, PreviewsAndVerdictsLeaveTheSameRoots) {
    for (const u64 seed : {u64{11}, u64{12}}) {
        expect_previews_leave_nothing(Play(seed));
        expect_previews_leave_nothing(Play(seed, true));
        expect_previews_leave_nothing(Play(seed, seed % 2 == 0, true));
    }
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
