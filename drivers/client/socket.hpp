/// The client's side of a WebSocket: text messages over a pipe.
#pragma once

#include <ballast/client/pipe.hpp>

#include <memory>
#include <random>
#include <string>
#include <string_view>

namespace ballast::client {

class Socket {
public:
    static files::Attempt<std::shared_ptr<Socket>> connect(const Url& url, const Options& options);

    /// The next text message.  One thread reads.
    enum class Got { message, nothing, end };
    Got read(std::string& message, Clock::time_point until);
    /// One message.  Any thread.
    bool write(std::string_view text, Clock::time_point until);
    void interrupt() { pipe_->interrupt(); }

private:
    Socket(std::unique_ptr<Pipe> pipe, std::size_t most) : pipe_(std::move(pipe)), most_(most) {}
    files::Attempt<void> shake_hands(const Url& url, Clock::time_point until);
    [[nodiscard]] static std::string frame(std::string_view payload, unsigned char kind);

    enum class Frame { partial, control, message, bad };
    Frame take(std::string& message);

    std::unique_ptr<Pipe> pipe_;
    const std::size_t most_;
    std::string inbox_;
    std::string pieces_;  ///< Of a message that comes in several frames.
};

}  // namespace ballast::client
