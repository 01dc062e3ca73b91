#include <ballast/abci/abci.pb.h>
#include <ballast/abci/frame.hpp>

#include <gtest/gtest.h>

namespace ballast::abci {
namespace {

std::string bytes(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return out;
}

std::string joined(std::initializer_list<std::string> parts) {
    std::string out;
    for (const std::string& part : parts) out += part;
    return out;
}

std::string framed(const google::protobuf::MessageLite& message) {
    std::string out;
    append_frame(out, message.SerializeAsString());
    return out;
}

// Bytes that protoc 3.21.12 made from the schema of CometBFT v0.39.4.
TEST(Frame, messages_have_the_bytes_of_the_upstream_schema) {
    proto::Request request;
    request.mutable_flush();
    EXPECT_EQ(framed(request), bytes("021200"));
    request.mutable_check_tx()->set_tx("abc");
    request.mutable_check_tx()->set_type(1);
    EXPECT_EQ(framed(request), bytes("0942070a036162631001"));
    request.mutable_reap_txs()->set_max_bytes(10);
    EXPECT_EQ(framed(request), bytes("05b20102080a"));
    proto::ExtendVoteRequest& extend = *request.mutable_extend_vote();
    extend.set_hash(std::string(32, '\x05'));
    extend.set_height(2);
    extend.mutable_time()->set_seconds(1'700'000'001);
    extend.add_txs(std::string("a"));
    EXPECT_EQ(framed(request), joined({bytes("3292012f0a20"), std::string(32, '\x05'),
                                       bytes("10021a060881e2cfaa06220161")}));

    proto::Response response;
    response.mutable_info();
    EXPECT_EQ(framed(response), bytes("022200"));
    response.mutable_extend_vote()->set_vote_extension("px");
    EXPECT_EQ(framed(response), bytes("079a01040a027078"));
    response.mutable_commit()->set_retain_height(3);
    EXPECT_EQ(framed(response), bytes("0462021803"));
    response.mutable_exception()->set_error("boom");
    EXPECT_EQ(framed(response), bytes("080a060a04626f6f6d"));
    response.mutable_offer_snapshot()->set_result(proto::OfferSnapshotResponse::ACCEPT);
    EXPECT_EQ(framed(response), bytes("0472020801"));
    proto::ApplySnapshotChunkResponse& apply = *response.mutable_apply_snapshot_chunk();
    apply.set_result(proto::ApplySnapshotChunkResponse::RETRY);
    apply.add_refetch_chunks(0);
    apply.add_refetch_chunks(2);
    EXPECT_EQ(framed(response), bytes("09820106080312020002"));
}

TEST(Frame, a_proposal_has_the_bytes_of_the_upstream_schema) {
    proto::Request request;
    proto::PrepareProposalRequest& prepare = *request.mutable_prepare_proposal();
    prepare.set_max_tx_bytes(1000);
    prepare.add_txs(std::string("a"));
    prepare.add_txs(std::string("bb"));
    proto::ExtendedVoteInfo& vote = *prepare.mutable_local_last_commit()->add_votes();
    vote.mutable_validator()->set_address(std::string(20, '\x02'));
    vote.mutable_validator()->set_power(10);
    vote.set_vote_extension("px");
    vote.set_extension_signature(std::string(64, '\x03'));
    vote.set_block_id_flag(proto::COMMIT);
    prepare.set_height(2);
    prepare.mutable_time()->set_seconds(1'700'000'001);
    prepare.set_next_validators_hash(std::string(32, '\x04'));
    prepare.set_proposer_address(std::string(20, '\x02'));
    EXPECT_EQ(framed(request),
              joined({bytes("b6018201b20108e807120161120262621a6412620a180a14"),
                      std::string(20, '\x02'), bytes("180a1a0270782240"), std::string(64, '\x03'),
                      bytes("2802280232060881e2cfaa063a20"), std::string(32, '\x04'), bytes("4214"),
                      std::string(20, '\x02')}));
}

TEST(Frame, a_stream_in_single_bytes_gives_the_same_messages) {
    std::string stream;
    const std::vector<std::string> sent{"", "a", std::string(127, 'b'), std::string(128, 'c'),
                                        std::string(20'000, 'd')};
    for (const std::string& message : sent) append_frame(stream, message);
    std::vector<std::string> got;
    FrameReader reader;
    for (const char byte : stream) {
        reader.feed({&byte, 1});
        for (;;) {
            const auto frame = reader.next();
            ASSERT_TRUE(frame);
            if (!*frame) break;
            got.emplace_back(**frame);
        }
    }
    EXPECT_EQ(got, sent);
}

TEST(Frame, a_length_that_is_too_large_is_refused_before_it_is_read) {
    FrameReader large;
    large.feed(bytes("81808040"));  // 2^27 + 1.
    EXPECT_EQ(large.next().error().sentence,
              "abci: a frame of 134217729 bytes; at most 134217728 are allowed");
    FrameReader endless;
    endless.feed(bytes("ffffffffff"));
    EXPECT_EQ(endless.next().error().sentence, "abci: a frame's length is no number");
}

}  // namespace
}  // namespace ballast::abci
