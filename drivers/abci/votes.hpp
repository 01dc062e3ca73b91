/// Prices travel with the votes: each validator extends its precommit by its reports, and the next
/// proposer puts the extensions that it saw into the block, as its first entry.
#pragma once

#include <ballast/abci/validators.hpp>
#include <ballast/oracle/report.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace ballast::abci {

namespace proto {
class CommitInfo;
class ExtendedCommitInfo;
}  // namespace proto

/// Most bytes that a vote is extended by: a report for each feed, and some room.
inline constexpr std::size_t extension_bytes_max = 8192;

/// Reports as a validator hangs them on its vote: a version and the codec's list, at most one per
/// feed.  Nothing, where there are none.
[[nodiscard]] std::string extension_of(const std::vector<oracle::Report>& reports);
/// Rejects: bad_version, block_too_long (extension_bytes_max, feeds_max), truncated,
/// trailing_bytes, bad_encoding.
[[nodiscard]] Result<std::vector<oracle::Report>> reports_of(std::string_view extension);

/// Whose vote, of which block.
struct Cast {
    i64 height = 0;
    i32 round = 0;
};
/// What a validator signs for its extension.
[[nodiscard]] std::string extension_sign_bytes(std::string_view extension, Cast cast,
                                               const std::string& chain_id);

/// Ed25519 as CometBFT judges it (ZIP-215): the equation times eight, points that are not encoded
/// canonically allowed.  For a key of prime order.  crypto::verify accepts less.
[[nodiscard]] bool verify_as_comet(const crypto::PublicKey& key, std::string_view message,
                                   std::string_view signature);

/// The entry of a block that carries the extensions.  It starts with a byte that no transaction can
/// start with.
[[nodiscard]] std::string votes_entry(const proto::ExtendedCommitInfo& commit);
[[nodiscard]] bool is_votes_entry(std::string_view entry);

/// The reports in the entry of the block at `height`, in the order of publishers and feeds.  A
/// fault where the entry is not one that an honest proposer makes for a block whose last commit is
/// `commit`: it is malformed, tells other rounds, votes or powers, votes of no more than two thirds
/// of the power, or holds a signature that is wrong; or extensions of a third of the power are left
/// out, which is allowed because they may be too long.  A signature that CometBFT accepts and the
/// machine's library does not, and an extension that cannot be read, count as nothing said.
[[nodiscard]] files::Attempt<std::vector<oracle::Report>> check_votes(
    const Validators& validators, std::string_view entry, i64 height,
    const proto::CommitInfo& commit);

}  // namespace ballast::abci
