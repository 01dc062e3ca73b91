/// One connection over a stream: HTTP requests one after the other, or, after an upgrade, a
/// WebSocket.  Everything here runs on the connection's strand; workers and others post to it.
#pragma once

#include <ballast/rpc/session.hpp>
#include <ballast/rpc/transport.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <array>
#include <deque>
#include <string>

namespace ballast::rpc {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

/// How long a connection that is to be closed may take, and how much more it may send.
constexpr std::chrono::seconds close_most{2};
constexpr std::size_t drain_most = 4 << 20;

template <class Stream>
class Wire final : public Connection, public std::enable_shared_from_this<Wire<Stream>> {
public:
    template <class... Args>
    Wire(const std::shared_ptr<Core>& core, Caller caller, Args&&... args)
        : core_(core),
          limits_(core->options.limits),
          peer_(caller.peer),
          session_(std::make_shared<Session>(core, std::move(caller))),
          stream_(std::forward<Args>(args)...),
          executor_(stream_.get_executor()),
          deadline_(executor_) {}
    ~Wire() override {
        session_->close();
        if (open_) core_->tally.websockets -= 1;
        core_->leave(this, peer_);
    }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    void start() {
        core_->enter(this->shared_from_this());
        self_ = this->shared_from_this();
        net::post(executor_, [self = self_] { self->shake_hands(); });
    }
    void wake() override {
        if (woken_.exchange(true)) return;
        on_strand([](Wire& self) {
            self.woken_ = false;
            self.session_->expire(Clock::now());
            self.pump();
        });
    }
    void stop() override {
        on_strand([](Wire& self) {
            self.stopping_ = true;
            if (self.ws_)
                self.close_if_done();
            else if (self.waiting_)
                self.die();
        });
    }
    void abort() override {
        on_strand([](Wire& self) { self.die(); });
    }

private:
    using Code = beast::error_code;
    static constexpr bool secure = !std::is_same_v<Stream, Socket>;

    /// Runs `act` on the strand, if the connection is still there by then.
    template <class Act>
    void on_strand(Act act) {
        net::post(executor_, [weak = this->weak_from_this(), act = std::move(act)]() mutable {
            if (const auto self = weak.lock()) act(*self);
        });
    }
    /// A completion handler that keeps the connection alive and does nothing once it is dead.
    template <class Act>
    auto then(Act act) {
        return [self = this->shared_from_this(), act = std::move(act)](Code code,
                                                                       auto... bytes) mutable {
            if (!self->dead_) act(*self, code, bytes...);
        };
    }

    // --- how long, and the end ---

    void arm(std::chrono::milliseconds most) {
        deadline_.expires_after(most);
        deadline_.async_wait([weak = this->weak_from_this()](Code code) {
            const auto self = weak.lock();
            if (self && !code && self->deadline_.expiry() <= Clock::now()) self->die();
        });
    }
    void disarm() { deadline_.expires_at(Clock::time_point::max()); }

    void die() {
        if (std::exchange(dead_, true)) return;
        disarm();
        Code ignored;
        beast::get_lowest_layer(stream_).close(ignored);
        session_->close();
        self_.reset();
    }
    void finish() {
        arm(close_most);
        if constexpr (secure) {
            stream_.async_shutdown(then([](Wire& self, Code) { self.die(); }));
        } else {
            Code ignored;
            stream_.shutdown(Socket::shutdown_send, ignored);
            drain(0);
        }
    }
    /// What a client still sends is read, so that it gets to read what was said to it.
    void drain(std::size_t total) {
        if (total > drain_most) return die();
        buffer_.clear();
        stream_.async_read_some(buffer_.prepare(4'096),
                                then([total](Wire& self, Code code, std::size_t bytes) {
                                    return code ? self.die() : self.drain(total + bytes);
                                }));
    }

    // --- HTTP ---

    void shake_hands() {
        if constexpr (secure) {
            arm(limits_.header_timeout);
            stream_.async_handshake(
                net::ssl::stream_base::server, then([](Wire& self, Code code) {
                    return code ? self.die() : self.next_request(self.limits_.header_timeout);
                }));
        } else {
            next_request(limits_.header_timeout);
        }
    }
    /// `first_byte`: how long nothing may come.  Once something has, all must come in time.
    void next_request(std::chrono::milliseconds first_byte) {
        if (stopping_) return finish();
        head_ = false;
        parser_.emplace();
        parser_->header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
        parser_->body_limit(limits_.request_bytes);
        if (buffer_.size() > 0) return read_header();
        arm(first_byte);
        waiting_ = true;
        stream_.async_read_some(buffer_.prepare(4'096),
                                then([](Wire& self, Code code, std::size_t bytes) {
                                    self.waiting_ = false;
                                    if (code) return self.die();
                                    self.buffer_.commit(bytes);
                                    self.read_header();
                                }));
    }
    void read_header() {
        arm(limits_.header_timeout);
        http::async_read_header(stream_, buffer_, *parser_,
                                then([](Wire& self, Code code, std::size_t) {
                                    return code ? self.misread(code) : self.on_header();
                                }));
    }
    void on_header() {
        const auto& request = parser_->get();
        head_ = request.method() == http::verb::head;
        if (websocket::is_upgrade(request)) return upgrade();
        if (!beast::iequals(request[http::field::expect], "100-continue")) return read_body();
        static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        net::async_write(stream_, net::buffer(go_on), then([](Wire& self, Code code, std::size_t) {
                             return code ? self.die() : self.read_body();
                         }));
    }
    void read_body() {
        http::async_read(stream_, buffer_, *parser_, then([](Wire& self, Code code, std::size_t) {
                             return code ? self.misread(code) : self.on_request();
                         }));
    }
    void misread(Code code) {
        const auto is = [&](http::error error) { return code == make_error_code(error); };
        if (is(http::error::end_of_stream) || is(http::error::partial_message)) return die();
        if (code.category() != make_error_code(http::error::bad_version).category()) return die();
        keep_ = false;
        core_->tally.refused += 1;
        if (is(http::error::body_limit)) return say(413, "the body is too long\n");
        if (is(http::error::header_limit)) return say(431, "the header is too long\n");
        say(400, "this is no HTTP request\n");
    }
    void on_request() {
        const auto& request = parser_->get();
        keep_ = request.keep_alive();
        const auto target = request.target();
        const std::string path(target.substr(0, target.find('?')));
        const auto page = core_->pages.find(path);
        disarm();
        if ((head_ || request.method() == http::verb::get) && page != core_->pages.end())
            return serve(page->second);
        if (path != "/" && page == core_->pages.end()) return say(404, "there is no such page\n");
        if (request.method() == http::verb::get)
            return say(426, "POST JSON-RPC here, or open a WebSocket\n");
        if (request.method() != http::verb::post || path != "/")
            return say(405, "POST /, or GET a page\n");
        if (!is_json(request[http::field::content_type]))
            return say(415, "Content-Type must be application/json\n");
        call(std::move(parser_->get().body()));
    }
    static bool is_json(beast::string_view type) {
        type = type.substr(0, type.find(';'));
        while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
        return beast::iequals(type, "application/json");
    }
    void serve(const PageSource& page) {
        if (!session_->admit_page()) return say(429, "too many requests\n");
        Workers& workers = page.prompt ? core_->prompt : core_->workers;
        const bool taken = workers.post([self = this->shared_from_this(), &page] {
            Page made;
            try {
                made = page();
            } catch (const std::exception&) {
                made = {500, "text/plain; charset=utf-8", "internal error\n"};
            }
            self->on_strand([made = std::move(made)](Wire& wire) mutable {
                wire.reply(made.status, made.type, std::move(made.body));
            });
        });
        if (!taken) say(503, "too busy\n");
    }
    /// Has a worker handle a message; the answer comes to on_answer().
    void call(std::string text) {
        ++unanswered_;
        const bool taken = core_->workers.post([self = this->shared_from_this(),
                                                text = std::move(text)] {
            self->session_->handle(text, [weak = self->weak_from_this()](
                                             std::string answer, std::vector<std::uint64_t> begin) {
                const auto wire = weak.lock();
                if (!wire) return;
                wire->on_strand(
                    [answer = std::move(answer), begin = std::move(begin)](Wire& there) mutable {
                        there.on_answer(std::move(answer), begin);
                    });
            });
            if (self->open_) self->on_strand([](Wire& wire) { wire.read_message(); });
        });
        if (!taken) die();
    }
    void on_answer(std::string answer, const std::vector<std::uint64_t>& begin) {
        --unanswered_;
        if (dead_) return;
        if (ws_) return enqueue(std::move(answer), begin);
        const unsigned status = answer.empty() ? 204 : 200;
        reply(status, "application/json", std::move(answer));
    }
    void say(unsigned status, const char* text) {
        reply(status, "text/plain; charset=utf-8", text);
    }
    void reply(unsigned status, const std::string& type, std::string body) {
        if (dead_) return;
        arm(limits_.idle_timeout);
        response_ = {};
        response_.result(status);
        response_.set(http::field::server, "ballast");
        if (status != 204) response_.set(http::field::content_type, type);
        if (status == 405) response_.set(http::field::allow, "GET, POST");
        if (status == 426) response_.set(http::field::upgrade, "websocket");
        response_.keep_alive(keep_ && !stopping_);
        response_.body() = std::move(body);
        response_.prepare_payload();
        if (head_) response_.body().clear();  // Its length has been said, and it stays unsaid.
        http::async_write(stream_, response_, then([](Wire& self, Code code, std::size_t bytes) {
                              if (code) return self.die();
                              self.core_->tally.bytes_out += bytes;
                              if (!self.response_.keep_alive()) return self.finish();
                              self.next_request(self.limits_.idle_timeout);
                          }));
    }

    // --- WebSocket ---

    void upgrade() {
        keep_ = false;
        const auto& request = parser_->get();
        if (request.target() != "/") return say(404, "the WebSocket is at /\n");
        if (!same_origin(request[http::field::origin], request[http::field::host]))
            return say(403, "pages of another origin may open no WebSocket here\n");
        if (buffer_.size() > 0) return say(400, "wait for the upgrade before sending\n");
        disarm();
        ws_.emplace(stream_);
        ws_->set_option(
            websocket::stream_base::timeout{limits_.header_timeout, limits_.idle_timeout, true});
        ws_->auto_fragment(false);
        ws_->read_message_max(limits_.request_bytes);
        ws_->async_accept(parser_->get(), then([](Wire& self, Code code) {
                              self.parser_.reset();
                              self.buffer_ = {};
                              if (code) return self.finish();
                              self.open_ = true;
                              self.core_->tally.websockets += 1;
                              self.session_->open_channels(self.shared_from_this());
                              self.read_message();
                          }));
    }
    /// Only browsers name an origin; that of a page which this host has not served is refused.
    static bool same_origin(beast::string_view origin, beast::string_view host) {
        if (origin.empty()) return true;
        const auto scheme = origin.find("://");
        return scheme != beast::string_view::npos &&
               beast::iequals(origin.substr(scheme + 3), host);
    }
    void read_message() {
        if (dead_ || stopping_ || closing_) return;
        if (answer_bytes_ > limits_.queue_bytes) {
            paused_ = true;
            return;
        }
        read_piece();
    }
    /// Once the first piece of a message has come, all of it must come in time.
    void read_piece() {
        ws_->async_read_some(buffer_, 0, then([](Wire& self, Code code, std::size_t) {
                                 if (code) return self.die();
                                 if (self.ws_->is_message_done()) {
                                     if (std::exchange(self.begun_, false)) self.disarm();
                                     return self.on_message();
                                 }
                                 if (!std::exchange(self.begun_, true))
                                     self.arm(self.limits_.header_timeout);
                                 self.read_piece();
                             }));
    }
    void on_message() {
        if (!ws_->got_text()) return close(websocket::close_code::unknown_data);
        std::string text = beast::buffers_to_string(buffer_.data());
        buffer_.clear();
        buffer_.shrink_to_fit();
        call(std::move(text));
    }
    void enqueue(std::string answer, const std::vector<std::uint64_t>& begin) {
        if (!answer.empty()) {
            answer_bytes_ += answer.size();
            answers_.push_back(std::move(answer));
        }
        session_->begin(begin);
        pump();
        close_if_done();
    }
    /// Writes the next answer, or else the next message of a channel.
    void pump() {
        if (!open_ || writing_ || dead_ || closing_) return;
        if (!answers_.empty()) {
            frame_ = {std::move(answers_.front()), nullptr};
            answers_.pop_front();
            unsent_ = frame_.head.size();
        } else if (auto next = session_->next()) {
            frame_ = std::move(*next);
            core_->tally.messages += 1;
        } else {
            return;
        }
        writing_ = true;
        const std::array<net::const_buffer, 2> parts{
            net::buffer(frame_.head),
            frame_.tail ? net::buffer(*frame_.tail) : net::const_buffer()};
        ws_->text(true);
        ws_->async_write(parts, then([](Wire& self, Code code, std::size_t bytes) {
                             if (code) return self.die();
                             self.core_->tally.bytes_out += bytes;
                             self.written();
                         }));
    }
    void written() {
        writing_ = false;
        answer_bytes_ -= std::exchange(unsent_, 0);
        frame_ = {};
        if (paused_ && answer_bytes_ <= limits_.queue_bytes) {
            paused_ = false;
            read_message();
        }
        pump();
        close_if_done();
    }
    void close_if_done() {
        if (stopping_ && open_ && unanswered_ == 0 && answers_.empty() && !writing_)
            close(websocket::close_code::going_away);
    }
    void close(websocket::close_code reason) {
        if (dead_ || std::exchange(closing_, true)) return;
        ws_->async_close(reason, then([](Wire& self, Code) { self.die(); }));
    }

    std::shared_ptr<Wire> self_;  ///< Until it dies, whatever is under way.
    const std::shared_ptr<Core> core_;
    const Limits& limits_;
    const std::string peer_;
    const std::shared_ptr<Session> session_;
    Stream stream_;
    const typename Stream::executor_type executor_;
    net::steady_timer deadline_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    http::response<http::string_body> response_;
    std::optional<websocket::stream<Stream&, false>> ws_;
    std::deque<std::string> answers_;
    std::size_t answer_bytes_ = 0;  ///< Of those, and of the one that is being written:
    std::size_t unsent_ = 0;        ///< its bytes.
    std::size_t unanswered_ = 0;    ///< Messages at the workers or beyond.
    Frame frame_;                   ///< What is being written.
    std::atomic<bool> woken_ = false;
    std::atomic<bool> open_ = false;  ///< The WebSocket is.
    bool keep_ = false;
    bool head_ = false;     ///< The request is a HEAD: no body is sent.
    bool begun_ = false;    ///< A message has come in part.
    bool waiting_ = false;  ///< For the first byte of a request.
    bool writing_ = false;
    bool paused_ = false;
    bool closing_ = false;
    bool stopping_ = false;
    bool dead_ = false;
};

}  // namespace ballast::rpc
