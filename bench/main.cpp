#include "measure.hpp"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

namespace {

using namespace ballast;

std::string processor() {
    std::ifstream file("/proc/cpuinfo");
    std::string line;
    while (std::getline(file, line))
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    return "unknown processor";
}

struct Part {
    const char* name;
    bench::Rows (*run)();
};
constexpr Part parts[] = {{"transfers", bench::transfers},
                          {"sweep", bench::sweeps},
                          {"root", bench::roots},
                          {"replay", bench::replays},
                          {"pool", bench::pools}};

}  // namespace

/// ballast-bench [PART...]
int main(int count, char** words) {
    std::printf("%s, one core; %s, %s\n", processor().c_str(), __VERSION__, BALLAST_BUILD_TYPE);
    bench::Rows rows;
    for (const Part& part : parts) {
        bool wanted = count == 1;
        for (int i = 1; i < count; ++i) wanted = wanted || std::strcmp(words[i], part.name) == 0;
        if (!wanted) continue;
        const bench::Rows own = part.run();
        rows.insert(rows.end(), own.begin(), own.end());
    }
    if (rows.empty())
        return std::fputs("ballast-bench [transfers] [sweep] [root] [replay] [pool]\n", stderr), 1;
    const bool met = bench::print(rows);
    std::printf("%s\n", met ? "every goal is met" : "NOT every goal is met");
    return 0;
}
