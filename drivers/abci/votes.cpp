#include <ballast/abci/votes.hpp>
#include <ballast/abci/abci.pb.h>
#include <ballast/abci/frame.hpp>

#include <sodium/crypto_core_ed25519.h>
#include <sodium/crypto_hash_sha512.h>
#include <sodium/crypto_scalarmult_ed25519.h>

#include <algorithm>
#include <cstring>
#include <map>

namespace ballast::abci {
namespace {

constexpr u8 extension_version = 1;

/// No message of protocol buffers starts with a zero byte: there is no field zero.
constexpr std::string_view votes_tag{"\0ballast/votes/1", 16};

ByteView bytes_of(std::string_view text) {
    return {reinterpret_cast<const u8*>(text.data()), text.size()};
}

const u8* data_of(std::string_view text) {
    return reinterpret_cast<const u8*>(text.data());
}

using Point = std::array<u8, crypto_core_ed25519_BYTES>;
using Scalar = std::array<u8, crypto_core_ed25519_SCALARBYTES>;

constexpr Point identity{1};

/// `scalar` times `key`, of prime order; with no key times the base point.
bool multiply(Point& product, const Scalar& scalar, const u8* key) {
    if (std::ranges::all_of(scalar, [](u8 byte) { return byte == 0; })) {
        product = identity;  // Which the library does not give.
        return true;
    }
    const int failed = key == nullptr
                           ? crypto_scalarmult_ed25519_base_noclamp(product.data(), scalar.data())
                           : crypto_scalarmult_ed25519_noclamp(product.data(), scalar.data(), key);
    return failed == 0;
}

bool reduced(const u8* scalar) {
    std::array<u8, crypto_core_ed25519_NONREDUCEDSCALARBYTES> wide{};
    std::memcpy(wide.data(), scalar, crypto_core_ed25519_SCALARBYTES);
    Scalar back{};
    crypto_core_ed25519_scalar_reduce(back.data(), wide.data());
    return std::memcmp(back.data(), scalar, back.size()) == 0;
}

files::Attempt<void> check_vote(const proto::ExtendedVoteInfo& vote, const proto::VoteInfo& told) {
    if (vote.validator().address() != told.validator().address() ||
        vote.validator().power() != told.validator().power() ||
        vote.block_id_flag() != told.block_id_flag())
        return files::fault("votes: they are not those of the block's last commit");
    const bool extended = !vote.vote_extension().empty() || !vote.extension_signature().empty();
    if (vote.block_id_flag() != proto::COMMIT && extended)
        return files::fault("votes: an extension of a vote that is not for the block");
    return {};
}

using ByPlace = std::map<std::pair<PublisherId, FeedId>, oracle::Report>;

/// Takes what one validator says of its own feeds.
files::Attempt<void> take_reports(const Validators& validators, const proto::ExtendedVoteInfo& vote,
                                  Cast cast, ByPlace& reports) {
    const std::string& extension = vote.vote_extension();
    const std::string& signature = vote.extension_signature();
    const Validator* validator = validators.find(bytes_of(vote.validator().address()));
    if (validator == nullptr) return files::fault("votes: one of nobody's");
    const std::string message = extension_sign_bytes(extension, cast, validators.chain_id());
    crypto::Signature bytes{};
    if (signature.size() != bytes.size())
        return files::fault("votes: a signature of {} bytes", signature.size());
    std::memcpy(bytes.data(), signature.data(), bytes.size());
    if (!crypto::verify(validator->key, bytes_of(message), bytes)) {
        if (!verify_as_comet(validator->key, message, signature))
            return files::fault("votes: a signature that is wrong");
        return {};
    }
    const Result<std::vector<oracle::Report>> said = reports_of(extension);
    if (!said) return {};
    for (const oracle::Report& report : *said)
        if (report.publisher == validator->publisher)
            reports.emplace(std::pair(report.publisher, report.feed), report);
    return {};
}

}  // namespace

std::string extension_of(const std::vector<oracle::Report>& reports) {
    if (reports.empty()) return {};
    Bytes bytes;
    Writer write(bytes);
    write(extension_version);
    write(reports);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<std::vector<oracle::Report>> reports_of(std::string_view extension) {
    std::vector<oracle::Report> reports;
    if (extension.empty()) return reports;
    if (extension.size() > extension_bytes_max) return no(Reject::block_too_long);
    Reader read(bytes_of(extension));
    u8 version = 0;
    read(version);
    if (version != extension_version) return no(Reject::bad_version);
    read(reports);
    BALLAST_CHECK(read.finish());
    if (reports.size() > limits::feeds_max) return no(Reject::block_too_long);
    return reports;
}

std::string extension_sign_bytes(std::string_view extension, Cast cast,
                                 const std::string& chain_id) {
    proto::CanonicalVoteExtension message;
    message.set_extension(extension.data(), extension.size());
    message.set_height(cast.height);
    message.set_round(cast.round);
    message.set_chain_id(chain_id);
    std::string out;
    append_frame(out, message.SerializeAsString());
    return out;
}

bool verify_as_comet(const crypto::PublicKey& key, std::string_view message,
                     std::string_view signature) {
    const u8* r = data_of(signature);
    if (signature.size() != std::tuple_size_v<crypto::Signature> || !reduced(r + 32)) return false;
    crypto_hash_sha512_state hash;
    std::array<u8, crypto_hash_sha512_BYTES> wide{};
    crypto_hash_sha512_init(&hash);
    crypto_hash_sha512_update(&hash, r, 32);
    crypto_hash_sha512_update(&hash, key.data(), key.size());
    crypto_hash_sha512_update(&hash, data_of(message), message.size());
    crypto_hash_sha512_final(&hash, wide.data());
    Scalar challenge{};
    crypto_core_ed25519_scalar_reduce(challenge.data(), wide.data());
    Scalar s{};
    std::memcpy(s.data(), r + 32, s.size());

    Point left{};
    Point right{};
    if (!multiply(left, s, nullptr) || !multiply(right, challenge, key.data())) return false;
    // Eight times (s B - h A - R) is nothing.
    if (crypto_core_ed25519_sub(left.data(), left.data(), right.data()) != 0) return false;
    if (crypto_core_ed25519_sub(left.data(), left.data(), r) != 0) return false;
    for (int doubled = 0; doubled < 3; ++doubled)
        if (crypto_core_ed25519_add(left.data(), left.data(), left.data()) != 0) return false;
    return left == identity;
}

std::string votes_entry(const proto::ExtendedCommitInfo& commit) {
    return std::string(votes_tag) + commit.SerializeAsString();
}

bool is_votes_entry(std::string_view entry) {
    return entry.starts_with(votes_tag);
}

files::Attempt<std::vector<oracle::Report>> check_votes(const Validators& validators,
                                                        std::string_view entry, i64 height,
                                                        const proto::CommitInfo& commit) {
    entry.remove_prefix(votes_tag.size());
    proto::ExtendedCommitInfo votes;
    if (!votes.ParseFromArray(entry.data(), static_cast<int>(entry.size())))
        return files::fault("votes: the entry is no message");
    if (votes.round() != commit.round() || votes.votes_size() != commit.votes_size())
        return files::fault("votes: {} of round {}; the block's last commit has {} of round {}",
                            votes.votes_size(), votes.round(), commit.votes_size(), commit.round());
    u64 power = 0;
    u64 silent = 0;
    ByPlace reports;
    for (int i = 0; i < votes.votes_size(); ++i) {
        const proto::ExtendedVoteInfo& vote = votes.votes(i);
        BALLAST_CHECK(check_vote(vote, commit.votes(i)));
        if (vote.block_id_flag() != proto::COMMIT) continue;
        power += static_cast<u64>(vote.validator().power());
        if (vote.vote_extension().empty() && vote.extension_signature().empty())
            silent += static_cast<u64>(vote.validator().power());
        else
            BALLAST_CHECK(take_reports(validators, vote, {height - 1, votes.round()}, reports));
    }
    if (power * 3 <= validators.power() * 2 || silent * 3 >= validators.power())
        return files::fault(
            "votes: of power {}, with {} left out; expected more than two thirds of {}, with less "
            "than one third left out",
            power, silent, validators.power());
    std::vector<oracle::Report> list;
    for (const auto& [place, report] : reports) list.push_back(report);
    return list;
}

}  // namespace ballast::abci
