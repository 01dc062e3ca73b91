#include <ballast/engine/tables.hpp>
#include <ballast/support/sample_market.hpp>
#include <ballast/tools/bisect.hpp>
#include <ballast/tools/digests.hpp>
#include <ballast/tools/log_history.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace ballast::tools {
namespace {

using engine::Block;
using engine::Record;

engine::Transaction request(AccountId sender, u64 nonce, engine::Action action) {
    engine::Transaction transaction;
    transaction.sender = sender;
    transaction.nonce = nonce;
    transaction.body = std::move(action);
    return transaction;
}

/// Blocks in which users pay one another, with the roots that they gave.
std::vector<Record> blocks(u64 count, const engine::Genesis& genesis = sample::market()) {
    auto machine = *engine::Machine::create(genesis);
    std::vector<Record> records;
    for (u64 i = 0; i < count; ++i) {
        Block block{machine.height() + 1, machine.time() + 12, {}, {}};
        const AccountId sender{system_accounts + static_cast<u32>(i % 4)};
        const AccountId to{system_accounts + 5};
        block.transactions.push_back(
            request(sender, machine.state().ledger.nonce(sender),
                    engine::Transfer{to, sample::ether, sample::whole(1)}));
        const auto outcome = machine.execute(block);
        records.push_back({std::move(block), outcome->root});
    }
    return records;
}

std::string log_of(const std::vector<Record>& records,
                   const engine::Genesis& genesis = sample::market()) {
    Bytes bytes = engine::log_header(genesis);
    for (const Record& record : records) {
        const Bytes part = engine::log_record(record.block, record.root);
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    return {bytes.begin(), bytes.end()};
}

std::unique_ptr<History> history(const std::vector<Record>& records,
                                 const engine::Genesis& genesis = sample::market()) {
    auto opened = log_history(log_of(records, genesis), "test.log");
    EXPECT_TRUE(opened) << opened.error().sentence;
    return std::move(*opened);
}

/// The records from `height` on, done again with `change` made to the block of that height.
template <class F>
std::vector<Record> altered(std::vector<Record> records, u64 height, F&& change) {
    auto machine = *engine::Machine::create(sample::market());
    for (Record& record : records) {
        if (record.block.height == height) change(record.block);
        record.root = machine.execute(record.block)->root;
    }
    return records;
}

std::vector<std::string> names(const std::vector<TableDifference>& tables) {
    std::vector<std::string> found;
    for (const TableDifference& table : tables) found.push_back(table.name);
    return found;
}

TEST(TableNames, AreAsManyAsTheTablesOfTheHeader) {
    const auto machine = engine::Machine::create(sample::market());
    EXPECT_EQ(machine->header().tables.size(), engine::table_names.size());
}

TEST(Bisect, EqualHistoriesDoNotDiffer) {
    const auto records = blocks(20);
    const auto difference = bisect(*history(records), *history(records));
    ASSERT_TRUE(difference);
    EXPECT_FALSE(difference->found);
    EXPECT_EQ(difference->roots_asked, 1u);
    EXPECT_EQ(difference->compared_to, 20u);
}

TEST(Bisect, FindsEveryHeightAtWhichAPaymentDiffers) {
    const auto records = blocks(33);
    for (u64 height = 1; height <= 33; ++height) {
        const auto other = altered(records, height, [](Block& block) {
            auto& action = std::get<engine::Action>(block.transactions[0].body);
            std::get<engine::Transfer>(action).amount = sample::whole(2);
        });
        const auto difference = bisect(*history(records), *history(other));
        ASSERT_TRUE(difference) << difference.error().sentence;
        EXPECT_EQ(difference->height, height);
        EXPECT_LE(difference->roots_asked, 8u);
        EXPECT_EQ(names(difference->tables), std::vector<std::string>{"ledger.accounts"});
        EXPECT_FALSE(difference->tables[0].pages.empty());
        ASSERT_EQ(difference->content.size(), 1u);
        EXPECT_TRUE(difference->content[0].starts_with("transaction 0: "));
        EXPECT_NE(difference->content[0].find("amount=2"), std::string::npos)
            << difference->content[0];
    }
}

TEST(Bisect, FindsABlockThatDiffersThoughItsRootDoesNot) {
    const auto records = blocks(9);
    // A refused payment of another amount leaves the same state.
    const auto refused = [](i64 amount) {
        return [amount](Block& block) {
            auto& action = std::get<engine::Action>(block.transactions[0].body);
            std::get<engine::Transfer>(action).amount = sample::whole(amount);
        };
    };
    const auto a = altered(records, 4, refused(1'000'000));
    const auto b = altered(records, 4, refused(2'000'000));
    ASSERT_EQ(a.back().root, b.back().root);
    const auto difference = bisect(*history(a), *history(b));
    ASSERT_TRUE(difference);
    EXPECT_TRUE(difference->found);
    EXPECT_EQ(difference->height, 4u);
    EXPECT_TRUE(difference->tables.empty());
}

TEST(Bisect, NamesTheRoomOfAVault) {
    const auto records = blocks(5);
    const auto other = altered(records, 3, [](Block& block) {
        block.transactions.push_back(
            request(AccountId{system_accounts + 7}, 0, vaults::OpenVault{sample::ether_vaults}));
    });
    const auto difference = bisect(*history(records), *history(other));
    ASSERT_TRUE(difference);
    EXPECT_EQ(difference->height, 3u);
    EXPECT_TRUE(std::ranges::count(names(difference->tables), "vaults.vaults") == 1);
    EXPECT_EQ(difference->content[0], "transactions: 1 and 2");
}

TEST(Bisect, SaysWhichSideThisBuildDoesNotReproduce) {
    const auto records = blocks(8);
    auto altered_root = records;
    for (std::size_t i = 5; i < altered_root.size(); ++i) altered_root[i].root[0] ^= 1;
    const auto difference = bisect(*history(records), *history(altered_root));
    ASSERT_TRUE(difference);
    EXPECT_EQ(difference->height, 6u);
    EXPECT_TRUE(difference->content.empty());
    ASSERT_EQ(difference->notes.size(), 2u);
    EXPECT_EQ(difference->notes[0].substr(0, 2), "B:");
    EXPECT_TRUE(difference->notes[1].ends_with("the room cannot be named"));
}

TEST(Bisect, SaysHowTheMarketsDiffer) {
    auto genesis = sample::market();
    genesis.types[0].vault.minimum_debt = sample::whole(2'000);
    const auto difference = bisect(*history(blocks(2)), *history(blocks(2, genesis), genesis));
    ASSERT_TRUE(difference);
    EXPECT_EQ(difference->height, 0u);
    ASSERT_EQ(difference->content.size(), 1u);
    EXPECT_NE(difference->content[0].find("2000"), std::string::npos) << difference->content[0];
}

TEST(Bisect, SaysWhoGoesOn) {
    const auto records = blocks(6);
    const std::vector<Record> shorter(records.begin(), records.begin() + 4);
    const auto difference = bisect(*history(shorter), *history(records));
    ASSERT_TRUE(difference);
    EXPECT_FALSE(difference->found);
    EXPECT_EQ(difference->notes, std::vector<std::string>{"A ends at height 4, B goes on to 6"});
}

TEST(LogHistory, ToleratesATornRecordAndRefusesADamagedOne) {
    std::string bytes = log_of(blocks(3));
    const auto torn = log_history(bytes.substr(0, bytes.size() - 5), "test.log");
    ASSERT_TRUE(torn);
    EXPECT_EQ((*torn)->last(), 2u);
    EXPECT_FALSE((*torn)->torn().empty());
    bytes[bytes.size() - 20] ^= 1;
    EXPECT_FALSE(log_history(bytes, "test.log"));
    EXPECT_FALSE(log_history("BALLAST?", "test.log"));
    EXPECT_FALSE((*torn)->record(3));
    EXPECT_FALSE((*torn)->record(0));
}

TEST(Digests, AreReadAsTheyWereWritten) {
    const auto past = history(blocks(10));
    const auto trace = digests(*past, {2, 0, 3});
    ASSERT_TRUE(trace);
    ASSERT_EQ(trace->heights.size(), 4u);  // 2, 5, 8 and the last.
    EXPECT_EQ(trace->heights[3].height, 10u);
    EXPECT_EQ(trace->heights[3].root, trace->heights[3].recorded);
    const auto again = trace_of(to_json(*trace).dump());
    ASSERT_TRUE(again) << again.error().sentence;
    ASSERT_EQ(again->heights.size(), 4u);
    EXPECT_EQ(again->heights[1].tables, trace->heights[1].tables);
    EXPECT_FALSE(trace_of("{}"));
    EXPECT_FALSE(
        trace_of(R"({"stopped":"","heights":[{"height":1,"root":"zz","recorded":"00"}]})"));
}

/// A build that gives what this one does up to `good`, and something else in one table after it.
Build drifting(const History& past, u64 good, std::size_t table) {
    return [&past, good, table](Range range) -> files::Attempt<Trace> {
        BALLAST_TRY(Trace trace, digests(past, range));
        for (Digests& now : trace.heights)
            if (now.height > good) now.root[0] ^= 1, now.tables[table][0] ^= 1;
        return trace;
    };
}

TEST(BisectBuilds, FindTheFirstHeightAndTheRoom) {
    const auto past = history(blocks(40));
    const Build ours = [&past](Range range) { return digests(*past, range); };
    for (const u64 good : {0u, 1u, 16u, 39u}) {
        const auto difference = bisect_builds(ours, drifting(*past, good, 5), {1, 40}, 4);
        ASSERT_TRUE(difference);
        EXPECT_TRUE(difference->found);
        EXPECT_EQ(difference->height, good + 1);
        EXPECT_EQ(difference->tables, std::vector<std::string>{"vaults.vaults"});
        EXPECT_LE(difference->rounds, 4u);
    }
    const auto same = bisect_builds(ours, ours, {1, 40}, 4);
    ASSERT_TRUE(same);
    EXPECT_FALSE(same->found);
    EXPECT_EQ(same->reached, 40u);
}

/// A build that does not understand the block of this height.
Build stopping(const History& past, u64 height) {
    return [&past, height](Range range) -> files::Attempt<Trace> {
        BALLAST_TRY(Trace trace, digests(past, range));
        std::erase_if(trace.heights, [height](const Digests& now) { return now.height >= height; });
        if (range.to >= height) trace.stopped = fmt::format("block {}: is not understood", height);
        return trace;
    };
}

TEST(BisectBuilds, SayHowFarBothGoWhereBothStop) {
    const auto past = history(blocks(40));
    for (const u64 height : {1u, 2u, 23u, 40u}) {
        const Build both = stopping(*past, height);
        const auto same = bisect_builds(both, both, {1, 40}, 4);
        ASSERT_TRUE(same);
        EXPECT_FALSE(same->found);
        EXPECT_EQ(same->reached, height - 1);
        EXPECT_EQ(same->notes.size(), 2u);
    }
    // Two blocks between two heights that are asked for.
    const auto parted = bisect_builds(stopping(*past, 25), stopping(*past, 23), {1, 40}, 4);
    ASSERT_TRUE(parted);
    EXPECT_TRUE(parted->found);
    EXPECT_EQ(parted->height, 23u);
}

TEST(BisectBuilds, FindWhereOneOfThemStops) {
    const auto past = history(blocks(40));
    const Build ours = [&past](Range range) { return digests(*past, range); };
    const auto difference = bisect_builds(ours, stopping(*past, 23), {1, 40}, 4);
    ASSERT_TRUE(difference);
    EXPECT_EQ(difference->height, 23u);
    ASSERT_EQ(difference->notes.size(), 1u);
    EXPECT_NE(difference->notes[0].find("the other build stops"), std::string::npos);
}

}  // namespace
}  // namespace ballast::tools
