/// A machine that lasts: blocks are executed, made durable, and only then told.  Both nodes, the
/// embedded one and the replicated one, and every tool that opens a home stand on this.
#pragma once

#include <ballast/engine/machine.hpp>
#include <ballast/files/fault.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace ballast::chain {

/// A block with what it did, as it is told to those who listen and as it is kept.
struct Committed {
    engine::Block block;
    std::vector<crypto::Digest> ids;  ///< `id_of` each transaction.
    std::vector<engine::Receipt> receipts;
    Events events;
    crypto::Digest root{};
};
using CommittedPtr = std::shared_ptr<const Committed>;

/// The name of a transaction: SHA-256 of its encoding, signature and all.
[[nodiscard]] crypto::Digest id_of(const engine::Transaction& transaction);

/// How a chain keeps itself.
struct Options {
    u64 snapshot_blocks = 10'000;  ///< A snapshot every so many blocks; 0: never.
    u32 snapshots_kept = 3;
    u64 history_blocks = 0;              ///< Blocks kept behind the oldest snapshot; 0: all.
    u32 threads = 2;                     ///< For signatures.
    u64 free_bytes_min = u64{64} << 20;  ///< What must stay free on the disk.
};

/// A home that is open.  Any thread may read; one thread at a time executes, and one makes durable.
class Chain {
public:
    /// Writes an empty home.  A home that is there already is a fault.
    static files::Attempt<void> create(const std::filesystem::path& home,
                                       const engine::Genesis& genesis,
                                       const std::string& program = "ballast");
    /// Opens a home: locks it against other processes, takes the newest good snapshot, replays the
    /// log behind it and compares every root.  What is torn at the end of the log was never
    /// acknowledged and is cut off; anything else that is wrong is a fault that says where.
    static files::Attempt<std::unique_ptr<Chain>> open(const std::filesystem::path& home,
                                                       Options options = {});
    virtual ~Chain() = default;

    /// What opening had to repair or pass over, and snapshots that could not be kept, in sentences.
    [[nodiscard]] virtual std::vector<std::string> remarks() const { return {}; }

    /// Calls `look` with the machine at the last block; blocks wait meanwhile, other readers do
    /// not.  The block is durable before this returns, unless `persist` has failed.  Must not be
    /// called by the thread that is to make that block durable.
    virtual void read(const std::function<void(const engine::Machine&)>& look) const = 0;
    /// The same without waiting: what is seen may yet be lost, and must not be told to anybody.
    virtual void peek(const std::function<void(const engine::Machine&)>& look) const { read(look); }
    /// `read` at an earlier height, from the snapshot before it and the log.  A fault where the
    /// height is in the future or its history is gone, and where it would take too long.
    [[nodiscard]] virtual files::Attempt<void> read_at(
        u64 height, const std::function<void(const engine::Machine&)>& look) const = 0;
    /// Machine::preview on the last block.  Signatures that `vouch` saw are not checked again.
    [[nodiscard]] virtual engine::Machine::Preview preview(
        std::span<const engine::Transaction> transactions, bool authorised,
        const std::function<void(const engine::Machine&)>& look = {}) = 0;

    [[nodiscard]] virtual u64 height() const = 0;  ///< Of the last durable block.
    [[nodiscard]] virtual u64 oldest() const = 0;  ///< First height whose block is kept.
    /// A durable block, from memory or from the store; nothing where it is not kept.
    [[nodiscard]] virtual CommittedPtr block(u64 height) const = 0;

    /// Executes the next block.  Signatures are checked by several threads, and not again where
    /// `vouch` saw them.  Not durable yet, and not told.  Rejects as Machine::execute, and with
    /// bad_height after a fault of `persist`.  Waits while listeners are far behind.  `ids` are
    /// those of all transactions in order; none, where the caller does not know them.
    virtual Result<CommittedPtr> execute(engine::Block block,
                                         std::vector<crypto::Digest> ids = {}) = 0;
    /// Checks the signature ahead of its block and remembers the answer; `id` is `id_of` it.
    [[nodiscard]] virtual bool vouch(const engine::Transaction& transaction,
                                     const crypto::Digest& id) = 0;
    struct Signatures {
        u64 checked = 0;  ///< Since the chain was opened.
        u64 known = 0;    ///< Of transactions in blocks, checked before.
    };
    [[nodiscard]] virtual Signatures signatures() const { return {}; }
    /// Makes every executed block durable in one write, and has the listeners told.  After a fault
    /// (a full disk) nothing more can be executed; whether these blocks are there is known when the
    /// home is opened again.
    virtual files::Attempt<void> persist() = 0;
    /// Nobody will persist any more: as after a fault of `persist`, with this sentence.  Whoever
    /// waits for a block to become durable waits no longer.
    virtual void give_up(const std::string& why) { (void)why; }
    /// Is told of every durable block from now on, in order, by a thread of the chain's own.  A
    /// listener may read; it must not execute or persist.
    virtual void listen(std::function<void(const CommittedPtr&)> listener) = 0;

    /// A snapshot of the last durable block, kept in the home; returns its height.
    virtual files::Attempt<u64> snapshot() = 0;
    struct SnapshotInfo {
        u64 height = 0;
        crypto::Digest root{};
        u32 chunks = 0;
        u64 bytes = 0;
    };
    [[nodiscard]] virtual std::vector<SnapshotInfo> snapshots() const = 0;
    [[nodiscard]] virtual files::Attempt<Bytes> snapshot_chunk(u64 height, u32 chunk) const = 0;
    /// Puts the state of `bytes` in the place of the one that is there, if it has this root and the
    /// home has executed no block of its own; a snapshot that was restored before is dropped.
    virtual files::Attempt<void> restore(u64 height, const crypto::Digest& root,
                                         ByteView bytes) = 0;
};

}  // namespace ballast::chain
