/// One connection without its socket: reads requests, calls methods, gathers answers, and says
/// what a subscriber gets next.
#pragma once

#include <ballast/rpc/core.hpp>
#include <ballast/rpc/parse.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ballast::rpc {

/// So many in a second, and twice as many at once after a pause.
class Bucket {
public:
    explicit Bucket(std::size_t per_second)
        : step_(std::chrono::nanoseconds(std::chrono::seconds(1)) /
                static_cast<std::int64_t>(per_second)) {}
    /// Nothing where one may be taken; else after how long one may.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> take(Clock::time_point now);

private:
    std::chrono::nanoseconds step_;
    Clock::time_point full_{};  ///< When the bucket will be full again.
};

/// A message of a channel: what is of this subscription, then what all subscribers share.
struct Frame {
    std::string head;
    Text tail;
};

/// A place in a topic.
class Subscription {
public:
    Subscription(std::uint64_t id, std::shared_ptr<Topic> topic,
                 std::optional<std::uint64_t> resume_from)
        : id_(id), topic_(std::move(topic)), resume_from_(resume_from) {}

    /// The next message, if there is one; `listener` is woken where one is being made.
    std::optional<Frame> next(Core& core, const std::weak_ptr<Listener>& listener);

    [[nodiscard]] Topic& topic() const { return *topic_; }
    bool active = false;  ///< The client knows the id.

private:
    enum class State { beginning, waiting, live };

    std::optional<Frame> wait(Core& core, const std::weak_ptr<Listener>& listener);
    std::optional<Frame> follow(Core& core);
    Frame resync(Core& core, const char* reason);
    Frame special(Core& core, const char* type, const char* data) const;
    [[nodiscard]] std::string head(std::uint64_t seq, bool first) const;

    const std::uint64_t id_;
    const std::shared_ptr<Topic> topic_;
    const std::optional<std::uint64_t> resume_from_;
    State state_ = State::beginning;
    std::uint64_t last_ = 0;   ///< Seq of the last message that was sent.
    std::uint64_t floor_ = 0;  ///< Deltas up to this height were in the snapshot.
    std::optional<Clock::time_point> asked_;
    Clock::time_point sent_ = Clock::now();
};

/// One thread at a time calls handle(), and one next(); they may be two.
class Session : public std::enable_shared_from_this<Session> {
public:
    /// The answer, empty where there is none to give, and the subscriptions that begin once it is
    /// sent.  Called once, by any thread.
    using Done = std::function<void(std::string answer, std::vector<std::uint64_t> begin)>;

    Session(std::shared_ptr<Core> core, Caller caller)
        : core_(std::move(core)),
          caller_(std::move(caller)),
          bucket_(core_->options.limits.requests_per_second) {}
    ~Session() { close(); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// From now on there may be subscriptions.
    void open_channels(const std::shared_ptr<Listener>& listener);
    /// Begins all requests of a message.
    void handle(std::string_view text, Done done);
    void begin(const std::vector<std::uint64_t>& subscriptions);
    /// Counts a page as a request; false where there are too many.  Not while handle() runs.
    [[nodiscard]] bool admit_page();
    /// What the subscriptions have to say, in turns.
    [[nodiscard]] std::optional<Frame> next();
    void close();                        ///< Ends all subscriptions; none begins any more.
    void expire(Clock::time_point now);  ///< Answers what waited for longer than answer_timeout.
    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

private:
    struct Batch;
    struct Pending;

    void call(Call call, const std::shared_ptr<Batch>& batch);
    [[nodiscard]] std::optional<Error> refuse(const Batch& batch);
    void dispatch(const Call& call, const std::shared_ptr<Pending>& pending);
    Reply subscribe(const Json& params, Pending& pending);
    Reply unsubscribe(const Json& params);
    Reply add(const Channel& channel, const Json& params, std::optional<std::uint64_t> resume_from,
              Pending& pending);

    const std::shared_ptr<Core> core_;
    const Caller caller_;
    Bucket bucket_;
    std::atomic<std::size_t> in_flight_ = 0;

    std::mutex pending_mutex_;
    std::uint64_t next_pending_ = 1;
    std::map<std::uint64_t, std::weak_ptr<Pending>> pending_;  ///< Unanswered, the oldest first.

    std::mutex mutex_;
    Listener* listener_ = nullptr;  ///< Only its name among the listeners of a topic.
    std::weak_ptr<Listener> weak_listener_;
    bool closed_ = false;
    std::uint64_t next_id_ = 1;
    std::uint64_t turn_ = 0;  ///< Whose message was sent last.
    std::map<std::uint64_t, Subscription> subscriptions_;
};

}  // namespace ballast::rpc
