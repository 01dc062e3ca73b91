/// Brings reports to one node, in order, on a thread of its own, so that a node that is away holds
/// up nobody.
#pragma once

#include <ballast/client/client.hpp>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace ballast::publisher {

/// What a node made of the reports.
struct PostCounters {
    std::uint64_t taken = 0;    ///< Waits for the next block.
    std::uint64_t refused = 0;  ///< The node said no; `reasons` says why.
    std::uint64_t overrun = 0;  ///< Given up for newer ones while the node was away.
    std::uint64_t retries = 0;  ///< Attempts that found nobody.
    std::map<std::string, std::uint64_t> reasons;
};

class Post {
public:
    static constexpr std::size_t queue_max = 256;  ///< Reports that wait.
    static constexpr std::chrono::milliseconds wait_first{100};
    static constexpr std::chrono::milliseconds wait_most{10'000};

    /// Does not wait for the node to be there.  `url` as for client::Client.
    explicit Post(std::string url);
    ~Post();  ///< Gives up what still waits.
    Post(const Post&) = delete;
    Post& operator=(const Post&) = delete;

    /// Adds to the queue; where it is full the oldest is given up.
    void send(client::Json report);
    /// Waits until the queue is empty, for at most so long; whether it is.
    bool drain(std::chrono::milliseconds patience);
    [[nodiscard]] PostCounters counters() const;
    [[nodiscard]] const std::string& url() const { return url_; }

private:
    void work();
    [[nodiscard]] bool deliver(const client::Json& report);

    std::string url_;
    std::unique_ptr<client::Client> client_;  // Of the thread alone.
    std::chrono::milliseconds wait_ = wait_first;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<client::Json> queue_;
    bool busy_ = false;
    bool ending_ = false;
    PostCounters counters_;
    std::thread thread_;
};

}  // namespace ballast::publisher
