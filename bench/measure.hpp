/// Clocks, medians and the table.  Every figure stands beside a bound measured in the same run: the
/// least that any program must do for the same result on this machine.
#pragma once

#include <ballast/ledger/ledger.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace ballast::bench {

/// One line of the table.
struct Row {
    std::string what;
    std::string measured;
    std::string bound;  ///< And what it is of.
    std::string ratio;
    std::string goal;
    bool met = true;
};
using Rows = std::vector<Row>;

/// Seconds that this thread has had a processor for: what others do on the machine does not count.
[[nodiscard]] double processor_seconds();

/// Median seconds of `times` runs of `work`; `prepare` runs before each and is not counted.
template <class Prepare, class Work>
double median_seconds(u32 times, Prepare&& prepare, Work&& work) {
    std::vector<double> seconds;
    for (u32 i = 0; i < times; ++i) {
        prepare();
        const double start = processor_seconds();
        work();
        seconds.push_back(processor_seconds() - start);
    }
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 2];
}

/// Keeps the compiler from leaving out what made `value`.
template <class T>
void keep(const T& value) {
    asm volatile("" : : "m"(value) : "memory");
}

/// With two digits behind the point and a unit.
[[nodiscard]] std::string figure(double value, const char* unit);
/// A time in the unit that suits it.
[[nodiscard]] std::string time_of(double seconds);

/// The rows, aligned; and whether every goal was met.
bool print(const Rows& rows);

/// What must be hashed when these pages change: the pages, and each node above them once.
[[nodiscard]] std::size_t bytes_to_hash(const ledger::Ledger& ledger, std::set<u32> pages);

Rows transfers();
Rows sweeps();
Rows roots();
Rows replays();
Rows pools();

}  // namespace ballast::bench
