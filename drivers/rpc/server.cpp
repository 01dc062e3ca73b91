#include <ballast/rpc/server.hpp>

#include <ballast/rpc/transport.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

namespace ballast::rpc {
namespace {

namespace net = boost::asio;
using Code = boost::system::error_code;
using Tcp = net::ip::tcp;
using Local = net::local::stream_protocol;
using files::Attempt;
using files::fault;

/// How long after a failed accept (no more files, mostly) the next is tried.
constexpr std::chrono::milliseconds accept_again{50};
/// How long connections that were told to close at once may take.
constexpr std::chrono::seconds abort_most{5};

/// Takes what comes to one address.
template <class Protocol>
class Door : public std::enable_shared_from_this<Door<Protocol>> {
public:
    using Taken = net::basic_stream_socket<Protocol, net::strand<net::io_context::executor_type>>;
    using Take = std::function<void(Taken)>;

    Door(net::io_context& context, Take take)
        : context_(context),
          acceptor_(net::make_strand(context)),
          again_(acceptor_.get_executor()),
          take_(std::move(take)) {}

    typename Protocol::acceptor& acceptor() { return acceptor_; }

    void accept() {
        acceptor_.async_accept(net::make_strand(context_),
                               [self = this->shared_from_this()](Code code, Taken socket) {
                                   if (!self->acceptor_.is_open()) return;
                                   if (!code) {
                                       self->take_(std::move(socket));
                                       return self->accept();
                                   }
                                   self->again_.expires_after(accept_again);
                                   self->again_.async_wait([self](Code stopped) {
                                       if (!stopped && self->acceptor_.is_open()) self->accept();
                                   });
                               });
    }
    void close() {
        net::post(acceptor_.get_executor(), [self = this->shared_from_this()] {
            Code ignored;
            self->acceptor_.close(ignored);
            self->again_.cancel();
        });
    }

private:
    net::io_context& context_;
    typename Protocol::acceptor acceptor_;
    net::steady_timer again_;
    Take take_;
};

Attempt<void> listen_tcp(Tcp::acceptor& acceptor, const Options& options) {
    const auto no = [&](const char* what, const std::string& why) {
        return fault("cannot {} {} port {}: {}", what, options.host, options.port, why);
    };
    Code code;
    const auto address =
        net::ip::make_address(options.host == "localhost" ? "127.0.0.1" : options.host, code);
    if (code)
        return fault("{} is no address to listen at; give one such as 127.0.0.1 or ::1",
                     options.host);
    const Tcp::endpoint at(address, options.port);
    if (acceptor.open(at.protocol(), code)) return no("open", code.message());
    acceptor.set_option(Tcp::acceptor::reuse_address(true), code);
    if (acceptor.bind(at, code)) return no("listen at", code.message());
    if (acceptor.listen(net::socket_base::max_listen_connections, code))
        return no("listen at", code.message());
    return {};
}

/// Removes a socket file that nobody listens on any more.
Attempt<void> make_way(net::io_context& context, const std::filesystem::path& path) {
    std::error_code code;
    const auto status = std::filesystem::symlink_status(path, code);
    if (status.type() == std::filesystem::file_type::not_found) return {};
    if (status.type() != std::filesystem::file_type::socket)
        return fault("{} is there and is no socket; remove it or name another", path.string());
    Local::socket probe(context);
    Code refused;
    probe.connect(Local::endpoint(path.string()), refused);
    if (refused != net::error::connection_refused)
        return fault("{}: somebody listens there already ({})", path.string(),
                     refused ? refused.message() : "it answers");
    std::filesystem::remove(path, code);
    if (code) return fault("cannot remove the old socket {}: {}", path.string(), code.message());
    return {};
}

Attempt<void> listen_local(net::io_context& context, Local::acceptor& acceptor,
                           const std::filesystem::path& path) {
    constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;
    if (path.string().size() > longest)
        return fault("the socket {} has {} characters in its path; the most is {}", path.string(),
                     path.string().size(), longest);
    BALLAST_CHECK(make_way(context, path));
    const auto no = [&](const std::string& why) {
        return fault("cannot listen at {}: {}", path.string(), why);
    };
    Code code;
    if (acceptor.open(Local(), code)) return no(code.message());
    if (acceptor.bind(Local::endpoint(path.string()), code)) return no(code.message());
    // Nobody can connect before listen().
    if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) return no("its mode cannot be set");
    if (acceptor.listen(net::socket_base::max_listen_connections, code)) return no(code.message());
    return {};
}

Attempt<std::unique_ptr<net::ssl::context>> tls_context(const Options& options) {
    std::unique_ptr<net::ssl::context> context;
    if (!options.certificate && !options.key) return context;
    if (!options.certificate || !options.key)
        return fault("TLS needs both a certificate and a key; only the {} was given",
                     options.key ? "key" : "certificate");
    context = std::make_unique<net::ssl::context>(net::ssl::context::tls_server);
    context->set_options(net::ssl::context::default_workarounds | net::ssl::context::no_tlsv1 |
                         net::ssl::context::no_tlsv1_1);
    Code code;
    if (context->use_certificate_chain_file(options.certificate->string(), code))
        return fault("cannot read the certificate {}: {}", options.certificate->string(),
                     code.message());
    if (context->use_private_key_file(options.key->string(), net::ssl::context::pem, code))
        return fault("cannot read the key {}, or it is not the certificate's: {}",
                     options.key->string(), code.message());
    return context;
}

Attempt<void> check_limits(const Options& options) {
    const Limits& limits = options.limits;
    const std::pair<const char*, std::size_t> positive[] = {
        {"request_bytes", limits.request_bytes},
        {"header_bytes", limits.header_bytes},
        {"depth", limits.depth},
        {"members", limits.members},
        {"batch", limits.batch},
        {"connections", limits.connections},
        {"in_flight", limits.in_flight},
        {"answer_bytes", limits.answer_bytes},
        {"requests_per_second", limits.requests_per_second},
        {"threads", options.threads},
        {"workers", options.workers},
    };
    for (const auto& [name, value] : positive)
        if (value == 0) return fault("the limit {} is 0; it must be at least 1", name);
    if (limits.requests_per_second > 1'000'000'000)
        return fault("requests_per_second is {}; the most is 1000000000",
                     limits.requests_per_second);
    return {};
}

class Listening final : public Server {
public:
    Listening(Options options, const Methods& methods, Hub& hub, Pages pages)
        : core_(std::make_shared<Core>(std::move(options), methods, hub, std::move(pages))),
          work_(net::make_work_guard(core_->context)),
          tick_(net::make_strand(core_->context)) {}
    ~Listening() override { stop(std::chrono::milliseconds(0)); }

    Attempt<void> open() {
        const Options& options = core_->options;
        BALLAST_TRY(tls_, tls_context(options));
        tcp_ = std::make_shared<Door<Tcp>>(
            core_->context, [this](Door<Tcp>::Taken socket) { take_tcp(std::move(socket)); });
        BALLAST_CHECK(listen_tcp(tcp_->acceptor(), options));
        port_ = tcp_->acceptor().local_endpoint().port();
        if (options.local_socket) {
            local_ = std::make_shared<Door<Local>>(
                core_->context,
                [this](Door<Local>::Taken socket) { take_local(std::move(socket)); });
            BALLAST_CHECK(listen_local(core_->context, local_->acceptor(), *options.local_socket));
            made_socket_ = true;
            local_->accept();
        }
        tcp_->accept();
        tick();
        for (unsigned i = 0; i < options.threads; ++i)
            threads_.emplace_back([this] { core_->context.run(); });
        return {};
    }

    [[nodiscard]] std::uint16_t port() const override { return port_; }

    [[nodiscard]] Counters counters() const override {
        const Tally& tally = core_->tally;
        return {core_->count(), tally.websockets, tally.subscriptions, tally.requests, tally.errors,
                tally.resyncs,  tally.refused,    tally.messages,      tally.bytes_out};
    }

    void stop(std::chrono::milliseconds grace) override {
        if (stopped_.exchange(true)) return;
        if (tcp_) tcp_->close();
        if (local_) local_->close();
        if (made_socket_) {
            std::error_code ignored;
            std::filesystem::remove(*core_->options.local_socket, ignored);
        }
        if (grace.count() > 0) {
            for (const auto& connection : core_->connections()) connection->stop();
            core_->wait_empty(grace);
        }
        for (const auto& connection : core_->connections()) connection->abort();
        net::post(tick_.get_executor(), [this] { tick_.cancel(); });
        core_->workers.join();
        core_->prompt.join();
        // Everything runs to its end here; the deadline is for what nobody thought of.
        if (!threads_.empty() && !core_->wait_empty(abort_most)) core_->context.stop();
        work_.reset();
        if (threads_.empty()) core_->context.poll();
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
    }

private:
    void take_tcp(Door<Tcp>::Taken socket) {
        Code code;
        const auto from = socket.remote_endpoint(code);
        if (code) return;
        socket.set_option(Tcp::no_delay(true), code);
        Caller caller{from.address().to_string(), false};
        if (!core_->admit(caller.peer)) return turn_away(std::move(socket));
        if (tls_) return open_tls(core_, std::move(caller), std::move(socket), *tls_);
        open_plain(core_, std::move(caller), std::move(socket));
    }
    void take_local(Door<Local>::Taken socket) {
        Caller caller{"local", true};
        if (!core_->admit(caller.peer)) return turn_away(std::move(socket));
        open_plain(core_, std::move(caller), std::move(socket));
    }
    /// Says why, as far as the socket takes it at once.
    template <class Any>
    void turn_away(Any socket) {
        static constexpr std::string_view full =
            "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 21\r\n\r\n"
            "too many connections\n";
        core_->tally.refused += 1;
        Code ignored;
        socket.non_blocking(true, ignored);
        if (!tls_) socket.send(net::buffer(full), 0, ignored);
        socket.shutdown(net::socket_base::shutdown_both, ignored);
    }
    /// Lets every connection see whether a heartbeat is due.
    void tick() {
        const auto pause =
            std::max(core_->options.limits.heartbeat / 4, std::chrono::milliseconds(5));
        tick_.expires_after(pause);
        tick_.async_wait([this](Code code) {
            if (code || stopped_) return;
            for (const auto& connection : core_->connections()) connection->wake();
            tick();
        });
    }

    const std::shared_ptr<Core> core_;
    net::executor_work_guard<net::io_context::executor_type> work_;
    net::steady_timer tick_;
    std::unique_ptr<net::ssl::context> tls_;
    std::shared_ptr<Door<Tcp>> tcp_;
    std::shared_ptr<Door<Local>> local_;
    std::uint16_t port_ = 0;
    bool made_socket_ = false;
    std::atomic<bool> stopped_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace

bool Core::admit(const std::string& peer) {
    const std::lock_guard lock(mutex_);
    if (count_ >= options.limits.connections) return false;
    const auto found = peers_.find(peer);
    if (found != peers_.end() && found->second >= options.limits.connections_per_peer) return false;
    ++peers_[peer];
    ++count_;
    return true;
}

void Core::enter(const std::shared_ptr<Connection>& connection) {
    const std::lock_guard lock(mutex_);
    connections_[connection.get()] = connection;
}

void Core::leave(Connection* connection, const std::string& peer) {
    const std::lock_guard lock(mutex_);
    connections_.erase(connection);
    if (const auto found = peers_.find(peer); found != peers_.end() && --found->second == 0)
        peers_.erase(found);
    if (--count_ == 0) empty_.notify_all();
}

std::vector<std::shared_ptr<Connection>> Core::connections() const {
    std::vector<std::shared_ptr<Connection>> all;
    const std::lock_guard lock(mutex_);
    all.reserve(connections_.size());
    for (const auto& [key, weak] : connections_)
        if (auto connection = weak.lock()) all.push_back(std::move(connection));
    return all;
}

std::size_t Core::count() const {
    const std::lock_guard lock(mutex_);
    return count_;
}

bool Core::wait_empty(std::chrono::milliseconds most) {
    std::unique_lock lock(mutex_);
    return empty_.wait_for(lock, most, [&] { return count_ == 0; });
}

Attempt<std::unique_ptr<Server>> Server::start(Options options, const Methods& methods, Hub& hub,
                                               Pages pages) {
    BALLAST_CHECK(check_limits(options));
    auto server = std::make_unique<Listening>(std::move(options), methods, hub, std::move(pages));
    BALLAST_CHECK(server->open());
    return server;
}

}  // namespace ballast::rpc
