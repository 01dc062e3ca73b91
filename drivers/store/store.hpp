/// The store: blocks, what they did, and snapshots, kept so that what was acknowledged is there
/// after any crash.  RocksDB lives behind this door and is seen nowhere else.
#pragma once

#include <ballast/crypto/digest.hpp>
#include <ballast/files/fault.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rocksdb {
class Env;
}

namespace ballast::store {

inline constexpr u32 format_version = 2;
inline constexpr u32 manifest_version = 1;
inline constexpr std::size_t chunk_bytes = std::size_t{1} << 20;
inline constexpr u32 chunks_max = 1 << 20;  ///< Of one snapshot: a tebibyte.

/// What a store says about itself.  Fields that a later version appends are not read.
struct Meta {
    u32 format = format_version;
    crypto::Digest genesis{};
    std::string program;  ///< That wrote it first; for people.
};

/// What is known of a snapshot without reading it.
struct Manifest {
    u32 version = manifest_version;
    u64 height = 0;
    crypto::Digest root{};
    u64 bytes = 0;
    std::vector<crypto::Digest> chunks;  ///< SHA-256 of each chunk, in order.
};
/// The bytes of a manifest, and back.  Bytes behind the last field that is known are tolerated, so
/// that a later program may add some; another version is refused with words.
[[nodiscard]] Bytes manifest_bytes(const Manifest& manifest);
[[nodiscard]] files::Attempt<Manifest> read_manifest(ByteView bytes);
/// The manifest of a snapshot's bytes, and a chunk of them.
[[nodiscard]] Manifest make_manifest(u64 height, const crypto::Digest& root, ByteView bytes);
[[nodiscard]] ByteView chunk_of(ByteView bytes, u32 chunk);

/// One block on its way into the store.
struct Entry {
    u64 height = 0;
    Bytes record;   ///< As in the block log: engine::log_record.
    Bytes outcome;  ///< What it did.
};

struct Options {
    /// An append that would leave less than this on the disk is refused before it is tried.
    u64 free_bytes_min = u64{64} << 20;
    std::size_t memtable_bytes = std::size_t{64} << 20;
    /// What stands between RocksDB and the disk; a test puts faults there.
    std::shared_ptr<rocksdb::Env> environment;
};

/// An open store.  Any thread may read; one at a time appends, and one keeps snapshots.
class Store {
public:
    /// Writes an empty store.  A directory that is there already is a fault.
    static files::Attempt<void> create(const std::filesystem::path& directory, const Meta& meta,
                                       Options options = {});
    /// Whether the store in this directory, of any chain, holds neither a block nor a snapshot.
    static files::Attempt<bool> blank(const std::filesystem::path& directory);
    /// Opens a store.  A record at the end of the newest log file that was never finished was never
    /// acknowledged and is cut off.  A record that is damaged elsewhere, or damaged though it is
    /// whole, is a fault that says where; so are a log file that is gone, another genesis and an
    /// unknown format.
    static files::Attempt<std::unique_ptr<Store>> open(const std::filesystem::path& directory,
                                                       const crypto::Digest& genesis,
                                                       Options options = {});
    /// Opens a store as it stands now, only to be read, while another process may be writing to it
    /// and hears nothing of it.  What is torn at the end is not seen.
    static files::Attempt<std::unique_ptr<const Store>> look(const std::filesystem::path& directory,
                                                             const crypto::Digest& genesis);
    virtual ~Store() = default;

    [[nodiscard]] virtual const Meta& meta() const = 0;
    /// What opening repaired, in a sentence; empty: nothing.
    [[nodiscard]] virtual const std::string& repaired() const = 0;

    /// Writes all entries or none, and returns when they are on the disk.  Heights go on from
    /// `last()` without a gap; the first of an empty store is any.  After a fault whether they are
    /// there is known only when the store is opened again, and until then nothing more is taken.
    virtual files::Attempt<void> append(std::span<const Entry> entries) = 0;
    [[nodiscard]] virtual u64 first() const = 0;  ///< 0: no block is kept.
    [[nodiscard]] virtual u64 last() const = 0;   ///< 0: no block is kept.
    /// The record or outcome of a block that is kept.  A fault where it is not, or is damaged.
    [[nodiscard]] virtual files::Attempt<Bytes> record(u64 height) const = 0;
    [[nodiscard]] virtual files::Attempt<Bytes> outcome(u64 height) const = 0;
    /// Forgets all blocks below `height`, which must not be above `last()`.
    virtual files::Attempt<void> drop_blocks(u64 height) = 0;

    /// Keeps a snapshot: its chunks first, then, when they are on the disk, its manifest.
    virtual files::Attempt<void> keep_snapshot(const Manifest& manifest, ByteView bytes) = 0;
    /// By height, ascending.  A manifest that cannot be read is left out; `complain` is told.
    [[nodiscard]] virtual std::vector<Manifest> snapshots(
        std::vector<std::string>* complain = nullptr) const = 0;
    /// A chunk whose digest is that of the manifest; a fault where it is not or is not there.
    [[nodiscard]] virtual files::Attempt<Bytes> chunk(const Manifest& manifest,
                                                      u32 chunk) const = 0;
    virtual files::Attempt<void> drop_snapshot(u64 height) = 0;
};

}  // namespace ballast::store
