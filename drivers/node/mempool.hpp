/// Transactions that wait for a block.  Bounded in every way; nothing that waits is replaced.
#pragma once

#include <ballast/api/backend.hpp>
#include <ballast/chain/vouched.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <unordered_map>
#include <variant>

namespace ballast::node {

struct Pending {
    engine::Transaction transaction;
    crypto::Digest id{};
    std::size_t bytes = 0;
    std::chrono::steady_clock::time_point since;
    std::vector<api::Told> told;
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
    using PendingPtr = std::unique_ptr<Pending>;

    explicit Mempool(Limits limits) : limits_(limits) {}

    [[nodiscard]] std::size_t size() const { return queue_.size(); }
    [[nodiscard]] bool holds(AccountId sender) const { return nonces_.contains(sender.value()); }
    /// What became of a transaction that was settled lately.
    [[nodiscard]] std::optional<api::Fate> done(const crypto::Digest& id) const;
    /// Whether the transaction waits or stands in a block that is not durable yet: then `told`
    /// waits with it.
    bool join(const crypto::Digest& id, api::Told& told);
    /// Why it cannot be taken, as a Fate without a height; nothing if it can.
    [[nodiscard]] std::optional<api::Fate> refuse(const Pending& pending) const;
    void add(PendingPtr pending);  ///< `refuse` said nothing, and nobody joined.
    /// The next ones in the order in which they came, up to these limits.  They stay known until
    /// they are settled, and where they are until then.
    std::vector<PendingPtr> take(std::size_t transactions, std::size_t bytes);
    /// Those that can no longer come into a block of this time, or have waited for too long.
    std::vector<PendingPtr> expire(u64 time, std::chrono::steady_clock::time_point now);
    void settle(const Pending& pending, u64 height, const engine::Receipt& receipt);

private:
    struct Done {
        u64 height = 0;
        engine::Receipt receipt;
    };
    void leave(const Pending& pending);

    Limits limits_;
    std::deque<PendingPtr> queue_;
    std::unordered_map<crypto::Digest, std::variant<Pending*, Done>, chain::DigestHash> known_;
    std::deque<crypto::Digest> done_order_;
    std::unordered_map<u32, std::vector<u64>> nonces_;  ///< At most `per_account` each.
    std::size_t bytes_ = 0;
};

}  // namespace ballast::node
