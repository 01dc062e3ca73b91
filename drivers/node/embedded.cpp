#include <ballast/node/embedded.hpp>

#include <ballast/files/time.hpp>
#include <ballast/oracle/oracle.hpp>

namespace ballast::node {
namespace {

using Steady = std::chrono::steady_clock;
constexpr u64 trials_max = 500;  ///< In a second; what comes beyond is tried in its block alone.
constexpr u64 ahead_max = 2;     ///< Blocks that may be executed and not durable.

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

void tell(const Pending& pending, const api::Fate& fate) {
    for (const api::Told& told : pending.told) told(fate);
}

Result<void> check_fee(const engine::Machine& machine, const engine::Transaction& transaction) {
    const access::Terms& terms = machine.genesis().access;
    const auto* batch = std::get_if<engine::Batch>(&transaction.body);
    const std::size_t actions = batch ? std::max<std::size_t>(batch->actions.size(), 1) : 1;
    const i128 fee = terms.fee.units() * static_cast<i128>(actions);
    if (fee != 0 &&
        machine.state().ledger.balance(transaction.sender, terms.fee_asset).units() < fee)
        return no(Reject::fee_not_covered);
    return {};
}

// What engine/authority.hpp asks, but for the signature, which is checked already, and for limited
// rights, which are left to the block.
Result<void> check_sender(const engine::Machine& machine, const engine::Transaction& transaction,
                          u64 now) {
    const ledger::Ledger& ledger = machine.state().ledger;
    if (!ledger.exists(transaction.sender)) return no(Reject::unknown_account);
    if (transaction.sender.value() < system_accounts) return no(Reject::system_account_forbidden);
    if (transaction.expires != 0 && now > transaction.expires)
        return no(Reject::transaction_expired);
    if (!ledger.nonce_free(transaction.sender, transaction.nonce)) return no(Reject::bad_nonce);
    BALLAST_CHECK(access::rights_of(machine.state().access, transaction.sender,
                                    transaction.authorisation->key, now));
    return check_fee(machine, transaction);
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

std::optional<api::Fate> Embedded::check(const engine::Transaction& transaction, bool alone) {
    // Without signatures, who brings a transaction vouches for it, and the receipt says the rest.
    if (!genesis_.access.signed_transactions) return std::nullopt;
    if (!transaction.authorisation) return refused(Reject::signature_missing);
    std::optional<api::Fate> fate;
    const auto ask = [&] {
        chain_.peek([&](const engine::Machine& machine) {
            const u64 now = clock_.after(machine.time());
            if (const auto may = check_sender(machine, transaction, now); !may)
                fate = refused(may.error());
        });
    };
    ask();  // Before the signature, which costs most.
    if (fate) return fate;
    if (!chain_.vouch(transaction)) return refused(Reject::signature_wrong);
    // What others of the sender that wait would change is not known, so it is tried in the block.
    if (!alone) return std::nullopt;
    const auto preview = chain_.preview({&transaction, 1}, false);
    const engine::Receipt receipt = preview.receipts.front();
    if (receipt.accepted()) return std::nullopt;
    api::Fate no = refused(receipt.reason());
    no.receipt = receipt;
    return no;
}

bool Embedded::may_try() {
    const auto now = Steady::now();
    if (now - trials_since_ >= std::chrono::seconds(1)) {
        trials_since_ = now;
        trials_ = 0;
    }
    return ++trials_ <= trials_max;
}

void Embedded::submit(engine::Transaction transaction, api::Told told) {
    const Bytes bytes = encode(transaction);
    const crypto::Digest id = crypto::sha256(bytes);
    const auto answer = [&](api::Fate fate) {
        fate.id = id;
        told(fate);
    };
    if (bytes.size() > options_.transaction_bytes)
        return answer(refused(id, rpc::error_code::limit,
                              fmt::format("the transaction has {} bytes, the most is {}",
                                          bytes.size(), options_.transaction_bytes)));
    bool alone = true;
    {
        std::unique_lock held(mutex_);
        if (auto fate = mempool_.done(id)) {
            held.unlock();
            return answer(std::move(*fate));
        }
        if (fault_.empty() && !stop_ && mempool_.join(id, told)) return;
        alone = !mempool_.holds(transaction.sender) && may_try();
    }
    if (auto fate = check(transaction, alone)) return answer(std::move(*fate));
    auto pending = std::make_unique<Pending>(
        Pending{std::move(transaction), id, bytes.size(), Steady::now(), {}});
    std::optional<api::Fate> fate;
    bool first = false;  // The maker of blocks is awake while anything waits.
    {
        const std::scoped_lock held(mutex_);
        if (!fault_.empty() || stop_) {
            fate = refused(id, rpc::error_code::busy,
                           fault_.empty() ? "the node is stopping" : fault_);
        } else if (mempool_.join(id, told)) {
            return;
        } else {
            fate = mempool_.refuse(*pending);
        }
        if (!fate) {
            pending->told.push_back(std::move(told));
            mempool_.add(std::move(pending));
            first = mempool_.size() == 1;
        }
    }
    if (fate) return answer(std::move(*fate));
    if (first) changed_.notify_all();
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
        const auto found = reports_.find(place);
        if (found != reports_.end() && found->second.time >= report.time)
            return no(Reject::report_not_newer);
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
    if (order_.blocks != 0) return true;
    if (halted()) return false;
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
    const Batch gone = mempool_.expire(block.time, last_start_);
    Batch batch = mempool_.take(options_.block_transactions, options_.block_bytes);
    for (const auto& [place, report] : reports_) block.reports.push_back(report);
    reports_.clear();
    height_ = block.height;
    time_ = block.time;
    block.transactions.reserve(batch.size());
    for (const auto& pending : batch) block.transactions.push_back(std::move(pending->transaction));
    executed_.emplace(block.height, std::move(batch));
    held.unlock();
    for (const auto& pending : gone)
        tell(*pending, refused(pending->id, rpc::error_code::expired,
                               "the transaction's time was over before a block took it"));
    const u64 height = block.height;
    const auto done = chain_.execute(std::move(block));
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

void Embedded::committed(const chain::CommittedPtr& block) {
    Batch batch;
    bool last = false;
    const u64 height = block->block.height;
    {
        const std::scoped_lock held(mutex_);
        telling_ = true;
        const auto found = executed_.find(height);
        if (found != executed_.end()) {
            batch = std::move(found->second);
            executed_.erase(found);
        }
        for (std::size_t i = 0; i < batch.size(); ++i)
            mempool_.settle(*batch[i], height, block->receipts[i]);
        last = height == options_.halt_height;
    }
    changed_.notify_all();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        api::Fate fate;
        fate.height = height;
        fate.id = batch[i]->id;
        fate.receipt = block->receipts[i];
        tell(*batch[i], fate);
    }
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
    Batch all;
    {
        const std::scoped_lock held(mutex_);
        if (!fault_.empty()) return;
        fault_ = why;
        all = mempool_.take(~std::size_t{0}, ~std::size_t{0});
        for (auto& [height, batch] : executed_)
            for (auto& pending : batch) all.push_back(std::move(pending));
        executed_.clear();
    }
    changed_.notify_all();
    log_.say(Level::error, "the node cannot go on", {{"why", why}});
    for (const auto& pending : all)
        tell(*pending,
             refused(pending->id, rpc::error_code::busy,
                     "the node failed before it knew; ask for the transaction again: " + why));
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
    Batch left;
    {
        const std::scoped_lock held(mutex_);
        left = mempool_.take(~std::size_t{0}, ~std::size_t{0});
    }
    for (const auto& pending : left)
        tell(*pending, refused(pending->id, rpc::error_code::busy, "the node has stopped"));
}

files::Attempt<u64> Embedded::mine(u64 blocks, u64 seconds) {
    std::unique_lock held(mutex_);
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
