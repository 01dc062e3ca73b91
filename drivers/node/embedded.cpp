#include <ballast/node/embedded.hpp>

#include <ballast/files/time.hpp>
#include <ballast/oracle/oracle.hpp>

#include <algorithm>

namespace ballast::node {
namespace {

using Steady = std::chrono::steady_clock;
constexpr u64 trials_max = 500;  ///< In a second; what comes beyond is tried in its block alone.
constexpr u64 ahead_max = 8;     ///< Blocks that may be executed and not durable.
constexpr std::size_t slice_max = 1'000;  ///< Transactions taken in at a time.

api::Fate refused(const crypto::Digest& id, int code, std::string why) {
    api::Fate fate;
    fate.id = id;
    fate.code = code;
    fate.why = std::move(why);
    return fate;
}

api::Fate refused(Reject reason) {
    api::Fate fate = refused({}, rpc::error_code::rejected, std::string(sentence(reason)));
    fate.receipt.code = static_cast<u16>(reason);
    return fate;
}

// Whether the transaction's nonce is used, by itself or by another one.  What used none may stand
// in a later block, for all that is known.
bool used_nonce(const ledger::Ledger& ledger, const engine::Transaction& transaction) {
    const AccountId sender = transaction.sender;
    return ledger.exists(sender) &&
           transaction.nonce < ledger.nonce(sender) + access::nonce_window &&
           !ledger.nonce_free(sender, transaction.nonce);
}

}  // namespace

Embedded::Embedded(chain::Chain& chain, Clock& clock, Log& log, Options options)
    : chain_(chain),
      clock_(clock),
      log_(log),
      options_(std::move(options)),
      mempool_(options_.pending),
      durable_(chain.height()) {
    chain_.read([this](const engine::Machine& machine) {
        genesis_ = machine.genesis();
        name_ = machine.chain();
        height_ = machine.height();
        time_ = machine.time();
    });
    last_start_ = Steady::now();
    chain_.listen([this](const chain::CommittedPtr& block) { committed(block); });
    producer_ = std::thread([this] { produce(); });
    writer_ = std::thread([this] { write(); });
}

Embedded::~Embedded() {
    stop();
}

api::Status Embedded::status() const {
    const std::scoped_lock held(mutex_);
    api::Status status;
    status.ready = fault_.empty() && !stop_;
    status.why = !fault_.empty() ? fault_ : stop_ ? "the node is stopping" : "";
    status.mode = options_.development ? "dev" : "embedded";
    status.pending = mempool_.size();
    return status;
}

std::string Embedded::fault() const {
    const std::scoped_lock held(mutex_);
    return fault_;
}

// What others of the sender that wait would change is not known; then it is tried in the block.
std::optional<api::Fate> Embedded::try_alone(const engine::Transaction& transaction) {
    const auto preview = chain_.preview({&transaction, 1}, true);
    const engine::Receipt receipt = preview.receipts.front();
    if (receipt.accepted()) return std::nullopt;
    api::Fate no = refused(receipt.reason());
    no.receipt = receipt;
    return no;
}

// Of those that are good otherwise, which are tried: nothing else of their senders waits, and there
// are not too many of them.
void Embedded::choose_trials(std::span<const engine::Transaction> transactions,
                             std::vector<Glance>& seen) {
    const auto open = [](const Glance& glance) { return glance.open(); };
    if (std::ranges::none_of(seen, open)) return;
    const std::scoped_lock held(mutex_);
    for (std::size_t i = 0; i < seen.size(); ++i)
        seen[i].alone = seen[i].open() && !mempool_.holds(transactions[i].sender) && may_try();
}

bool Embedded::may_try() {
    const auto now = Steady::now();
    if (now - trials_since_ >= std::chrono::seconds(1)) {
        trials_since_ = now;
        trials_ = 0;
    }
    return ++trials_ <= trials_max;
}

// What can be said without asking the chain.
Mempool::Sight Embedded::glance(const Ticket& ticket) {
    if (ticket.bytes > options_.transaction_bytes)
        return {refused(ticket.id, rpc::error_code::limit,
                        fmt::format("the transaction has {} bytes, the most is {}", ticket.bytes,
                                    options_.transaction_bytes))};
    Mempool::Sight seen = mempool_.look(ticket);
    if (seen.open() && (!fault_.empty() || stop_))
        seen.fate = refused(ticket.id, rpc::error_code::busy,
                            fault_.empty() ? "the node is stopping" : fault_);
    return seen;
}

void Embedded::check_slice(std::span<const engine::Transaction> transactions,
                           std::span<const Ticket> tickets, std::vector<Glance>& seen) {
    {
        const std::scoped_lock held(mutex_);
        for (std::size_t i = 0; i < tickets.size(); ++i) seen[i].sight() = glance(tickets[i]);
    }
    const auto refuse = [&seen](std::size_t i, Reject reason) { seen[i].fate = refused(reason); };
    chain_.peek([&](const engine::Machine& machine) {
        const u64 now = clock_.after(machine.time());
        for (std::size_t i = 0; i < tickets.size(); ++i) {
            if (!seen[i].open()) continue;
            // The signature comes behind all that costs little.
            const auto may = machine.check_authority(transactions[i], engine::Verdict::good, now);
            if (!may) refuse(i, may.error());
            if (may && !tickets[i].fee.zero())
                seen[i].funds = machine.state().ledger.balance(transactions[i].sender,
                                                               genesis_.access.fee_asset);
        }
    });
    for (std::size_t i = 0; i < tickets.size(); ++i)
        if (seen[i].open() && !chain_.vouch(transactions[i], tickets[i].id))
            refuse(i, Reject::signature_wrong);
    choose_trials(transactions, seen);
    for (std::size_t i = 0; i < tickets.size(); ++i)
        if (seen[i].alone) seen[i].fate = try_alone(transactions[i]);
}

void Embedded::take_slice(std::span<engine::Transaction> transactions, const ToldPtr& told) {
    // Without signatures, who brings a transaction vouches for it, and the receipt says the rest.
    const bool checked = genesis_.access.signed_transactions;
    std::vector<Ticket> tickets(transactions.size());
    Bytes bytes;
    const auto now = Steady::now();
    for (std::size_t i = 0; i < tickets.size(); ++i) {
        bytes.clear();
        append(bytes, transactions[i]);
        tickets[i] = {crypto::sha256(bytes), told, now, static_cast<u32>(bytes.size())};
        if (checked) tickets[i].fee = engine::fee_of(genesis_, transactions[i]);
    }
    std::vector<Glance> seen(tickets.size());
    if (checked) check_slice(transactions, tickets, seen);
    bool first = false;  // The maker of blocks is awake while anything waits.
    {
        const std::scoped_lock held(mutex_);
        const std::size_t before = mempool_.size();
        for (std::size_t i = 0; i < tickets.size(); ++i) {
            if (seen[i].joined) continue;
            // Much may have happened since the first glance, to this very transaction too.
            Mempool::Sight again = glance(tickets[i]);
            if (!again.open()) seen[i].sight() = std::move(again);
            if (!seen[i].open()) continue;
            seen[i].fate = mempool_.offer(transactions[i], tickets[i], seen[i].funds);
        }
        first = before == 0 && mempool_.size() != 0;
    }
    if (first) changed_.notify_all();
    for (std::size_t i = 0; i < tickets.size(); ++i) {
        if (!seen[i].fate) continue;
        seen[i].fate->id = tickets[i].id;
        (*told)(*seen[i].fate);
    }
}

void Embedded::submit_all(std::vector<engine::Transaction> transactions, api::Told told) {
    const auto shared = std::make_shared<const api::Told>(std::move(told));
    for (std::size_t from = 0; from < transactions.size(); from += slice_max) {
        const std::size_t count = std::min(slice_max, transactions.size() - from);
        take_slice(std::span(transactions).subspan(from, count), shared);
    }
}

void Embedded::submit(engine::Transaction transaction, api::Told told) {
    take_slice({&transaction, 1}, std::make_shared<const api::Told>(std::move(told)));
}

Result<void> Embedded::report(const oracle::Report& report) {
    Result<void> answer;
    chain_.peek([&](const engine::Machine& machine) {
        answer = oracle::check_report(machine.genesis().oracle, machine.state().oracle, report,
                                      clock_.after(machine.time()), machine.chain());
    });
    if (!answer) return answer;
    {
        const std::scoped_lock held(mutex_);
        const std::pair place{report.publisher.value(), report.feed.value()};
        // Also behind those that a block has taken and not executed yet.
        u64& newest = newest_[place];
        if (newest >= report.time) return no(Reject::report_not_newer);
        newest = report.time;
        reports_[place] = report;
    }
    changed_.notify_all();
    return {};
}

bool Embedded::halted() const {
    return options_.halt_height != 0 && height_ >= options_.halt_height;
}

bool Embedded::due(Steady::time_point now) const {
    if (height_ - durable_ >= ahead_max) return false;
    if (halted()) return false;
    if (order_.blocks != 0) return true;
    const auto since = now - last_start_;
    if (stop_) return mempool_.size() != 0;
    if (mempool_.size() != 0 || !reports_.empty()) return since >= options_.pause;
    return options_.interval.count() != 0 && since >= options_.interval;
}

Steady::time_point Embedded::next_look() const {
    const bool waits = mempool_.size() != 0 || !reports_.empty();
    const auto gap = waits ? options_.pause : options_.interval;
    // With nothing to do but to wait for somebody, look again after a while all the same.
    if (halted() || (waits && height_ - durable_ >= ahead_max) || gap.count() == 0)
        return Steady::now() + std::chrono::milliseconds(500);
    return std::max(last_start_ + gap, Steady::now() + std::chrono::microseconds(100));
}

void Embedded::produce() {
    std::unique_lock held(mutex_);
    while (fault_.empty()) {
        if (due(Steady::now())) {
            make_block(held);
        } else if (stop_ && (mempool_.size() == 0 || halted())) {
            break;
        } else {
            changed_.wait_until(held, next_look());
        }
    }
    last_made_ = true;
    changed_.notify_all();
}

void Embedded::make_block(std::unique_lock<std::mutex>& held) {
    engine::Block block;
    block.height = height_ + 1;
    if (order_.blocks != 0) {
        clock_.warp(order_.seconds);
        --order_.blocks;
    }
    block.time = clock_.after(time_);
    last_start_ = Steady::now();
    const Lot gone = mempool_.expire(block.time, last_start_);
    Lot lot = mempool_.take(options_.block_transactions, options_.block_bytes);
    const Others others = released(gone.tickets);
    for (const auto& [place, report] : reports_) block.reports.push_back(report);
    reports_.clear();
    height_ = block.height;
    time_ = block.time;
    std::vector<crypto::Digest> ids;
    for (const Ticket& ticket : lot.tickets) ids.push_back(ticket.id);
    block.transactions = std::move(lot.transactions);
    executed_.emplace(block.height, std::move(lot.tickets));
    held.unlock();
    tell_all(gone.tickets, others, rpc::error_code::expired,
             "the transaction's time was over before a block took it");
    const u64 height = block.height;
    const auto done = chain_.execute(std::move(block), std::move(ids));
    held.lock();
    if (!done && fault_.empty()) {
        held.unlock();
        // Behind a write that failed no block is taken; then that is what there is to tell.
        const auto written = chain_.persist();
        fail(written
                 ? fmt::format("block {} cannot be executed: {}", height, sentence(done.error()))
                 : written.error().sentence);
        held.lock();
    }
    fresh_ = true;
    changed_.notify_all();
}

void Embedded::write() {
    while (true) {
        {
            std::unique_lock held(mutex_);
            changed_.wait(held, [this] { return !fault_.empty() || fresh_ || last_made_; });
            if (!fault_.empty() || !fresh_) return;
            fresh_ = false;
        }
        if (const auto written = chain_.persist(); !written) return fail(written.error().sentence);
        {
            const std::scoped_lock held(mutex_);
            durable_ = chain_.height();
        }
        changed_.notify_all();
    }
}

// Those who joined transactions that are about to be told of.
Embedded::Others Embedded::released(const std::vector<Ticket>& tickets) {
    Others others;
    for (std::size_t i = 0; i < tickets.size(); ++i)
        for (ToldPtr& told : mempool_.release(tickets[i].id))
            others.emplace_back(i, std::move(told));
    return others;
}

void Embedded::tell_all(const std::vector<Ticket>& tickets, const Others& others, int code,
                        const std::string& why) {
    for (const Ticket& ticket : tickets) (*ticket.told)(refused(ticket.id, code, why));
    for (const auto& [i, told] : others) (*told)(refused(tickets[i].id, code, why));
}

// By position, whether what became of a transaction is what will be said of it for good.
std::vector<bool> Embedded::for_good(const chain::Committed& block) const {
    std::vector<bool> good(block.receipts.size(), true);
    const auto accepted = [](const engine::Receipt& receipt) { return receipt.accepted(); };
    if (std::ranges::all_of(block.receipts, accepted)) return good;
    chain_.peek([&](const engine::Machine& machine) {
        for (std::size_t i = 0; i < good.size(); ++i)
            good[i] = block.receipts[i].accepted() ||
                      used_nonce(machine.state().ledger, block.block.transactions[i]);
    });
    return good;
}

void Embedded::committed(const chain::CommittedPtr& block) {
    const std::vector<bool> good = for_good(*block);
    std::vector<Ticket> tickets;
    Others others;
    bool last = false;
    const u64 height = block->block.height;
    {
        const std::scoped_lock held(mutex_);
        telling_ = true;
        const auto found = executed_.find(height);
        if (found != executed_.end()) {
            tickets = std::move(found->second);
            executed_.erase(found);
        }
        for (std::size_t i = 0; i < tickets.size(); ++i)
            if (good[i])
                mempool_.settle(tickets[i].id, height, block->receipts[i]);
            else
                mempool_.forget(tickets[i].id);
        others = released(tickets);
        last = height == options_.halt_height;
    }
    changed_.notify_all();
    api::Fate fate;
    fate.height = height;
    const auto tell = [&](const api::Told& told, std::size_t i) {
        fate.id = tickets[i].id;
        fate.receipt = block->receipts[i];
        told(fate);
    };
    for (std::size_t i = 0; i < tickets.size(); ++i) tell(*tickets[i].told, i);
    for (const auto& [i, told] : others) tell(*told, i);
    if (last) {
        log_.say(Level::info, "the height at which to halt is reached",
                 {{"height", std::to_string(height)}});
        if (options_.stop) options_.stop();
    }
    const std::scoped_lock held(mutex_);
    telling_ = false;
    changed_.notify_all();
}

// Nobody is told that his transaction is lost: whether the last write is there is not known.
void Embedded::fail(std::string why) {
    std::vector<Ticket> all;
    Others others;
    {
        const std::scoped_lock held(mutex_);
        if (!fault_.empty()) return;
        fault_ = why;
        all = mempool_.drain().tickets;
        for (auto& [height, tickets] : executed_)
            std::ranges::move(tickets, std::back_inserter(all));
        executed_.clear();
        others = released(all);
    }
    changed_.notify_all();
    log_.say(Level::error, "the node cannot go on", {{"why", why}});
    tell_all(all, others, rpc::error_code::busy,
             "the node failed before it knew; ask for the transaction again: " + why);
    if (options_.stop) options_.stop();
}

void Embedded::stop() {
    {
        const std::scoped_lock held(mutex_);
        stop_ = true;
    }
    changed_.notify_all();
    if (producer_.joinable()) producer_.join();
    {
        std::unique_lock held(mutex_);
        changed_.wait(held, [this] { return !telling_ && (executed_.empty() || !fault_.empty()); });
    }
    changed_.notify_all();
    if (writer_.joinable()) writer_.join();
    std::vector<Ticket> left;
    Others others;
    {
        const std::scoped_lock held(mutex_);
        left = mempool_.drain().tickets;
        others = released(left);
    }
    tell_all(left, others, rpc::error_code::busy, "the node has stopped");
}

files::Attempt<u64> Embedded::mine(u64 blocks, u64 seconds) {
    std::unique_lock held(mutex_);
    if (const u64 halt = options_.halt_height; halt != 0 && height_ + order_.blocks + blocks > halt)
        return files::fault("blocks is {}, the node halts at height {} and is at {}", blocks, halt,
                            height_);
    order_ = {order_.blocks + blocks, seconds};
    const u64 target = height_ + order_.blocks;
    changed_.notify_all();
    changed_.wait(held, [&] { return durable_ >= target || !fault_.empty() || stop_; });
    if (durable_ < target) return files::fault("{}", fault_.empty() ? "the node stops" : fault_);
    return target;
}

files::Attempt<u64> Embedded::warp(u64 seconds) {
    return mine(1, seconds);
}

files::Attempt<void> Embedded::price(FeedId feed, Price price) {
    if (!options_.publisher) return files::fault("this node has no publisher of its own");
    u64 time = 0;
    chain_.peek([&](const engine::Machine& machine) { time = clock_.after(machine.time()); });
    for (u16 i = 0; i < genesis_.oracle.publishers.size(); ++i) {
        const auto& key = genesis_.oracle.publishers[i].key;
        if (!key || *key != options_.publisher->key().bytes) continue;
        oracle::Report report{PublisherId{i}, feed, price, Price(), time, {}};
        BALLAST_CHECK(options_.publisher->sign(report, name_));
        if (const auto taken = this->report(report); !taken)
            return files::fault("the price {} of feed {} is refused: {}", text(price),
                                genesis_.oracle.feeds[feed.value()].name, sentence(taken.error()));
        return {};
    }
    return files::fault("no publisher of this market has the development key");
}

}  // namespace ballast::node
