#include <ballast/abci/server.hpp>
#include <ballast/abci/abci.pb.h>
#include <ballast/abci/frame.hpp>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <list>
#include <mutex>
#include <thread>

namespace ballast::abci {
namespace {

/// Answers are sent at a flush, or where this many bytes of them have gathered.
constexpr std::size_t gather_bytes = std::size_t{1} << 20;
constexpr int backlog = 16;

struct Listener {
    int fd = -1;
    std::string address;
    std::filesystem::path path;  ///< Of a unix socket, to be removed at the end.
};

std::unexpected<files::Fault> cannot_listen(const std::string& address, int fd) {
    const int why = errno;
    if (fd >= 0) ::close(fd);
    return files::fault("abci: cannot listen on {}: {}", address, std::strerror(why));
}

files::Attempt<Listener> listen_on_path(const std::string& address, const std::string& path) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof name.sun_path)
        return files::fault("abci: {}: the path of a unix socket has 1 to {} bytes", address,
                            sizeof name.sun_path - 1);
    std::memcpy(name.sun_path, path.data(), path.size());
    ::unlink(path.c_str());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || ::bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
        ::listen(fd, backlog) != 0)
        return cannot_listen(address, fd);
    return Listener{fd, address, path};
}

files::Attempt<Listener> listen_on_port(const std::string& address, const std::string& place) {
    const std::size_t colon = place.rfind(':');
    sockaddr_in name{};
    name.sin_family = AF_INET;
    int port = -1;
    if (colon != std::string::npos && place.size() > colon + 1 && place.size() <= colon + 6 &&
        place.find_first_not_of("0123456789", colon + 1) == std::string::npos)
        port = std::stoi(place.substr(colon + 1));
    const std::string host = place.substr(0, colon);
    if (port < 0 || port > 65'535 || ::inet_pton(AF_INET, host.c_str(), &name.sin_addr) != 1)
        return files::fault("abci: {}: expected tcp://a.b.c.d:port", address);
    name.sin_port = htons(static_cast<std::uint16_t>(port));
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    socklen_t size = sizeof name;
    if (fd < 0 || ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        ::bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
        ::listen(fd, backlog) != 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0)
        return cannot_listen(address, fd);
    return Listener{fd, fmt::format("tcp://{}:{}", host, ntohs(name.sin_port)), {}};
}

files::Attempt<Listener> listen_on(const std::string& address) {
    if (address.starts_with("unix://")) return listen_on_path(address, address.substr(7));
    if (address.starts_with("tcp://")) return listen_on_port(address, address.substr(6));
    return files::fault("abci: {}: expected unix:///path or tcp://host:port", address);
}

bool send_all(int fd, std::string& out) {
    std::size_t at = 0;
    while (at < out.size()) {
        const ssize_t sent = ::send(fd, out.data() + at, out.size() - at, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        at += static_cast<std::size_t>(sent);
    }
    out.clear();
    return true;
}

class SocketServer final : public Server {
public:
    SocketServer(Listener listener, Handler handler, Log log)
        : listener_(std::move(listener)), handler_(std::move(handler)), log_(std::move(log)) {
        accepting_ = std::thread([this] { accept_all(); });
    }
    ~SocketServer() override {
        stopping_ = true;
        ::shutdown(listener_.fd, SHUT_RDWR);
        accepting_.join();
        ::close(listener_.fd);
        if (!listener_.path.empty()) ::unlink(listener_.path.c_str());
        for (Connection& connection : connections_) ::shutdown(connection.fd, SHUT_RDWR);
        for (Connection& connection : connections_) finish(connection);
    }
    SocketServer(const SocketServer&) = delete;
    SocketServer& operator=(const SocketServer&) = delete;

    [[nodiscard]] const std::string& address() const override { return listener_.address; }

private:
    struct Connection {
        int fd = -1;
        std::atomic<bool> over = false;
        std::thread thread;
    };

    static void finish(Connection& connection) {
        connection.thread.join();
        ::close(connection.fd);
    }

    void accept_all() {
        while (!stopping_) {
            const int fd = ::accept4(listener_.fd, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) {
                if (errno == EINTR || errno == ECONNABORTED) continue;
                if (!stopping_) log_(fmt::format("abci: cannot accept: {}", std::strerror(errno)));
                return;
            }
            connections_.remove_if([](Connection& connection) {
                if (connection.over) finish(connection);
                return connection.over.load();
            });
            if (connections_.size() == connections_max) {
                log_(fmt::format("abci: refused a connection: {} are open", connections_max));
                ::close(fd);
                continue;
            }
            const int yes = 1;  // Refused by a unix socket, which does not wait anyway.
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
            Connection& connection = connections_.emplace_back();
            connection.fd = fd;
            connection.thread = std::thread([this, &connection] {
                serve(connection.fd);
                ::shutdown(connection.fd, SHUT_RDWR);
                connection.over = true;
            });
        }
    }

    void serve(int fd) {
        FrameReader frames;
        std::string out;
        std::array<char, std::size_t{64} << 10> buffer;
        for (;;) {
            const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return;
            frames.feed({buffer.data(), static_cast<std::size_t>(got)});
            for (bool more = true; more;) {
                const auto frame = frames.next();
                if (!frame) return refuse(fd, out, frame.error().sentence);
                more = frame->has_value();
                if (more && !answer(fd, **frame, out)) return;
            }
        }
    }

    /// False where the connection is of no more use.
    bool answer(int fd, std::string_view frame, std::string& out) {
        proto::Request request;
        if (!request.ParseFromArray(frame.data(), static_cast<int>(frame.size()))) {
            refuse(fd, out, "abci: a request that is no message");
            return false;
        }
        proto::Response response;
        const bool flush = request.has_flush();
        if (flush)
            response.mutable_flush();
        else if (request.has_echo())
            response.mutable_echo()->set_message(request.echo().message());
        else
            handle(request, response);
        append_frame(out, response.SerializeAsString());
        return (!flush && out.size() < gather_bytes) || send_all(fd, out);
    }

    void handle(const proto::Request& request, proto::Response& response) {
        const std::lock_guard lock(mutex_);
        std::string why = "abci: a request of a kind that is not known";
        try {
            handler_(request, response);
        } catch (const std::exception& failure) {
            response.Clear();
            why = failure.what();
        }
        if (response.value_case() != proto::Response::VALUE_NOT_SET) return;
        log_(why);
        response.mutable_exception()->set_error(why);
    }

    void refuse(int fd, std::string& out, const std::string& why) {
        log_(why);
        proto::Response response;
        response.mutable_exception()->set_error(why);
        append_frame(out, response.SerializeAsString());
        send_all(fd, out);
    }

    Listener listener_;
    Handler handler_;
    Log log_;
    std::mutex mutex_;  ///< One request at a time.
    std::atomic<bool> stopping_ = false;
    std::list<Connection> connections_;  ///< Of the accepting thread, while it runs.
    std::thread accepting_;
};

}  // namespace

files::Attempt<std::unique_ptr<Server>> Server::start(const std::string& address, Handler handler,
                                                      Log log) {
    BALLAST_TRY(Listener listener, listen_on(address));
    return std::make_unique<SocketServer>(std::move(listener), std::move(handler), std::move(log));
}

}  // namespace ballast::abci
