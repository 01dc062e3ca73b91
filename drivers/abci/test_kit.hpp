/// A network in memory: a chain that forgets what was not made durable, validators who sign, and a
/// driver that calls as CometBFT does.
#pragma once

#include <ballast/abci/abci.pb.h>
#include <ballast/abci/application.hpp>
#include <ballast/abci/network.hpp>
#include <ballast/abci/proposal.hpp>
#include <ballast/abci/votes.hpp>
#include <ballast/keys/keys.hpp>
#include <ballast/market/market.hpp>
#include <ballast/wire/transaction.hpp>

#include <gtest/gtest.h>
#include <optional>

namespace ballast::abci::test {

inline constexpr u64 genesis_time = 1'800'000'000;
inline constexpr AccountId alice{system_accounts};
inline constexpr AccountId bob{system_accounts + 1};

inline std::string text_of(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline keys::Signer prices_of(std::size_t validator) {
    return keys::Signer::named(crypto::Scheme::ed25519, fmt::format("prices {}", validator));
}
inline keys::Signer votes_of(std::size_t validator) {
    return keys::Signer::named(crypto::Scheme::ed25519, fmt::format("votes {}", validator));
}

/// The example market, with four validators of these powers as publishers, and two accounts.
inline engine::Genesis market(const std::vector<u64>& powers = {10, 10, 10, 10}) {
    auto genesis = market::load_market(BALLAST_SOURCE_DIR "/markets/example.toml");
    EXPECT_TRUE(genesis) << (genesis ? "" : genesis.error().sentence);
    std::vector<Seat> seats;
    for (std::size_t i = 0; i < powers.size(); ++i)
        seats.push_back({fmt::format("v{}", i), prices_of(i).key().bytes, powers[i]});
    seat_publishers(*genesis, seats);
    genesis->time = genesis_time;
    genesis->access.signed_transactions = true;
    genesis->accounts.clear();
    genesis->vaults.clear();
    for (const char* name : {"alice", "bob"})
        genesis->accounts.push_back({{Amount::units(1'000 * amount_one)},
                                     keys::Signer::named(crypto::Scheme::ed25519, name).key()});
    return *genesis;
}

inline Validators validators(const engine::Genesis& genesis,
                             const std::vector<u64>& powers = {10, 10, 10, 10}) {
    std::vector<Validator> list;
    for (std::size_t i = 0; i < powers.size(); ++i)
        list.push_back({votes_of(i).key().bytes, powers[i], PublisherId(static_cast<u16>(i))});
    auto made = Validators::create(genesis, list);
    EXPECT_TRUE(made) << (made ? "" : made.error().sentence);
    return std::move(*made);
}

/// What outlives a crash.
struct Disk {
    engine::Genesis genesis;
    std::vector<chain::CommittedPtr> blocks;
};

/// A chain over a disk in memory.
class MemoryChain final : public chain::Chain {
public:
    explicit MemoryChain(Disk& disk)
        : disk_(&disk), machine_(*engine::Machine::create(disk.genesis)) {
        for (const chain::CommittedPtr& block : disk.blocks) {
            const auto done = machine_.execute(block->block);
            EXPECT_TRUE(done && done->root == block->root);
        }
        height_ = disk.blocks.empty() ? 0 : disk.blocks.back()->block.height;
    }

    void read(const std::function<void(const engine::Machine&)>& look) const override {
        EXPECT_TRUE(executed_.empty()) << "a reader would wait for the block to be durable";
        look(machine_);
    }
    files::Attempt<void> read_at(
        u64, const std::function<void(const engine::Machine&)>&) const override {
        return files::fault("there is no history");
    }
    engine::Machine::Preview preview(
        std::span<const engine::Transaction> transactions, bool authorised,
        const std::function<void(const engine::Machine&)>& look) override {
        EXPECT_TRUE(executed_.empty()) << "a preview would wait for the block to be durable";
        return look ? machine_.preview(transactions, authorised, look)
                    : machine_.preview(transactions, authorised);
    }
    u64 height() const override { return height_; }
    u64 oldest() const override { return oldest_; }
    void drop_before(u64 height) { oldest_ = height; }
    chain::CommittedPtr block(u64 height) const override {
        return height >= 1 && height <= disk_->blocks.size() ? disk_->blocks[height - 1] : nullptr;
    }
    Result<chain::CommittedPtr> execute(engine::Block block,
                                        std::vector<crypto::Digest> = {}) override {
        auto outcome = machine_.execute(block);
        if (!outcome) return no(outcome.error());
        auto committed = std::make_shared<chain::Committed>();
        for (const engine::Transaction& transaction : block.transactions)
            committed->ids.push_back(crypto::sha256(engine::signed_bytes(transaction, {})));
        committed->block = std::move(block);
        committed->receipts = std::move(outcome->receipts);
        committed->events = std::move(outcome->events);
        committed->root = outcome->root;
        executed_.push_back(committed);
        return executed_.back();
    }
    bool vouch(const engine::Transaction& transaction, const crypto::Digest&) override {
        return engine::authentic(transaction, machine_.genesis(), machine_.chain());
    }
    files::Attempt<void> persist() override {
        for (const chain::CommittedPtr& block : executed_) {
            disk_->blocks.push_back(block);
            height_ = block->block.height;
        }
        executed_.clear();
        return {};
    }
    void listen(std::function<void(const chain::CommittedPtr&)>) override {}

    static constexpr std::size_t chunk_bytes = 1000;
    files::Attempt<u64> snapshot() override {
        snapshot_ = machine_.snapshot();
        snapshot_info_ = {height_, machine_.root(),
                          static_cast<u32>((snapshot_.size() + chunk_bytes - 1) / chunk_bytes),
                          snapshot_.size()};
        return height_;
    }
    std::vector<SnapshotInfo> snapshots() const override {
        if (snapshot_.empty()) return {};
        return {snapshot_info_};
    }
    files::Attempt<Bytes> snapshot_chunk(u64 height, u32 chunk) const override {
        if (snapshot_.empty() || height != snapshot_info_.height || chunk >= snapshot_info_.chunks)
            return files::fault("there is no such chunk");
        const auto from = snapshot_.begin() + static_cast<std::ptrdiff_t>(chunk * chunk_bytes);
        const auto left = static_cast<std::size_t>(snapshot_.end() - from);
        return Bytes(from, from + static_cast<std::ptrdiff_t>(std::min(left, chunk_bytes)));
    }
    files::Attempt<void> restore(u64 height, const crypto::Digest& root, ByteView bytes) override {
        auto machine = engine::Machine::restore(disk_->genesis, bytes, root);
        if (!machine) return files::fault("{}", sentence(machine.error()));
        machine_ = std::move(*machine);
        height_ = height;
        return {};
    }

private:
    Disk* disk_;
    engine::Machine machine_;
    u64 height_ = 0;
    u64 oldest_ = 1;
    std::vector<chain::CommittedPtr> executed_;
    Bytes snapshot_;
    SnapshotInfo snapshot_info_;
};

inline Sources::Options sources_of(std::size_t validator) {
    return {
        .publisher = PublisherId(static_cast<u16>(validator)), .signer = std::nullopt, .file = {}};
}

/// One node.
struct Node {
    explicit Node(Disk& disk, std::size_t validator = 0, u64 halt_height = 0)
        : chain(disk),
          sources(disk.genesis, sources_of(validator)),
          application(chain, validators(disk.genesis), sources,
                      {.drop_blocks = true,
                       .halt_height = halt_height,
                       .halt = [this] { halted = true; },
                       .clock = [this] { return now; },
                       .log = [this](std::string_view line) { said += line, said += '\n'; }}) {}

    proto::Response ask(const proto::Request& request) {
        proto::Response response;
        application.answer(request, response);
        return response;
    }

    u64 now = genesis_time + 1;
    bool halted = false;
    std::string said;
    MemoryChain chain;
    Sources sources;
    Application application;
};

inline proto::Request init_chain(const engine::Genesis& genesis) {
    const Validators set = validators(genesis);
    proto::Request request;
    proto::InitChainRequest& init = *request.mutable_init_chain();
    init.set_chain_id(set.chain_id());
    init.set_initial_height(1);
    init.set_app_state_bytes(set.text());
    for (const Validator& validator : set.list()) {
        proto::ValidatorUpdate& update = *init.add_validators();
        update.mutable_pub_key()->set_ed25519(text_of(validator.key));
        update.set_power(static_cast<i64>(validator.power));
    }
    init.mutable_consensus_params()->mutable_block()->set_max_bytes(4 << 20);
    init.mutable_consensus_params()->mutable_abci()->set_vote_extensions_enable_height(1);
    return request;
}

inline oracle::Report report(std::size_t validator, FeedId feed, Price price, u64 time,
                             const engine::Genesis& genesis) {
    oracle::Report made{PublisherId(static_cast<u16>(validator)), feed, price, {}, time, {}};
    EXPECT_TRUE(prices_of(validator).sign(made, engine::digest_of(genesis)));
    return made;
}

/// The votes for the block before `height`, each extended as given; nothing: absent.
inline proto::ExtendedCommitInfo votes(const engine::Genesis& genesis, i64 height,
                                       const std::vector<std::optional<std::string>>& extensions) {
    const Validators set = validators(genesis);
    proto::ExtendedCommitInfo commit;
    for (std::size_t i = 0; i < extensions.size(); ++i) {
        proto::ExtendedVoteInfo& vote = *commit.add_votes();
        vote.mutable_validator()->set_address(text_of(address_of(set.list()[i].key)));
        vote.mutable_validator()->set_power(static_cast<i64>(set.list()[i].power));
        vote.set_block_id_flag(extensions[i] ? proto::COMMIT : proto::ABSENT);
        if (!extensions[i]) continue;
        const std::string message =
            extension_sign_bytes(*extensions[i], {height - 1, 0}, set.chain_id());
        vote.set_vote_extension(*extensions[i]);
        vote.set_extension_signature(text_of(*votes_of(i).sign_bytes(
            {reinterpret_cast<const u8*>(message.data()), message.size()})));
    }
    return commit;
}

inline proto::CommitInfo without_extensions(const proto::ExtendedCommitInfo& votes) {
    proto::CommitInfo commit;
    commit.set_round(votes.round());
    for (const proto::ExtendedVoteInfo& vote : votes.votes()) {
        proto::VoteInfo& told = *commit.add_votes();
        *told.mutable_validator() = vote.validator();
        told.set_block_id_flag(vote.block_id_flag());
    }
    return commit;
}

/// A transfer of alice's to bob.
inline std::string transfer(const engine::Genesis& genesis, u64 nonce, i64 units = 1,
                            u64 expires = 0) {
    engine::Transaction transaction;
    transaction.sender = alice;
    transaction.nonce = nonce;
    transaction.expires = expires;
    transaction.body = engine::Action(engine::Transfer{bob, AssetId(0), Amount::units(units)});
    const crypto::Digest chain = engine::digest_of(genesis);
    transaction.authorisation =
        keys::Signer::named(crypto::Scheme::ed25519, "alice").sign(transaction, genesis, chain);
    const auto bytes = wire::encode(transaction, wire::chain_id(genesis.name, chain));
    EXPECT_TRUE(bytes);
    return text_of(*bytes);
}

inline proto::Request prepare(i64 height, const proto::ExtendedCommitInfo& votes,
                              const std::vector<std::string>& transactions,
                              i64 bytes_max = 4 << 20) {
    proto::Request request;
    proto::PrepareProposalRequest& prepare = *request.mutable_prepare_proposal();
    prepare.set_height(height);
    prepare.set_max_tx_bytes(bytes_max);
    *prepare.mutable_local_last_commit() = votes;
    for (const std::string& transaction : transactions) prepare.add_txs(transaction);
    return request;
}

/// For proposals that are made without a state.
inline bool anything(const engine::Transaction&) {
    return true;
}

template <class Entries>
proto::Request process(i64 height, const proto::CommitInfo& commit, const Entries& entries) {
    proto::Request request;
    request.mutable_process_proposal()->set_height(height);
    *request.mutable_process_proposal()->mutable_proposed_last_commit() = commit;
    for (const std::string& entry : entries) request.mutable_process_proposal()->add_txs(entry);
    return request;
}

template <class Entries>
proto::Request finalize(i64 height, const proto::CommitInfo& commit, const Entries& entries) {
    proto::Request request;
    proto::FinalizeBlockRequest& block = *request.mutable_finalize_block();
    block.set_height(height);
    block.set_hash(fmt::format("block {}", height));
    block.mutable_time()->set_seconds(static_cast<i64>(genesis_time) + height);
    *block.mutable_decided_last_commit() = commit;
    for (const std::string& entry : entries) block.add_txs(entry);
    return request;
}

inline proto::Request commit() {
    proto::Request request;
    request.mutable_commit();
    return request;
}

}  // namespace ballast::abci::test
