/// A node in memory, to ask the API about: the sample market with a clearing house, and a backend
/// that makes a block whenever a test says so.
#pragma once

#include <ballast/api/api.hpp>
#include <ballast/chain/chain.hpp>
#include <ballast/support/sample_clearing.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <shared_mutex>

namespace ballast::api::test {

using rpc::Json;

/// A chain without a store; every machine that ever was is kept.
class MemoryChain final : public chain::Chain {
public:
    explicit MemoryChain(engine::Machine machine)
        : machine_(std::move(machine)), first_(machine_.height()) {
        past_.emplace(machine_.height(), machine_);
    }

    void read(const std::function<void(const engine::Machine&)>& look) const override {
        const std::shared_lock lock(mutex_);
        look(machine_);
    }
    files::Attempt<void> read_at(
        u64 height, const std::function<void(const engine::Machine&)>& look) const override {
        const std::shared_lock lock(mutex_);
        const auto found = past_.find(height);
        if (found == past_.end()) return files::fault("height {} is not kept", height);
        look(found->second);
        return {};
    }
    engine::Machine::Preview preview(
        std::span<const engine::Transaction> transactions, bool authorised,
        const std::function<void(const engine::Machine&)>& look) override {
        const std::unique_lock lock(mutex_);
        return look ? machine_.preview(transactions, authorised, look)
                    : machine_.preview(transactions, authorised);
    }
    u64 height() const override {
        const std::shared_lock lock(mutex_);
        return machine_.height() - undurable;
    }
    u64 oldest() const override { return first_ + 1; }
    chain::CommittedPtr block(u64 height) const override {
        const std::shared_lock lock(mutex_);
        const auto found = blocks_.find(height);
        return found == blocks_.end() ? nullptr : found->second;
    }
    Result<chain::CommittedPtr> execute(engine::Block block,
                                        std::vector<crypto::Digest> = {}) override {
        const std::unique_lock lock(mutex_);
        BALLAST_TRY(engine::Outcome outcome, machine_.execute(block));
        const auto committed = std::make_shared<chain::Committed>();
        for (const engine::Transaction& transaction : block.transactions)
            committed->ids.push_back(chain::id_of(transaction));
        committed->block = std::move(block);
        committed->receipts = std::move(outcome.receipts);
        committed->events = std::move(outcome.events);
        committed->root = outcome.root;
        past_.emplace(machine_.height(), machine_);
        blocks_[machine_.height()] = committed;
        return committed;
    }
    bool vouch(const engine::Transaction&, const crypto::Digest&) override { return true; }
    files::Attempt<void> persist() override {
        for (const auto& listener : listeners_) listener(block(height()));
        return {};
    }
    void listen(std::function<void(const chain::CommittedPtr&)> listener) override {
        listeners_.push_back(std::move(listener));
    }
    files::Attempt<u64> snapshot() override { return height(); }
    std::vector<SnapshotInfo> snapshots() const override { return {}; }
    files::Attempt<Bytes> snapshot_chunk(u64, u32) const override {
        return files::fault("no snapshots here");
    }
    files::Attempt<void> restore(u64, const crypto::Digest&, ByteView) override {
        return files::fault("no snapshots here");
    }

    std::atomic<u64> undurable = 0;  ///< Newest blocks that could not be written.

private:
    mutable std::shared_mutex mutex_;
    engine::Machine machine_;
    u64 first_;
    std::map<u64, engine::Machine> past_;
    std::map<u64, chain::CommittedPtr> blocks_;
    std::vector<std::function<void(const chain::CommittedPtr&)>> listeners_;
};

/// Transactions wait until `mine`.
class MemoryBackend final : public Backend {
public:
    explicit MemoryBackend(engine::Machine machine) : chain_(std::move(machine)) {}

    MemoryChain& chain() override { return chain_; }
    Status status() const override {
        return {ready, ready ? "" : "catching up", "embedded", queue_.size(), 0};
    }
    void submit(engine::Transaction transaction, Told told) override {
        bool exists = false;
        chain_.read([&](const engine::Machine& machine) {
            exists = machine.state().ledger.exists(transaction.sender);
        });
        if (exists) {
            queue_.emplace_back(std::move(transaction), std::move(told));
            return;
        }
        Fate fate;
        fate.id = chain::id_of(transaction);
        fate.receipt.code = static_cast<u16>(Reject::unknown_account);
        fate.code = rpc::error_code::rejected;
        told(fate);
    }
    Result<void> report(const oracle::Report& report) override {
        reports.push_back(report);
        return {};
    }
    std::vector<rpc::Method> admin_methods() override { return {}; }

    chain::CommittedPtr mine(u64 seconds = sample::block_seconds) {
        engine::Block block;
        chain_.read([&](const engine::Machine& machine) {
            block.height = machine.height() + 1;
            block.time = machine.time() + seconds;
        });
        for (const auto& [feed, price] : prices)
            block.reports.push_back({PublisherId{0}, feed, price, Price(), block.time, {}});
        auto queue = std::exchange(queue_, {});
        for (auto& [transaction, told] : queue) block.transactions.push_back(transaction);
        const auto committed = chain_.execute(std::move(block));
        BALLAST_ASSERT(committed.has_value());
        (void)chain_.persist();
        for (std::size_t i = 0; i < queue.size(); ++i)
            queue[i].second({(*committed)->block.height, (*committed)->ids[i],
                             (*committed)->receipts[i], "", 0});
        return *committed;
    }
    /// Asks and mines.
    engine::Receipt act(AccountId sender, engine::Action action) {
        u64 nonce = 0;
        chain_.read(
            [&](const engine::Machine& machine) { nonce = machine.state().ledger.nonce(sender); });
        engine::Transaction transaction;
        transaction.sender = sender;
        transaction.nonce = nonce;
        transaction.body = std::move(action);
        submit(std::move(transaction), [](const Fate&) {});
        return mine()->receipts.back();
    }

    bool ready = true;
    std::map<FeedId, Price> prices;
    std::vector<oracle::Report> reports;

private:
    MemoryChain chain_;
    std::vector<std::pair<engine::Transaction, Told>> queue_;
};

/// User 0 owns vault 0 (100 ether, 10 000 dollars); users 0 and 1 stand on two sides of a perp and
/// an option in margin accounts 0 and 1; user 3 has deposited in the pool; user 4 has a swap's
/// liquidity.
inline engine::Machine busy_machine() {
    engine::Genesis genesis = sample::cleared_market();
    swap::Terms pool;
    pool.first = sample::ether;
    pool.second = sample::token;
    pool.fee = sample::percent(1);
    pool.outlook = {sample::percent(10), 12'000, sample::percent(100)};
    genesis.swaps = {pool};
    sample::Floor floor(std::move(genesis));
    sample::open_vault(floor, sample::user(0), VaultId{0}, 100, 10'000);
    floor.block();
    floor.open(sample::whole(100));
    floor.open(sample::whole(100));
    const InstrumentId perp = floor.list_perp();
    const u64 expiry = (floor.machine().time() / 3'600 + 24 * 30) * 3'600;
    const InstrumentId option = floor.list_option(pricing::Right::call, 220, expiry);
    const auto trade = [&](InstrumentId instrument, i64 size) {
        clearing::Leg leg;
        leg.instrument = instrument;
        leg.size = size * amount_one;
        leg.price = floor.machine().state().clearing.instruments[instrument.value()].mark;
        BALLAST_ASSERT(floor.trade(MarginAccountId{0}, MarginAccountId{1}, leg).accepted());
    };
    trade(perp, 100);
    trade(option, 10);
    floor.ask(sample::user(0),
              engine::Transfer{sample::user(3), sample::dollar, sample::whole(500)});
    floor.ask(sample::user(3), engine::PoolDeposit{sample::dollar, sample::whole(400)});
    floor.ask(sample::user(4), engine::SwapAdd{0, sample::whole(10), sample::whole(100), Amount()});
    floor.block();
    return floor.machine();
}

class Node {
public:
    Node() : backend(busy_machine()), api(backend) {
        backend.prices = {{sample::ether_feed, sample::dollars(200)},
                          {sample::token_feed, sample::dollars(1)},
                          {sample::volatility_feed, Price::units(amount_one / 5 * 4)}};
        api.add_to(methods);
        backend.mine();
    }

    /// The answer of a method, or its error as {"error": ...}.
    Json call(const std::string& name, const Json& params = Json::object()) {
        return wait(begin(name, params));
    }
    /// Begun and not waited for.
    std::future<Json> begin(const std::string& name, const Json& params) {
        const rpc::Method* method = methods.find(name);
        if (method == nullptr) throw std::invalid_argument(name);
        const auto promise = std::make_shared<std::promise<Json>>();
        // As text, for that is how a user's params come.
        method->call({}, Json::parse(params.dump()), [promise](rpc::Reply reply) {
            promise->set_value(reply ? *reply
                                     : Json{{"error", reply.error().message},
                                            {"code", reply.error().code},
                                            {"data", reply.error().data}});
        });
        return promise->get_future();
    }
    static Json wait(std::future<Json> future) {
        if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready)
            throw std::runtime_error("no answer");
        return future.get();
    }
    Json data(const std::string& name, const Json& params = Json::object()) {
        Json answer = call(name, params);
        EXPECT_TRUE(answer.contains("data") && !answer.contains("error"))
            << name << " " << answer.dump();
        return answer.value("data", Json());
    }

    MemoryBackend backend;
    Api api;
    rpc::Methods methods;
};

}  // namespace ballast::api::test
