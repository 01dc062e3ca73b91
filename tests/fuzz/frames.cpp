// What CometBFT sends: frames, the messages in them, and what extends a vote.
#include "house.hpp"
#include "targets.hpp"

#include <ballast/abci/abci.pb.h>
#include <ballast/abci/frame.hpp>
#include <ballast/abci/votes.hpp>

namespace ballast::fuzz {
namespace {

/// The messages of a stream that comes in pieces of this size, and whether it ends in a fault.
std::pair<std::vector<std::string>, bool> messages_of(ByteView bytes, std::size_t piece) {
    abci::FrameReader reader;
    std::vector<std::string> messages;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        const ByteView part = bytes.subspan(at, std::min(piece, bytes.size() - at));
        reader.feed({reinterpret_cast<const char*>(part.data()), part.size()});
        for (auto frame = reader.next();; frame = reader.next()) {
            if (!frame) return {messages, true};
            if (!*frame) break;
            messages.emplace_back(**frame);
        }
    }
    return {messages, false};
}

}  // namespace

/// The pieces in which a stream comes do not matter; what is written is read as the same.
void run_frames(ByteView bytes) {
    const auto whole = messages_of(bytes, std::max<std::size_t>(bytes.size(), 1));
    demand(messages_of(bytes, 3) == whole);
    for (const std::string& message : whole.first) {
        std::string again;
        abci::append_frame(again, message);
        demand(messages_of(bytes_of(again), again.size()).first.front() == message);
        abci::proto::Request request;
        if (!request.ParseFromString(message)) continue;
        const std::string written = request.SerializeAsString();
        demand(request.ParseFromString(written) && request.SerializeAsString() == written);
        const auto said = abci::reports_of(request.verify_vote_extension().vote_extension());
        if (said) demand(abci::reports_of(abci::extension_of(*said)) == said);
    }
}

std::vector<Bytes> frame_seeds() {
    abci::proto::Request verify;
    verify.mutable_verify_vote_extension()->set_vote_extension(abci::extension_of({{}, {}}));
    abci::proto::Request propose;
    propose.mutable_process_proposal()->add_txs(abci::votes_entry({}));
    std::string stream;
    abci::append_frame(stream, verify.SerializeAsString());
    abci::append_frame(stream, propose.SerializeAsString());
    return {bytes_of(stream)};
}

}  // namespace ballast::fuzz
