/// A few threads that do jobs in the order in which they came.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ballast::keeper {

class Crew {
public:
    explicit Crew(std::size_t hands);
    ~Crew();  ///< Waits for jobs that have begun; the others are not done.
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    /// False, and nothing is done, where as many jobs wait as there are hands.
    bool add(std::function<void()> job);

private:
    void work();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;
    bool ending_ = false;
    std::vector<std::thread> hands_;
};

}  // namespace ballast::keeper
