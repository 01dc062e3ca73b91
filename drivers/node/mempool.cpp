#include <ballast/node/mempool.hpp>

#include <algorithm>

namespace ballast::node {
namespace {

api::Fate no_fate(const Pending& pending, int code, std::string why) {
    api::Fate fate;
    fate.id = pending.id;
    fate.code = code;
    fate.why = std::move(why);
    return fate;
}

}  // namespace

std::optional<api::Fate> Mempool::done(const crypto::Digest& id) const {
    const auto found = known_.find(id);
    if (found == known_.end()) return std::nullopt;
    const auto* settled = std::get_if<Done>(&found->second);
    if (settled == nullptr) return std::nullopt;
    api::Fate fate;
    fate.height = settled->height;
    fate.id = id;
    fate.receipt = settled->receipt;
    return fate;
}

bool Mempool::join(const crypto::Digest& id, api::Told& told) {
    const auto found = known_.find(id);
    if (found == known_.end()) return false;
    Pending* const* waiting = std::get_if<Pending*>(&found->second);
    if (waiting == nullptr || (*waiting)->told.size() >= told_max) return false;
    (*waiting)->told.push_back(std::exchange(told, nullptr));
    return true;
}

std::optional<api::Fate> Mempool::refuse(const Pending& pending) const {
    using namespace rpc::error_code;
    if (queue_.size() >= limits_.transactions)
        return no_fate(pending, busy,
                       fmt::format("{} transactions wait for a block, the most is {}; try again",
                                   queue_.size(), limits_.transactions));
    if (bytes_ + pending.bytes > limits_.bytes)
        return no_fate(pending, busy,
                       fmt::format("{} bytes of transactions wait for a block, the most is {}; "
                                   "try again",
                                   bytes_, limits_.bytes));
    const auto found = nonces_.find(pending.transaction.sender.value());
    if (found == nonces_.end()) return std::nullopt;
    if (std::ranges::find(found->second, pending.transaction.nonce) != found->second.end())
        return no_fate(pending, rejected,
                       fmt::format("another transaction of account {} with nonce {} waits for a "
                                   "block; it is not replaced",
                                   pending.transaction.sender.value(), pending.transaction.nonce));
    if (found->second.size() >= limits_.per_account)
        return no_fate(pending, busy,
                       fmt::format("{} transactions of account {} wait for a block, the most is "
                                   "{}; try again",
                                   found->second.size(), pending.transaction.sender.value(),
                                   limits_.per_account));
    return std::nullopt;
}

void Mempool::add(PendingPtr pending) {
    bytes_ += pending->bytes;
    known_[pending->id] = pending.get();
    nonces_[pending->transaction.sender.value()].push_back(pending->transaction.nonce);
    queue_.push_back(std::move(pending));
}

void Mempool::leave(const Pending& pending) {
    bytes_ -= pending.bytes;
    const auto found = nonces_.find(pending.transaction.sender.value());
    std::erase(found->second, pending.transaction.nonce);
    if (found->second.empty()) nonces_.erase(found);
}

std::vector<Mempool::PendingPtr> Mempool::take(std::size_t transactions, std::size_t bytes) {
    std::vector<PendingPtr> taken;
    std::size_t actions = 0, sum = 0;
    while (!queue_.empty() && taken.size() < transactions) {
        PendingPtr& first = queue_.front();
        const auto* batch = std::get_if<engine::Batch>(&first->transaction.body);
        actions += batch == nullptr ? 1 : batch->actions.size();
        sum += first->bytes;
        const bool full = sum > bytes || actions > limits::block_transactions_max;
        if (full && !taken.empty()) break;
        leave(*first);
        taken.push_back(std::move(first));
        queue_.pop_front();
    }
    return taken;
}

std::vector<Mempool::PendingPtr> Mempool::expire(u64 time,
                                                 std::chrono::steady_clock::time_point now) {
    const auto over = [&](const PendingPtr& pending) {
        const u64 expires = pending->transaction.expires;
        return (expires != 0 && expires < time) || now - pending->since >= limits_.wait;
    };
    std::vector<PendingPtr> gone;
    if (std::ranges::none_of(queue_, over)) return gone;
    std::deque<PendingPtr> kept;
    for (PendingPtr& pending : queue_) {
        if (!over(pending)) {
            kept.push_back(std::move(pending));
            continue;
        }
        leave(*pending);
        known_.erase(pending->id);
        gone.push_back(std::move(pending));
    }
    queue_ = std::move(kept);
    return gone;
}

void Mempool::settle(const Pending& pending, u64 height, const engine::Receipt& receipt) {
    known_[pending.id] = Done{height, receipt};
    done_order_.push_back(pending.id);
    for (; done_order_.size() > done_max; done_order_.pop_front())
        known_.erase(done_order_.front());
}

}  // namespace ballast::node
