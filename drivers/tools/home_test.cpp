#include <ballast/chain/chain.hpp>
#include <ballast/support/sample_market.hpp>
#include <ballast/tools/bisect.hpp>
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

}  // namespace
}  // namespace ballast::tools
