/// One topic: its newest messages, kept once for all who listen, and the snapshot that they share.
/// A subscription is a place in the topic; nothing is queued for a connection by itself, so one
/// that is slow costs nothing and holds up nobody.
#pragma once

#include <ballast/rpc/hub.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

namespace ballast::rpc {

using Clock = std::chrono::steady_clock;
using Text = std::shared_ptr<const std::string>;

/// Somebody to be told that there is more to read.
class Listener {
public:
    virtual ~Listener() = default;
    virtual void wake() = 0;  ///< Any thread; comes back at once.
};

class Topic {
public:
    /// A delta as all see it; what differs between subscriptions is written in front of it.
    struct Delta {
        std::uint64_t seq = 0;
        std::uint64_t height = 0;
        std::uint64_t end = 0;  ///< Bytes of the topic up to here.
        Text text;
    };
    struct Snapshot {
        std::uint64_t seq = 0;     ///< Of the last delta that is in it.
        std::uint64_t height = 0;  ///< Deltas up to this height are in it.
        Clock::time_point taken{};
        Text text;
    };

    /// `after`: the seq before the first delta's.
    Topic(std::string name, const Channel& channel, std::uint64_t after, Hub::Limits limits);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& channel() const { return channel_.name; }
    [[nodiscard]] std::uint64_t last() const;

    void publish(const Json& message);

    /// The first delta after `seq` of a height above `floor`; nothing where there is none yet.
    struct Next {
        enum class State { nothing, delta, lost } state = State::nothing;
        Delta delta;
    };
    /// `lost`: the delta after `seq` is no longer kept, never was, or more than `bytes_most` bytes
    /// lie behind it.
    [[nodiscard]] Next next(std::uint64_t seq, std::uint64_t floor, std::size_t bytes_most) const;

    /// The shared snapshot, where it is not before `seq` and at most half of what is kept, and of
    /// `bytes_most`, follows it; and where it is younger than `asked`, or so new that more
    /// subscribers may have it.
    [[nodiscard]] std::shared_ptr<const Snapshot> snapshot(std::uint64_t seq,
                                                           std::optional<Clock::time_point> asked,
                                                           std::size_t bytes_most) const;
    /// True where the caller must see to it that take_snapshot() is called; `listener` is woken
    /// afterwards either way.
    [[nodiscard]] bool want_snapshot(const std::weak_ptr<Listener>& listener);
    void take_snapshot();     ///< Asks the node; may wait.
    void give_up_snapshot();  ///< What want_snapshot() asked for cannot be done now.

    void join(const std::shared_ptr<Listener>& listener);
    void leave(Listener* listener);
    [[nodiscard]] std::vector<std::weak_ptr<Listener>> listeners() const;
    /// Nobody has listened for `linger`.
    [[nodiscard]] bool deserted(Clock::time_point now) const;

    std::atomic<bool> told = true;  ///< No listener has to be told of anything.

private:
    struct Place {
        std::weak_ptr<Listener> listener;
        std::size_t times = 0;
    };
    [[nodiscard]] Text text(const char* type, const Json& message) const;
    [[nodiscard]] bool can_follow(std::uint64_t seq, std::size_t bytes_most) const;
    void trim();

    const std::string name_;
    const Channel& channel_;
    const Hub::Limits limits_;
    mutable std::mutex mutex_;
    std::deque<Delta> deltas_;
    std::uint64_t last_;
    std::uint64_t end_ = 0;
    std::shared_ptr<const Snapshot> snapshot_;
    bool taking_ = false;
    std::vector<std::weak_ptr<Listener>> waiting_;
    std::unordered_map<Listener*, Place> places_;
    Clock::time_point deserted_since_ = Clock::now();
};

/// The topics of a hub, and the thread that tells listeners and forgets topics.
struct Hub::Shared {
    explicit Shared(Limits limits);
    ~Shared();
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;

    [[nodiscard]] const Channel* channel(const std::string& name) const;
    /// The topic, made where it is new, with the listener in it.  Nothing where there are too many.
    [[nodiscard]] std::shared_ptr<Topic> join(const Channel& channel, const std::string& name,
                                              const std::shared_ptr<Listener>& listener);
    /// The end of a heartbeat of a topic: the height, root and time of the newest block.
    [[nodiscard]] std::string stamp() const;

    const Limits limits;

private:
    friend class Hub;
    void run();
    void sweep(Clock::time_point now);
    void note(const Json& message);  ///< With the lock.

    mutable std::mutex mutex_;
    std::map<std::string, Channel> channels_;
    std::unordered_map<std::string, std::shared_ptr<Topic>> topics_;
    std::uint64_t newest_seq_ = 0;  ///< Highest of all topics that were forgotten.
    std::uint64_t stamp_height_ = 0;
    std::string stamp_;
    std::deque<std::shared_ptr<Topic>> untold_;  ///< Each at most once.
    std::condition_variable more_;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace ballast::rpc
