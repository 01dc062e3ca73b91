/// Threads that do one thing together, such as checking the signatures of a block.  Not part of the
/// door.
#pragma once

#include <ballast/base/integers.hpp>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ballast::chain {

class Crew {
public:
    /// The caller of `together` is one of the `threads`.
    explicit Crew(u32 threads);
    ~Crew();
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    /// Calls work(from, to) for parts that cover 0 to `count`, and returns when all are done.  One
    /// caller at a time.
    void together(std::size_t count, const std::function<void(std::size_t, std::size_t)>& work);

private:
    void serve();
    void take_parts();

    std::mutex mutex_;
    std::condition_variable start_, done_;
    const std::function<void(std::size_t, std::size_t)>* work_ = nullptr;
    std::size_t count_ = 0, part_ = 0;
    std::atomic<std::size_t> next_ = 0;
    u64 round_ = 0;
    u32 busy_ = 0;
    bool stop_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace ballast::chain
