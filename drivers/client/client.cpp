#include <ballast/client/client.hpp>

#include <ballast/client/socket.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace ballast::client {
namespace {

using files::Attempt;

/// How long a subscription's request may take to be written.
constexpr std::chrono::seconds write_most{5};

/// A channel as this client follows it.
struct Followed {
    std::uint64_t id = 0;  ///< Ours; the server's changes with every connection.
    std::string channel;
    Json params;
    std::function<void(const Message&)> on_message;
    std::optional<std::uint64_t> theirs;
    std::optional<std::uint64_t> last;  ///< Seq of the last message; none: a snapshot must come.
    std::uint64_t height = 0;
    bool overflown = false;  ///< Too many messages wait; it begins anew when they are handed out.
};
using FollowedPtr = std::shared_ptr<Followed>;

/// A request that was sent and not answered.
struct Waiting {
    std::optional<Answer> answer;
    FollowedPtr subscribing;
};
using WaitingPtr = std::shared_ptr<Waiting>;

std::uint64_t number(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::string text_of(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::unexpected<Failure> failed(int code, std::string sentence) {
    return std::unexpected(Failure{code, std::move(sentence), nullptr});
}

/// One thread connects and reads; another hands messages out.
class Connected final : public Client {
public:
    Connected(Url url, Options options, std::shared_ptr<Socket> socket)
        : url_(std::move(url)),
          options_(std::move(options)),
          socket_(std::move(socket)),
          reader_([this] { read(); }),
          giver_([this] { give(); }) {}
    ~Connected() override {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
            if (socket_) socket_->interrupt();
        }
        changed_.notify_all();
        reader_.join();
        giver_.join();
    }
    Connected(const Connected&) = delete;
    Connected& operator=(const Connected&) = delete;

    using Client::call;
    Answer call(const std::string& method, Json params,
                std::chrono::milliseconds timeout) override {
        if (params.is_null()) params = Json::object();
        return ask(method, params, nullptr, Clock::now() + timeout);
    }

    std::expected<std::uint64_t, Failure> subscribe(
        const std::string& channel, Json params,
        std::function<void(const Message&)> on_message) override {
        auto followed = std::make_shared<Followed>();
        followed->channel = channel;
        followed->params = params.is_object() ? std::move(params) : Json::object();
        followed->on_message = std::move(on_message);
        const Answer answer = ask("channel.subscribe", request_of(*followed, false), followed,
                                  Clock::now() + options_.call_timeout);
        if (!answer) return std::unexpected(answer.error());
        return followed->id;
    }

    void unsubscribe(std::uint64_t subscription) override {
        std::unique_lock lock(mutex_);
        const auto found = followed_.find(subscription);
        if (found == followed_.end()) return;
        const FollowedPtr followed = found->second;
        followed_.erase(found);
        end_theirs(*followed);
        std::erase_if(queue_, [&](const auto& one) { return one.first == followed; });
        if (std::this_thread::get_id() == giver_.get_id()) return;
        changed_.wait(lock, [&] { return giving_ != followed; });
    }

    [[nodiscard]] std::chrono::milliseconds call_timeout() const override {
        return options_.call_timeout;
    }

private:
    using Lock = std::unique_lock<std::mutex>;

    // --- requests; with the lock held unless they say otherwise ---

    static Json request_of(const Followed& followed, bool resume) {
        Json params = followed.params;
        params["channel"] = followed.channel;
        if (resume && followed.last) params["resume_from"] = *followed.last;
        return params;
    }

    /// Without the lock.
    Answer ask(const std::string& method, const Json& params, const FollowedPtr& subscribing,
               Clock::time_point until) {
        const auto waiting = std::make_shared<Waiting>();
        waiting->subscribing = subscribing;
        Lock lock(mutex_);
        if (!have_socket(lock, until)) return failed(failure_code::connection, why_);
        const std::shared_ptr<Socket> socket = socket_;
        const std::uint64_t id = next_id_++;
        waiting_[id] = waiting;
        lock.unlock();
        const bool sent = socket->write(request_text(id, method, params), until);
        lock.lock();
        if (!sent) lose(socket);
        const bool answered =
            changed_.wait_until(lock, until, [&] { return waiting->answer.has_value(); });
        if (answered) return std::move(*waiting->answer);
        waiting_.erase(id);
        return failed(failure_code::timeout, method + " was not answered in time");
    }

    static std::string request_text(std::uint64_t id, const std::string& method,
                                    const Json& params) {
        const Json request = {
            {"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}};
        return request.dump(-1, ' ', false, Json::error_handler_t::replace);
    }

    /// Has the reader connect where it is not, now rather than later.
    bool have_socket(Lock& lock, Clock::time_point until) {
        if (socket_) return true;
        const std::uint64_t before = attempts_;
        hurry_ = true;
        changed_.notify_all();
        changed_.wait_until(lock, until, [&] { return socket_ || attempts_ != before || ending_; });
        return socket_ != nullptr;
    }

    /// Asks for a channel on the connection there is, without waiting for the answer.
    void follow(const FollowedPtr& followed, bool resume) {
        if (!socket_) return;
        followed->theirs.reset();
        // What was dropped cannot be resumed from.
        if (!resume || followed->overflown) followed->last.reset();
        followed->overflown = false;
        const auto waiting = std::make_shared<Waiting>();
        waiting->subscribing = followed;
        const std::uint64_t id = next_id_++;
        waiting_[id] = waiting;
        const std::string text =
            request_text(id, "channel.subscribe", request_of(*followed, resume));
        if (!socket_->write(text, Clock::now() + write_most)) lose(socket_);
    }
    void end_theirs(Followed& followed) {
        if (!followed.theirs) return;
        by_theirs_.erase(*followed.theirs);
        const Json request = {{"jsonrpc", "2.0"},
                              {"method", "channel.unsubscribe"},
                              {"params", {{"subscription", *followed.theirs}}}};
        followed.theirs.reset();
        if (socket_ && !socket_->write(request.dump(), Clock::now() + write_most)) lose(socket_);
    }
    void begin_anew(const FollowedPtr& followed) {
        end_theirs(*followed);
        follow(followed, false);
    }

    /// The connection is gone: whoever waits is told so.
    void lose(const std::shared_ptr<Socket>& socket) {
        if (!socket_ || socket_ != socket) return;
        socket_->interrupt();
        socket_.reset();
        why_ = "the connection was lost before the answer; whether it was done is not known";
        for (auto& [id, waiting] : waiting_)
            waiting->answer = failed(failure_code::connection, why_);
        waiting_.clear();
        by_theirs_.clear();
        for (const auto& [id, followed] : followed_) {
            followed->theirs.reset();
            Message message;
            message.type = Message::Type::interrupted;
            hand(followed, std::move(message));
        }
        changed_.notify_all();
    }

    // --- the reader ---

    void read() {
        Lock lock(mutex_);
        auto pause = options_.reconnect_first;
        while (!ending_) {
            if (socket_) {
                pause = options_.reconnect_first;
                const std::shared_ptr<Socket> socket = socket_;
                lock.unlock();
                listen(socket);
                lock.lock();
                lose(socket);
                continue;
            }
            const bool wanted = !followed_.empty();
            const auto ready = [&] { return ending_ || hurry_; };
            if (wanted)
                changed_.wait_for(lock, pause, ready);
            else
                changed_.wait(lock, [&] { return ready() || !followed_.empty(); });
            if (ending_) return;
            pause = std::min(2 * pause, options_.reconnect_most);
            connect(lock);
        }
    }

    void connect(Lock& lock) {
        lock.unlock();
        Attempt<std::shared_ptr<Socket>> socket = Socket::connect(url_, options_);
        lock.lock();
        hurry_ = false;
        ++attempts_;
        if (socket) {
            socket_ = std::move(*socket);
            const auto all = followed_;
            for (const auto& [id, followed] : all) follow(followed, true);
        } else {
            why_ = socket.error().sentence;
        }
        changed_.notify_all();
    }

    /// Until the connection is lost or the client ends.
    void listen(const std::shared_ptr<Socket>& socket) {
        std::string text;
        auto heard = Clock::now();
        while (true) {
            const Socket::Got got = socket->read(text, heard + options_.silence);
            const Lock lock(mutex_);
            if (ending_ || socket_ != socket || got == Socket::Got::end) return;
            if (got == Socket::Got::nothing) {
                if (Clock::now() < heard + options_.silence) continue;
                if (!followed_.empty()) return;
                heard = Clock::now();
                continue;
            }
            heard = Clock::now();
            const Json json = Json::parse(text, nullptr, false);
            if (!json.is_object()) return;
            if (json.contains("id"))
                on_answer(json);
            else if (const auto params = json.find("params"); params != json.end())
                on_message(*params);
        }
    }

    void on_answer(const Json& json) {
        const auto found = waiting_.find(number(json, "id"));
        if (found == waiting_.end()) return;
        const WaitingPtr waiting = found->second;
        waiting_.erase(found);
        const auto error = json.find("error");
        if (error != json.end() && error->is_object()) {
            const int code = error->value("code", 0);
            waiting->answer = std::unexpected(
                Failure{code, text_of(*error, "message"), error->value("data", Json())});
        } else if (const auto result = json.find("result"); result != json.end()) {
            waiting->answer = *result;
            if (waiting->subscribing) begun(waiting->subscribing, *result);
        } else {
            waiting->answer = failed(failure_code::protocol, "neither a result nor an error");
        }
        // One that is refused where it was granted before is tried again with a new connection.
        if (waiting->subscribing && !*waiting->answer && waiting->subscribing->id != 0)
            lose(socket_);
        changed_.notify_all();
    }

    void begun(const FollowedPtr& followed, const Json& result) {
        if (followed->id == 0) {
            followed->id = next_followed_++;
            followed_[followed->id] = followed;
        }
        followed->theirs = number(result, "subscription");
        if (followed_.contains(followed->id))
            by_theirs_[*followed->theirs] = followed;
        else
            end_theirs(*followed);  // Ended while it was being asked for.
    }

    void on_message(const Json& params) {
        const auto found = by_theirs_.find(number(params, "subscription"));
        if (found == by_theirs_.end()) return;
        const FollowedPtr followed = found->second;
        const std::string type = text_of(params, "type");
        Message message{Message::Type::snapshot, text_of(params, "topic"), number(params, "seq"),
                        number(params, "height"), params};
        if (type == "resync_required") return followed->last.reset();
        if (type == "delta" || type == "heartbeat") {
            const std::uint64_t before = number(params, type == "delta" ? "prev" : "seq");
            if (!followed->last || *followed->last != before) return begin_anew(followed);
            followed->last = message.seq;
            // One that the snapshot had already, sent once more because of resuming.
            if (type == "delta" && message.height <= followed->height && message.height > 0) return;
            message.type = type == "delta" ? Message::Type::delta : Message::Type::heartbeat;
        } else if (type == "snapshot") {
            followed->last = message.seq;
            followed->height = message.height;
        } else {
            return;
        }
        hand(followed, std::move(message));
    }

    /// Queues a message for the giver.
    void hand(const FollowedPtr& followed, Message message) {
        if (followed->overflown) return;
        if (queue_.size() >= options_.queue) {
            followed->overflown = true;
            return;
        }
        queue_.emplace_back(followed, std::move(message));
        changed_.notify_all();
    }

    // --- the giver ---

    void give() {
        Lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [&] { return ending_ || !queue_.empty(); });
            if (ending_) return;
            auto [followed, message] = std::move(queue_.front());
            queue_.pop_front();
            giving_ = followed;
            lock.unlock();
            followed->on_message(message);
            lock.lock();
            giving_.reset();
            if (queue_.empty()) catch_up();
            changed_.notify_all();
        }
    }
    void catch_up() {
        const auto all = followed_;
        for (const auto& [id, followed] : all)
            if (followed->overflown) begin_anew(followed);
    }

    const Url url_;
    const Options options_;
    std::mutex mutex_;
    std::condition_variable changed_;  ///< Of everything below.
    std::shared_ptr<Socket> socket_;   ///< Nothing: not connected.
    std::string why_ = "not connected";
    std::uint64_t attempts_ = 0;
    bool hurry_ = false;
    bool ending_ = false;
    std::uint64_t next_id_ = 1;
    std::uint64_t next_followed_ = 1;
    std::map<std::uint64_t, WaitingPtr> waiting_;
    std::map<std::uint64_t, FollowedPtr> followed_;
    std::map<std::uint64_t, FollowedPtr> by_theirs_;
    std::deque<std::pair<FollowedPtr, Message>> queue_;
    FollowedPtr giving_;
    std::thread reader_;
    std::thread giver_;
};

}  // namespace

Attempt<std::unique_ptr<Client>> Client::connect(const std::string& url, Options options) {
    BALLAST_TRY(Url where, parse_url(url));
    BALLAST_TRY(std::shared_ptr<Socket> socket, Socket::connect(where, options));
    return std::make_unique<Connected>(std::move(where), std::move(options), std::move(socket));
}

}  // namespace ballast::client
