/// Many readers or one writer, who does not wait for readers that come after it.  Not part of the
/// door.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace ballast::chain {

class Gate {
public:
    [[nodiscard]] std::shared_lock<std::shared_mutex> read() {
        const std::scoped_lock turn(turnstile_);
        return std::shared_lock(room_);
    }
    [[nodiscard]] std::unique_lock<std::shared_mutex> write() {
        const std::scoped_lock turn(turnstile_);
        return std::unique_lock(room_);
    }

private:
    std::mutex turnstile_;  ///< A writer waits in it, so that nobody passes him.
    std::shared_mutex room_;
};

}  // namespace ballast::chain
