#include "bound.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace ballast::bench {

double group_commit(const std::filesystem::path& file, const std::vector<Move>& moves,
                    std::size_t batch, std::size_t bytes) {
    const int log = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    std::vector<i64> balances(1 << 20);
    const Bytes block(bytes, 7);
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t applied = 0, written = 0;
    const std::size_t batches = moves.size() / batch;
    const auto begin = std::chrono::steady_clock::now();
    {
        std::jthread writer([&] {
            while (written < batches) {
                {
                    std::unique_lock held(mutex);
                    changed.wait(held, [&] { return applied > written; });
                }
                if (::write(log, block.data(), block.size()) < 0 || ::fdatasync(log) != 0) return;
                const std::scoped_lock held(mutex);
                ++written;
                changed.notify_all();
            }
        });
        for (std::size_t i = 0; i < batches; ++i) {
            for (std::size_t k = i * batch; k < (i + 1) * batch; ++k) {
                balances[moves[k].from] -= moves[k].amount;
                balances[moves[k].to] += moves[k].amount;
            }
            std::unique_lock held(mutex);
            ++applied;
            changed.notify_all();
            changed.wait(held, [&] { return applied < written + 2 || written == batches; });
        }
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    ::close(log);
    return spent.count();
}

}  // namespace ballast::bench
