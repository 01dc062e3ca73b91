/// How an operator, or the system, asks a node to end.
#pragma once

#include <csignal>
#include <ctime>

namespace ballast::node {

/// SIGINT, SIGTERM and SIGHUP, kept from every thread that is started while it lives.
class Signals {
public:
    Signals() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGINT);
        sigaddset(&set_, SIGTERM);
        sigaddset(&set_, SIGHUP);
        pthread_sigmask(SIG_BLOCK, &set_, &before_);
    }
    ~Signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    /// Whether one came within a tenth of a second.
    [[nodiscard]] bool came() const {
        const timespec pause{0, 100'000'000};
        return sigtimedwait(&set_, nullptr, &pause) > 0;
    }

private:
    sigset_t set_{}, before_{};
};

}  // namespace ballast::node
