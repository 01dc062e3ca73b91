/// Transactions that wait for a block.  Bounded in every way; nothing that waits is replaced.
#pragma once

#include <ballast/api/backend.hpp>
#include <ballast/chain/digest_hash.hpp>

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <chrono>
#include <deque>
#include <memory>

namespace ballast::node {

using ToldPtr = std::shared_ptr<const api::Told>;

/// What is known of a transaction beside itself.
struct Ticket {
    crypto::Digest id{};
    ToldPtr told;
    std::chrono::steady_clock::time_point since;
    u32 bytes = 0;
    Amount fee{};  ///< What its sender will owe for it.
};

/// Transactions in order, each with its ticket.
struct Lot {
    std::vector<engine::Transaction> transactions;
    std::vector<Ticket> tickets;
    [[nodiscard]] std::size_t size() const { return tickets.size(); }
};

/// One thread at a time.
class Mempool {
public:
    static constexpr std::size_t told_max = 16;       ///< Who may wait for one transaction.
    static constexpr std::size_t done_max = 200'000;  ///< Transactions whose fate is remembered.
    struct Limits {
        std::size_t transactions = 100'000;
        std::size_t bytes = std::size_t{128} << 20;
        std::size_t per_account = 64;
        std::chrono::seconds wait{60};
    };

    explicit Mempool(Limits limits) : limits_(limits) {}

    [[nodiscard]] std::size_t size() const { return queue_.size() - first_; }
    [[nodiscard]] bool holds(AccountId sender) const { return waiting_.contains(sender.value()); }
    /// What is known of a transaction: its fate, if it was settled lately, or that it waits or
    /// stands in a block that is not durable yet.  Then the ticket's `told` waits with it, unless
    /// too many do; that is a Fate too.
    struct Sight {
        std::optional<api::Fate> fate;
        bool joined = false;
        [[nodiscard]] bool open() const { return !fate && !joined; }
    };
    [[nodiscard]] Sight look(const Ticket& ticket);
    /// Takes a transaction that is not known, or says why not, as a Fate without a height; then it
    /// is left as it was.  `funds` is what the sender holds for fees: it must cover those of all
    /// that wait.
    [[nodiscard]] std::optional<api::Fate> offer(engine::Transaction& transaction,
                                                 const Ticket& ticket, Amount funds);
    /// The next ones in the order in which they came, up to these limits.  They stay known until
    /// they are settled.
    Lot take(std::size_t transactions, std::size_t bytes);
    /// All that wait, whatever a block may hold.
    Lot drain();
    /// Those that can no longer come into a block of this time, or have waited for too long.
    Lot expire(u64 time, std::chrono::steady_clock::time_point now);
    void settle(const crypto::Digest& id, u64 height, const engine::Receipt& receipt);
    /// For a transaction that stood in a block and may stand in another one.
    void forget(const crypto::Digest& id) { known_.erase(id); }
    /// Who joined a transaction that was taken or expired, and waits no longer from now on.
    std::vector<ToldPtr> release(const crypto::Digest& id);

private:
    struct Known {
        u64 height = 0;  ///< 0: not settled.
        engine::Receipt receipt;
    };
    /// What waits of one account.
    struct Waiting {
        boost::container::small_vector<u64, 2> nonces;  ///< At most `per_account`.
        Amount fees;
    };

    [[nodiscard]] std::optional<api::Fate> refuse(const engine::Transaction& transaction,
                                                  const Ticket& ticket,
                                                  const Waiting* waiting) const;
    void leave(const engine::Transaction& transaction, const Ticket& ticket);
    void forget_taken();
    std::size_t fitting(std::size_t transactions, std::size_t bytes) const;

    Limits limits_;
    Lot queue_;
    std::size_t first_ = 0;  ///< Before it in the queue are those that were taken.
    boost::unordered_flat_map<crypto::Digest, Known, chain::DigestHash> known_;
    boost::unordered_flat_map<crypto::Digest, std::vector<ToldPtr>, chain::DigestHash> joined_;
    std::deque<crypto::Digest> done_order_;
    boost::unordered_flat_map<u32, Waiting> waiting_;  ///< By account.
    std::size_t bytes_ = 0;
    u64 looked_at_ = 0;  ///< The time of the block for which the queue was last looked through.
};

}  // namespace ballast::node
