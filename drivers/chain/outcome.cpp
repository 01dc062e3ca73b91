#include <ballast/chain/outcome.hpp>

#include <algorithm>

namespace ballast::chain {
namespace {

constexpr std::size_t checksum_bytes = 8;

}  // namespace

files::Attempt<engine::Record> read_record(u64 height, ByteView bytes) {
    Reader reader(bytes);
    u32 length = 0;
    reader(length);
    const ByteView body = reader.raw(length);
    const ByteView checksum = reader.raw(checksum_bytes);
    if (!reader.finish())
        return files::fault("block {}: its record of {} bytes has another length than it says",
                            height, bytes.size());
    const crypto::Digest digest = crypto::sha256(body);
    if (!std::ranges::equal(checksum, ByteView(digest).first(checksum_bytes)))
        return files::fault("block {}: its record is damaged, the checksum is wrong", height);
    auto record = decode<engine::Record>(body);
    if (!record)
        return files::fault("block {}: its record cannot be read: {}", height,
                            sentence(record.error()));
    if (record->block.height != height)
        return files::fault("block {}: the record is of block {}", height, record->block.height);
    return std::move(*record);
}

files::Attempt<Kept> read_kept(u64 height, ByteView bytes) {
    auto kept = decode<Kept>(bytes);
    if (!kept)
        return files::fault("block {}: its outcome cannot be read: {}", height,
                            sentence(kept.error()));
    if (kept->version != Kept().version)
        return files::fault("block {}: its outcome has version {}; this program reads version {}",
                            height, kept->version, Kept().version);
    return std::move(*kept);
}

Bytes kept_bytes(const Committed& block) {
    Kept kept{.receipts = block.receipts, .events = {}};
    for (const Event& event : block.events)
        kept.events.push_back({static_cast<u16>(event.kind), event.subject, event.account,
                               event.asset, event.amount, event.value});
    return encode(kept);
}

Events events_of(const Kept& kept) {
    Events events;
    for (const KeptEvent& event : kept.events)
        events.push_back({static_cast<EventKind>(event.kind), event.subject, event.account,
                          event.asset, event.amount, event.value});
    return events;
}

crypto::Digest id_of(const engine::Transaction& transaction) {
    return crypto::sha256(encode(transaction));
}

}  // namespace ballast::chain
