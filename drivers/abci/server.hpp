/// Listens for CometBFT, which opens four connections and asks on each in its own order.
#pragma once

#include <ballast/files/fault.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ballast::abci {

namespace proto {
class Request;
class Response;
}  // namespace proto

/// Answers one request.  What it throws, or a response that it leaves empty, becomes an exception,
/// at which CometBFT stops.
using Handler = std::function<void(const proto::Request&, proto::Response&)>;
using Log = std::function<void(std::string_view)>;

inline constexpr std::size_t connections_max = 16;  ///< CometBFT needs four.

class Server {
public:
    /// Starts to listen on "unix:///path" or "tcp://host:port" (0: any free one).  `handler` is
    /// called for one request at a time, whichever connection it came by.  A fault names the
    /// address and why it cannot be had.
    static files::Attempt<std::unique_ptr<Server>> start(const std::string& address,
                                                         Handler handler, Log log);
    virtual ~Server() = default;  ///< Closes every connection.
    /// Where it listens, with the port that was found.
    [[nodiscard]] virtual const std::string& address() const = 0;
};

}  // namespace ballast::abci
