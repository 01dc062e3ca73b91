#include <ballast/rpc/hub.hpp>

#include <ballast/rpc/topic.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace ballast::rpc {
namespace {

/// A seq that no earlier topic of this name can have had, in this process or in one before it:
/// so a `resume_from` of those never seems to fit.
std::uint64_t fresh_seq() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

std::string field(const Json& message, const char* name) {
    const auto found = message.find(name);
    return found == message.end() ? "null" : found->dump();
}

}  // namespace

Hub::Shared::Shared(Limits given)
    : limits(given), stamp_(R"("height":0,"root":null,"time":null)"), thread_([this] { run(); }) {}

Hub::Shared::~Shared() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    more_.notify_all();
    thread_.join();
}

void Hub::Shared::run() {
    std::unique_lock lock(mutex_);
    const auto pause = std::clamp<std::chrono::milliseconds>(
        limits.linger / 4, std::chrono::milliseconds(10), std::chrono::milliseconds(5'000));
    Clock::time_point swept = Clock::now();
    while (!ending_) {
        more_.wait_until(lock, swept + pause, [&] { return ending_ || !untold_.empty(); });
        if (const auto now = Clock::now(); now - swept >= pause) sweep(swept = now);
        if (ending_ || untold_.empty()) continue;
        const std::shared_ptr<Topic> topic = std::move(untold_.front());
        untold_.pop_front();
        lock.unlock();
        topic->told = true;
        for (const auto& one : topic->listeners())
            if (const auto listener = one.lock()) listener->wake();
        lock.lock();
    }
}

void Hub::Shared::sweep(Clock::time_point now) {
    std::erase_if(topics_, [&](const auto& entry) {
        if (!entry.second->deserted(now)) return false;
        newest_seq_ = std::max(newest_seq_, entry.second->last());
        return true;
    });
}

const Channel* Hub::Shared::channel(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = channels_.find(name);
    return found == channels_.end() ? nullptr : &found->second;
}

std::shared_ptr<Topic> Hub::Shared::join(const Channel& channel, const std::string& name,
                                         const std::shared_ptr<Listener>& listener) {
    const std::lock_guard lock(mutex_);
    auto found = topics_.find(name);
    if (found == topics_.end()) {
        if (topics_.size() >= limits.topics) return nullptr;
        const std::uint64_t after = std::max(newest_seq_, fresh_seq());
        auto topic = std::make_shared<Topic>(name, channel, after, limits);
        found = topics_.emplace(name, std::move(topic)).first;
    }
    found->second->join(listener);
    return found->second;
}

std::string Hub::Shared::stamp() const {
    const std::lock_guard lock(mutex_);
    return stamp_;
}

Hub::Hub() : Hub(Limits{}) {}
Hub::Hub(Limits limits) : shared_(std::make_shared<Shared>(limits)) {}
Hub::~Hub() = default;

void Hub::declare(Channel channel) {
    const std::lock_guard lock(shared_->mutex_);
    std::string name = channel.name;
    shared_->channels_.insert_or_assign(std::move(name), std::move(channel));
}

void Hub::Shared::note(const Json& message) {
    const auto height = message.find("height");
    if (height == message.end() || !height->is_number_integer()) return;
    if (height->get<std::uint64_t>() < stamp_height_) return;
    stamp_height_ = height->get<std::uint64_t>();
    stamp_ = fmt::format(R"("height":{},"root":{},"time":{})", stamp_height_,
                         field(message, "root"), field(message, "time"));
}

void Hub::stamp(const Json& message) {
    const std::lock_guard lock(shared_->mutex_);
    shared_->note(message);
}

void Hub::publish(const std::string& topic, const Json& message) {
    std::shared_ptr<Topic> found;
    {
        const std::lock_guard lock(shared_->mutex_);
        shared_->note(message);
        const auto at = shared_->topics_.find(topic);
        if (at == shared_->topics_.end()) return;
        found = at->second;
    }
    found->publish(message);
    if (!found->told.exchange(false)) return;
    const std::lock_guard lock(shared_->mutex_);
    shared_->untold_.push_back(std::move(found));
    shared_->more_.notify_one();
}

std::vector<std::string> Hub::topics(const std::string& channel) const {
    const std::lock_guard lock(shared_->mutex_);
    std::vector<std::string> names;
    for (const auto& [name, topic] : shared_->topics_)
        if (topic->channel() == channel) names.push_back(name);
    std::sort(names.begin(), names.end());
    return names;
}

Json Hub::describe() const {
    const std::lock_guard lock(shared_->mutex_);
    Json all = Json::array();
    for (const auto& [name, channel] : shared_->channels_)
        all.push_back({{"name", name},
                       {"summary", channel.summary},
                       {"params", channel.params},
                       {"data", channel.data}});
    return all;
}

}  // namespace ballast::rpc
