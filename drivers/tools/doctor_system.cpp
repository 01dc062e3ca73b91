#include <ballast/tools/doctor_system.hpp>
#include <ballast/files/time.hpp>
#include <ballast/tools/process.hpp>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

namespace ballast::tools {
namespace {

constexpr u64 year_2026 = 1'767'225'600;  // This program is not older.
constexpr u64 year_2100 = 4'102'444'800;
constexpr u64 ahead_seconds = 5;  // A block in the future by more holds the node's time back.
constexpr u64 slow_microseconds = 20'000;
constexpr std::size_t samples = 9;
constexpr u64 files_beside_connections = 1'024;  // Of the store, logs, CometBFT and the program.

u64 microseconds() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<u64>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

/// Sorted times of durable writes to `file`; empty where one fails.
std::vector<u64> write_times(int file) {
    const std::array<char, 4'096> block{};
    std::vector<u64> times;
    for (std::size_t i = 0; i < samples; ++i) {
        const u64 start = microseconds();
        if (::pwrite(file, block.data(), block.size(), 0) != ssize_t{block.size()} ||
            ::fdatasync(file) != 0)
            return {};
        times.push_back(microseconds() - start);
    }
    std::ranges::sort(times);
    return times;
}

/// What stands in the way of listening there; empty: nothing.
std::string why_not_listen(const addrinfo& place) {
    const int socket = ::socket(place.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return std::strerror(errno);
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool bound = ::bind(socket, place.ai_addr, place.ai_addrlen) == 0;
    const std::string why = bound ? "" : std::strerror(errno);
    ::close(socket);
    return why;
}

}  // namespace

Finding check_clock(u64 last_block) {
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    const u64 now =
        static_cast<u64>(std::chrono::duration_cast<std::chrono::seconds>(wall).count());
    const std::string text = files::time_text(now);
    if (now < year_2026 || now > year_2100)
        return {"clock", Level::fail, text + ": the clock is wrong; set it, e.g. by NTP"};
    const u64 before = microseconds();
    ::usleep(1'000);
    if (microseconds() <= before)
        return {"clock", Level::fail, "the monotonic clock does not advance"};
    if (last_block > now + ahead_seconds)
        return {"clock", Level::warn,
                fmt::format("{}: {} behind the last block, whose time stands still until then",
                            text, files::duration_text(last_block - now))};
    return {"clock", Level::ok, text};
}

Finding check_space(const std::filesystem::path& home, const node::Config& config) {
    struct statvfs disk{};
    if (::statvfs(home.c_str(), &disk) != 0)
        return {"disk", Level::fail, fmt::format("{}: {}", home.string(), std::strerror(errno))};
    const u64 free = u64{disk.f_bavail} * disk.f_frsize;
    const std::string says = fmt::format("{} MiB free, disk.free_bytes keeps {} MiB", free >> 20,
                                         config.free_bytes >> 20);
    if (free < config.free_bytes)
        return {"disk", Level::fail, says + ": the node would refuse to write; make room"};
    if (free / 16 < config.free_bytes)
        return {"disk", Level::warn, says + ": make room soon, or keep fewer snapshots"};
    return {"disk", Level::ok, says};
}

Finding check_sync(const std::filesystem::path& home) {
    std::string path = (home / ".doctor-XXXXXX").string();
    const int file = ::mkstemp(path.data());
    if (file < 0)
        return {"durable writes", Level::fail,
                fmt::format("{} cannot be written: {}", home.string(), std::strerror(errno))};
    const std::vector<u64> times = write_times(file);
    const std::string why = std::strerror(errno);
    ::close(file);
    ::unlink(path.c_str());
    if (times.empty())
        return {"durable writes", Level::fail, fmt::format("a write failed: {}", why)};
    const std::string says = fmt::format("4 KiB in {} us, at most {} us (median and worst of {})",
                                         times[samples / 2], times.back(), samples);
    if (times[samples / 2] > slow_microseconds)
        return {"durable writes", Level::warn,
                says + ": each block waits so long; a faster disk helps"};
    return {"durable writes", Level::ok, says};
}

Finding check_files(const node::Config& config) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const u64 needed = config.connections + files_beside_connections;
    const std::string says =
        fmt::format("{} may be open (hard limit {}), api.connections = {} needs {}", limit.rlim_cur,
                    limit.rlim_max, config.connections, needed);
    if (limit.rlim_cur >= needed) return {"open files", Level::ok, says};
    return {"open files", Level::warn,
            says + ": raise it (ulimit -n, LimitNOFILE=), or set api.connections lower"};
}

Finding check_port(const node::Config& config, bool running) {
    const std::string place = fmt::format("{}:{}", config.host, config.port);
    if (running) return {"port", Level::ok, place + ": a node of this home runs"};
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(config.port);
    if (const int error = ::getaddrinfo(config.host.c_str(), port.c_str(), &hints, &found);
        error != 0)
        return {"port", Level::fail,
                fmt::format("{}: {}; mend api.host", place, ::gai_strerror(error))};
    const std::string why = why_not_listen(*found);
    ::freeaddrinfo(found);
    if (!why.empty())
        return {"port", Level::fail,
                fmt::format("{}: {}; end what holds it, or set api.port", place, why)};
    return {"port", Level::ok, place + " is free"};
}

Finding check_consensus(const node::Config& config,
                        const files::Attempt<std::filesystem::path>& comet) {
    if (config.consensus != "cometbft")
        return {"consensus", Level::ok, config.consensus + ": one machine orders blocks"};
    if (!comet) return {"consensus", Level::fail, comet.error().sentence};
    const auto version = run_program({comet->string(), "version"});
    if (!version || version->code != 0)
        return {"consensus", Level::fail,
                fmt::format("{} version says nothing; expected v0.38.25", comet->string())};
    std::string number = version->text.substr(0, version->text.find('\n'));
    if (!number.starts_with("0.38") && !number.starts_with("v0.38"))
        return {
            "consensus", Level::warn,
            fmt::format("{} is cometbft {}; v0.38.25 is what is tested", comet->string(), number)};
    return {"consensus", Level::ok, fmt::format("cometbft {}, {}", number, comet->string())};
}

}  // namespace ballast::tools
