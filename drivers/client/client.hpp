/// A node as its users see it: calls by name, and channels that mend themselves.
#pragma once

#include <ballast/files/fault.hpp>
#include <ballast/rpc/methods.hpp>

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ballast::client {

using Json = rpc::Json;

/// Why a call gave nothing.  The code is the server's (rpc::error_code, with its `data`); or one of
/// these, where the server did not answer at all.
using Failure = rpc::Error;
namespace failure_code {
inline constexpr int connection = -1;  ///< Nobody there, or gone before it answered.
inline constexpr int timeout = -2;     ///< No answer in time; whether it was done is not known.
inline constexpr int protocol = -3;    ///< What came is no JSON-RPC.
}  // namespace failure_code

using Answer = std::expected<Json, Failure>;

struct Options {
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds call_timeout{30'000};
    /// PEM against which the certificate of an https or wss server is checked; the system's list
    /// where none is given.  The name in the URL must be in the certificate.
    std::optional<std::filesystem::path> authorities = std::nullopt;
    std::size_t message_bytes = 64 << 20;              ///< Longest answer or message.
    std::size_t queue = 4'096;                         ///< Messages that wait for `on_message`.
    std::chrono::milliseconds reconnect_first{100};    ///< Doubles until
    std::chrono::milliseconds reconnect_most{10'000};  ///< this much between attempts.
    std::chrono::milliseconds silence{45'000};         ///< So long, and the connection is lost.
};

/// One message of a channel.
struct Message {
    enum class Type {
        snapshot,     ///< The whole; forget what was held before.
        delta,        ///< What changed since the message before it.
        heartbeat,    ///< Nothing changed.
        interrupted,  ///< The connection is gone; it is tried again, and a snapshot or the missed
                      ///< deltas will follow.
    };
    Type type = Type::snapshot;
    std::string topic;
    std::uint64_t seq = 0;
    std::uint64_t height = 0;
    Json body;  ///< The whole of `params` as the server sent it, with root, time and data.
};

/// A connection to one node.  All functions may be called by any thread, and by `on_message`.
class Client {
public:
    /// `url` is http://HOST:PORT, https://HOST:PORT, ws://HOST:PORT, wss://HOST:PORT or unix:PATH;
    /// http means ws here, because everything goes over one WebSocket.  Connects once, so that a
    /// wrong address is told at once; a fault names the address and why.
    static files::Attempt<std::unique_ptr<Client>> connect(const std::string& url,
                                                           Options options = {});
    virtual ~Client() = default;  ///< Ends all subscriptions; waits for `on_message` to return.

    /// Waits for the answer; connects again where the connection was lost before the request was
    /// sent.  A request that may have been received is not repeated.
    [[nodiscard]] virtual Answer call(const std::string& method, Json params,
                                      std::chrono::milliseconds timeout) = 0;
    [[nodiscard]] Answer call(const std::string& method, Json params = Json::object()) {
        return call(method, std::move(params), call_timeout());
    }

    /// Subscribes to a channel and waits for the server's yes.  Messages are handed to `on_message`
    /// in order by one thread of the client, which may call and block; where `queue` of them wait,
    /// the channel begins anew with a snapshot.  A lost connection is made again, resuming where
    /// possible; deltas that do not follow each other never reach `on_message`.  Returns a number
    /// for `unsubscribe`.
    [[nodiscard]] virtual std::expected<std::uint64_t, Failure> subscribe(
        const std::string& channel, Json params,
        std::function<void(const Message&)> on_message) = 0;
    /// No message of it is begun after this returns, unless called by `on_message` itself.
    virtual void unsubscribe(std::uint64_t subscription) = 0;

    [[nodiscard]] virtual std::chrono::milliseconds call_timeout() const = 0;
};

}  // namespace ballast::client
