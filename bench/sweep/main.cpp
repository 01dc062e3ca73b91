#include "market.hpp"

#include <cstdio>

/// sweep-bench
int main() {
    using namespace ballast;
    std::printf("%s, %s\n", __VERSION__, BALLAST_BUILD_TYPE);
    bench::Rows rows = bench::full_sweeps();
    const bench::Rows more = bench::ticks();
    rows.insert(rows.end(), more.begin(), more.end());
    const bool met = bench::print(rows);
    std::printf("%s\n", met ? "every goal is met" : "NOT every goal is met");
    return 0;
}
