#include <ballast/files/csv.hpp>
#include <ballast/store/lock.hpp>
#include <ballast/store/store.hpp>
#include <ballast/store/values.hpp>
#include <ballast/store/write_ahead.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <bit>
#include <cstring>
#include <fstream>

namespace ballast::store {
namespace {

namespace fs = std::filesystem;

class StoreTest : public testing::Test {
protected:
    void SetUp() override {
        home_ = fs::temp_directory_path() / fmt::format("ballast-store-{}", ::getpid());
        fs::remove_all(home_);
        fs::create_directories(home_);
        ASSERT_TRUE(Store::create(home_ / "data", {format_version, genesis_, "test"}));
    }
    void TearDown() override {
        store_.reset();
        fs::remove_all(home_);
    }
    files::Attempt<void> reopen() {
        store_.reset();
        BALLAST_TRY(store_, Store::open(home_ / "data", genesis_));
        return {};
    }
    void fill(u64 from, u64 to, std::size_t bytes) {
        for (u64 height = from; height <= to; ++height) {
            const Entry entry{height, Bytes(bytes, static_cast<u8>(height)), Bytes(3, 7)};
            ASSERT_TRUE(store_->append({&entry, 1}));
        }
    }
    // The write-ahead file that holds the blocks.
    fs::path log() const {
        fs::path largest;
        for (const auto& entry : fs::directory_iterator(home_ / "data"))
            if (entry.path().extension() == ".log" &&
                (largest.empty() || entry.file_size() > fs::file_size(largest)))
                largest = entry.path();
        return largest;
    }
    void poke(const fs::path& path, u64 at, std::string_view bytes) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(at));
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    void flip(const fs::path& path, u64 at) {
        const std::string before = files::read_file(path).value_or("");
        poke(path, at, std::string(1, static_cast<char>(before[at] ^ 0x10)));
    }

    fs::path home_;
    crypto::Digest genesis_{1, 2, 3};
    std::unique_ptr<Store> store_;
};

TEST_F(StoreTest, BlocksComeBackAsTheyWere) {
    ASSERT_TRUE(reopen());
    EXPECT_EQ(store_->last(), 0u);
    fill(1, 5, 100);
    ASSERT_TRUE(reopen());
    EXPECT_EQ(store_->first(), 1u);
    EXPECT_EQ(store_->last(), 5u);
    EXPECT_EQ(store_->record(3).value_or(Bytes()), Bytes(100, 3));
    EXPECT_EQ(store_->outcome(3).value_or(Bytes()), Bytes(3, 7));
    EXPECT_FALSE(store_->record(6));
    const Entry gap{7, {}, {}};
    EXPECT_FALSE(store_->append({&gap, 1}));
    ASSERT_TRUE(store_->drop_blocks(4));
    EXPECT_FALSE(store_->record(3));
    ASSERT_TRUE(reopen());
    EXPECT_EQ(store_->first(), 4u);
}

TEST_F(StoreTest, OtherGenesisAndSecondCreationAreRefused) {
    EXPECT_FALSE(Store::open(home_ / "data", {9}));
    EXPECT_FALSE(Store::create(home_ / "data", {format_version, genesis_, "test"}));
    EXPECT_FALSE(Store::open(home_ / "nowhere", genesis_));
}

TEST_F(StoreTest, TornTailIsCutAtEveryLength) {
    ASSERT_TRUE(reopen());
    fill(1, 4, 300);
    const fs::path data = home_ / "data";
    const std::string name = log().filename();
    const u64 whole = fs::file_size(log());
    fill(5, 5, 300);
    const u64 size = fs::file_size(log());
    fs::copy(data, home_ / "copy", fs::copy_options::recursive);
    store_.reset();
    for (u64 length = whole; length < size; length += 13) {
        fs::remove_all(data);
        fs::copy(home_ / "copy", data, fs::copy_options::recursive);
        fs::resize_file(data / name, length);
        ASSERT_TRUE(reopen()) << length;
        EXPECT_EQ(store_->last(), 4u) << length;
        EXPECT_EQ(store_->repaired().empty(), length == whole);
        store_.reset();
    }
}

TEST_F(StoreTest, SectorsNeverWrittenAreTornToo) {
    ASSERT_TRUE(reopen());
    fill(1, 2, 100'000);
    const u64 whole = fs::file_size(log());
    fill(3, 3, 100'000);
    const fs::path path = log();
    store_.reset();
    poke(path, (whole / 512 + 4) * 512, std::string(512, '\0'));
    ASSERT_TRUE(reopen());
    EXPECT_EQ(store_->last(), 2u);
}

// Sectors of zero bytes, and an end of zero bytes in the last sector of the file.
TEST_F(StoreTest, WhatWasWholeNeverLooksTorn) {
    for (const std::size_t bytes : {100'000ul, 0ul, 1ul, 511ul, 512ul}) {
        store_.reset();
        fs::remove_all(home_ / "data");
        ASSERT_TRUE(Store::create(home_ / "data", {format_version, genesis_, "test"}));
        ASSERT_TRUE(reopen());
        const u64 begin = fs::file_size(log());
        const Entry entry{256, Bytes(bytes, 0), Bytes(100'000, 0)};
        ASSERT_TRUE(store_->append({&entry, 1}));
        EXPECT_EQ(store_->record(256), entry.record);
        const fs::path path = log();
        store_.reset();
        const u64 place = begin + (fs::file_size(path) - begin) / 3;
        flip(path, place);
        EXPECT_FALSE(reopen()) << bytes;
        flip(path, place);
        ASSERT_TRUE(reopen()) << bytes;
        EXPECT_EQ(store_->outcome(256), entry.outcome);
    }
}

TEST_F(StoreTest, AForgettingThatWasWholeNeverLooksTorn) {
    ASSERT_TRUE(reopen());
    fill(1, 256, 1);
    ASSERT_TRUE(store_->drop_blocks(256));
    const fs::path path = log();
    store_.reset();
    EXPECT_NE(files::read_file(path).value_or("").back(), '\0');
}

TEST(Values, SpacedAndBack) {
    for (const std::size_t bytes :
         {0ul, 1ul, 20ul, 254ul, 255ul, 256ul, 509ul, 510ul, 511ul, 5'000ul}) {
        Bytes value(bytes);
        for (std::size_t i = 0; i < bytes; ++i) value[i] = static_cast<u8>(i * 7);
        const std::string stands = spaced(value);
        EXPECT_EQ(stands.size(), spaced_bytes(bytes));
        const ByteView view(reinterpret_cast<const u8*>(stands.data()), stands.size());
        EXPECT_EQ(unspaced(view), value) << bytes;
        EXPECT_FALSE(unspaced(view.first(view.size() - 1)) == value);
    }
}

TEST_F(StoreTest, AStoreOfTheFirstFormatIsStillRead) {
    fs::remove_all(home_ / "data");
    ASSERT_TRUE(Store::create(home_ / "data", {oldest_format, genesis_, "test"}));
    ASSERT_TRUE(reopen());
    fill(1, 3, 300);
    ASSERT_TRUE(store_->keep_snapshot(make_manifest(3, {4}, Bytes(10)), Bytes(10)));
    ASSERT_TRUE(reopen());
    EXPECT_EQ(store_->record(3).value_or(Bytes()), Bytes(300, 3));
    EXPECT_EQ(store_->snapshots().size(), 1u);
    store_.reset();
    fs::remove_all(home_ / "data");
    ASSERT_TRUE(Store::create(home_ / "data", {format_version + 1, genesis_, "test"}));
    const auto later = reopen();
    ASSERT_FALSE(later);
    EXPECT_NE(later.error().sentence.find("reads formats 1 to 2"), std::string::npos);
}

TEST_F(StoreTest, DamageIsRefusedWithFileByteAndHeight) {
    ASSERT_TRUE(reopen());
    fill(1, 2, 50'000);
    const u64 middle = fs::file_size(log());
    fill(3, 4, 50'000);
    const u64 last = fs::file_size(log());
    fill(5, 5, 50'000);
    const fs::path path = log();
    const u64 end = fs::file_size(path);
    fs::copy(home_ / "data", home_ / "copy", fs::copy_options::recursive);
    store_.reset();
    // A bit in the middle, bits of the header and of the body of the last record, and its length.
    for (const u64 at : {middle + 2, middle + 20'000, last + 1, last + 6, last + 30, end - 1}) {
        fs::remove_all(home_ / "data");
        fs::copy(home_ / "copy", home_ / "data", fs::copy_options::recursive);
        flip(path, at);
        const auto opened = reopen();
        ASSERT_FALSE(opened) << at;
        const u64 height = at < last ? 2 : 4;
        EXPECT_NE(opened.error().sentence.find(fmt::format("behind height {};", height)),
                  std::string::npos)
            << at << ": " << opened.error().sentence;
        EXPECT_NE(opened.error().sentence.find(path.string()), std::string::npos);
    }
}

TEST_F(StoreTest, ALogThatIsGoneIsMissed) {
    ASSERT_TRUE(reopen());
    fill(1, 3, 100);
    ASSERT_TRUE(reopen());
    fill(4, 6, 100);
    fs::copy(home_ / "data", home_ / "copy", fs::copy_options::recursive);
    const fs::path gone = home_ / "copy" / log().filename();
    ASSERT_TRUE(reopen());
    fill(7, 7, 100);
    store_.reset();
    // The list of files as it was, and only the newest log.
    fs::copy(log(), home_ / "copy");
    fs::remove(gone);
    fs::remove_all(home_ / "data");
    fs::rename(home_ / "copy", home_ / "data");
    const auto opened = reopen();
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().sentence.find("block 6 is not kept; block 7 is there"),
              std::string::npos)
        << opened.error().sentence;
}

u32 crc32c(std::string_view bytes) {
    u32 crc = 0xFFFFFFFFu;
    for (const char byte : bytes) {
        crc ^= static_cast<u8>(byte);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78u : 0u);
    }
    return ~crc;
}

// RocksDB before 7.9 may write to its list of files that a log was synced which it had deleted.
TEST_F(StoreTest, ALogThatWasDeletedIsNotMissed) {
    ASSERT_TRUE(reopen());
    fill(1, 3, 100);
    ASSERT_TRUE(reopen());
    store_.reset();
    std::string current = files::read_file(home_ / "data" / "CURRENT").value_or("");
    current.pop_back();
    // The log of number 4 was synced at 100 bytes: the tag, the length, and what is known of it.
    const std::string body("\x01\x87\x40\x04\x04\x02\x64\x01", 8);
    const u32 sum = std::rotr(crc32c(body), 15) + 0xA282EAD8u;
    std::string record(6, '\0');
    std::memcpy(record.data(), &sum, sizeof sum);
    record[4] = static_cast<char>(body.size() - 1);
    std::ofstream(home_ / "data" / current, std::ios::app | std::ios::binary) << record << body;
    ASSERT_FALSE(fs::exists(home_ / "data" / "000004.log"));
    EXPECT_FALSE(Store::look(home_ / "data", genesis_));
    const auto opened = reopen();
    ASSERT_TRUE(opened) << opened.error().sentence;
    EXPECT_TRUE(Store::look(home_ / "data", genesis_));
    EXPECT_EQ(store_->last(), 3u);
    EXPECT_EQ(store_->record(3).value_or(Bytes()), Bytes(100, 3));
}

TEST_F(StoreTest, SnapshotsAreKeptInChunks) {
    ASSERT_TRUE(reopen());
    Bytes state(chunk_bytes * 2 + 77);
    for (std::size_t i = 0; i < state.size(); ++i) state[i] = static_cast<u8>(i * 31 >> 4);
    const Manifest manifest = make_manifest(9, {4}, state);
    ASSERT_EQ(manifest.chunks.size(), 3u);
    ASSERT_TRUE(store_->keep_snapshot(manifest, state));
    ASSERT_TRUE(reopen());
    ASSERT_EQ(store_->snapshots().size(), 1u);
    const Manifest back = store_->snapshots().front();
    EXPECT_EQ(back.height, 9u);
    Bytes joined;
    for (u32 i = 0; i < 3; ++i) {
        const Bytes chunk = store_->chunk(back, i).value_or(Bytes());
        joined.insert(joined.end(), chunk.begin(), chunk.end());
    }
    EXPECT_EQ(joined, state);
    EXPECT_FALSE(store_->chunk(back, 3));
    ASSERT_TRUE(store_->drop_snapshot(9));
    EXPECT_TRUE(store_->snapshots().empty());
    EXPECT_FALSE(store_->chunk(back, 0));
}

TEST_F(StoreTest, FullDiskIsRefusedBeforeItIsTried) {
    store_.reset();
    auto opened =
        Store::open(home_ / "data", genesis_, {.free_bytes_min = u64{1} << 60, .environment = {}});
    ASSERT_TRUE(opened);
    const Entry entry{1, Bytes(10), {}};
    const auto appended = (*opened)->append({&entry, 1});
    ASSERT_FALSE(appended);
    EXPECT_NE(appended.error().sentence.find("bytes free"), std::string::npos);
    opened->reset();
    ASSERT_TRUE(reopen());
    EXPECT_EQ(store_->last(), 0u);
}

TEST(Manifest, LaterFieldsAreToleratedAndLaterVersionsRefused) {
    const Manifest manifest = make_manifest(3, {1}, Bytes(10));
    Bytes bytes = manifest_bytes(manifest);
    bytes.push_back(99);
    const auto later = read_manifest(bytes);
    ASSERT_TRUE(later);
    EXPECT_EQ(later->chunks, manifest.chunks);
    bytes[0] = 2;
    const auto refused = read_manifest(bytes);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().sentence.find("version 2"), std::string::npos);
    EXPECT_FALSE(read_manifest(ByteView(bytes).first(20)));
}

TEST(Lock, SecondHolderIsRefusedByNumber) {
    const fs::path home = fs::temp_directory_path() / fmt::format("ballast-lock-{}", ::getpid());
    fs::create_directories(home);
    {
        const auto first = Lock::take(home);
        ASSERT_TRUE(first);
        const auto second = Lock::take(home);
        ASSERT_FALSE(second);
        EXPECT_NE(second.error().sentence.find(std::to_string(::getpid())), std::string::npos);
    }
    EXPECT_TRUE(Lock::take(home));
    fs::remove_all(home);
}

}  // namespace
}  // namespace ballast::store
