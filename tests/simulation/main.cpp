#include "simulation.hpp"

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <unistd.h>

namespace {

using namespace ballast;

simulation::Place place;  // Read where an assertion has stopped the machine.

void stopped(int) {
    char line[128];
    const int length = std::snprintf(
        line, sizeof(line), "the machine stopped: seed %llu, height %llu\n",
        static_cast<unsigned long long>(place.seed), static_cast<unsigned long long>(place.height));
    if (write(STDERR_FILENO, line, static_cast<std::size_t>(length)) < 0) _exit(3);
    _exit(2);
}

bool number(const char* text, u64& value) {
    const char* end = text + std::strlen(text);
    const auto [stop, error] = std::from_chars(text, end, value);
    return error == std::errc() && stop == end;
}

int usage() {
    std::fputs(
        "simulation [--transactions N] [--seed S] [--market-transactions N] [--sample-blocks N] "
        "[--derivatives 1] [--signed 1]\n",
        stderr);
    return 1;
}

bool read(int count, char** words, simulation::Options& options) {
    for (int i = 1; i < count; i += 2) {
        u64 value = 0;
        if (i + 1 == count || !number(words[i + 1], value)) return false;
        const std::string_view word = words[i];
        if (word == "--transactions")
            options.transactions = value;
        else if (word == "--seed")
            options.seed = value;
        else if (word == "--market-transactions" && value > 0)
            options.market_transactions = value;
        else if (word == "--sample-blocks" && value > 0)
            options.sample_blocks = static_cast<u32>(value);
        else if (word == "--derivatives")
            options.derivatives = value != 0;
        else if (word == "--signed")
            options.signed_transactions = value != 0;
        else
            return false;
    }
    return true;
}

}  // namespace

int main(int count, char** words) {
    simulation::Options options;
    if (!read(count, words, options)) return usage();
    std::signal(SIGILL, stopped);
    std::signal(SIGTRAP, stopped);
    std::signal(SIGABRT, stopped);
    const auto start = std::chrono::steady_clock::now();
    const simulation::Result result = simulation::simulate(options, &place);
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    std::fputs(simulation::table_of(result.statistics).c_str(), stdout);
    std::printf("%.1f seconds\n", time.count());
    for (const std::string& what : options.derivatives
                                       ? simulation::not_reached_of_clearing(result.statistics)
                                       : simulation::not_reached(result.statistics))
        std::printf("never reached: %s\n", what.c_str());
    for (const audit::Violation& v : result.violations)
        std::printf("VIOLATION %s: seed %llu height %llu: %s: expected %s, found %s\n",
                    std::string(audit::name(v.law)).c_str(),
                    static_cast<unsigned long long>(result.seed),
                    static_cast<unsigned long long>(v.height), v.what.c_str(), v.expected.c_str(),
                    v.found.c_str());
    std::printf("%zu violations\n", result.violations.size());
    return result.violations.empty() ? 0 : 1;
}
