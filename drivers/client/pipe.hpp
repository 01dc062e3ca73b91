/// Bytes to and from a server: a TCP or local socket, with or without TLS.  One thread may read
/// while another writes.
#pragma once

#include <ballast/client/client.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace ballast::client {

/// Where a server is.
struct Url {
    bool secure = false;
    std::string host;  ///< Empty: `path` is a local socket.
    std::string port;
    std::string path;
};
/// Reads http, https, ws, wss and unix URLs.  A fault shows the forms there are.
[[nodiscard]] files::Attempt<Url> parse_url(const std::string& text);

using Clock = std::chrono::steady_clock;

class Pipe {
public:
    /// Connects and shakes hands, all before `until`.
    static files::Attempt<std::unique_ptr<Pipe>> connect(const Url& url, const Options& options,
                                                         Clock::time_point until);
    virtual ~Pipe() = default;

    enum class Got { bytes, nothing, end };
    /// Adds what comes to `inbox`.  Nothing: not before `until`, or interrupt() was called.
    virtual Got read(std::string& inbox, Clock::time_point until) = 0;
    /// False where it could not all be written before `until`.
    virtual bool write(std::string_view bytes, Clock::time_point until) = 0;
    virtual void interrupt() = 0;  ///< The read of now returns.
};

}  // namespace ballast::client
