/// State sync: a node that joins takes a snapshot of others instead of all blocks.
#pragma once

#include <ballast/abci/validators.hpp>
#include <ballast/chain/chain.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ballast::abci {

namespace proto {
class ApplySnapshotChunkRequest;
class ApplySnapshotChunkResponse;
class ListSnapshotsResponse;
class OfferSnapshotRequest;
class OfferSnapshotResponse;
}  // namespace proto

/// Largest snapshot that is taken over; it stands in memory while it arrives.
inline constexpr u64 snapshot_bytes_max = u64{64} << 30;
inline constexpr u32 snapshot_chunks_max = 100'000;  ///< CometBFT's own limit.

/// One connection asks.
class Sync {
public:
    Sync(chain::Chain& chain, const Validators& validators)
        : chain_(&chain), validators_(&validators) {}

    void list(proto::ListSnapshotsResponse& response);
    /// Empty where it is not there.
    [[nodiscard]] std::string chunk(u64 height, u32 format, u32 chunk) const;

    /// Why the last offer or chunk was refused, in words; empty: it was not.
    [[nodiscard]] const std::string& why() const { return why_; }
    /// Accepts what has this format, is of the same market, and of a state with the root that
    /// CometBFT's light client has seen.
    void offer(const proto::OfferSnapshotRequest& request, proto::OfferSnapshotResponse& response);
    /// Keeps a chunk if it has the digest that was announced; asks for it again, from another, if
    /// not.  With the last one the state is restored, if it has that root.
    void apply(const proto::ApplySnapshotChunkRequest& request,
               proto::ApplySnapshotChunkResponse& response);

private:
    /// What is said of a snapshot beside its height: CometBFT hands it on unread.
    struct Announcement {
        crypto::Digest market{};
        u64 bytes = 0;
        std::vector<crypto::Digest> chunks;

        template <class V, class R>
        static void fields(V& visit, R& row) {
            visit(row.market), visit(row.bytes), visit(row.chunks);
        }
    };
    struct Arriving {
        u64 height = 0;
        crypto::Digest root{};
        Announcement announcement;
        std::vector<Bytes> chunks;
        std::size_t missing = 0;
        u64 bytes = 0;
    };
    [[nodiscard]] files::Attempt<Announcement> announce(
        const chain::Chain::SnapshotInfo& info) const;
    [[nodiscard]] files::Attempt<void> check(const Announcement& announcement, u32 chunks) const;

    chain::Chain* chain_;
    const Validators* validators_;
    std::map<u64, Announcement> announced_;  ///< By height; of the snapshots that are kept.
    std::optional<Arriving> arriving_;
    std::string why_;
};

}  // namespace ballast::abci
