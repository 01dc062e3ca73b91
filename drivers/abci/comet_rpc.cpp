#include <ballast/abci/comet_rpc.hpp>

#include <sodium/utils.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstring>

namespace ballast::abci {
namespace {

/// A socket that is closed.
class Socket {
public:
    explicit Socket(int fd) : fd_(fd) {}
    ~Socket() {
        if (fd_ >= 0) ::close(fd_);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    [[nodiscard]] int fd() const { return fd_; }

private:
    int fd_;
};

bool connect_to(const Socket& socket, const std::string& place,
                std::chrono::milliseconds patience) {
    const std::size_t colon = place.rfind(':');
    sockaddr_in name{};
    name.sin_family = AF_INET;
    const std::string port = colon == std::string::npos ? "" : place.substr(colon + 1);
    if (port.empty() || port.size() > 5 ||
        port.find_first_not_of("0123456789") != std::string::npos ||
        ::inet_pton(AF_INET, place.substr(0, colon).c_str(), &name.sin_addr) != 1) {
        errno = EINVAL;
        return false;
    }
    name.sin_port = htons(static_cast<std::uint16_t>(std::stoul(port)));
    const timeval wait{.tv_sec = patience.count() / 1000,
                       .tv_usec = (patience.count() % 1000) * 1000};
    ::setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ::setsockopt(socket.fd(), SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    return ::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
}

bool send_all(const Socket& socket, const std::string& text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const ssize_t sent = ::send(socket.fd(), text.data() + at, text.size() - at, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        at += static_cast<std::size_t>(sent);
    }
    return true;
}

/// All that comes until the other side closes.
bool receive_all(const Socket& socket, std::string& text) {
    std::array<char, std::size_t{16} << 10> buffer;
    for (;;) {
        const ssize_t got = ::recv(socket.fd(), buffer.data(), buffer.size(), 0);
        if (got == 0) return true;
        if (got < 0 || text.size() > comet_answer_bytes_max) return false;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace

files::Attempt<nlohmann::json> CometRpc::call(const std::string& method,
                                              const nlohmann::json& params) const {
    const nlohmann::json request{
        {"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}};
    const std::string body = request.dump();
    // HTTP 1.0: the answer comes in one piece and ends with the connection.
    const std::string text = fmt::format(
        "POST / HTTP/1.0\r\nHost: {}\r\nContent-Type: application/json\r\n"
        "Content-Length: {}\r\n\r\n{}",
        place_, body.size(), body);
    const Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    std::string answer;
    if (!connect_to(socket, place_, patience_) || !send_all(socket, text) ||
        !receive_all(socket, answer))
        return files::fault("cometbft at {}: {}", place_, std::strerror(errno));
    const std::size_t head = answer.find("\r\n\r\n");
    const auto json = head == std::string::npos
                          ? nlohmann::json()
                          : nlohmann::json::parse(answer.substr(head + 4), nullptr, false);
    if (!json.is_object() || (!json.contains("result") && !json.contains("error")))
        return files::fault("cometbft at {}: {}: no answer that makes sense", place_, method);
    if (json.contains("error"))
        return files::fault("cometbft at {}: {}: {}", place_, method, json["error"].dump());
    return json["result"];
}

std::string base64_of(const std::vector<u8>& bytes) {
    std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();  // The zero at its end.
    return text;
}

}  // namespace ballast::abci
