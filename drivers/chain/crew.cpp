#include <ballast/chain/crew.hpp>

#include <algorithm>

namespace ballast::chain {
namespace {

constexpr std::size_t part_max = 256;
constexpr std::size_t alone_max = 4;  // Fewer are done before another thread is awake.

}  // namespace

Crew::Crew(u32 threads) {
    for (u32 i = 1; i < threads; ++i) threads_.emplace_back([this] { serve(); });
}

Crew::~Crew() {
    {
        const std::scoped_lock held(mutex_);
        stop_ = true;
    }
    start_.notify_all();
}

void Crew::together(std::size_t count, const std::function<void(std::size_t, std::size_t)>& work) {
    if (threads_.empty() || count <= alone_max) {
        if (count != 0) work(0, count);
        return;
    }
    {
        const std::scoped_lock held(mutex_);
        work_ = &work;
        count_ = count;
        part_ = std::clamp<std::size_t>(count / (4 * (threads_.size() + 1)), 1, part_max);
        next_ = 0;
        busy_ = static_cast<u32>(threads_.size());
        ++round_;
    }
    start_.notify_all();
    take_parts();
    std::unique_lock held(mutex_);
    done_.wait(held, [this] { return busy_ == 0; });
    work_ = nullptr;
}

void Crew::take_parts() {
    while (true) {
        const std::size_t from = next_.fetch_add(part_);
        if (from >= count_) return;
        (*work_)(from, std::min(count_, from + part_));
    }
}

void Crew::serve() {
    u64 seen = 0;
    while (true) {
        {
            std::unique_lock held(mutex_);
            start_.wait(held, [&] { return stop_ || round_ != seen; });
            if (stop_) return;
            seen = round_;
        }
        take_parts();
        const std::scoped_lock held(mutex_);
        if (--busy_ == 0) done_.notify_all();
    }
}

}  // namespace ballast::chain
