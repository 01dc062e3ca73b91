// Many WebSocket subscribers of one channel, in a process of their own:
//
//     load-subscribers [SUBSCRIBERS [MESSAGES]]
//
// prints how long after a publish each of them has the message (p50, p99, most), and what the
// server holds for each.  Ends with 1 where anybody misses anything.
#include <ballast/rpc/raw_peer.hpp>
#include <ballast/rpc/server.hpp>

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <fstream>
#include <thread>
#include <vector>

namespace {

using namespace ballast::rpc;
using Clock = std::chrono::steady_clock;

constexpr int patience_milliseconds = 30'000;
constexpr std::chrono::milliseconds between_messages{200};

std::int64_t now_microseconds() {
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now().time_since_epoch())
        .count();
}

/// Files for so many sockets, as far as this user may have them.
bool raise_files(std::size_t wanted) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= wanted) return true;
    limit.rlim_cur = wanted;
    limit.rlim_max = std::max<rlim_t>(limit.rlim_max, wanted);
    if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) return true;
    fmt::print(stderr, "the limit of open files cannot be raised to {}\n", wanted);
    return false;
}

std::size_t resident_kilobytes() {
    std::ifstream status("/proc/self/status");
    std::string word;
    std::size_t value = 0;
    while (status >> word)
        if (word == "VmRSS:") status >> value;
    return value;
}

// --- the subscribers' process ---

bool subscribe(RawPeer& peer) {
    if (!peer.connected() || !peer.upgrade()) return false;
    peer.say(R"({"jsonrpc":"2.0","id":1,"method":"channel.subscribe","params":["load"]})");
    return peer.hear().payload.find("\"result\"") != std::string::npos &&
           peer.hear().payload.find("\"snapshot\"") != std::string::npos;
}

/// Takes what one peer has; returns false where it is gone.
bool take(RawPeer& peer, std::vector<std::int64_t>& lags) {
    static constexpr std::string_view mark = "\"sent\":";
    if (!peer.fill(0)) return false;
    const std::int64_t now = now_microseconds();
    RawPeer::Heard heard;
    while (peer.take_frame(heard)) {
        if (heard.kind == RawPeer::ping) peer.say(heard.payload, RawPeer::pong);
        const std::size_t at = heard.payload.find(mark);
        if (at == std::string::npos || heard.payload.find("\"delta\"") == std::string::npos)
            continue;
        lags.push_back(now - std::atoll(heard.payload.c_str() + at + mark.size()));
    }
    return true;
}

int hear_all(std::vector<RawPeer>& peers, std::size_t messages) {
    const int poll = ::epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t i = 0; i < peers.size(); ++i) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        ::epoll_ctl(poll, EPOLL_CTL_ADD, peers[i].file(), &event);
    }
    const std::size_t wanted = peers.size() * messages;
    std::vector<std::int64_t> lags;
    lags.reserve(wanted);
    std::vector<epoll_event> ready(1'024);
    while (lags.size() < wanted) {
        const int count = ::epoll_wait(poll, ready.data(), 1'024, patience_milliseconds);
        if (count <= 0) break;
        for (int i = 0; i < count; ++i)
            if (!take(peers[ready[static_cast<std::size_t>(i)].data.u64], lags)) return 1;
    }
    ::close(poll);
    if (lags.size() != wanted) {
        fmt::print("{} of {} messages came\n", lags.size(), wanted);
        return 1;
    }
    std::sort(lags.begin(), lags.end());
    const auto at = [&](std::size_t thousandths) {
        return static_cast<double>(lags[(lags.size() - 1) * thousandths / 1'000]) / 1'000;
    };
    fmt::print(
        "lag of {} messages to {} subscribers: p50 {:.2f} ms, p99 {:.2f} ms, most {:.2f} ms\n",
        messages, peers.size(), at(500), at(990), at(1'000));
    return 0;
}

int listen(std::size_t count, std::size_t messages, int port_from, int ready_to) {
    std::uint16_t port = 0;
    if (::read(port_from, &port, sizeof(port)) != sizeof(port)) return 1;
    std::vector<RawPeer> peers;
    peers.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        peers.emplace_back(port);
        if (subscribe(peers.back())) continue;
        fmt::print("subscriber {} of {} was not let in\n", i + 1, count);
        return 1;
    }
    if (::write(ready_to, "!", 1) != 1) return 1;
    return hear_all(peers, messages);
}

// --- the server's process ---

int serve(std::size_t count, std::size_t messages, int port_to, int ready_from) {
    const Methods methods;
    Hub hub;
    hub.declare({.name = "load",
                 .summary = "When each message was published.",
                 .params = {},
                 .data = {},
                 .topic = [](const Json&) -> std::expected<std::string, Error> { return "load"; },
                 .snapshot = [](const std::string&) { return Json{{"height", 0}}; }});
    Options options;
    options.limits.connections = options.limits.connections_per_peer = count + 10;
    const std::size_t before = resident_kilobytes();
    auto server = Server::start(options, methods, hub);
    if (!server) {
        fmt::print(stderr, "{}\n", server.error().sentence);
        return 1;
    }
    const std::uint16_t port = (*server)->port();
    if (::write(port_to, &port, sizeof(port)) != sizeof(port)) return 1;
    char sign = 0;
    if (::read(ready_from, &sign, 1) != 1) return 1;
    const std::size_t idle = resident_kilobytes();
    std::int64_t slowest = 0;
    for (std::size_t i = 1; i <= messages; ++i) {
        const std::int64_t sent = now_microseconds();
        hub.publish("load", {{"height", i}, {"data", {{"sent", sent}}}});
        slowest = std::max(slowest, now_microseconds() - sent);
        std::this_thread::sleep_for(between_messages);
    }
    fmt::print(
        "the server held {} kB for {} idle subscribers, {:.1f} kB each; the slowest publish "
        "took {} us\n",
        idle - before, count, static_cast<double>(idle - before) / static_cast<double>(count),
        slowest);
    (void)::read(ready_from, &sign, 1);  // Until the subscribers are done.
    return 0;
}

}  // namespace

int main(int count, char** words) {
    const auto number = [&](int at, std::size_t otherwise) {
        return count > at ? static_cast<std::size_t>(std::atoll(words[at])) : otherwise;
    };
    const std::size_t subscribers = std::max<std::size_t>(1, number(1, 200));
    const std::size_t messages = std::max<std::size_t>(1, number(2, 10));
    int port[2], ready[2];
    if (!raise_files(subscribers + 200) || ::pipe(port) != 0 || ::pipe(ready) != 0) return 1;
    const pid_t child = ::fork();
    if (child < 0) return 1;
    if (child == 0) {
        ::close(port[1]);
        ::close(ready[0]);
        return listen(subscribers, messages, port[0], ready[1]);
    }
    ::close(port[0]);
    ::close(ready[1]);
    const int served = serve(subscribers, messages, port[1], ready[0]);
    ::close(port[1]);
    int heard = 1;
    ::waitpid(child, &heard, 0);
    return served != 0 || heard != 0;
}
