/// A peer that says exactly the bytes that it is told to, for tests and load programs: HTTP and
/// WebSocket by hand over a blocking socket, every wait bounded.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace ballast::rpc {

class RawPeer {
public:
    static constexpr int patience_milliseconds = 5'000;

    explicit RawPeer(std::uint16_t port) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(port);
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        open(AF_INET, at);
        const int yes = 1;
        ::setsockopt(file_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    }
    explicit RawPeer(const std::string& path) {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        path.copy(at.sun_path, sizeof(at.sun_path) - 1);
        open(AF_UNIX, at);
    }
    ~RawPeer() { close(); }
    RawPeer(RawPeer&& other) noexcept
        : file_(std::exchange(other.file_, -1)), inbox_(std::move(other.inbox_)) {}
    RawPeer& operator=(RawPeer&&) = delete;

    [[nodiscard]] bool connected() const { return file_ >= 0; }
    [[nodiscard]] int file() const { return file_; }
    void close() {
        if (file_ >= 0) ::close(std::exchange(file_, -1));
    }
    void half_close() const { ::shutdown(file_, SHUT_WR); }
    /// How much the kernel keeps for it; small for one who is to be slow.
    void receive_buffer(int bytes) const {
        ::setsockopt(file_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
    }

    bool send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(file_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    /// One more piece into the inbox.  False at the end, and where nothing comes in time.
    bool fill(int milliseconds = patience_milliseconds) {
        pollfd wait{file_, POLLIN, 0};
        if (::poll(&wait, 1, milliseconds) <= 0) return false;
        char piece[16'384];
        const ssize_t got = ::recv(file_, piece, sizeof(piece), 0);
        if (got <= 0) {
            ended_ = true;
            return false;
        }
        inbox_.append(piece, static_cast<std::size_t>(got));
        return true;
    }
    /// True where the other side closes in time; what it still says is in rest().
    bool ends() {
        while (fill()) {}
        return ended_;
    }
    [[nodiscard]] const std::string& rest() const { return inbox_; }

    // --- HTTP ---

    struct Response {
        int status = 0;  ///< 0: none came.
        std::string head;
        std::string body;
    };
    Response response() {
        std::size_t end;
        while ((end = inbox_.find("\r\n\r\n")) == std::string::npos)
            if (!fill()) return {};
        Response response{0, inbox_.substr(0, end + 4), {}};
        inbox_.erase(0, end + 4);
        response.status = std::atoi(response.head.c_str() + 9);
        const std::size_t at = response.head.find("Content-Length: ");
        if (at == std::string::npos) return response;
        const auto length = static_cast<std::size_t>(std::atol(response.head.c_str() + at + 16));
        while (inbox_.size() < length)
            if (!fill()) return {};
        response.body = inbox_.substr(0, length);
        inbox_.erase(0, length);
        return response;
    }
    static std::string post_text(std::string_view body) {
        return "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
    }
    Response post(std::string_view body) {
        send(post_text(body));
        return response();
    }
    Response get(const std::string& target) {
        send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
        return response();
    }

    // --- WebSocket ---

    static constexpr std::string_view upgrade_text =
        "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    bool upgrade() {
        send(upgrade_text);
        return response().status == 101;
    }
    enum Kind : std::uint8_t { text = 1, binary = 2, closing = 8, ping = 9, pong = 10 };
    /// A whole frame, masked with zeros, which is what the protocol asks of a client.
    static std::string frame(std::string_view payload, std::uint8_t kind = text) {
        std::string bytes(1, static_cast<char>(0x80 | kind));
        const std::size_t size = payload.size();
        const int wide = size < 126 ? 0 : size < 65'536 ? 2 : 8;
        bytes += static_cast<char>(0x80 | (wide == 0 ? size : wide == 2 ? 126 : 127));
        for (int i = wide - 1; i >= 0; --i) bytes += static_cast<char>(size >> (8 * i) & 0xff);
        bytes.append(4, '\0');
        return bytes.append(payload);
    }
    bool say(std::string_view payload, std::uint8_t kind = text) const {
        return send(frame(payload, kind));
    }
    struct Heard {
        std::uint8_t kind = 0;  ///< 0: nothing came.
        std::string payload;
        [[nodiscard]] int close_code() const {
            if (kind != closing || payload.size() < 2) return 0;
            return static_cast<unsigned char>(payload[0]) << 8 |
                   static_cast<unsigned char>(payload[1]);
        }
    };
    Heard hear(int milliseconds = patience_milliseconds) {
        const auto until =
            std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
        Heard heard;
        while (!take_frame(heard)) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                until - std::chrono::steady_clock::now());
            if (left.count() < 0 || !fill(static_cast<int>(left.count()) + 1)) return {};
        }
        return heard;
    }
    /// The next frame of the inbox, if it is there as a whole.
    bool take_frame(Heard& heard) {
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(inbox_[i]); };
        if (inbox_.size() < 2) return false;
        std::size_t size = byte(1) & 0x7f;
        const std::size_t wide = size == 126 ? 2 : size == 127 ? 8 : 0;
        if (inbox_.size() < 2 + wide) return false;
        if (wide > 0) size = 0;
        for (std::size_t i = 0; i < wide; ++i) size = size << 8 | byte(2 + i);
        if (inbox_.size() < 2 + wide + size) return false;
        heard = {static_cast<std::uint8_t>(byte(0) & 0x0f), inbox_.substr(2 + wide, size)};
        inbox_.erase(0, 2 + wide + size);
        return true;
    }

private:
    template <class Address>
    void open(int family, const Address& at) {
        file_ = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_storage any{};
        std::memcpy(&any, &at, sizeof(at));
        const void* address = &any;
        if (::connect(file_, static_cast<const sockaddr*>(address), sizeof(at)) != 0) close();
    }
    int file_ = -1;
    bool ended_ = false;
    std::string inbox_;
};

}  // namespace ballast::rpc
