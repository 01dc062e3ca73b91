/// The time that blocks get.
#pragma once

#include <ballast/base/limits.hpp>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <functional>

namespace ballast::node {

/// Seconds since 1970, as this machine's clock has them; never before 1970.
[[nodiscard]] inline u64 wall_seconds() {
    return static_cast<u64>(std::max<std::time_t>(std::time(nullptr), 0));
}

/// Seconds since 1970 from the world, moved by what a developer asked for.  Any thread.
class Clock {
public:
    explicit Clock(std::function<u64()> wall) : wall_(std::move(wall)) {}

    void warp(u64 seconds) { ahead_ += seconds; }
    [[nodiscard]] u64 now() const { return std::min(wall_() + ahead_, limits::time_max); }
    /// The time of a block behind one of time `parent`: never back, whatever the world's clock
    /// does, and not further ahead than the machine takes.
    [[nodiscard]] u64 after(u64 parent) const {
        return std::clamp(now(), parent,
                          std::min(parent + limits::step_seconds_max, limits::time_max));
    }

private:
    std::function<u64()> wall_;
    std::atomic<u64> ahead_ = 0;
};

}  // namespace ballast::node
