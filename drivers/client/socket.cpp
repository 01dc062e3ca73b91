#include <ballast/client/socket.hpp>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

namespace ballast::client {
namespace {

using files::Attempt;
using files::fault;

constexpr unsigned char text_kind = 1, closing = 8, ping = 9, pong = 10;
constexpr std::size_t header_most = 8 << 10;
/// How long a control frame may take to be written.
constexpr std::chrono::seconds control_most{2};

std::string base64(const unsigned char* bytes, int size) {
    std::string text(static_cast<std::size_t>(size + 2) / 3 * 4 + 1, '\0');
    void* out = text.data();
    text.resize(
        static_cast<std::size_t>(EVP_EncodeBlock(static_cast<unsigned char*>(out), bytes, size)));
    return text;
}

/// What a server that means it answers to a key (RFC 6455, 4.2.2).
std::string accept_of(const std::string& key) {
    const std::string all = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(all.data(), all.size(), digest.data(), &size, EVP_sha1(), nullptr);
    return base64(digest.data(), static_cast<int>(size));
}

std::string lower(std::string text) {
    for (char& sign : text)
        if (sign >= 'A' && sign <= 'Z') sign = static_cast<char>(sign + 32);
    return text;
}

}  // namespace

Attempt<std::shared_ptr<Socket>> Socket::connect(const Url& url, const Options& options) {
    const auto until = Clock::now() + options.connect_timeout;
    BALLAST_TRY(std::unique_ptr<Pipe> pipe, Pipe::connect(url, options, until));
    std::shared_ptr<Socket> socket(new Socket(std::move(pipe), options.message_bytes));
    BALLAST_CHECK(socket->shake_hands(url, until));
    return socket;
}

Attempt<void> Socket::shake_hands(const Url& url, Clock::time_point until) {
    std::array<unsigned char, 16> random{};
    RAND_bytes(random.data(), static_cast<int>(random.size()));
    const std::string key = base64(random.data(), static_cast<int>(random.size()));
    const std::string host = url.host.empty() ? "localhost" : url.host + ":" + url.port;
    const std::string where = url.host.empty() ? "unix:" + url.path : host;
    pipe_->write(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\n"
                             "Connection: Upgrade\r\nSec-WebSocket-Key: {}\r\n"
                             "Sec-WebSocket-Version: 13\r\n\r\n",
                             host, key),
                 until);
    std::size_t end;
    while ((end = inbox_.find("\r\n\r\n")) == std::string::npos) {
        const Pipe::Got got = pipe_->read(inbox_, until);
        if (got == Pipe::Got::nothing) return fault("{} did not answer in time", where);
        if (got == Pipe::Got::end || inbox_.size() > header_most)
            return fault("{} is no node: it closed the connection", where);
    }
    const std::string head = inbox_.substr(0, end + 2);
    inbox_.erase(0, end + 4);
    const std::string first = head.substr(0, head.find('\r'));
    if (!first.starts_with("HTTP/1.1 101"))
        return fault("{} opened no WebSocket; it said: {}", where, first);
    const std::size_t at = lower(head).find("\r\nsec-websocket-accept:");
    if (at == std::string::npos || head.find(accept_of(key), at) == std::string::npos)
        return fault("{} opened no WebSocket: its answer is to another request", where);
    return {};
}

std::string Socket::frame(std::string_view payload, unsigned char kind) {
    std::string bytes(1, static_cast<char>(0x80 | kind));
    const std::size_t size = payload.size();
    const int wide = size < 126 ? 0 : size < 65'536 ? 2 : 8;
    bytes += static_cast<char>(0x80 | (wide == 0 ? size : wide == 2 ? 126 : 127));
    for (int i = wide - 1; i >= 0; --i) bytes += static_cast<char>(size >> (8 * i) & 0xff);
    std::array<unsigned char, 4> mask{};
    RAND_bytes(mask.data(), 4);
    for (const unsigned char one : mask) bytes += static_cast<char>(one);
    for (std::size_t i = 0; i < size; ++i)
        bytes += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i % 4]);
    return bytes;
}

bool Socket::write(std::string_view text, Clock::time_point until) {
    return pipe_->write(frame(text, text_kind), until);
}

Socket::Got Socket::read(std::string& message, Clock::time_point until) {
    while (true) {
        switch (take(message)) {
            case Frame::message: return Got::message;
            case Frame::bad: return Got::end;
            case Frame::control: continue;
            case Frame::partial: break;
        }
        const Pipe::Got got = pipe_->read(inbox_, until);
        if (got == Pipe::Got::end) return Got::end;
        if (got == Pipe::Got::nothing) return Got::nothing;
    }
}

Socket::Frame Socket::take(std::string& message) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::size_t>(static_cast<unsigned char>(inbox_[i]));
    };
    if (inbox_.size() < 2) return Frame::partial;
    const bool last = (byte(0) & 0x80) != 0;
    const auto kind = static_cast<unsigned char>(byte(0) & 0x0f);
    std::size_t size = byte(1) & 0x7f;
    const std::size_t wide = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (inbox_.size() < 2 + wide) return Frame::partial;
    if (wide > 0) size = 0;
    for (std::size_t i = 0; i < wide; ++i) size = size << 8 | byte(2 + i);
    if ((byte(1) & 0x80) != 0 || size > most_ || pieces_.size() + size > most_) return Frame::bad;
    if (inbox_.size() < 2 + wide + size) return Frame::partial;
    std::string payload = inbox_.substr(2 + wide, size);
    inbox_.erase(0, 2 + wide + size);
    if (kind == closing) {
        pipe_->write(frame(payload, closing), Clock::now() + control_most);
        return Frame::bad;
    }
    if (kind == ping) pipe_->write(frame(payload, pong), Clock::now() + control_most);
    if (kind >= closing) return Frame::control;
    pieces_ += payload;
    if (!last) return Frame::control;
    message = std::move(pieces_);
    pieces_.clear();
    return Frame::message;
}

}  // namespace ballast::client
