#include <ballast/chain/chain.hpp>
#include <ballast/support/sample_market.hpp>
#include <ballast/tools/bisect.hpp>
#include <ballast/tools/digests.hpp>
#include <ballast/tools/export.hpp>
#include <ballast/tools/log_history.hpp>
#include <ballast/tools/snapshots.hpp>

#include <gtest/gtest.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

namespace ballast::tools {
namespace {

namespace fs = std::filesystem;

class HomeTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() / fmt::format("ballast-tools-{}", ::getpid());
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        ASSERT_TRUE(chain::Chain::create(home(), sample::market()));
    }
    void TearDown() override { fs::remove_all(folder_); }
    fs::path home(const char* name = "home") const { return folder_ / name; }

    /// Adds blocks with a price each; a snapshot after the last.
    void grow(const fs::path& where, u64 count, Price price = sample::dollars(200),
              chain::Options options = {}) {
        const auto chain = chain::Chain::open(where, options);
        ASSERT_TRUE(chain) << chain.error().sentence;
        for (u64 i = 0; i < count; ++i) {
            engine::Block block{(*chain)->height() + 1, 0, {}, {}};
            (*chain)->read(
                [&block](const engine::Machine& machine) { block.time = machine.time() + 12; });
            block.reports.push_back(
                {PublisherId{0}, sample::ether_feed, price, Price(), block.time, {}});
            ASSERT_TRUE((*chain)->execute(block));
            ASSERT_TRUE((*chain)->persist());
        }
        const auto taken = (*chain)->snapshot();
        ASSERT_TRUE(taken) << taken.error().sentence;
    }
    /// Makes a home that has the blocks of `home()`, the last with this root.
    void copy_blocks(const fs::path& where, const crypto::Digest& root) {
        const auto kept = History::open(home());
        ASSERT_TRUE(kept);
        ASSERT_TRUE(chain::Chain::create(where, sample::market()));
        const auto store = store_of(where);
        for (u64 height = 1; height <= (*kept)->last(); ++height) {
            const auto record = (*kept)->record(height);
            ASSERT_TRUE(record);
            const bool last = height == (*kept)->last();
            const store::Entry entry{
                height, engine::log_record(record->block, last ? root : record->root), {}};
            ASSERT_TRUE(store->append({&entry, 1}));
        }
    }
    static std::unique_ptr<store::Store> store_of(const fs::path& where) {
        auto store =
            store::Store::open(chain::data_path(where), engine::digest_of(sample::market()));
        EXPECT_TRUE(store);
        return std::move(*store);
    }
    static std::string text_of(const engine::Machine& machine) {
        std::string text;
        const Sink sink = [&text](std::string_view part) -> files::Attempt<void> {
            text += part;
            return {};
        };
        EXPECT_TRUE(export_state(machine, sink));
        return text;
    }

    fs::path folder_;
};

TEST_F(HomeTest, AHomeAndItsExportedLogAreOneHistory) {
    grow(home(), 12);
    const auto kept = History::open(home());
    ASSERT_TRUE(kept) << kept.error().sentence;
    EXPECT_EQ((*kept)->base(), 0u);
    EXPECT_EQ((*kept)->last(), 12u);
    std::string log;
    const Sink sink = [&log](std::string_view part) -> files::Attempt<void> {
        log += part;
        return {};
    };
    ASSERT_TRUE(export_log(**kept, sink));
    const auto read = log_history(log, "test.log");
    ASSERT_TRUE(read) << read.error().sentence;
    const auto difference = bisect(**kept, **read);
    ASSERT_TRUE(difference);
    EXPECT_FALSE(difference->found);
    EXPECT_EQ(difference->compared_to, 12u);
}

TEST_F(HomeTest, AStateIsExportedTheSameHoweverItWasReached) {
    grow(home(), 6);
    const auto kept = History::open(home());
    ASSERT_TRUE(kept);
    auto replayed = (*kept)->start(0);
    ASSERT_TRUE(replayed);
    ASSERT_EQ(replayed->height(), 0u);
    ASSERT_TRUE(walk(**kept, *replayed, 6, same_root));
    const auto restored = (*kept)->start(6);
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->height(), 6u);
    EXPECT_EQ(text_of(*replayed), text_of(*restored));
    EXPECT_TRUE(nlohmann::json::accept(text_of(*restored)));
}

TEST_F(HomeTest, ASnapshotGoesOnInANewHomeAndSaysWhatItIs) {
    grow(home(), 5);
    const auto file = take_out(home(), {});
    ASSERT_TRUE(file) << file.error().sentence;
    EXPECT_EQ(file->height, 5u);
    EXPECT_TRUE(verify_file(*file, file->root).wrong.empty());
    EXPECT_FALSE(verify_file(*file, crypto::Digest{1}).wrong.empty());
    ASSERT_TRUE(restore_home(home("new"), *file));
    EXPECT_FALSE(restore_home(home("new"), *file));
    EXPECT_FALSE(restore_home(home(), *file));
    const auto empty = History::open(home("new"));
    ASSERT_TRUE(empty) << empty.error().sentence;
    EXPECT_EQ((*empty)->base(), 5u);
    EXPECT_EQ((*empty)->last(), 5u);
    grow(home("new"), 3);
    const auto grown = History::open(home("new"));
    ASSERT_TRUE(grown);
    EXPECT_EQ((*grown)->first(), 6u);
    EXPECT_EQ((*grown)->base(), 5u);
    EXPECT_TRUE(machine_at(**grown, 8, {}));
    EXPECT_FALSE(machine_at(**grown, 4, {}));
}

TEST_F(HomeTest, ADamagedStateIsFound) {
    grow(home(), 4);
    auto file = take_out(home(), {});
    ASSERT_TRUE(file);
    file->snapshot[file->snapshot.size() / 2] ^= 1;
    EXPECT_FALSE(verify_file(*file, {}).wrong.empty());
    EXPECT_FALSE(restore_home(home("new"), *file));
}

TEST_F(HomeTest, OnlyASnapshotWithTheRootOfItsBlockIsPutIn) {
    grow(home(), 4);
    const auto file = take_out(home(), {});
    ASSERT_TRUE(file);
    grow(home(), 4);
    EXPECT_TRUE(put_in(home(), *file));
    ASSERT_TRUE(chain::Chain::create(home("other"), sample::market()));
    EXPECT_FALSE(put_in(home("other"), *file));  // It has no such block,
    grow(home("other"), 6, sample::dollars(300));
    EXPECT_FALSE(put_in(home("other"), *file));  // or another one.
    const auto open = chain::Chain::open(home());
    ASSERT_TRUE(open);
    EXPECT_FALSE(put_in(home(), *file));  // Somebody has it open.
}

TEST_F(HomeTest, WhatWasDroppedIsGoneAndTheRestBeginsAtTheOldestSnapshot) {
    chain::Options options;
    options.snapshots_kept = 2;
    options.history_blocks = 2;
    for (int i = 0; i < 4; ++i) grow(home(), 5, sample::dollars(200), options);
    const auto kept = History::open(home());
    ASSERT_TRUE(kept);
    EXPECT_EQ((*kept)->first(), 14u);
    EXPECT_EQ((*kept)->base(), 15u);
    EXPECT_EQ((*kept)->last(), 20u);
    const auto rows = verify_snapshots(home(), {}, {});
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 2u);
    for (const Checked& row : *rows) EXPECT_TRUE(row.wrong.empty() && row.in_log) << row.wrong;
    const auto exported =
        export_log(**kept, [](std::string_view) -> files::Attempt<void> { return {}; });
    EXPECT_FALSE(exported);
    EXPECT_FALSE(verify_snapshots(home(), 7, {}));
}

TEST_F(HomeTest, HomesThatPartAreToldApartByRoom) {
    grow(home(), 5);
    const auto file = take_out(home(), {});
    ASSERT_TRUE(file);
    ASSERT_TRUE(restore_home(home("new"), *file));
    grow(home(), 3, sample::dollars(210));
    grow(home("new"), 3, sample::dollars(211));
    const auto a = History::open(home());
    const auto b = History::open(home("new"));
    ASSERT_TRUE(a && b);
    const auto difference = bisect(**a, **b);
    ASSERT_TRUE(difference) << difference.error().sentence;
    EXPECT_EQ(difference->height, 6u);
    ASSERT_FALSE(difference->tables.empty());
    EXPECT_EQ(difference->tables[0].name, "oracle.feeds");
}

TEST_F(HomeTest, AnotherRootThanTheRecordedOneIsToldFromOtherFaults) {
    grow(home(), 6);
    copy_blocks(home("altered"), crypto::Digest{1});
    const auto opened = chain::Chain::open(home("altered"));
    ASSERT_FALSE(opened);
    EXPECT_TRUE(tells_of_another_past(opened.error())) << opened.error().sentence;
    const auto kept = History::open(home("altered"));
    ASSERT_TRUE(kept);
    const auto replayed = machine_at(**kept, 6, {});
    ASSERT_FALSE(replayed);
    EXPECT_TRUE(tells_of_another_past(replayed.error())) << replayed.error().sentence;
    const auto file = take_out(home(), {});
    ASSERT_TRUE(file);
    const auto put = put_in(home("altered"), *file);
    ASSERT_FALSE(put);
    EXPECT_TRUE(tells_of_another_past(put.error())) << put.error().sentence;
    const auto absent = History::open(home("absent"));
    ASSERT_FALSE(absent);
    EXPECT_FALSE(tells_of_another_past(absent.error()));
}

TEST_F(HomeTest, TheRoomOfARootThatNobodyGivesIsSeenInTheSnapshotOfItsSide) {
    grow(home(), 6);
    ASSERT_TRUE(chain::Chain::create(home("other"), sample::market()));
    grow(home("other"), 6, sample::dollars(300));
    const auto wrong = take_out(home("other"), {});
    ASSERT_TRUE(wrong);
    copy_blocks(home("wrong"), wrong->root);
    const auto compared = [this] {
        const auto a = History::open(home());
        const auto b = History::open(home("wrong"));
        EXPECT_TRUE(a && b);
        auto difference = bisect(**a, **b);
        EXPECT_TRUE(difference);
        EXPECT_EQ(difference->height, 6u);
        EXPECT_TRUE(difference->content.empty());
        return std::move(*difference);
    };
    EXPECT_TRUE(compared().tables.empty());
    EXPECT_TRUE(compared().notes.back().ends_with("the room cannot be named"));
    ASSERT_TRUE(store_of(home("wrong"))
                    ->keep_snapshot(store::make_manifest(6, wrong->root, wrong->snapshot),
                                    wrong->snapshot));
    const Difference difference = compared();
    ASSERT_FALSE(difference.tables.empty());
    EXPECT_EQ(difference.tables[0].name, "oracle.feeds");
}

TEST_F(HomeTest, DigestsBeginWithTheOldestSnapshot) {
    grow(home(), 5);
    const auto file = take_out(home(), {});
    ASSERT_TRUE(file && restore_home(home("new"), *file));
    grow(home("new"), 3);
    const auto kept = History::open(home("new"));
    ASSERT_TRUE(kept);
    const auto all = digests(**kept, {1, 0});
    ASSERT_TRUE(all);
    ASSERT_EQ(all->heights.size(), 4u);
    EXPECT_EQ(all->heights[0].height, 5u);
    EXPECT_EQ(all->heights[0].root, file->root);
    const auto one = digests(**kept, {5, 5});
    ASSERT_TRUE(one);
    EXPECT_EQ(one->heights.size(), 1u);
}

}  // namespace
}  // namespace ballast::tools
