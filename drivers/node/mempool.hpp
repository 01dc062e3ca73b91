/// Transactions that wait for a block.  Bounded in every way; nothing that waits is replaced.
#pragma once

#include <ballast/api/backend.hpp>
#include <ballast/chain/vouched.hpp>

#include <chrono>
#include <expected>
#include <map>
#include <set>
#include <unordered_map>

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
    static constexpr std::size_t told_max = 16;  ///< Who may wait for one transaction.
    struct Limits {
        std::size_t transactions = 100'000;
        std::size_t bytes = std::size_t{128} << 20;
        std::size_t per_account = 64;
        std::chrono::seconds wait{60};
    };
    explicit Mempool(Limits limits) : limits_(limits) {}

    [[nodiscard]] std::size_t size() const { return queue_.size(); }
    [[nodiscard]] bool holds(AccountId sender) const { return nonces_.contains(sender.value()); }
    /// Whether the transaction waits already: then `told` waits with it.
    bool join(const crypto::Digest& id, api::Told& told);
    /// Why it cannot be taken, as a Fate without a height; nothing if it can.
    [[nodiscard]] std::optional<api::Fate> refuse(const Pending& pending) const;
    void add(Pending pending);  ///< `refuse` said nothing.
    /// The next ones in the order in which they came, up to these limits.
    std::vector<Pending> take(std::size_t transactions, std::size_t bytes);
    /// Those that can no longer come into a block of this time, or have waited for too long.
    std::vector<Pending> expire(u64 time, std::chrono::steady_clock::time_point now);

private:
    void forget(const Pending& pending);

    Limits limits_;
    u64 next_ = 0;
    std::map<u64, Pending> queue_;  ///< By order of arrival.
    std::unordered_map<crypto::Digest, u64, chain::DigestHash> by_id_;
    std::unordered_map<u32, std::set<u64>> nonces_;
    std::size_t bytes_ = 0;
};

}  // namespace ballast::node
