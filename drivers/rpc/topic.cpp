#include <ballast/rpc/topic.hpp>

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace ballast::rpc {
namespace {

/// How old a snapshot may be that one more subscriber gets, and how many deltas may follow it.
constexpr std::chrono::seconds snapshot_shared{1};
constexpr std::uint64_t snapshot_behind = 16;

/// A message without a height is in no snapshot.
std::uint64_t height_of(const Json& message) {
    constexpr std::uint64_t none = std::numeric_limits<std::uint64_t>::max();
    if (!message.is_object()) return none;
    const auto found = message.find("height");
    if (found == message.end() || !found->is_number_integer()) return none;
    return found->get<std::uint64_t>();
}

}  // namespace

Topic::Topic(std::string name, const Channel& channel, std::uint64_t after, Hub::Limits limits)
    : name_(std::move(name)), channel_(channel), limits_(limits), last_(after) {}

std::uint64_t Topic::last() const {
    const std::lock_guard lock(mutex_);
    return last_;
}

Text Topic::text(const char* type, const Json& message) const {
    constexpr auto replace = Json::error_handler_t::replace;
    const bool whole = message.is_object() && !message.empty();
    const std::string inner =
        (whole ? message : Json{{"data", message}}).dump(-1, ' ', false, replace);
    return std::make_shared<const std::string>(
        fmt::format(R"("channel":{},"topic":{},"type":"{}",{}}})", Json(channel_.name).dump(),
                    Json(name_).dump(), type, std::string_view(inner).substr(1)));
}

void Topic::publish(const Json& message) {
    Text all = text("delta", message);
    const std::uint64_t height = height_of(message);
    const std::lock_guard lock(mutex_);
    end_ += all->size();
    deltas_.push_back({++last_, height, end_, std::move(all)});
    trim();
}

void Topic::trim() {
    const auto kept = [&] { return end_ - deltas_.front().end; };
    while (deltas_.size() > limits_.replay || (deltas_.size() > 1 && kept() > limits_.replay_bytes))
        deltas_.pop_front();
}

Topic::Next Topic::next(std::uint64_t seq, std::uint64_t floor, std::size_t bytes_most) const {
    const std::lock_guard lock(mutex_);
    if (seq == last_) return {};
    if (seq > last_ || deltas_.empty() || seq + 1 < deltas_.front().seq)
        return {Next::State::lost, {}};
    auto at = deltas_.begin() + static_cast<std::ptrdiff_t>(seq + 1 - deltas_.front().seq);
    if (end_ - at->end > bytes_most) return {Next::State::lost, {}};
    while (at != deltas_.end() && at->height <= floor) ++at;
    if (at == deltas_.end()) return {};
    return {Next::State::delta, *at};
}

std::shared_ptr<const Topic::Snapshot> Topic::snapshot(std::uint64_t seq,
                                                       std::optional<Clock::time_point> asked,
                                                       std::size_t bytes_most) const {
    const std::lock_guard lock(mutex_);
    if (!snapshot_ || snapshot_->seq < seq) return nullptr;
    // One that was asked for is taken as it is; otherwise deltas that come faster than snapshots
    // would never let anybody begin.
    const bool mine = asked && snapshot_->taken >= *asked;
    const bool fresh = Clock::now() - snapshot_->taken <= snapshot_shared &&
                       last_ - snapshot_->seq <= snapshot_behind;
    return (mine || fresh) && can_follow(snapshot_->seq, bytes_most) ? snapshot_ : nullptr;
}

/// With the lock.  Half of what may lie behind a subscription: it must not begin anew at once.
bool Topic::can_follow(std::uint64_t seq, std::size_t bytes_most) const {
    if (seq == last_) return true;
    if (deltas_.empty() || seq + 1 < deltas_.front().seq || last_ - seq > limits_.replay / 2)
        return false;
    const Delta& first = deltas_[static_cast<std::size_t>(seq + 1 - deltas_.front().seq)];
    return end_ - first.end <= bytes_most / 2;
}

bool Topic::want_snapshot(const std::weak_ptr<Listener>& listener) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(listener);
    return !std::exchange(taking_, true);
}

void Topic::give_up_snapshot() {
    const std::lock_guard lock(mutex_);
    taking_ = false;
    waiting_.clear();
}

void Topic::take_snapshot() {
    auto made = std::make_shared<Snapshot>();
    made->seq = last();
    try {
        const Json whole = channel_.snapshot(name_);
        made->height = height_of(whole);
        if (made->height == std::numeric_limits<std::uint64_t>::max()) made->height = 0;
        made->text = text("snapshot", whole);
    } catch (const std::exception&) {
        return give_up_snapshot();  // Asked for again at the next heartbeat.
    }
    std::vector<std::weak_ptr<Listener>> waiting;
    {
        const std::lock_guard lock(mutex_);
        // What was published meanwhile and is in it already.
        for (const Delta& delta : deltas_)
            if (delta.seq > made->seq && delta.height <= made->height) made->seq = delta.seq;
        made->taken = Clock::now();
        snapshot_ = std::move(made);
        taking_ = false;
        waiting.swap(waiting_);
    }
    for (const auto& one : waiting)
        if (const auto listener = one.lock()) listener->wake();
}

void Topic::join(const std::shared_ptr<Listener>& listener) {
    const std::lock_guard lock(mutex_);
    Place& place = places_[listener.get()];
    place.listener = listener;
    ++place.times;
}

void Topic::leave(Listener* listener) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(listener);
    if (found == places_.end() || --found->second.times > 0) return;
    places_.erase(found);
    if (places_.empty()) deserted_since_ = Clock::now();
}

std::vector<std::weak_ptr<Listener>> Topic::listeners() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::weak_ptr<Listener>> all;
    all.reserve(places_.size());
    for (const auto& [listener, place] : places_) all.push_back(place.listener);
    return all;
}

bool Topic::deserted(Clock::time_point now) const {
    const std::lock_guard lock(mutex_);
    return places_.empty() && now - deserted_since_ >= limits_.linger;
}

}  // namespace ballast::rpc
