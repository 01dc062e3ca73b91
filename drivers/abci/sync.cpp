#include <ballast/abci/sync.hpp>
#include <ballast/abci/abci.pb.h>
#include <ballast/abci/application.hpp>

#include <algorithm>
#include <cstring>

namespace ballast::abci {
namespace {

std::string text_of(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ByteView bytes_of(const std::string& text) {
    return {reinterpret_cast<const u8*>(text.data()), text.size()};
}

}  // namespace

files::Attempt<Sync::Announcement> Sync::announce(const chain::Chain::SnapshotInfo& info) const {
    Announcement announcement{validators_->market(), info.bytes, {}};
    for (u32 i = 0; i < info.chunks; ++i) {
        BALLAST_TRY(const Bytes chunk, chain_->snapshot_chunk(info.height, i));
        announcement.chunks.push_back(crypto::sha256(chunk));
    }
    return announcement;
}

void Sync::list(proto::ListSnapshotsResponse& response) {
    const auto kept = chain_->snapshots();
    std::erase_if(announced_, [&](const auto& known) {
        return std::ranges::find(kept, known.first, &chain::Chain::SnapshotInfo::height) ==
               kept.end();
    });
    for (const chain::Chain::SnapshotInfo& info : kept) {
        if (info.chunks > snapshot_chunks_max) continue;
        if (!announced_.contains(info.height)) {
            auto announcement = announce(info);
            if (!announcement) continue;  // It went away meanwhile.
            announced_.emplace(info.height, std::move(*announcement));
        }
        Bytes metadata;
        Writer write(metadata);
        write(announced_.at(info.height));
        proto::Snapshot& snapshot = *response.add_snapshots();
        snapshot.set_height(info.height);
        snapshot.set_format(snapshot_format);
        snapshot.set_chunks(info.chunks);
        snapshot.set_hash(text_of(crypto::sha256(metadata)));
        snapshot.set_metadata(text_of(metadata));
    }
}

std::string Sync::chunk(u64 height, u32 format, u32 chunk) const {
    if (format != snapshot_format) return {};
    const auto bytes = chain_->snapshot_chunk(height, chunk);
    return bytes ? text_of(*bytes) : std::string();
}

files::Attempt<void> Sync::check(const Announcement& announcement, u32 chunks) const {
    if (announcement.market != validators_->market())
        return files::fault("it is a snapshot of another market");
    if (announcement.chunks.size() != chunks || chunks == 0 || chunks > snapshot_chunks_max)
        return files::fault("{} chunks and {} digests; expected as many, 1 to {}", chunks,
                            announcement.chunks.size(), snapshot_chunks_max);
    if (announcement.bytes == 0 || announcement.bytes > snapshot_bytes_max)
        return files::fault("{} bytes; expected 1 to {}", announcement.bytes, snapshot_bytes_max);
    return {};
}

void Sync::offer(const proto::OfferSnapshotRequest& request,
                 proto::OfferSnapshotResponse& response) {
    const proto::Snapshot& snapshot = request.snapshot();
    Arriving arriving;
    arriving_.reset();
    response.set_result(proto::OfferSnapshotResponse::REJECT);
    if (snapshot.format() != snapshot_format) {
        why_ = fmt::format("format {}; expected {}", snapshot.format(), snapshot_format);
        response.set_result(proto::OfferSnapshotResponse::REJECT_FORMAT);
        return;
    }
    Reader read(bytes_of(snapshot.metadata()));
    read(arriving.announcement);
    why_ = read.finish() && request.app_hash().size() == arriving.root.size()
               ? std::string()
               : "it is not announced as Ballast does";
    if (why_.empty())
        if (auto good = check(arriving.announcement, snapshot.chunks()); !good)
            why_ = good.error().sentence;
    if (!why_.empty()) return;
    arriving.height = snapshot.height();
    std::memcpy(arriving.root.data(), request.app_hash().data(), arriving.root.size());
    arriving.chunks.resize(snapshot.chunks());
    arriving.missing = snapshot.chunks();
    arriving_ = std::move(arriving);
    response.set_result(proto::OfferSnapshotResponse::ACCEPT);
}

void Sync::apply(const proto::ApplySnapshotChunkRequest& request,
                 proto::ApplySnapshotChunkResponse& response) {
    why_.clear();
    response.set_result(proto::ApplySnapshotChunkResponse::ABORT);
    if (!arriving_ || request.index() >= arriving_->chunks.size()) {
        why_ = "a chunk that nobody asked for";
        return;
    }
    const ByteView content = bytes_of(request.chunk());
    if (crypto::sha256(content) != arriving_->announcement.chunks[request.index()] ||
        content.empty()) {
        why_ = fmt::format("chunk {} is not the one that was announced", request.index());
        response.set_result(proto::ApplySnapshotChunkResponse::RETRY);
        response.add_refetch_chunks(request.index());
        response.add_reject_senders(request.sender());
        return;
    }
    Bytes& chunk = arriving_->chunks[request.index()];
    if (chunk.empty()) {
        arriving_->missing -= 1;
        arriving_->bytes += content.size();
        chunk.assign(content.begin(), content.end());
    }
    response.set_result(proto::ApplySnapshotChunkResponse::ACCEPT);
    if (arriving_->missing > 0 && arriving_->bytes <= arriving_->announcement.bytes) return;
    const Arriving arrived = std::move(*arriving_);
    arriving_.reset();
    Bytes bytes;
    bytes.reserve(arrived.bytes);
    for (const Bytes& part : arrived.chunks) bytes.insert(bytes.end(), part.begin(), part.end());
    if (auto done = chain_->restore(arrived.height, arrived.root, bytes); !done) {
        why_ = done.error().sentence;
        response.set_result(proto::ApplySnapshotChunkResponse::REJECT_SNAPSHOT);
    }
}

}  // namespace ballast::abci
