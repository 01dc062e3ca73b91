#include <ballast/node/mempool.hpp>

#include <ballast/base/terms_fault.hpp>

#include <algorithm>

namespace ballast::node {
namespace {

api::Fate no_fate(const Ticket& ticket, int code, std::string why) {
    api::Fate fate;
    fate.id = ticket.id;
    fate.code = code;
    fate.why = std::move(why);
    return fate;
}

std::size_t actions_of(const engine::Transaction& transaction) {
    const auto* batch = std::get_if<engine::Batch>(&transaction.body);
    return batch == nullptr ? 1 : batch->actions.size();
}

// Fees that wait are as good as owed: one balance does not let many in.
std::optional<api::Fate> refuse_fee(const engine::Transaction& transaction, const Ticket& ticket,
                                    Amount owed, Amount funds) {
    if (ticket.fee.zero() || owed + ticket.fee <= funds) return std::nullopt;
    api::Fate fate =
        no_fate(ticket, rpc::error_code::rejected,
                fmt::format("{}: account {} holds {}, its fee is {}, and {} of fees wait already",
                            sentence(Reject::fee_not_covered), transaction.sender.value(),
                            text(funds), text(ticket.fee), text(owed)));
    fate.receipt.code = static_cast<u16>(Reject::fee_not_covered);
    return fate;
}

}  // namespace

Mempool::Sight Mempool::look(const Ticket& ticket) {
    Sight sight;
    const auto found = known_.find(ticket.id);
    if (found == known_.end()) return sight;
    const Known& known = found->second;
    if (known.height != 0) {
        sight.fate.emplace();
        sight.fate->height = known.height;
        sight.fate->id = ticket.id;
        sight.fate->receipt = known.receipt;
        return sight;
    }
    std::vector<ToldPtr>& others = joined_[ticket.id];
    if (others.size() + 1 < told_max) {
        others.push_back(ticket.told);
        sight.joined = true;
    } else {
        sight.fate = no_fate(ticket, rpc::error_code::busy,
                             fmt::format("{} wait for this transaction already", told_max));
    }
    return sight;
}

std::vector<ToldPtr> Mempool::release(const crypto::Digest& id) {
    const auto found = joined_.find(id);
    if (found == joined_.end()) return {};
    std::vector<ToldPtr> others = std::move(found->second);
    joined_.erase(found);
    return others;
}

// `waiting`: what waits of the sender already.
std::optional<api::Fate> Mempool::refuse(const engine::Transaction& transaction,
                                         const Ticket& ticket, const Waiting* waiting) const {
    using namespace rpc::error_code;
    if (size() >= limits_.transactions)
        return no_fate(ticket, busy,
                       fmt::format("{} transactions wait for a block, the most is {}; try again",
                                   size(), limits_.transactions));
    if (bytes_ + ticket.bytes > limits_.bytes)
        return no_fate(ticket, busy,
                       fmt::format("{} bytes of transactions wait for a block, the most is {}; "
                                   "try again",
                                   bytes_, limits_.bytes));
    if (waiting == nullptr) return std::nullopt;
    const auto& nonces = waiting->nonces;
    if (std::ranges::find(nonces, transaction.nonce) != nonces.end())
        return no_fate(ticket, rejected,
                       fmt::format("another transaction of account {} with nonce {} waits for a "
                                   "block; it is not replaced",
                                   transaction.sender.value(), transaction.nonce));
    if (nonces.size() >= limits_.per_account)
        return no_fate(ticket, busy,
                       fmt::format("{} transactions of account {} wait for a block, the most is "
                                   "{}; try again",
                                   nonces.size(), transaction.sender.value(), limits_.per_account));
    return std::nullopt;
}

std::optional<api::Fate> Mempool::offer(engine::Transaction& transaction, const Ticket& ticket,
                                        Amount funds) {
    const u32 sender = transaction.sender.value();
    const auto found = waiting_.find(sender);
    Waiting* waiting = found == waiting_.end() ? nullptr : &found->second;
    if (auto no = refuse(transaction, ticket, waiting)) return no;
    const Amount owed = waiting == nullptr ? Amount() : waiting->fees;
    if (auto no = refuse_fee(transaction, ticket, owed, funds)) return no;
    if (waiting == nullptr) waiting = &waiting_[sender];
    waiting->nonces.push_back(transaction.nonce);
    waiting->fees += ticket.fee;
    bytes_ += ticket.bytes;
    known_[ticket.id] = Known{};
    queue_.transactions.push_back(std::move(transaction));
    queue_.tickets.push_back(ticket);
    return std::nullopt;
}

void Mempool::leave(const engine::Transaction& transaction, const Ticket& ticket) {
    bytes_ -= ticket.bytes;
    const auto found = waiting_.find(transaction.sender.value());
    auto& [nonces, fees] = found->second;
    nonces.erase(std::ranges::find(nonces, transaction.nonce));
    fees -= ticket.fee;
    if (nonces.empty()) waiting_.erase(found);
}

// How many from the front come into a block; one at least, if there is one.
std::size_t Mempool::fitting(std::size_t transactions, std::size_t bytes) const {
    const std::size_t most = std::min(transactions, size());
    std::size_t actions = 0, sum = 0;
    for (std::size_t i = 0; i < most; ++i) {
        actions += actions_of(queue_.transactions[first_ + i]);
        sum += queue_.tickets[first_ + i].bytes;
        if (i != 0 && (sum > bytes || actions > limits::block_transactions_max)) return i;
    }
    return most;
}

Lot Mempool::take(std::size_t transactions, std::size_t bytes) {
    const std::size_t count = fitting(transactions, bytes);
    Lot taken;
    if (first_ == 0 && count == queue_.size()) {
        taken = drain();
        queue_.transactions.reserve(count);
        queue_.tickets.reserve(count);
        return taken;
    }
    taken.transactions.reserve(count);
    taken.tickets.reserve(count);
    for (const std::size_t end = first_ + count; first_ < end; ++first_) {
        leave(queue_.transactions[first_], queue_.tickets[first_]);
        taken.transactions.push_back(std::move(queue_.transactions[first_]));
        taken.tickets.push_back(std::move(queue_.tickets[first_]));
    }
    if (first_ >= queue_.size() / 2) forget_taken();
    return taken;
}

Lot Mempool::drain() {
    forget_taken();
    waiting_.clear();
    bytes_ = 0;
    return std::exchange(queue_, {});
}

void Mempool::forget_taken() {
    const auto taken = static_cast<std::ptrdiff_t>(std::exchange(first_, 0));
    queue_.transactions.erase(queue_.transactions.begin(), queue_.transactions.begin() + taken);
    queue_.tickets.erase(queue_.tickets.begin(), queue_.tickets.begin() + taken);
}

Lot Mempool::expire(u64 time, std::chrono::steady_clock::time_point now) {
    const auto late = [&](const Ticket& ticket) { return now - ticket.since >= limits_.wait; };
    Lot gone;
    // Nothing expires between two blocks of one second; the front has waited longest.
    if (size() == 0 || (time == looked_at_ && !late(queue_.tickets[first_]))) return gone;
    looked_at_ = time;
    Lot kept;
    for (std::size_t i = first_; i < queue_.size(); ++i) {
        engine::Transaction& transaction = queue_.transactions[i];
        Ticket& ticket = queue_.tickets[i];
        const bool over = (transaction.expires != 0 && transaction.expires < time) || late(ticket);
        if (over) {
            leave(transaction, ticket);
            known_.erase(ticket.id);
        }
        Lot& place = over ? gone : kept;
        place.transactions.push_back(std::move(transaction));
        place.tickets.push_back(std::move(ticket));
    }
    queue_ = std::move(kept);
    first_ = 0;
    return gone;
}

void Mempool::settle(const crypto::Digest& id, u64 height, const engine::Receipt& receipt) {
    known_[id] = Known{height, receipt};
    done_order_.push_back(id);
    for (; done_order_.size() > done_max; done_order_.pop_front())
        known_.erase(done_order_.front());
}

}  // namespace ballast::node
