#include <ballast/chain/chain.hpp>
#include <ballast/chain/home.hpp>
#include <ballast/engine/log.hpp>
#include <ballast/store/store.hpp>

#include <ballast/support/sample_market.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

namespace ballast::chain {
namespace {

namespace fs = std::filesystem;

engine::Genesis market() {
    return sample::market(3);
}

engine::Transaction transfer(u32 from, u64 nonce, i64 amount) {
    engine::Transaction transaction;
    transaction.sender = sample::user(from);
    transaction.nonce = nonce;
    transaction.body = engine::Action(
        engine::Transfer{sample::user((from + 1) % 3), sample::ether, sample::whole(amount)});
    return transaction;
}

class ChainTest : public testing::Test {
protected:
    void SetUp() override {
        home_ = fs::temp_directory_path() / fmt::format("ballast-chain-{}", ::getpid());
        fs::remove_all(home_);
        ASSERT_TRUE(Chain::create(home_, market()));
    }
    void TearDown() override {
        chain_.reset();
        fs::remove_all(home_);
    }
    files::Attempt<void> reopen(Options options = {.snapshot_blocks = 0}) {
        chain_.reset();
        BALLAST_TRY(chain_, Chain::open(home_, options));
        return {};
    }
    CommittedPtr execute(u64 transactions) {
        engine::Block block;
        block.height = ++next_;
        block.time = sample::genesis_time + next_ * sample::block_seconds;
        for (u64 i = 0; i < transactions; ++i)
            block.transactions.push_back(transfer(0, nonce_++, 1));
        auto done = chain_->execute(std::move(block));
        EXPECT_TRUE(done);
        return done ? *done : nullptr;
    }
    void run(u64 blocks) {
        for (u64 i = 0; i < blocks; ++i) {
            const CommittedPtr block = execute(2);
            roots_[next_] = block->root;
        }
        ASSERT_TRUE(chain_->persist());
    }
    /// Reads a block that is not durable, and says when it was seen; it is not seen at once.
    std::jthread start_reading(std::atomic<bool>& seen) {
        std::jthread reader([this, &seen] {
            chain_->read([](const engine::Machine&) {});
            seen = true;
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        EXPECT_FALSE(seen);
        return reader;
    }
    crypto::Digest root() const {
        crypto::Digest root{};
        chain_->read([&](const engine::Machine& machine) { root = machine.root(); });
        return root;
    }

    fs::path home_;
    std::unique_ptr<Chain> chain_;
    u64 next_ = 0, nonce_ = 0;
    std::map<u64, crypto::Digest> roots_;
};

TEST_F(ChainTest, ComesBackAtTheLastBlockWithItsRoot) {
    ASSERT_TRUE(reopen());
    run(5);
    ASSERT_TRUE(reopen());
    EXPECT_EQ(chain_->height(), 5u);
    EXPECT_EQ(root(), roots_[5]);
    const CommittedPtr block = chain_->block(3);
    ASSERT_TRUE(block);
    EXPECT_EQ(block->root, roots_[3]);
    ASSERT_EQ(block->receipts.size(), 2u);
    EXPECT_TRUE(block->receipts[0].accepted());
    EXPECT_EQ(block->ids[1], id_of(block->block.transactions[1]));
    EXPECT_EQ(chain_->oldest(), 1u);
    EXPECT_FALSE(chain_->block(6));
    run(1);
    EXPECT_EQ(chain_->height(), 6u);
}

TEST_F(ChainTest, WhatIsNotPersistedIsNeitherSeenNorKept) {
    ASSERT_TRUE(reopen());
    run(1);
    execute(1);
    EXPECT_EQ(chain_->height(), 1u);
    EXPECT_FALSE(chain_->block(2));
    std::atomic<bool> seen = false;
    std::jthread reader = start_reading(seen);
    ASSERT_TRUE(chain_->persist());
    reader.join();
    EXPECT_TRUE(seen);
    execute(1);
    ASSERT_TRUE(reopen());
    EXPECT_EQ(chain_->height(), 2u);
}

TEST_F(ChainTest, WhoWaitsForABlockThatIsNeverPersistedIsReleased) {
    ASSERT_TRUE(reopen());
    run(1);
    execute(1);
    std::atomic<bool> seen = false;
    std::jthread reader = start_reading(seen);
    chain_->give_up("the node stops");
    reader.join();
    EXPECT_EQ(chain_->persist().error().sentence, "the node stops");
    ASSERT_TRUE(reopen());
    EXPECT_EQ(chain_->height(), 1u);
}

TEST_F(ChainTest, ListenersAreToldInOrderAndMayRead) {
    ASSERT_TRUE(reopen());
    std::vector<u64> told;
    std::atomic<std::size_t> count = 0;
    chain_->listen([&](const CommittedPtr& block) {
        chain_->read([&](const engine::Machine& machine) {
            EXPECT_GE(machine.height(), block->block.height);
        });
        told.push_back(block->block.height);
        ++count;
    });
    // More than a listener may be behind, executed by the thread that also persists.
    for (u64 i = 0; i < 600; ++i) {
        execute(0);
        execute(0);
        ASSERT_TRUE(chain_->persist());
    }
    while (count < 1'200) std::this_thread::yield();
    for (u64 i = 0; i < told.size(); ++i) EXPECT_EQ(told[i], i + 1);
}

TEST_F(ChainTest, SignaturesAreCounted) {
    fs::remove_all(home_);
    engine::Genesis signed_market = market();
    signed_market.access.signed_transactions = true;
    for (engine::GenesisAccount& account : signed_market.accounts) account.key = crypto::Key{};
    ASSERT_TRUE(Chain::create(home_, signed_market));
    ASSERT_TRUE(reopen());
    const engine::Transaction seen = transfer(0, 0, 1);
    EXPECT_FALSE(chain_->vouch(seen, id_of(seen)));
    EXPECT_FALSE(chain_->vouch(seen, id_of(seen)));
    EXPECT_EQ(chain_->signatures().checked, 1u);
    (void)execute(2);
    EXPECT_EQ(chain_->signatures().checked, 2u);
    EXPECT_EQ(chain_->signatures().known, 1u);
}

TEST_F(ChainTest, SnapshotsAreMadeKeptAndPruned) {
    const Options options{.snapshot_blocks = 10, .snapshots_kept = 2, .history_blocks = 5};
    ASSERT_TRUE(reopen(options));
    for (int i = 0; i < 5; ++i) {
        run(10);
        ASSERT_TRUE(chain_->snapshot());
    }
    const auto kept = chain_->snapshots();
    ASSERT_EQ(kept.size(), 2u);
    EXPECT_EQ(kept[0].height, 40u);
    EXPECT_EQ(kept[1].root, roots_[50]);
    EXPECT_EQ(chain_->oldest(), 36u);
    run(3);
    ASSERT_TRUE(reopen(options));
    EXPECT_EQ(root(), roots_[53]);
    EXPECT_TRUE(chain_->remarks().empty());
}

TEST_F(ChainTest, ReadsEarlierHeights) {
    ASSERT_TRUE(reopen({.snapshot_blocks = 10}));
    run(35);
    for (const u64 height : {34ull, 7ull, 8ull, 20ull, 0ull, 35ull, 12ull, 7ull}) {
        const auto read = chain_->read_at(height, [&](const engine::Machine& machine) {
            EXPECT_EQ(machine.height(), height);
            if (height != 0) {
                EXPECT_EQ(machine.root(), roots_[height]);
            }
        });
        EXPECT_TRUE(read) << read.error().sentence;
    }
    EXPECT_FALSE(chain_->read_at(36, [](const engine::Machine&) {}));
}

TEST_F(ChainTest, BadSnapshotsFallBackToOlderOnesAndToGenesis) {
    ASSERT_TRUE(reopen());
    run(10);
    ASSERT_TRUE(chain_->snapshot());
    run(10);
    Bytes lie;
    chain_->read([&](const engine::Machine& machine) { lie = machine.snapshot(); });
    const crypto::Digest genesis = engine::digest_of(market());
    chain_.reset();
    for (const u64 height : {20u, 10u}) {
        auto store = store::Store::open(data_path(home_), genesis).value();
        lie[lie.size() / 2] ^= 1;
        ASSERT_TRUE(store->keep_snapshot(store::make_manifest(height, roots_[height], lie), lie));
        store.reset();
        ASSERT_TRUE(reopen());
        EXPECT_EQ(root(), roots_[20]);
        EXPECT_EQ(chain_->remarks().size(), height == 20 ? 1u : 2u);
        chain_.reset();
    }
}

TEST_F(ChainTest, AHomeWithoutBlocksWhoseSnapshotIsBadIsRefused) {
    ASSERT_TRUE(reopen());
    chain_.reset();
    {
        const auto store =
            store::Store::open(data_path(home_), engine::digest_of(market())).value();
        const Bytes lie(100, 7);
        ASSERT_TRUE(store->keep_snapshot(store::make_manifest(9, {1}, lie), lie));
    }
    const auto opened = reopen();
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().sentence.find("there are no blocks"), std::string::npos);
    // Nor is it taken for one that was never finished.
    fs::remove(genesis_path(home_));
    EXPECT_FALSE(Chain::create(home_, market()));
}

TEST_F(ChainTest, AHomeThatWasNeverFinishedIsMadeAgain) {
    EXPECT_FALSE(Chain::create(home_, market()));
    fs::remove(genesis_path(home_));
    ASSERT_TRUE(Chain::create(home_, market()));
    ASSERT_TRUE(reopen());
    EXPECT_EQ(chain_->height(), 0u);
}

TEST_F(ChainTest, RestoresAnEmptyHome) {
    ASSERT_TRUE(reopen());
    run(7);
    const u64 height = chain_->snapshot().value();
    Bytes bytes;
    const auto info = chain_->snapshots().front();
    for (u32 i = 0; i < info.chunks; ++i) {
        const Bytes chunk = chain_->snapshot_chunk(height, i).value();
        bytes.insert(bytes.end(), chunk.begin(), chunk.end());
    }
    EXPECT_FALSE(chain_->restore(height, info.root, bytes));
    const fs::path other = home_ / "other";
    ASSERT_TRUE(Chain::create(other, market()));
    {
        const auto second = Chain::open(other).value();
        EXPECT_FALSE(second->restore(height, crypto::Digest{}, bytes));
        ASSERT_TRUE(second->restore(height, info.root, bytes));
        EXPECT_EQ(second->height(), 7u);
    }
    const auto second = Chain::open(other).value();
    EXPECT_EQ(second->height(), 7u);
    EXPECT_EQ(second->oldest(), 8u);
    engine::Block block;
    block.height = 8;
    block.time = sample::genesis_time + 100;
    ASSERT_TRUE(second->execute(block));
    ASSERT_TRUE(second->persist());
}

TEST_F(ChainTest, RestoresAgainUntilAHomeHasBlocksOfItsOwn) {
    ASSERT_TRUE(reopen());
    const auto taken = [&] {
        run(5);
        Bytes bytes;
        chain_->read([&](const engine::Machine& machine) { bytes = machine.snapshot(); });
        return bytes;
    };
    const Bytes early = taken();
    const Bytes late = taken();
    const fs::path other = home_ / "other";
    ASSERT_TRUE(Chain::create(other, market()));
    for (int i = 0; i < 2; ++i)
        ASSERT_TRUE(Chain::open(other).value()->restore(5, roots_[5], early));
    ASSERT_TRUE(Chain::open(other).value()->restore(10, roots_[10], late));
    const auto again = Chain::open(other).value();
    EXPECT_EQ(again->height(), 10u);
    EXPECT_EQ(again->snapshots().size(), 1u);
    engine::Block block;
    block.height = 11;
    block.time = sample::genesis_time + 11 * sample::block_seconds;
    ASSERT_TRUE(again->execute(block));
    EXPECT_FALSE(again->restore(10, roots_[10], late));
    ASSERT_TRUE(again->persist());
    EXPECT_FALSE(again->restore(10, roots_[10], late));
    EXPECT_EQ(again->height(), 11u);
}

TEST_F(ChainTest, SecondProcessAndWrongLogAreRefused) {
    ASSERT_TRUE(reopen());
    run(3);
    const auto second = Chain::open(home_);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().sentence.find("in use by process"), std::string::npos);
    // A block with another root than it gives.
    engine::Block block;
    block.height = 4;
    block.time = sample::genesis_time + 1'000;
    chain_.reset();
    {
        auto store = store::Store::open(data_path(home_), engine::digest_of(market())).value();
        const store::Entry entry{4, engine::log_record(block, {7}), encode(u32{1})};
        ASSERT_TRUE(store->append({&entry, 1}));
    }
    const auto opened = Chain::open(home_);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().sentence.find("block 4 gives the root"), std::string::npos);
}

TEST_F(ChainTest, StateFilesComeBack) {
    ASSERT_TRUE(reopen());
    run(2);
    StateFile state{market(), 2, roots_[2], {}};
    chain_->read([&](const engine::Machine& machine) { state.snapshot = machine.snapshot(); });
    const fs::path path = home_ / "state";
    ASSERT_TRUE(write_state(path, state));
    const StateFile back = read_state(path).value();
    EXPECT_EQ(back.snapshot, state.snapshot);
    EXPECT_EQ(engine::digest_of(back.genesis), engine::digest_of(market()));
    std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(100).put('!');
    EXPECT_FALSE(read_state(path));
}

}  // namespace
}  // namespace ballast::chain
