#include <ballast/rpc/session.hpp>

#include <fmt/format.h>

namespace ballast::rpc {
namespace {

/// How long a snapshot that was asked for is waited for before it is asked for again.
constexpr std::chrono::seconds ask_again{1};

}  // namespace

std::string Subscription::head(std::uint64_t seq, bool first) const {
    constexpr auto form =
        R"({{"jsonrpc":"2.0","method":"channel.message","params":{{"subscription":{},"seq":{},)"
        R"("prev":{},)";
    return first ? fmt::format(form, id_, seq, "null") : fmt::format(form, id_, seq, last_);
}

Frame Subscription::special(Core& core, const char* type, const char* data) const {
    std::string text = fmt::format(R"("channel":{},"topic":{},"type":"{}",{},"data":{}}}}})",
                                   Json(topic_->channel()).dump(), Json(topic_->name()).dump(),
                                   type, core.shared->stamp(), data);
    return {head(last_, false), std::make_shared<const std::string>(std::move(text))};
}

Frame Subscription::resync(Core& core, const char* reason) {
    state_ = State::waiting;
    asked_.reset();
    core.tally.resyncs += 1;
    sent_ = Clock::now();
    return special(core, "resync_required", reason);
}

std::optional<Frame> Subscription::next(Core& core, const std::weak_ptr<Listener>& listener) {
    if (state_ == State::beginning) {
        state_ = State::waiting;
        if (resume_from_) {
            last_ = *resume_from_;
            const std::size_t most = core.options.limits.queue_bytes;
            if (topic_->next(last_, 0, most).state == Topic::Next::State::lost) {
                Frame frame = resync(core, R"({"reason":"resume_from"})");
                last_ = 0;
                return frame;
            }
            state_ = State::live;
        }
    }
    return state_ == State::waiting ? wait(core, listener) : follow(core);
}

std::optional<Frame> Subscription::wait(Core& core, const std::weak_ptr<Listener>& listener) {
    const std::size_t most = core.options.limits.queue_bytes;
    if (const auto snapshot = topic_->snapshot(last_, asked_, most)) {
        Frame frame{head(snapshot->seq, true), snapshot->text};
        last_ = snapshot->seq;
        floor_ = snapshot->height;
        state_ = State::live;
        asked_.reset();
        sent_ = Clock::now();
        return frame;
    }
    const auto now = Clock::now();
    if (asked_ && now - *asked_ < ask_again) return {};
    asked_ = now;
    if (!topic_->want_snapshot(listener)) return {};
    if (!core.workers.post([topic = topic_] { topic->take_snapshot(); }))
        topic_->give_up_snapshot();
    return {};
}

std::optional<Frame> Subscription::follow(Core& core) {
    const Limits& limits = core.options.limits;
    const Topic::Next next = topic_->next(last_, floor_, limits.queue_bytes);
    switch (next.state) {
        case Topic::Next::State::lost: return resync(core, R"({"reason":"too slow"})");
        case Topic::Next::State::delta: {
            Frame frame{head(next.delta.seq, false), next.delta.text};
            last_ = next.delta.seq;
            sent_ = Clock::now();
            return frame;
        }
        case Topic::Next::State::nothing: break;
    }
    if (Clock::now() - sent_ < limits.heartbeat) return {};
    sent_ = Clock::now();
    return special(core, "heartbeat", "null");
}

}  // namespace ballast::rpc
