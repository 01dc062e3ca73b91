#include <ballast/abci/test_kit.hpp>

#include <gtest/gtest.h>

namespace ballast::abci::test {
namespace {

/// The blocks of a network, as CometBFT keeps them, with what the machine made of each.
struct History {
    std::vector<proto::Request> blocks;
    std::vector<std::string> answers;
};

constexpr i64 last_height = 5;

/// Every call for the blocks of a history, in CometBFT's order.
struct Call {
    proto::Request request;
    i64 height = 0;
};
std::vector<Call> calls_of(const engine::Genesis& genesis) {
    std::vector<Call> calls{{init_chain(genesis), 0}};
    for (i64 height = 1; height <= last_height; ++height) {
        const auto told = height < 2 ? proto::ExtendedCommitInfo()
                                     : votes(genesis, height, {"", "", "", std::nullopt});
        const auto last = without_extensions(told);
        const auto nonce = static_cast<u64>(height - 1);
        const proto::Request ask = prepare(height, told, {transfer(genesis, nonce), "rubbish"});
        std::vector<std::string> entries =
            prepare_proposal(validators(genesis), ask.prepare_proposal(), anything);
        if (height == 3) entries.push_back("rubbish that was decided");
        proto::Request extend;
        extend.mutable_extend_vote()->set_height(height);
        calls.push_back({ask, height});
        calls.push_back({process(height, last, entries), height});
        calls.push_back({extend, height});
        calls.push_back({finalize(height, last, entries), height});
        calls.push_back({commit(), height});
    }
    return calls;
}

History run_through(const engine::Genesis& genesis) {
    Disk disk{genesis, {}};
    Node node(disk);
    History history;
    for (const Call& call : calls_of(genesis)) {
        const proto::Response answer = node.ask(call.request);
        if (!call.request.has_finalize_block()) continue;
        history.blocks.push_back(call.request);
        history.answers.push_back(answer.SerializeAsString());
    }
    return history;
}

/// What CometBFT does when it meets an application after a crash: asks how far it is, and plays the
/// blocks that it lacks.
void shake_hands(Node& node, const History& history, std::size_t decided) {
    proto::Request ask;
    ask.mutable_info();
    const auto info = node.ask(ask).info();
    if (info.last_block_height() == 0) node.ask(init_chain(market()));
    const auto from = static_cast<std::size_t>(info.last_block_height());
    ASSERT_LE(from, decided) << "the application must not be ahead";
    ASSERT_LE(decided, from + 1) << "it must not have forgotten a block that was committed";
    for (std::size_t i = from; i < decided; ++i) {
        ASSERT_EQ(node.ask(history.blocks[i]).SerializeAsString(), history.answers[i]);
        node.ask(commit());
    }
    if (decided == 0) return;
    proto::Response last;
    last.ParseFromString(history.answers[decided - 1]);
    EXPECT_EQ(node.ask(ask).info().last_block_app_hash(), last.finalize_block().app_hash());
}

TEST(Recovery, after_a_crash_between_any_two_calls_the_chain_goes_on_with_the_same_hashes) {
    const engine::Genesis genesis = market();
    const History history = run_through(genesis);
    const std::vector<Call> calls = calls_of(genesis);
    for (std::size_t prefix = 0; prefix <= calls.size(); ++prefix) {
        SCOPED_TRACE(prefix);
        Disk disk{genesis, {}};
        std::size_t decided = 0;
        {
            Node node(disk);
            for (std::size_t i = 0; i < prefix; ++i) {
                // CometBFT has stored a block before it is finalized.
                if (calls[i].request.has_finalize_block())
                    decided = static_cast<std::size_t>(calls[i].height);
                node.ask(calls[i].request);
            }
        }
        Node again(disk);
        shake_hands(again, history, decided);
        for (std::size_t i = decided; i < history.blocks.size(); ++i) {
            EXPECT_EQ(again.ask(history.blocks[i]).SerializeAsString(), history.answers[i]);
            again.ask(commit());
        }
    }
}

TEST(Recovery, a_comet_that_comes_back_alone_gets_the_same_answer) {
    Disk disk{market(), {}};
    Node node(disk);
    const proto::Request block = finalize(1, {}, std::vector<std::string>{transfer(market(), 0)});
    const std::string first = node.ask(block).SerializeAsString();
    proto::Request ask;
    ask.mutable_info();
    EXPECT_EQ(node.ask(ask).info().last_block_height(), 0) << "it is not durable";
    EXPECT_EQ(node.ask(block).SerializeAsString(), first);
    proto::Request other = block;
    other.mutable_finalize_block()->set_hash("another");
    EXPECT_THROW(node.ask(other), std::runtime_error);
    node.ask(commit());
    EXPECT_THROW(node.ask(commit()), std::runtime_error);
    EXPECT_THROW(node.ask(block), std::runtime_error);
    EXPECT_EQ(disk.blocks.size(), 1u);
}

struct Joined {
    Disk disk{market(), {}};
    Node node{disk};
};

proto::Snapshot offered(Node& from) {
    proto::Request list;
    list.mutable_list_snapshots();
    const auto listed = from.ask(list).list_snapshots();
    EXPECT_EQ(listed.snapshots_size(), 1);
    return listed.snapshots(0);
}

proto::OfferSnapshotResponse::Result offer(Node& to, const proto::Snapshot& snapshot,
                                           const std::string& root) {
    proto::Request request;
    *request.mutable_offer_snapshot()->mutable_snapshot() = snapshot;
    request.mutable_offer_snapshot()->set_app_hash(root);
    return to.ask(request).offer_snapshot().result();
}

proto::ApplySnapshotChunkResponse apply(Node& to, u32 index, const std::string& chunk) {
    proto::Request request;
    request.mutable_apply_snapshot_chunk()->set_index(index);
    request.mutable_apply_snapshot_chunk()->set_chunk(chunk);
    request.mutable_apply_snapshot_chunk()->set_sender("peer");
    return to.ask(request).apply_snapshot_chunk();
}

std::string chunk_of(Node& from, const proto::Snapshot& snapshot, u32 index) {
    proto::Request request;
    request.mutable_load_snapshot_chunk()->set_height(snapshot.height());
    request.mutable_load_snapshot_chunk()->set_format(snapshot.format());
    request.mutable_load_snapshot_chunk()->set_chunk(index);
    return from.ask(request).load_snapshot_chunk().chunk();
}

TEST(StateSync, a_node_joins_by_a_snapshot_and_goes_on_with_the_same_hashes) {
    const engine::Genesis genesis = market();
    const History history = run_through(genesis);
    Disk disk{genesis, {}};
    Node old(disk);
    for (std::size_t i = 0; i < 3; ++i) old.ask(history.blocks[i]), old.ask(commit());
    ASSERT_TRUE(old.chain.snapshot());
    const proto::Snapshot snapshot = offered(old);
    EXPECT_EQ(snapshot.height(), 3u);
    ASSERT_GT(snapshot.chunks(), 2u);
    proto::Request ask;
    ask.mutable_info();
    const std::string root = old.ask(ask).info().last_block_app_hash();

    Joined joined;
    ASSERT_EQ(offer(joined.node, snapshot, root), proto::OfferSnapshotResponse::ACCEPT);
    const auto bad = apply(joined.node, 0, "rubbish");
    EXPECT_EQ(bad.result(), proto::ApplySnapshotChunkResponse::RETRY);
    ASSERT_EQ(bad.refetch_chunks_size(), 1);
    EXPECT_EQ(bad.reject_senders(0), "peer");
    for (u32 i = snapshot.chunks(); i-- > 0;)
        EXPECT_EQ(apply(joined.node, i, chunk_of(old, snapshot, i)).result(),
                  proto::ApplySnapshotChunkResponse::ACCEPT);
    EXPECT_EQ(joined.node.ask(ask).info().last_block_height(), 3);
    EXPECT_EQ(joined.node.ask(ask).info().last_block_app_hash(), root);
    for (std::size_t i = 3; i < history.blocks.size(); ++i) {
        EXPECT_EQ(joined.node.ask(history.blocks[i]).SerializeAsString(), history.answers[i]);
        joined.node.ask(commit());
    }
}

TEST(StateSync, what_is_not_this_market_or_not_this_state_is_refused) {
    Disk disk{market(), {}};
    Node old(disk);
    old.ask(finalize(1, {}, std::vector<std::string>{}));
    old.ask(commit());
    ASSERT_TRUE(old.chain.snapshot());
    const proto::Snapshot snapshot = offered(old);
    Joined joined;
    const std::string wrong_root(32, 'x');
    proto::Snapshot other = snapshot;
    other.set_format(9);
    EXPECT_EQ(offer(joined.node, other, wrong_root), proto::OfferSnapshotResponse::REJECT_FORMAT);
    other = snapshot;
    other.mutable_metadata()->front() = static_cast<char>(other.metadata().front() ^ 1);
    EXPECT_EQ(offer(joined.node, other, wrong_root), proto::OfferSnapshotResponse::REJECT);
    EXPECT_NE(joined.node.said.find("another market"), std::string::npos);
    other = snapshot;
    other.set_chunks(snapshot.chunks() + 1);
    EXPECT_EQ(offer(joined.node, other, wrong_root), proto::OfferSnapshotResponse::REJECT);
    EXPECT_EQ(offer(joined.node, snapshot, "short"), proto::OfferSnapshotResponse::REJECT);
    EXPECT_EQ(apply(joined.node, 0, "x").result(), proto::ApplySnapshotChunkResponse::ABORT);

    ASSERT_EQ(offer(joined.node, snapshot, wrong_root), proto::OfferSnapshotResponse::ACCEPT);
    for (u32 i = 0; i + 1 < snapshot.chunks(); ++i)
        apply(joined.node, i, chunk_of(old, snapshot, i));
    const u32 last = snapshot.chunks() - 1;
    EXPECT_EQ(apply(joined.node, last, chunk_of(old, snapshot, last)).result(),
              proto::ApplySnapshotChunkResponse::REJECT_SNAPSHOT)
        << "its root is another";
    EXPECT_EQ(chunk_of(old, snapshot, 99), "");
}

}  // namespace
}  // namespace ballast::abci::test
