#include "market.hpp"

#include <cstdio>
#include <cstring>

/// sweep-bench [full] [tick] [cold]
int main(int count, char** words) {
    using namespace ballast;
    std::printf("%s, %s\n", __VERSION__, BALLAST_BUILD_TYPE);
    const auto wanted = [&](const char* part) {
        bool found = count == 1;
        for (int i = 1; i < count; ++i) found = found || std::strcmp(words[i], part) == 0;
        return found;
    };
    bench::Rows rows;
    if (wanted("full")) rows = bench::full_sweeps();
    if (wanted("tick")) {
        const bench::Rows more = bench::ticks();
        rows.insert(rows.end(), more.begin(), more.end());
    }
    if (wanted("cold")) {
        const bench::Rows more = bench::cold();
        rows.insert(rows.end(), more.begin(), more.end());
    }
    if (rows.empty()) return std::fputs("sweep-bench [full] [tick] [cold]\n", stderr), 1;
    const bool met = bench::print(rows);
    std::printf("%s\n", met ? "every goal is met" : "NOT every goal is met");
    return 0;
}
