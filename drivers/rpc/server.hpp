/// The server: HTTP POST / for JSON-RPC, GET / upgraded to a WebSocket for the same and channels,
/// and whatever pages are given (GET /metrics, /healthz, /readyz), all on one port; and the same
/// again on a local socket, where admin methods may be called.
#pragma once

#include <ballast/files/fault.hpp>
#include <ballast/rpc/hub.hpp>
#include <ballast/rpc/methods.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace ballast::rpc {

struct Limits {
    std::size_t request_bytes = 1 << 20;  ///< Longest request body or WebSocket message.
    std::size_t header_bytes = 8 << 10;   ///< Longest header of an HTTP request.
    std::size_t depth = 32;               ///< Deepest nesting of JSON.
    std::size_t members = 256;            ///< Members of one JSON object.
    std::size_t batch = 100;              ///< Requests in one JSON-RPC batch.
    std::size_t connections = 20'000;     ///< Open at one time.
    std::size_t connections_per_peer = 1'000;
    std::size_t requests_per_second = 1'000;  ///< Of one connection; a burst of twice that.
    std::size_t in_flight = 1'000;            ///< Unanswered requests of one connection.
    std::size_t subscriptions = 64;           ///< Of one connection.
    /// Bytes of the answers to one batch; its calls behind them are refused.
    std::size_t answer_bytes = 16 << 20;
    /// Unsent bytes of a topic before a connection must resync; unsent bytes of answers before no
    /// more of its requests are read.
    std::size_t queue_bytes = 1 << 20;
    std::chrono::milliseconds header_timeout{10'000};   ///< For a whole request or message.
    std::chrono::milliseconds idle_timeout{60'000};     ///< A WebSocket that answers no ping.
    std::chrono::milliseconds answer_timeout{120'000};  ///< Then a request is answered by an error.
    std::chrono::milliseconds heartbeat{15'000};
};

struct Options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;                             ///< 0: any free one.
    std::optional<std::filesystem::path> local_socket;  ///< Mode 0600.
    std::optional<std::filesystem::path> certificate;   ///< PEM; with it the port speaks TLS.
    std::optional<std::filesystem::path> key;
    unsigned threads = 2;           ///< Read and write; never wait.
    unsigned workers = 4;           ///< Call the methods and take snapshots; these may wait.
    std::string title = "Ballast";  ///< Of the OpenRPC document,
    std::string version = "0";      ///< and its version.
    Limits limits;
};

struct Page {
    unsigned status = 200;
    std::string type = "text/plain; charset=utf-8";
    std::string body;
};

/// Where a page comes from.  A prompt one waits for nothing, and has a thread of its own, so that
/// it is answered while all workers are busy.
struct PageSource {
    std::function<Page()> make;
    bool prompt = false;

    Page operator()() const { return make(); }
};
using Pages = std::map<std::string, PageSource>;  ///< By path.

/// What the server has done, for metrics.
struct Counters {
    std::uint64_t connections = 0, websockets = 0, subscriptions = 0;  ///< Open now.
    std::uint64_t requests = 0, errors = 0, resyncs = 0, refused = 0;  ///< Since the start.
    std::uint64_t messages = 0, bytes_out = 0;
};

/// Methods are called by a small pool of threads.  The requests of one connection are begun in the
/// order in which they came, one at a time, so that one connection never holds more than one
/// worker; answers may come later, in any order, from any thread.  An answer to a connection that
/// is gone is dropped.
class Server {
public:
    /// Starts to listen.  A fault names the address and why it cannot be had.  A socket file that
    /// nobody listens on any more is replaced.  `methods` and `hub` must outlive the server.
    static files::Attempt<std::unique_ptr<Server>> start(Options options, const Methods& methods,
                                                         Hub& hub, Pages pages = {});
    virtual ~Server() = default;  ///< Stops.

    [[nodiscard]] virtual std::uint16_t port() const = 0;
    [[nodiscard]] virtual Counters counters() const = 0;
    /// No new connections; open requests are answered, for at most so long; then everything closes.
    virtual void stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace ballast::rpc
