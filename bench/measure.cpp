#include "measure.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace ballast::bench {

double processor_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::string figure(double value, const char* unit) {
    char text[64];
    std::snprintf(text, sizeof(text), "%.2f %s", value, unit);
    return text;
}

std::string time_of(double seconds) {
    if (seconds < 1e-6) return figure(seconds * 1e9, "ns");
    if (seconds < 1e-3) return figure(seconds * 1e6, "us");
    if (seconds < 1.0) return figure(seconds * 1e3, "ms");
    return figure(seconds, "s");
}

bool print(const Rows& rows) {
    using Cells = std::array<std::string, 6>;
    std::vector<Cells> table{{"what", "measured", "bound", "ratio", "goal", "met"}};
    bool met = true;
    for (const Row& row : rows) {
        table.push_back({row.what, row.measured, row.bound, row.ratio, row.goal,
                         row.goal.empty() ? ""
                         : row.met        ? "yes"
                                          : "NO"});
        met = met && row.met;
    }
    std::array<std::size_t, 6> widths{};
    for (const Cells& cells : table)
        for (std::size_t i = 0; i < cells.size(); ++i)
            widths[i] = std::max(widths[i], cells[i].size());
    for (const Cells& cells : table) {
        std::string line;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            line += cells[i];
            line.append(widths[i] - cells[i].size() + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        std::printf("%s\n", line.c_str());
    }
    return met;
}

}  // namespace ballast::bench
