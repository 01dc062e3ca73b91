#include <ballast/node/mempool.hpp>

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

bool Mempool::join(const crypto::Digest& id, api::Told& told) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return false;
    auto& waiting = queue_.at(found->second).told;
    if (waiting.size() < told_max) waiting.push_back(std::exchange(told, nullptr));
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
    if (found->second.contains(pending.transaction.nonce))
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

void Mempool::add(Pending pending) {
    bytes_ += pending.bytes;
    by_id_[pending.id] = next_;
    nonces_[pending.transaction.sender.value()].insert(pending.transaction.nonce);
    queue_.emplace_hint(queue_.end(), next_++, std::move(pending));
}

void Mempool::forget(const Pending& pending) {
    bytes_ -= pending.bytes;
    by_id_.erase(pending.id);
    const auto found = nonces_.find(pending.transaction.sender.value());
    found->second.erase(pending.transaction.nonce);
    if (found->second.empty()) nonces_.erase(found);
}

std::vector<Pending> Mempool::take(std::size_t transactions, std::size_t bytes) {
    std::vector<Pending> taken;
    std::size_t actions = 0, sum = 0;
    while (!queue_.empty() && taken.size() < transactions) {
        Pending& first = queue_.begin()->second;
        const auto* batch = std::get_if<engine::Batch>(&first.transaction.body);
        actions += batch == nullptr ? 1 : batch->actions.size();
        sum += first.bytes;
        const bool full = sum > bytes || actions > limits::block_transactions_max;
        if (full && !taken.empty()) break;
        forget(first);
        taken.push_back(std::move(first));
        queue_.erase(queue_.begin());
    }
    return taken;
}

std::vector<Pending> Mempool::expire(u64 time, std::chrono::steady_clock::time_point now) {
    std::vector<Pending> gone;
    for (auto it = queue_.begin(); it != queue_.end();) {
        const u64 expires = it->second.transaction.expires;
        if ((expires == 0 || expires >= time) && now - it->second.since < limits_.wait) {
            ++it;
            continue;
        }
        forget(it->second);
        gone.push_back(std::move(it->second));
        it = queue_.erase(it);
    }
    return gone;
}

}  // namespace ballast::node
