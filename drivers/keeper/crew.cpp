#include <ballast/keeper/crew.hpp>

namespace ballast::keeper {

Crew::Crew(std::size_t hands) {
    for (std::size_t i = 0; i < hands; ++i) hands_.emplace_back([this] { work(); });
}

Crew::~Crew() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& hand : hands_) hand.join();
}

bool Crew::add(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        if (jobs_.size() >= hands_.size()) return false;
        jobs_.push_back(std::move(job));
    }
    changed_.notify_one();
    return true;
}

void Crew::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [&] { return ending_ || !jobs_.empty(); });
        if (ending_) return;
        const std::function<void()> job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

}  // namespace ballast::keeper
