/// A few threads that run short jobs in the order in which they were given.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ballast::rpc {

class Workers {
public:
    /// At most `queue` jobs wait.
    Workers(unsigned threads, std::size_t queue);
    ~Workers() { join(); }
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// False where too many wait already, or after join().  A job throws nothing.
    [[nodiscard]] bool post(std::function<void()> job);
    /// Runs what waits and ends the threads.
    void join();

private:
    void run();

    const std::size_t queue_;
    std::mutex mutex_;
    std::condition_variable more_;
    std::deque<std::function<void()>> jobs_;
    bool ending_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace ballast::rpc
