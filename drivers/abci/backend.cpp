#include <ballast/abci/backend.hpp>
#include <ballast/wire/transaction.hpp>

#include <sodium/utils.h>

namespace ballast::abci {
namespace {

constexpr std::chrono::milliseconds patience{10'000};
constexpr std::chrono::milliseconds glance{1'000};

/// Where in a batch CheckTx said no: two bytes, little-endian, in base64.
u16 position_of(const std::string& data) {
    std::array<u8, 2> bytes{};
    std::size_t length = 0;
    if (sodium_base642bin(bytes.data(), bytes.size(), data.data(), data.size(), nullptr, &length,
                          nullptr, sodium_base64_VARIANT_ORIGINAL) != 0)
        return 0;
    return static_cast<u16>(bytes[0] | bytes[1] << 8);
}

}  // namespace

CometBackend::CometBackend(chain::Chain& chain, Sources& sources, const std::string& chain_id,
                           const std::string& comet, std::function<void()> stop_node)
    : chain_(&chain),
      sources_(&sources),
      chain_id_(chain_id),
      comet_(comet, patience),
      stop_node_(std::move(stop_node)) {
    chain_->listen([this](const chain::CommittedPtr& block) { committed(*block); });
    for (unsigned i = 0; i < senders; ++i) threads_.emplace_back([this] { send_all(); });
}

CometBackend::~CometBackend() {
    stop();
}

void CometBackend::stop() {
    std::map<crypto::Digest, Waiting> left;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        left.swap(waiting_);
        errands_.clear();
    }
    work_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    for (const auto& [id, waiting] : left)
        waiting.told({0,
                      id,
                      {},
                      "the node stops; whether it comes into a block is not known",
                      rpc::error_code::busy});
}

api::Status CometBackend::status() const {
    api::Status status;
    status.mode = "cometbft";
    {
        const std::lock_guard lock(mutex_);
        status.pending = waiting_.size();
    }
    const CometRpc comet(comet_.place(), glance);
    const auto told = comet.call("status", nlohmann::json::object());
    const auto net = comet.call("net_info", nlohmann::json::object());
    if (!told || !net) {
        status.why = told ? net.error().sentence : told.error().sentence;
        return status;
    }
    try {
        status.peers = std::stoull(net->at("n_peers").get<std::string>());
        status.ready = !told->at("sync_info").at("catching_up").get<bool>();
        if (!status.ready) status.why = "the node is catching up with the others";
    } catch (const std::exception& wrong) {
        status.why = wrong.what();
    }
    return status;
}

void CometBackend::submit(engine::Transaction transaction, api::Told told) {
    const crypto::Digest id = chain::id_of(transaction);
    auto bytes = wire::encode(transaction, {chain_id_});
    if (!bytes) return told({0, id, {}, bytes.error().sentence, rpc::error_code::params});
    const u64 height = chain_->height();
    std::string why;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_)
            why = "the node stops";
        else if (waiting_.size() >= waiting_max)
            why = fmt::format("{} transactions wait already", waiting_max);
        else if (!waiting_.emplace(id, Waiting{told, transaction.expires, height}).second)
            why = "the transaction waits already";
        else
            errands_.push_back({id, std::move(*bytes)});
    }
    if (!why.empty()) return told({0, id, {}, why, rpc::error_code::busy});
    work_.notify_one();
}

void CometBackend::send_all() {
    std::unique_lock lock(mutex_);
    for (;;) {
        work_.wait(lock, [this] { return stopping_ || !errands_.empty(); });
        if (stopping_) return;
        const Errand errand = std::move(errands_.front());
        errands_.pop_front();
        lock.unlock();
        send(errand);
        lock.lock();
    }
}

void CometBackend::send(const Errand& errand) {
    const auto answer = comet_.call("broadcast_tx_sync", {{"tx", base64_of(errand.bytes)}});
    if (!answer) {
        // What CometBFT has seen before waits for its block, or was in one, or was refused.
        const bool seen = answer.error().sentence.find("tx already exists") != std::string::npos;
        if (!seen) give_up(errand.id, rpc::error_code::busy, answer.error().sentence);
        return;
    }
    const u32 code = answer->value("code", u32{0});
    if (code == 0) return;
    api::Fate fate{0, errand.id, {}, answer->value("log", ""), rpc::error_code::rejected};
    fate.receipt = {static_cast<u16>(code), position_of(answer->value("data", ""))};
    tell(fate);
}

void CometBackend::give_up(const crypto::Digest& id, int code, std::string why) {
    tell({0, id, {}, std::move(why), code});
}

void CometBackend::tell(const api::Fate& fate) {
    api::Told told;
    {
        const std::lock_guard lock(mutex_);
        const auto waiting = waiting_.find(fate.id);
        if (waiting == waiting_.end()) return;
        told = std::move(waiting->second.told);
        waiting_.erase(waiting);
    }
    told(fate);
}

void CometBackend::committed(const chain::Committed& block) {
    for (std::size_t i = 0; i < block.ids.size(); ++i)
        tell({block.block.height, block.ids[i], block.receipts[i], {}, 0});
    std::vector<api::Fate> over;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, waiting] : waiting_) {
            if (waiting.expires != 0 && waiting.expires < block.block.time)
                over.push_back({0, id, {}, "its time is over", rpc::error_code::expired});
            else if (waiting.since + waiting_blocks_max < block.block.height)
                over.push_back({0,
                                id,
                                {},
                                fmt::format("it is in none of {} blocks", waiting_blocks_max),
                                rpc::error_code::busy});
        }
    }
    for (const api::Fate& fate : over) tell(fate);
}

std::vector<rpc::Method> CometBackend::admin_methods() {
    rpc::Method snapshot;
    snapshot.name = "admin.snapshot";
    snapshot.summary = "Keeps a snapshot of the last block.";
    snapshot.params = {{"type", "object"}, {"properties", rpc::Json::object()}};
    snapshot.result = {{"type", "object"}};
    snapshot.local_only = true;
    rpc::Method stop = snapshot;
    snapshot.call = [this](const rpc::Caller&, const rpc::Json&, const rpc::Respond& respond) {
        const auto height = chain_->snapshot();
        if (height)
            return respond(
                rpc::Json{{"height", chain_->height()}, {"data", {{"snapshot", *height}}}});
        respond(
            std::unexpected(rpc::Error{rpc::error_code::internal, height.error().sentence, {}}));
    };
    stop.name = "admin.stop";
    stop.summary = "Stops the node, and CometBFT with it.";
    stop.call = [this](const rpc::Caller&, const rpc::Json&, const rpc::Respond& respond) {
        respond(rpc::Json{{"stopping", true}});
        stop_node_();
    };
    return {snapshot, stop};
}

}  // namespace ballast::abci
