#include <ballast/store/store.hpp>
#include <ballast/store/values.hpp>
#include <ballast/store/write_ahead.hpp>

#include <fcntl.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/table.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <limits>
#include <mutex>

namespace ballast::store {
namespace {

namespace rdb = rocksdb;

// Keys: a letter and the height, the most significant byte first, so that they sort by height.
constexpr char block_key = 'b', outcome_key = 'o', manifest_key = 'm';
const std::string meta_key = "M";
constexpr std::size_t key_bytes = 1 + sizeof(u64);
constexpr std::size_t batch_bytes_max = std::size_t{2} << 30;  // RocksDB's own end is at 4 GiB.

std::string key_of(char letter, u64 height) {
    std::string key(1, letter);
    const u64 swapped = std::byteswap(height);
    key.append(reinterpret_cast<const char*>(&swapped), sizeof swapped);
    return key;
}
u64 height_of(const rdb::Slice& key) {
    u64 swapped = 0;
    std::memcpy(&swapped, key.data() + 1, sizeof swapped);
    return std::byteswap(swapped);
}
std::string chunk_key(u64 height, u32 chunk) {
    std::string key = key_of('c', height);
    const u32 swapped = std::byteswap(chunk);
    key.append(reinterpret_cast<const char*>(&swapped), sizeof swapped);
    return key;
}
rdb::Slice slice(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
ByteView view(std::string_view text) {
    return {reinterpret_cast<const u8*>(text.data()), text.size()};
}

rdb::ColumnFamilyOptions family(const Options& options) {
    rdb::ColumnFamilyOptions result;
    result.write_buffer_size = options.memtable_bytes;
    result.max_write_buffer_number = 4;
    result.compression = rdb::kNoCompression;  // Signatures and digests do not become smaller.
    result.bottommost_compression = rdb::kNoCompression;
    result.enable_blob_files = true;  // A block is written to its file once, never again.
    result.min_blob_size = 4'096;
    result.enable_blob_garbage_collection = true;
    result.paranoid_file_checks = true;
    rdb::BlockBasedTableOptions table;
    table.verify_compression = false;
    table.block_size = 16 * 1024;
    result.table_factory.reset(rdb::NewBlockBasedTableFactory(table));
    return result;
}

/// RocksDB's log of what it does ends the process at the second line that finds no room on the
/// disk.  What fails is told by the status of the call.
class Silence final : public rdb::Logger {
public:
    using rdb::Logger::Logv;
    void Logv(const char*, va_list) override {}
};

rdb::DBOptions database(const Options& options) {
    rdb::DBOptions result;
    if (options.environment) result.env = options.environment.get();
    result.paranoid_checks = true;
    // `inspect_write_ahead` has cut off what may be cut off: whatever is wrong now is a fault.
    result.wal_recovery_mode = rdb::WALRecoveryMode::kAbsoluteConsistency;
    // RocksDB's own account of its logs names some that it has deleted, when a write to the list of
    // files failed, and then the store would not open; `joined` finds a log that is gone.
    result.track_and_verify_wals_in_manifest = false;
    result.max_total_wal_size = 4 * options.memtable_bytes;
    result.max_background_jobs = 2;
    result.max_open_files = 512;
    result.max_file_opening_threads = 1;
    result.info_log = std::make_shared<Silence>();
    // What was not flushed belongs to a snapshot that has no manifest.
    result.avoid_flush_during_shutdown = true;
    result.max_bgerror_resume_count = 0;  // What failed once is not trusted again.
    result.stats_dump_period_sec = 0;
    result.stats_persist_period_sec = 0;
    return result;
}

files::Attempt<void> sync_directory(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool done = file >= 0 && ::fsync(file) == 0;
    const int error = errno;
    if (file >= 0) ::close(file);
    if (!done) return files::fault("{} cannot be synced: {}", path.string(), std::strerror(error));
    return {};
}

/// RocksDB with what must be closed before it.
struct Database {
    std::unique_ptr<rdb::DB> db;
    std::vector<rdb::ColumnFamilyHandle*> families;

    Database() = default;
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database() {
        for (auto* handle : families) db->DestroyColumnFamilyHandle(handle);
        db.reset();
    }
};

files::Attempt<std::unique_ptr<Database>> open_database(const std::filesystem::path& directory,
                                                        const Options& options, bool fresh) {
    auto result = std::make_unique<Database>();
    rdb::DBOptions settings = database(options);
    settings.create_if_missing = fresh;
    settings.error_if_exists = fresh;
    settings.create_missing_column_families = fresh;
    const std::vector<rdb::ColumnFamilyDescriptor> families{
        {rdb::kDefaultColumnFamilyName, family(options)}, {"snapshots", family(options)}};
    rdb::DB* db = nullptr;
    const rdb::Status status =
        rdb::DB::Open(settings, directory.string(), families, &result->families, &db);
    result->db.reset(db);
    if (!status.ok())
        return files::fault("{} cannot be opened: {}", directory.string(), status.ToString());
    return result;
}

/// The files as they stand now.  RocksDB's secondary instance would follow the writer, but the one
/// of version 7.8 breaks on blob files.
files::Attempt<std::unique_ptr<Database>> look_at_database(const std::filesystem::path& directory) {
    rdb::DBOptions settings = database({});
    settings.wal_recovery_mode = rdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    // Where the list of files speaks of synced logs, RocksDB 7.8 ends the process of whoever looks
    // and does not check them.  A store that was opened once has no such list.
    settings.track_and_verify_wals_in_manifest = true;
    settings.max_open_files = -1;  // What is open stays readable when the writer deletes it.
    const std::vector<rdb::ColumnFamilyDescriptor> families{
        {rdb::kDefaultColumnFamilyName, family({})}, {"snapshots", family({})}};
    constexpr int tries = 5;  // The writer may delete a file just before it is opened.
    rdb::Status status;
    for (int i = 0; i < tries; ++i) {
        auto result = std::make_unique<Database>();
        rdb::DB* db = nullptr;
        status = rdb::DB::OpenForReadOnly(settings, directory.string(), families, &result->families,
                                          &db);
        result->db.reset(db);
        if (status.ok()) return result;
    }
    return files::fault("{} cannot be read: {}", directory.string(), status.ToString());
}

class RocksStore final : public Store {
public:
    RocksStore(std::filesystem::path directory, Options options, std::unique_ptr<Database> database)
        : directory_(std::move(directory)),
          options_(std::move(options)),
          database_(std::move(database)) {}

    files::Attempt<void> load(const crypto::Digest& genesis, std::string repaired);
    files::Attempt<void> joined(std::span<const u64> beginnings) const;

    const Meta& meta() const override { return meta_; }
    const std::string& repaired() const override { return repaired_; }
    files::Attempt<void> append(std::span<const Entry> entries) override;
    u64 first() const override { return first_; }
    u64 last() const override { return last_; }
    files::Attempt<Bytes> record(u64 height) const override { return block(block_key, height); }
    files::Attempt<Bytes> outcome(u64 height) const override { return block(outcome_key, height); }
    files::Attempt<void> drop_blocks(u64 height) override;
    files::Attempt<void> keep_snapshot(const Manifest& manifest, ByteView bytes) override;
    std::vector<Manifest> snapshots(std::vector<std::string>* complain) const override;
    files::Attempt<Bytes> chunk(const Manifest& manifest, u32 chunk) const override;
    files::Attempt<void> drop_snapshot(u64 height) override;

private:
    files::Attempt<Bytes> block(char letter, u64 height) const;
    files::Attempt<Bytes> get(rdb::ColumnFamilyHandle* family, const std::string& key,
                              const std::string& what) const;
    void put(rdb::WriteBatch& batch, const std::string& key, const Bytes& value) const;
    files::Attempt<void> write(rdb::WriteBatch& batch, bool ahead);
    files::Attempt<void> flush_chunks();
    files::Attempt<void> sound() const;
    files::Attempt<void> room_for(std::size_t bytes) const;
    files::Attempt<void> fail(const rdb::Status& status);
    rdb::DB& db() const { return *database_->db; }
    rdb::ColumnFamilyHandle* chunks() const { return database_->families[1]; }

    std::filesystem::path directory_;
    Options options_;
    std::unique_ptr<Database> database_;
    Meta meta_;
    std::string repaired_;
    std::atomic<u64> first_ = 0, last_ = 0;
    std::mutex writing_;  ///< Behind a write that failed RocksDB must not be asked for another.
    mutable std::mutex mutex_;
    std::string broken_;  ///< Why nothing more is taken.
};

files::Attempt<void> RocksStore::load(const crypto::Digest& genesis, std::string repaired) {
    repaired_ = std::move(repaired);
    std::string bytes;
    const rdb::Status status = db().Get({}, meta_key, &bytes);
    if (!status.ok())
        return files::fault("{}: the store has no description: {}", directory_.string(),
                            status.ToString());
    BALLAST_TRY(meta_, read_meta(directory_.string(), view(bytes)));
    if (meta_.genesis != genesis)
        return files::fault("{} belongs to another chain: its genesis has another digest",
                            directory_.string());
    const std::unique_ptr<rdb::Iterator> keys(db().NewIterator({}));
    keys->Seek(key_of(block_key, 0));
    if (keys->Valid() && keys->key().starts_with({&block_key, 1})) first_ = height_of(keys->key());
    keys->SeekForPrev(key_of(block_key, std::numeric_limits<u64>::max()));
    if (keys->Valid() && keys->key().starts_with({&block_key, 1})) last_ = height_of(keys->key());
    if (!keys->status().ok())
        return files::fault("{}: the blocks cannot be listed: {}", directory_.string(),
                            keys->status().ToString());
    return {};
}

// Whether the block before each of these is there, if it has not been forgotten.
files::Attempt<void> RocksStore::joined(std::span<const u64> beginnings) const {
    for (const u64 height : beginnings) {
        if (height <= first_) continue;
        if (const auto before = record(height - 1); !before)
            return files::fault(
                "{}; block {} is there, so a file of the store is gone: restore the home from a "
                "snapshot or a copy",
                before.error().sentence, height);
    }
    return {};
}

files::Attempt<void> RocksStore::fail(const rdb::Status& status) {
    const std::scoped_lock held(mutex_);
    if (broken_.empty())
        broken_ = fmt::format(
            "{}: a write failed: {}{}; nothing more is taken until the home is "
            "opened again",
            directory_.string(), status.ToString(),
            status.IsNoSpace() ? " (the disk is full)" : "");
    return std::unexpected(files::Fault{broken_});
}

files::Attempt<void> RocksStore::sound() const {
    const std::scoped_lock held(mutex_);
    if (!broken_.empty()) return std::unexpected(files::Fault{broken_});
    return {};
}

files::Attempt<void> RocksStore::room_for(std::size_t bytes) const {
    BALLAST_CHECK(sound());
    struct statvfs disk{};
    if (::statvfs(directory_.c_str(), &disk) != 0) return {};  // The write itself will tell.
    const u64 free = u64{disk.f_bavail} * disk.f_frsize;
    if (free < options_.free_bytes_min + bytes)
        return files::fault("{}: the disk has {} bytes free; {} must stay free and {} are needed",
                            directory_.string(), free, options_.free_bytes_min, bytes);
    return {};
}

void RocksStore::put(rdb::WriteBatch& batch, const std::string& key, const Bytes& value) const {
    if (meta_.format < spaced_format)
        batch.Put(key, slice(value));
    else
        batch.Put(key, spaced(value));
}

files::Attempt<void> RocksStore::write(rdb::WriteBatch& batch, bool ahead) {
    rdb::WriteOptions how;
    how.sync = ahead;
    how.disableWAL = !ahead;
    // A key may end in zero bytes; the record of the log must not.
    if (ahead) batch.PutLogData("end");
    const std::scoped_lock held(writing_);
    BALLAST_CHECK(sound());
    if (const rdb::Status status = db().Write(how, &batch); !status.ok()) return fail(status);
    return {};
}

files::Attempt<void> RocksStore::flush_chunks() {
    rdb::FlushOptions how;
    how.wait = false;
    how.allow_write_stall = true;
    {
        const std::scoped_lock held(writing_);
        BALLAST_CHECK(sound());
        if (const rdb::Status status = db().Flush(how, chunks()); !status.ok()) return fail(status);
    }
    // Blocks are written while this waits.
    how.wait = true;
    if (const rdb::Status status = db().Flush(how, chunks()); !status.ok()) return fail(status);
    return {};
}

files::Attempt<void> RocksStore::append(std::span<const Entry> entries) {
    if (entries.empty()) return {};
    std::size_t bytes = 0;
    u64 expected = last_ == 0 ? entries.front().height : last_ + 1;
    for (const Entry& entry : entries) {
        if (entry.height != expected || entry.height == 0)
            return files::fault("{}: block {} does not follow block {}", directory_.string(),
                                entry.height, expected - 1);
        bytes += spaced_bytes(entry.record.size()) + spaced_bytes(entry.outcome.size()) + 64;
        ++expected;
    }
    if (bytes > batch_bytes_max)
        return files::fault("{}: {} blocks of {} bytes in one write, the most is {}",
                            directory_.string(), entries.size(), bytes, batch_bytes_max);
    if (auto room = room_for(bytes); !room) {
        const std::scoped_lock held(mutex_);
        if (broken_.empty()) broken_ = room.error().sentence;
        return room;
    }
    rdb::WriteBatch batch(bytes);
    for (const Entry& entry : entries) {
        put(batch, key_of(block_key, entry.height), entry.record);
        put(batch, key_of(outcome_key, entry.height), entry.outcome);
    }
    BALLAST_CHECK(write(batch, true));
    if (first_ == 0) first_ = entries.front().height;
    last_ = entries.back().height;
    return {};
}

files::Attempt<Bytes> RocksStore::get(rdb::ColumnFamilyHandle* family, const std::string& key,
                                      const std::string& what) const {
    rdb::PinnableSlice value;
    const rdb::Status status = db().Get({}, family, key, &value);
    if (status.IsNotFound()) return files::fault("{}: {} is not kept", directory_.string(), what);
    if (!status.ok())
        return files::fault("{}: {} cannot be read: {}", directory_.string(), what,
                            status.ToString());
    const ByteView bytes = view({value.data(), value.size()});
    return Bytes(bytes.begin(), bytes.end());
}

files::Attempt<Bytes> RocksStore::block(char letter, u64 height) const {
    const std::string what =
        fmt::format("{} {}", letter == block_key ? "block" : "the outcome of block", height);
    BALLAST_TRY(Bytes bytes, get(database_->families[0], key_of(letter, height), what));
    if (meta_.format < spaced_format) return bytes;
    auto value = unspaced(bytes);
    if (!value) return files::fault("{}: {} is damaged", directory_.string(), what);
    return std::move(*value);
}

files::Attempt<void> RocksStore::drop_blocks(u64 height) {
    if (first_ == 0 || height <= first_) return {};
    if (height > last_)
        return files::fault("{}: block {} is the last; it is not dropped", directory_.string(),
                            last_.load());
    rdb::WriteBatch batch;
    for (const char letter : {block_key, outcome_key})
        batch.DeleteRange(key_of(letter, 0), key_of(letter, height));
    BALLAST_CHECK(write(batch, true));
    first_ = height;
    return {};
}

files::Attempt<void> RocksStore::keep_snapshot(const Manifest& manifest, ByteView bytes) {
    BALLAST_CHECK(room_for(bytes.size()));
    for (u32 i = 0; i < manifest.chunks.size(); ++i) {
        rdb::WriteBatch batch;
        batch.Put(chunks(), chunk_key(manifest.height, i), slice(chunk_of(bytes, i)));
        BALLAST_CHECK(write(batch, false));
    }
    BALLAST_CHECK(flush_chunks());
    rdb::WriteBatch batch;
    put(batch, key_of(manifest_key, manifest.height), manifest_bytes(manifest));
    return write(batch, true);
}

std::vector<Manifest> RocksStore::snapshots(std::vector<std::string>* complain) const {
    std::vector<Manifest> result;
    const std::unique_ptr<rdb::Iterator> keys(db().NewIterator({}));
    for (keys->Seek({&manifest_key, 1}); keys->Valid(); keys->Next()) {
        if (!keys->key().starts_with({&manifest_key, 1}) || keys->key().size() != key_bytes) break;
        const ByteView bytes = view({keys->value().data(), keys->value().size()});
        const auto value = meta_.format < spaced_format ? Bytes(bytes.begin(), bytes.end())
                                                        : unspaced(bytes).value_or(Bytes());
        auto manifest = read_manifest(value);
        if (manifest) {
            result.push_back(std::move(*manifest));
        } else if (complain != nullptr) {
            complain->push_back(manifest.error().sentence);
        }
    }
    if (!keys->status().ok() && complain != nullptr)
        complain->push_back("the snapshots cannot be listed: " + keys->status().ToString());
    return result;
}

files::Attempt<Bytes> RocksStore::chunk(const Manifest& manifest, u32 chunk) const {
    if (chunk >= manifest.chunks.size())
        return files::fault("the snapshot of height {} has {} chunks; there is no chunk {}",
                            manifest.height, manifest.chunks.size(), chunk);
    const std::string what =
        fmt::format("chunk {} of the snapshot of height {}", chunk, manifest.height);
    BALLAST_TRY(Bytes bytes, get(chunks(), chunk_key(manifest.height, chunk), what));
    if (crypto::sha256(bytes) != manifest.chunks[chunk])
        return files::fault("{}: {} has another digest than its manifest says", directory_.string(),
                            what);
    return bytes;
}

files::Attempt<void> RocksStore::drop_snapshot(u64 height) {
    rdb::WriteBatch batch;
    batch.Delete(key_of(manifest_key, height));
    batch.DeleteRange(chunks(), key_of('c', height), key_of('c', height + 1));
    return write(batch, true);
}

}  // namespace

files::Attempt<void> Store::create(const std::filesystem::path& directory, const Meta& meta,
                                   Options options) {
    std::error_code error;
    if (std::filesystem::exists(directory, error))
        return files::fault("{} is there already", directory.string());
    // It appears whole or not at all.
    std::filesystem::path unfinished = directory;
    unfinished += ".unfinished";
    std::filesystem::remove_all(unfinished, error);
    {
        BALLAST_TRY(const auto database, open_database(unfinished, options, true));
        rdb::WriteOptions synced;
        synced.sync = true;
        const rdb::Status status = database->db->Put(synced, meta_key, slice(meta_bytes(meta)));
        if (!status.ok())
            return files::fault("{} cannot be written: {}", unfinished.string(), status.ToString());
    }
    std::filesystem::rename(unfinished, directory, error);
    if (error)
        return files::fault("{} cannot be renamed to {}: {}", unfinished.string(),
                            directory.string(), error.message());
    return sync_directory(directory.parent_path().empty() ? "." : directory.parent_path());
}

files::Attempt<bool> Store::blank(const std::filesystem::path& directory) {
    BALLAST_TRY(const auto database, look_at_database(directory));
    const std::unique_ptr<rdb::Iterator> keys(database->db->NewIterator({}));
    keys->Seek({&block_key, 1});
    if (keys->status().ok()) return !keys->Valid();
    return files::fault("{} cannot be read: {}", directory.string(), keys->status().ToString());
}

files::Attempt<std::unique_ptr<Store>> Store::open(const std::filesystem::path& directory,
                                                   const crypto::Digest& genesis, Options options) {
    std::error_code error;
    if (!std::filesystem::is_directory(directory, error))
        return files::fault("{} is not there", directory.string());
    BALLAST_TRY(const WriteAhead ahead, inspect_write_ahead(directory));
    std::string repaired;
    for (const WriteAhead::Torn& torn : ahead.torn) {
        BALLAST_CHECK(cut(torn));
        repaired +=
            fmt::format("{}{}: cut off {} bytes of a write that was never finished",
                        repaired.empty() ? "" : "; ", torn.file.string(), torn.size - torn.offset);
    }
    BALLAST_TRY(auto database, open_database(directory, options, false));
    auto store = std::make_unique<RocksStore>(directory, std::move(options), std::move(database));
    BALLAST_CHECK(store->load(genesis, std::move(repaired)));
    BALLAST_CHECK(store->joined(ahead.beginnings));
    return store;
}

files::Attempt<std::unique_ptr<const Store>> Store::look(const std::filesystem::path& directory,
                                                         const crypto::Digest& genesis) {
    std::error_code error;
    if (!std::filesystem::is_directory(directory, error))
        return files::fault("{} is not there", directory.string());
    BALLAST_TRY(auto database, look_at_database(directory));
    auto store = std::make_unique<RocksStore>(directory, Options{}, std::move(database));
    BALLAST_CHECK(store->load(genesis, {}));
    return store;
}

}  // namespace ballast::store
