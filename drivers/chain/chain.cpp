#include <ballast/chain/chain.hpp>
#include <ballast/chain/lasting.hpp>

#include <algorithm>

namespace ballast::chain {
namespace {

constexpr std::size_t write_bytes_max = std::size_t{256} << 20;  ///< In one write, if it can be.
constexpr std::size_t recent_blocks_max = 512;
constexpr std::size_t recent_transactions_max = 200'000;
constexpr std::size_t untold_max = 256;  ///< Blocks that listeners may be behind.

store::Entry entry_of(const Committed& block) {
    return {block.block.height, engine::log_record(block.block, block.root), kept_bytes(block)};
}

}  // namespace

Lasting::Lasting(Parts parts, Options options)
    : lock_(std::move(parts.lock)),
      genesis_(std::move(parts.genesis)),
      name_(parts.machine.chain()),
      options_(options),
      remarks_(std::move(parts.remarks)),
      store_(std::move(parts.store)),
      machine_(std::move(parts.machine)),
      crew_(options.threads),
      history_(genesis_, *store_),
      durable_(machine_.height()),
      teller_([this] { tell(); }),
      keeper_([this] { picture(); }) {}

Lasting::~Lasting() {
    {
        const std::scoped_lock held(mutex_);
        stop_ = true;
    }
    changed_.notify_all();
}

std::vector<std::string> Lasting::remarks() const {
    const std::scoped_lock held(mutex_);
    return remarks_;
}

void Lasting::peek(const std::function<void(const engine::Machine&)>& look) const {
    const auto held = gate_.read();
    look(machine_);
}

void Lasting::read(const std::function<void(const engine::Machine&)>& look) const {
    u64 seen = 0;
    {
        const auto held = gate_.read();
        look(machine_);
        seen = machine_.height();
    }
    wait_durable(seen);
}

bool Lasting::wait_durable(u64 height) const {
    std::unique_lock held(mutex_);
    if (durable_ >= height) return true;
    const bool teller = std::this_thread::get_id() == teller_.get_id();
    // Whoever waits for the teller must not, while it waits for him.
    if (teller) teller_waits_ = true, changed_.notify_all();
    changed_.wait(held, [&] { return durable_ >= height || !fault_.empty() || stop_; });
    if (teller) teller_waits_ = false;
    return durable_ >= height;
}

files::Attempt<void> Lasting::read_at(
    u64 height, const std::function<void(const engine::Machine&)>& look) const {
    const u64 last = this->height();
    if (height > last)
        return files::fault("height {} is in the future; the last block is {}", height, last);
    bool seen = false;
    if (height == last)
        read([&](const engine::Machine& machine) {
            seen = machine.height() == height;
            if (seen) look(machine);
        });
    if (seen) return {};
    BALLAST_TRY(const auto machine, history_.at(height));
    look(*machine);
    return {};
}

engine::Machine::Preview Lasting::preview(std::span<const engine::Transaction> transactions,
                                          bool authorised,
                                          const std::function<void(const engine::Machine&)>& look) {
    Verdicts verdicts;
    if (authorised && genesis_.access.signed_transactions) {
        std::vector<crypto::Digest> ids;
        for (const engine::Transaction& transaction : transactions)
            ids.push_back(id_of(transaction));
        verdicts = vouched_.find_all(ids);
    }
    const auto nobody = [](const engine::Machine&) {};
    const auto held = gate_.write();
    return look ? machine_.preview(transactions, authorised, look, verdicts)
                : machine_.preview(transactions, authorised, nobody, verdicts);
}

u64 Lasting::height() const {
    const std::scoped_lock held(mutex_);
    return durable_;
}

u64 Lasting::oldest() const {
    const u64 first = store_->first();
    return first == 0 ? height() + 1 : first;
}

CommittedPtr Lasting::block(u64 height) const {
    {
        const std::scoped_lock held(mutex_);
        if (height > durable_) return nullptr;
        if (const auto found = recent_.find(height); found != recent_.end()) return found->second;
    }
    if (height == 0 || height < store_->first()) return nullptr;
    const auto bytes = store_->record(height);
    const auto outcome = store_->outcome(height);
    if (!bytes || !outcome) return nullptr;
    auto record = read_record(height, *bytes);
    auto kept = read_kept(height, *outcome);
    if (!record || !kept) return nullptr;
    auto result = std::make_shared<Committed>();
    result->block = std::move(record->block);
    result->root = record->root;
    result->receipts = std::move(kept->receipts);
    result->events = events_of(*kept);
    for (const auto& transaction : result->block.transactions)
        result->ids.push_back(id_of(transaction));
    return result;
}

void Lasting::name_all(const engine::Block& block, std::vector<crypto::Digest>& ids) {
    ids.resize(block.transactions.size());
    crew_.together(ids.size(), [&](std::size_t from, std::size_t to) {
        Bytes bytes;
        for (std::size_t i = from; i < to; ++i) {
            bytes.clear();
            append(bytes, block.transactions[i]);
            ids[i] = crypto::sha256(bytes);
        }
    });
}

Lasting::Verdicts Lasting::verify(const engine::Block& block,
                                  const std::vector<crypto::Digest>& ids) {
    if (!genesis_.access.signed_transactions) return {};
    Verdicts verdicts = vouched_.find_all(ids);
    std::vector<std::size_t> unknown;
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (verdicts[i] == engine::Verdict::unknown) unknown.push_back(i);
    checked_ += unknown.size();
    known_ += ids.size() - unknown.size();
    crew_.together(unknown.size(), [&](std::size_t from, std::size_t to) {
        for (std::size_t k = from; k < to; ++k) {
            const std::size_t i = unknown[k];
            const bool good = engine::authentic(block.transactions[i], genesis_, name_);
            verdicts[i] = good ? engine::Verdict::good : engine::Verdict::bad;
        }
    });
    return verdicts;
}

bool Lasting::vouch(const engine::Transaction& transaction, const crypto::Digest& id) {
    const engine::Verdict known = vouched_.find(id);
    if (known != engine::Verdict::unknown) return known == engine::Verdict::good;
    checked_ += 1;
    const bool good = engine::authentic(transaction, genesis_, name_);
    vouched_.remember(id, good);
    return good;
}

Result<CommittedPtr> Lasting::execute(engine::Block block, std::vector<crypto::Digest> ids) {
    {
        std::unique_lock held(mutex_);
        changed_.wait(held, [this] {
            return untold_.size() < untold_max || teller_waits_ || !fault_.empty() || stop_;
        });
        if (!fault_.empty()) return no(Reject::bad_height);
    }
    auto result = std::make_shared<Committed>();
    result->ids = std::move(ids);
    if (result->ids.size() != block.transactions.size()) name_all(block, result->ids);
    const Verdicts verdicts = verify(block, result->ids);
    {
        const auto held = gate_.write();
        auto outcome = machine_.execute(block, verdicts);
        if (!outcome) return no(outcome.error());
        result->receipts = std::move(outcome->receipts);
        result->events = std::move(outcome->events);
        result->root = outcome->root;
        // In the same breath, so that nobody reads what is not in the list of what must be written.
        const std::scoped_lock listed(mutex_);
        result->block = std::move(block);
        executed_.push_back(result);
        // Each is a copy of the machine; while one waits, no other is taken.
        if (options_.snapshot_blocks != 0 && pictures_.empty() &&
            machine_.height() % options_.snapshot_blocks == 0)
            pictures_.push_back(std::make_shared<const engine::Machine>(machine_));
    }
    changed_.notify_all();
    return result;
}

files::Attempt<void> Lasting::write(std::span<const CommittedPtr> blocks) {
    std::vector<store::Entry> entries(blocks.size());
    for (std::size_t i = 0; i < blocks.size(); ++i) entries[i] = entry_of(*blocks[i]);
    for (std::size_t from = 0; from < entries.size();) {
        std::size_t to = from;
        for (std::size_t bytes = 0; to < entries.size() && (to == from || bytes < write_bytes_max);
             ++to)
            bytes += entries[to].record.size() + entries[to].outcome.size();
        BALLAST_CHECK(store_->append(std::span(entries).subspan(from, to - from)));
        from = to;
    }
    return {};
}

void Lasting::remember(const CommittedPtr& block) {
    recent_[block->block.height] = block;
    recent_transactions_ += block->block.transactions.size();
    while (recent_.size() > 1 &&
           (recent_.size() > recent_blocks_max || recent_transactions_ > recent_transactions_max)) {
        recent_transactions_ -= recent_.begin()->second->block.transactions.size();
        recent_.erase(recent_.begin());
    }
}

files::Attempt<void> Lasting::persist() {
    const std::scoped_lock persisting(persisting_);
    std::vector<CommittedPtr> blocks;
    {
        const std::scoped_lock held(mutex_);
        if (!fault_.empty()) return std::unexpected(files::Fault{fault_});
        blocks.assign(executed_.begin(), executed_.end());
    }
    if (blocks.empty()) return {};
    const auto written = write(blocks);
    {
        const std::scoped_lock held(mutex_);
        if (!written) {
            fault_ = written.error().sentence;
        } else {
            executed_.erase(executed_.begin(),
                            executed_.begin() + static_cast<std::ptrdiff_t>(blocks.size()));
            durable_ = blocks.back()->block.height;
            for (const CommittedPtr& block : blocks) {
                remember(block);
                untold_.push_back(block);
            }
        }
    }
    changed_.notify_all();
    return written;
}

void Lasting::give_up(const std::string& why) {
    {
        const std::scoped_lock held(mutex_);
        if (fault_.empty()) fault_ = why;
    }
    changed_.notify_all();
}

void Lasting::listen(std::function<void(const CommittedPtr&)> listener) {
    const std::scoped_lock held(mutex_);
    listeners_.push_back(std::move(listener));
}

// Tells what is durable to the end, also when the chain is being closed.
void Lasting::tell() {
    std::unique_lock held(mutex_);
    while (true) {
        changed_.wait(held, [this] { return !untold_.empty() || stop_; });
        if (untold_.empty()) return;
        const CommittedPtr block = untold_.front();
        const auto listeners = listeners_;
        held.unlock();
        for (const auto& listener : listeners) listener(block);
        held.lock();
        untold_.pop_front();
        changed_.notify_all();
    }
}

}  // namespace ballast::chain
