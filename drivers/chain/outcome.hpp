/// What a block did, as the store keeps it, and blocks as the log keeps them.  Not part of the
/// door.
#pragma once

#include <ballast/chain/chain.hpp>
#include <ballast/engine/log.hpp>

namespace ballast::chain {

/// An event as it is kept: of a kind that a later program may have dropped.
struct KeptEvent {
    u16 kind = 0;
    u32 subject = 0;
    AccountId account;
    AssetId asset;
    i128 amount = 0, value = 0;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.kind), visit(row.subject), visit(row.account);
        visit(row.asset), visit(row.amount), visit(row.value);
    }
};

/// What executing a block gave that the block itself does not say.
struct Kept {
    u32 version = 1;
    std::vector<engine::Receipt> receipts;
    std::vector<KeptEvent> events;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.version), visit(row.receipts), visit(row.events);
    }
};

[[nodiscard]] Bytes kept_bytes(const Committed& block);

/// The record in these bytes.  A fault where its checksum or its form is wrong.
[[nodiscard]] files::Attempt<engine::Record> read_record(u64 height, ByteView bytes);
[[nodiscard]] files::Attempt<Kept> read_kept(u64 height, ByteView bytes);
[[nodiscard]] Events events_of(const Kept& kept);

}  // namespace ballast::chain
