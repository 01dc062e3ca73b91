/// The embedded node: one process that orders, executes and keeps.
#pragma once

#include <ballast/api/backend.hpp>
#include <ballast/keys/keys.hpp>
#include <ballast/node/clock.hpp>
#include <ballast/node/log.hpp>
#include <ballast/node/mempool.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace ballast::node {

class Embedded final : public api::Backend {
public:
    struct Options {
        Mempool::Limits pending;
        std::chrono::milliseconds interval{1'000};  ///< 0: a block only when something waits.
        std::chrono::milliseconds pause{0};         ///< Between the starts of two blocks.
        std::size_t block_transactions = 100'000;
        std::size_t block_bytes = std::size_t{32} << 20;
        std::size_t transaction_bytes = 65'536;
        u64 halt_height = 0;  ///< No block above it; 0: none.
        bool development = false;
        std::optional<keys::Signer> publisher;  ///< Signs what admin.price says.
        std::function<void()> stop;  ///< The node is to be stopped; called by any thread.
    };
    /// `chain`, `clock` and `log` outlive it.
    Embedded(chain::Chain& chain, Clock& clock, Log& log, Options options);
    ~Embedded() override;

    chain::Chain& chain() override { return chain_; }
    api::Status status() const override;
    void submit(engine::Transaction transaction, api::Told told) override;
    void submit_all(std::vector<engine::Transaction> transactions, api::Told told) override;
    Result<void> report(const oracle::Report& report) override;
    std::vector<rpc::Method> admin_methods() override;

    /// Makes `blocks` blocks, each `seconds` after the one before, and returns the last one's
    /// height when it is durable.
    files::Attempt<u64> mine(u64 blocks, u64 seconds);
    /// Moves the node's clock on and makes a block.
    files::Attempt<u64> warp(u64 seconds);
    /// A price of every publisher's feed, signed by the development publisher.
    files::Attempt<void> price(FeedId feed, Price price);
    /// Why the node cannot go on; empty: it can, or it has been stopped in good order.
    std::string fault() const;
    /// Takes nothing more, makes blocks of what waits, and returns when they are durable.
    void stop();

private:
    struct Order {
        u64 blocks = 0, seconds = 0;  ///< What `mine` still asks for.
    };
    /// What is to be told at once, and whether the transaction may be tried against the state.
    struct Glance : Mempool::Sight {
        bool alone = false;
        Amount funds{};  ///< What the sender holds for fees.
        [[nodiscard]] Mempool::Sight& sight() { return *this; }
    };
    /// By the position of a ticket, who else waits.
    using Others = std::vector<std::pair<std::size_t, ToldPtr>>;

    std::optional<api::Fate> try_alone(const engine::Transaction& transaction);
    bool may_try();
    void choose_trials(std::span<const engine::Transaction> transactions,
                       std::vector<Glance>& seen);
    Mempool::Sight glance(const Ticket& ticket);
    void check_slice(std::span<const engine::Transaction> transactions,
                     std::span<const Ticket> tickets, std::vector<Glance>& seen);
    void take_slice(std::span<engine::Transaction> transactions, const ToldPtr& told);
    Others released(const std::vector<Ticket>& tickets);
    static void tell_all(const std::vector<Ticket>& tickets, const Others& others, int code,
                         const std::string& why);
    void produce();
    void write();
    void make_block(std::unique_lock<std::mutex>& held);
    bool halted() const;
    bool due(std::chrono::steady_clock::time_point now) const;
    std::chrono::steady_clock::time_point next_look() const;
    std::vector<bool> for_good(const chain::Committed& block) const;
    void committed(const chain::CommittedPtr& block);
    void fail(std::string why);
    void add_mine(std::vector<rpc::Method>& methods);
    void add_price(std::vector<rpc::Method>& methods);
    void add_keeping(std::vector<rpc::Method>& methods);

    chain::Chain& chain_;
    Clock& clock_;
    Log& log_;
    const Options options_;
    engine::Genesis genesis_;
    crypto::Digest name_{};

    mutable std::mutex mutex_;  ///< Of all that follows.
    mutable std::condition_variable changed_;
    Mempool mempool_;
    std::map<std::pair<u16, u16>, oracle::Report> reports_;  ///< By publisher and feed.
    std::map<std::pair<u16, u16>, u64> newest_;              ///< Times of the last ones taken.
    std::map<u64, std::vector<Ticket>> executed_;  ///< Whose blocks are not durable yet, by height.
    u64 height_ = 0, time_ = 0;                    ///< Of the last executed block.
    u64 durable_ = 0;
    Order order_;
    std::chrono::steady_clock::time_point last_start_;
    std::chrono::steady_clock::time_point trials_since_;
    u64 trials_ = 0;
    bool fresh_ = false;    ///< A block was executed that the writer has not seen.
    bool telling_ = false;  ///< Somebody is being told of a block.
    bool stop_ = false;
    bool last_made_ = false;  ///< There will be no further block.
    std::string fault_;
    std::thread producer_, writer_;
};

}  // namespace ballast::node
