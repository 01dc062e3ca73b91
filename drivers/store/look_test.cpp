// Reading a store beside the process that writes it.
#include <ballast/store/store.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

namespace ballast::store {
namespace {

namespace fs = std::filesystem;

class LookTest : public testing::Test {
protected:
    void SetUp() override {
        home_ = fs::temp_directory_path() / fmt::format("ballast-look-{}", ::getpid());
        fs::remove_all(home_);
        fs::create_directories(home_);
        ASSERT_TRUE(Store::create(data(), {format_version, genesis_, "test"}));
        auto opened = Store::open(data(), genesis_);
        ASSERT_TRUE(opened);
        writer_ = std::move(*opened);
    }
    void TearDown() override {
        writer_.reset();
        fs::remove_all(home_);
    }
    fs::path data() const { return home_ / "data"; }
    void append(u64 height, std::size_t bytes) {
        const Entry entry{height, Bytes(bytes, static_cast<u8>(height)), Bytes(3, 7)};
        ASSERT_TRUE(writer_->append({&entry, 1}));
    }
    std::vector<fs::path> listing() const {
        std::vector<fs::path> found;
        for (const auto& entry : fs::directory_iterator(data())) found.push_back(entry.path());
        std::ranges::sort(found);
        return found;
    }

    fs::path home_;
    crypto::Digest genesis_{1, 2, 3};
    std::unique_ptr<Store> writer_;
};

TEST_F(LookTest, SeesWhatIsThereAndLeavesNothing) {
    for (u64 height = 1; height <= 5; ++height) append(height, height == 3 ? 100'000 : 10);
    const Bytes state(2'500'000, 9);
    ASSERT_TRUE(writer_->keep_snapshot(make_manifest(4, {7}, state), state));
    const auto before = listing();
    const auto seen = Store::look(data(), genesis_);
    ASSERT_TRUE(seen) << seen.error().sentence;
    EXPECT_EQ((*seen)->first(), 1u);
    EXPECT_EQ((*seen)->last(), 5u);
    EXPECT_EQ(*(*seen)->record(3), Bytes(100'000, 3));
    const auto snapshots = (*seen)->snapshots();
    ASSERT_EQ(snapshots.size(), 1u);
    EXPECT_EQ(*(*seen)->chunk(snapshots[0], 2),
              Bytes(state.begin() + 2 * chunk_bytes, state.end()));
    EXPECT_EQ(listing(), before);
}

TEST_F(LookTest, IsNotDisturbedByTheWriterAndDoesNotDisturbIt) {
    append(1, 5'000);
    const auto seen = Store::look(data(), genesis_);
    ASSERT_TRUE(seen) << seen.error().sentence;
    // The writer goes on, drops what was there, and fills its files anew.
    for (u64 height = 2; height <= 40; ++height) append(height, 5'000);
    const Bytes state(10, 1);
    ASSERT_TRUE(writer_->drop_blocks(30));
    ASSERT_TRUE(writer_->keep_snapshot(make_manifest(40, {7}, state), state));
    EXPECT_EQ((*seen)->last(), 1u);
    EXPECT_EQ(*(*seen)->record(1), Bytes(5'000, 1));
    append(41, 10);
    EXPECT_EQ(writer_->last(), 41u);
    const auto later = Store::look(data(), genesis_);
    ASSERT_TRUE(later);
    EXPECT_EQ((*later)->first(), 30u);
    EXPECT_EQ((*later)->last(), 41u);
}

TEST_F(LookTest, RefusesAnotherChainAndAPlaceThatIsNone) {
    EXPECT_FALSE(Store::look(data(), {9}));
    EXPECT_FALSE(Store::look(home_ / "nothing", genesis_));
    EXPECT_FALSE(Store::look(home_, genesis_));
    EXPECT_EQ(std::distance(fs::directory_iterator(home_), {}), 1);
}

}  // namespace
}  // namespace ballast::store
