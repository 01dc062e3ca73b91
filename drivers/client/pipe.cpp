#include <ballast/client/pipe.hpp>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>

namespace ballast::client {
namespace {

using files::Attempt;
using files::fault;

int milliseconds_until(Clock::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000));
}

/// A file descriptor that is closed.
class File {
public:
    explicit File(int number) : number_(number) {}
    ~File() {
        if (number_ >= 0) ::close(number_);
    }
    File(File&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    File& operator=(File&&) = delete;
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

/// Waits for the end of a connect that goes on.
bool connected(int file, Clock::time_point until) {
    pollfd wait{file, POLLOUT, 0};
    if (::poll(&wait, 1, milliseconds_until(until)) <= 0) {
        errno = ETIMEDOUT;
        return false;
    }
    int error = 0;
    socklen_t size = sizeof(error);
    ::getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    return error == 0;
}

bool connect_to(int file, const sockaddr* address, socklen_t size, Clock::time_point until) {
    if (file < 0) return false;
    if (::connect(file, address, size) == 0) return true;
    return errno == EINPROGRESS && connected(file, until);
}

Attempt<File> open_local(const std::string& path, Clock::time_point until) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    if (path.size() >= sizeof(at.sun_path))
        return fault("{} is too long for a local socket; the most is {} characters", path,
                     sizeof(at.sun_path) - 1);
    path.copy(at.sun_path, sizeof(at.sun_path) - 1);
    File file(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const void* address = &at;
    if (!connect_to(file.number(), static_cast<const sockaddr*>(address), sizeof(at), until))
        return fault("cannot connect to unix:{}: {}", path, std::strerror(errno));
    return file;
}

Attempt<File> open_tcp(const Url& url, Clock::time_point until) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int code = ::getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &found))
        return fault("cannot find {} port {}: {}", url.host, url.port, ::gai_strerror(code));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(found, ::freeaddrinfo);
    for (const addrinfo* one = found; one; one = one->ai_next) {
        File file(::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (!connect_to(file.number(), one->ai_addr, one->ai_addrlen, until)) continue;
        const int yes = 1;
        ::setsockopt(file.number(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
        return file;
    }
    return fault("cannot connect to {} port {}: {}", url.host, url.port, std::strerror(errno));
}

using Context = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;
using Session = std::unique_ptr<SSL, void (*)(SSL*)>;

std::string tls_words(const SSL* session) {
    const long verdict = session ? SSL_get_verify_result(session) : X509_V_OK;
    if (verdict != X509_V_OK) return X509_verify_cert_error_string(verdict);
    const unsigned long code = ERR_get_error();
    const char* words = code ? ERR_reason_error_string(code) : nullptr;
    return words ? words : "the connection ended";
}

class Line final : public Pipe {
public:
    explicit Line(File file)
        : file_(std::move(file)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

    Attempt<void> secure(const Url& url, const Options& options, Clock::time_point until) {
        context_ = Context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
        SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        const bool loaded = options.authorities
                                ? SSL_CTX_load_verify_locations(
                                      context_.get(), options.authorities->c_str(), nullptr) == 1
                                : SSL_CTX_set_default_verify_paths(context_.get()) == 1;
        if (!loaded)
            return fault("cannot read the certificates of authorities in {}",
                         options.authorities ? options.authorities->string() : "the system");
        session_ = Session(SSL_new(context_.get()), SSL_free);
        SSL* const session = session_.get();
        SSL_set_mode(session, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), url.host.c_str()) != 1) {
            SSL_set1_host(session, url.host.c_str());
            SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                     const_cast<char*>(url.host.c_str()));
        }
        SSL_set_fd(session, file_.number());
        while (true) {
            const int done = SSL_connect(session);
            if (done == 1) return {};
            const short wants = wanted(done);
            if (wants == 0 || !wait(wants, until, false))
                return fault("no TLS with {} port {}: {}", url.host, url.port, tls_words(session));
        }
    }

    Got read(std::string& inbox, Clock::time_point until) override {
        char piece[16'384];
        while (true) {
            short wants = POLLIN;
            const auto got = receive(piece, sizeof(piece), wants);
            if (got > 0) {
                inbox.append(piece, static_cast<std::size_t>(got));
                return Got::bytes;
            }
            if (wants == 0) return Got::end;
            if (!wait(wants, until, true)) return Got::nothing;
        }
    }

    bool write(std::string_view bytes, Clock::time_point until) override {
        const std::lock_guard whole(write_mutex_);
        while (!bytes.empty()) {
            short wants = POLLOUT;
            const auto sent = transmit(bytes, wants);
            if (sent > 0)
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            else if (wants == 0 || !wait(wants, until, false))
                return false;
        }
        return true;
    }

    void interrupt() override { ::eventfd_write(wake_.number(), 1); }

private:
    /// What poll must wait for after `result` of an SSL function; 0: it is over.
    short wanted(int result) const {
        const int error = SSL_get_error(session_.get(), result);
        if (error == SSL_ERROR_WANT_READ) return POLLIN;
        return error == SSL_ERROR_WANT_WRITE ? POLLOUT : 0;
    }
    std::int64_t receive(char* piece, std::size_t size, short& wants) {
        if (session_) {
            const std::lock_guard lock(session_mutex_);
            ERR_clear_error();
            const int got = SSL_read(session_.get(), piece, static_cast<int>(size));
            if (got <= 0) wants = wanted(got);
            return got;
        }
        const ssize_t got = ::recv(file_.number(), piece, size, 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) wants = 0;
        return got;
    }
    std::int64_t transmit(std::string_view bytes, short& wants) {
        if (session_) {
            const std::lock_guard lock(session_mutex_);
            ERR_clear_error();
            const auto most = std::min<std::size_t>(bytes.size(), 1 << 20);
            const int sent = SSL_write(session_.get(), bytes.data(), static_cast<int>(most));
            if (sent <= 0) wants = wanted(sent);
            return sent;
        }
        const ssize_t sent = ::send(file_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) wants = 0;
        return sent;
    }
    /// False where it is too late, or where a reader was interrupted.
    bool wait(short wants, Clock::time_point until, bool may_interrupt) {
        pollfd all[2] = {{file_.number(), wants, 0}, {wake_.number(), POLLIN, 0}};
        const int ready = ::poll(all, may_interrupt ? 2 : 1, milliseconds_until(until));
        if (may_interrupt && (all[1].revents & POLLIN)) {
            eventfd_t ignored;
            ::eventfd_read(wake_.number(), &ignored);
            return false;
        }
        return ready > 0;
    }

    const File file_;
    const File wake_;
    Context context_{nullptr, SSL_CTX_free};
    Session session_{nullptr, SSL_free};
    std::mutex session_mutex_;
    std::mutex write_mutex_;
};

}  // namespace

Attempt<Url> parse_url(const std::string& text) {
    const auto no = [&] {
        return fault(
            "{} is no address; give http://HOST:PORT, https://HOST:PORT, ws://HOST:PORT, "
            "wss://HOST:PORT or unix:PATH",
            text);
    };
    Url url;
    if (text.starts_with("unix:")) {
        url.path = text.substr(5);
        if (url.path.starts_with("//")) url.path.erase(0, 2);
        if (url.path.empty()) return no();
        return url;
    }
    const std::size_t colon = text.find("://");
    const std::string scheme = text.substr(0, colon == std::string::npos ? 0 : colon);
    url.secure = scheme == "https" || scheme == "wss";
    if (!url.secure && scheme != "http" && scheme != "ws") return no();
    std::string rest = text.substr(colon + 3);
    if (rest.ends_with('/')) rest.pop_back();
    const std::size_t last = rest.rfind(':');
    const bool bracket = rest.starts_with('[');
    const bool has_port = last != std::string::npos && (!bracket || rest[last - 1] == ']');
    url.port = has_port ? rest.substr(last + 1) : url.secure ? "443" : "80";
    url.host = has_port ? rest.substr(0, last) : rest;
    if (bracket && url.host.ends_with(']')) url.host = url.host.substr(1, url.host.size() - 2);
    const bool digits = !url.port.empty() && url.port.size() <= 5 &&
                        url.port.find_first_not_of("0123456789") == std::string::npos;
    if (url.host.empty() || !digits || url.host.find_first_of("/?#@ ") != std::string::npos)
        return no();
    return url;
}

Attempt<std::unique_ptr<Pipe>> Pipe::connect(const Url& url, const Options& options,
                                             Clock::time_point until) {
    BALLAST_TRY(File file, url.host.empty() ? open_local(url.path, until) : open_tcp(url, until));
    auto line = std::make_unique<Line>(std::move(file));
    if (url.secure) BALLAST_CHECK(line->secure(url, options, until));
    return line;
}

}  // namespace ballast::client
