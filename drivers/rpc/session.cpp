#include <ballast/rpc/session.hpp>

#include <fmt/format.h>

#include <utility>

namespace ballast::rpc {
namespace {

Error bad(const char* field, const Json& value, std::string sentence) {
    return {error_code::params,
            fmt::format("{}: {}", field, sentence),
            {{"field", field}, {"value", value}}};
}

}  // namespace

std::optional<std::chrono::nanoseconds> Bucket::take(Clock::time_point now) {
    if (full_ < now) full_ = now;
    const auto empty = full_ + step_ - now - std::chrono::seconds(2);
    if (empty.count() > 0) return empty;
    full_ += step_;
    return {};
}

/// The answers to one message, until all are there.
struct Session::Batch {
    Batch(bool asked_as_batch, Done then) : batch(asked_as_batch), done(std::move(then)) {}

    void add(std::string answer) {
        const std::lock_guard lock(mutex);
        if (!text.empty()) text += ',';
        text += answer;
    }
    [[nodiscard]] std::size_t bytes() const {
        const std::lock_guard lock(mutex);
        return text.size();
    }
    void begin_after(std::uint64_t subscription) {
        const std::lock_guard lock(mutex);
        begin.push_back(subscription);
    }
    ~Batch() {
        if (!text.empty() && batch) text = '[' + text + ']';
        done(std::move(text), std::move(begin));
    }
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    const bool batch;
    const Done done;
    mutable std::mutex mutex;
    std::string text;
    std::vector<std::uint64_t> begin;
};

/// One call until it is answered.  The batch is done when the last of these lets it go.
struct Session::Pending {
    Pending(std::shared_ptr<Session> whose, std::shared_ptr<Batch> part, const Call& call)
        : session(std::move(whose)),
          batch(std::move(part)),
          id(call.id),
          notification(call.notification) {
        ++session->in_flight_;
    }
    ~Pending() {
        answer(std::unexpected(Error{error_code::internal, "no answer was given", nullptr}));
    }
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;

    void answer(const Reply& reply) {
        if (answered.exchange(true)) return;
        if (!reply) session->core_->tally.errors += 1;
        if (!notification) batch->add(answer_text(id, reply));
        --session->in_flight_;
        {
            const std::lock_guard lock(session->pending_mutex_);
            session->pending_.erase(number);
        }
        batch.reset();
    }

    const std::shared_ptr<Session> session;
    std::shared_ptr<Batch> batch;
    const Json id;
    const bool notification;
    const Clock::time_point since = Clock::now();
    std::uint64_t number = 0;  ///< Among those of the session.
    std::atomic<bool> answered = false;
};

void Session::open_channels(const std::shared_ptr<Listener>& listener) {
    const std::lock_guard lock(mutex_);
    listener_ = listener.get();
    weak_listener_ = listener;
}

void Session::handle(std::string_view text, Done done) {
    std::expected<Parsed, Error> parsed = parse(text, core_->options.limits);
    if (!parsed) {
        core_->tally.requests += 1;
        core_->tally.errors += 1;
        if (parsed.error().code == error_code::limit) core_->tally.refused += 1;
        return done(answer_text(nullptr, std::unexpected(std::move(parsed.error()))), {});
    }
    const auto batch = std::make_shared<Batch>(parsed->batch, std::move(done));
    for (auto& one : parsed->calls) {
        core_->tally.requests += 1;
        if (one) {
            call(std::move(*one), batch);
            continue;
        }
        core_->tally.errors += 1;
        batch->add(answer_text(one.error().id, std::unexpected(std::move(one.error().error))));
    }
}

bool Session::admit_page() {
    core_->tally.requests += 1;
    if (!bucket_.take(Clock::now())) return true;
    core_->tally.errors += 1;
    core_->tally.refused += 1;
    return false;
}

std::optional<Error> Session::refuse(const Batch& batch) {
    const Limits& limits = core_->options.limits;
    std::optional<Error> error;
    if (const auto wait = bucket_.take(Clock::now())) {
        error = limit_error("requests_per_second", limits.requests_per_second);
        const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(*wait).count();
        error->data["retry_after"] =
            fmt::format("{}.{:03}", milliseconds / 1'000, milliseconds % 1'000);
    } else if (in_flight_ >= limits.in_flight) {
        error = limit_error("in_flight", limits.in_flight);
    } else if (batch.bytes() >= limits.answer_bytes) {
        error = limit_error("answer_bytes", limits.answer_bytes);
    }
    if (error) core_->tally.refused += 1;
    return error;
}

void Session::call(Call call, const std::shared_ptr<Batch>& batch) {
    std::optional<Error> refused = refuse(*batch);
    const auto pending = std::make_shared<Pending>(shared_from_this(), batch, call);
    {
        const std::lock_guard lock(pending_mutex_);
        pending->number = next_pending_++;
        pending_.emplace(pending->number, pending);
    }
    if (refused) return pending->answer(std::unexpected(std::move(*refused)));
    try {
        dispatch(call, pending);
    } catch (const std::exception&) {
        pending->answer(std::unexpected(Error{error_code::internal, "internal error", nullptr}));
    }
}

void Session::expire(Clock::time_point now) {
    const std::chrono::milliseconds most = core_->options.limits.answer_timeout;
    std::vector<std::shared_ptr<Pending>> late;  // Let go without the lock, which they take.
    {
        const std::lock_guard lock(pending_mutex_);
        for (const auto& [number, weak] : pending_) {
            auto pending = weak.lock();
            if (!pending) continue;
            const bool young = now - pending->since < most;
            late.push_back(std::move(pending));
            if (young) break;
        }
    }
    Error error = limit_error("answer_timeout", static_cast<std::size_t>(most.count()));
    error.message =
        fmt::format("no answer came within {} ms; whether it was done is not known", most.count());
    for (const auto& pending : late)
        if (now - pending->since >= most) pending->answer(std::unexpected(error));
}

void Session::dispatch(const Call& call, const std::shared_ptr<Pending>& pending) {
    const auto no = [&](Error error) { pending->answer(std::unexpected(std::move(error))); };
    const auto by_name = [&](const Json& schema) { return named(call.params, schema); };
    for (const Method& own : core_->own) {
        if (call.method != own.name) continue;
        const auto params = by_name(own.params);
        if (!params) return no(params.error());
        if (call.method == "channel.subscribe")
            return pending->answer(subscribe(*params, *pending));
        if (call.method == "channel.unsubscribe") return pending->answer(unsubscribe(*params));
        Json document = core_->methods.openrpc(core_->options.title, core_->options.version);
        document["x-channels"] = core_->hub.describe();
        return pending->answer(std::move(document));
    }
    const Method* method = core_->methods.find(call.method);
    if (!method || (method->local_only && !caller_.local))
        return no({error_code::method, "method not found", {{"method", call.method}}});
    const auto params = by_name(method->params);
    if (!params) return no(params.error());
    method->call(caller_, *params, [pending](Reply reply) { pending->answer(reply); });
}

Reply Session::subscribe(const Json& params, Pending& pending) {
    if (pending.notification)
        return std::unexpected(Error{error_code::request, "subscribing needs an id", nullptr});
    const auto name = params.find("channel");
    if (name == params.end() || !name->is_string())
        return std::unexpected(bad("channel", name == params.end() ? Json() : *name,
                                   "the name of a channel is needed"));
    const Channel* channel = core_->shared->channel(name->get<std::string>());
    if (!channel) return std::unexpected(bad("channel", *name, "there is no such channel"));
    std::optional<std::uint64_t> resume_from;
    if (const auto from = params.find("resume_from"); from != params.end() && !from->is_null()) {
        if (!from->is_number_unsigned())
            return std::unexpected(bad("resume_from", *from, "must be a seq, 0 or more"));
        resume_from = from->get<std::uint64_t>();
    }
    Json rest = params;
    rest.erase("channel");
    rest.erase("resume_from");
    return add(*channel, rest, resume_from, pending);
}

Reply Session::add(const Channel& channel, const Json& params,
                   std::optional<std::uint64_t> resume_from, Pending& pending) {
    std::expected<std::string, Error> name = channel.topic(params);
    if (!name) return std::unexpected(std::move(name.error()));
    const std::lock_guard lock(mutex_);
    if (!listener_)
        return std::unexpected(
            Error{error_code::request, "channels are for WebSockets", {{"method", "GET"}}});
    const auto listener = weak_listener_.lock();
    if (closed_ || !listener)
        return std::unexpected(Error{error_code::busy, "the connection closes", nullptr});
    const Limits& limits = core_->options.limits;
    if (subscriptions_.size() >= limits.subscriptions) {
        core_->tally.refused += 1;
        return std::unexpected(limit_error("subscriptions", limits.subscriptions));
    }
    const std::shared_ptr<Topic> topic = core_->shared->join(channel, *name, listener);
    if (!topic) return std::unexpected(limit_error("topics", core_->shared->limits.topics));
    const std::uint64_t id = next_id_++;
    subscriptions_.try_emplace(id, id, topic, resume_from);
    core_->tally.subscriptions += 1;
    pending.batch->begin_after(id);
    Json answer = Json::parse('{' + core_->shared->stamp() + '}');
    answer["subscription"] = id;
    answer["topic"] = *name;
    answer["seq"] = resume_from ? *resume_from : topic->last();
    return answer;
}

Reply Session::unsubscribe(const Json& params) {
    const auto id = params.find("subscription");
    const bool number = id != params.end() && id->is_number_unsigned();
    const std::lock_guard lock(mutex_);
    const auto found =
        number ? subscriptions_.find(id->get<std::uint64_t>()) : subscriptions_.end();
    if (found == subscriptions_.end())
        return std::unexpected(bad("subscription", id == params.end() ? Json() : *id,
                                   "there is no such subscription on this connection"));
    found->second.topic().leave(listener_);
    subscriptions_.erase(found);
    core_->tally.subscriptions -= 1;
    return Json{{"subscription", *id}};
}

void Session::begin(const std::vector<std::uint64_t>& subscriptions) {
    const std::lock_guard lock(mutex_);
    for (const std::uint64_t id : subscriptions)
        if (const auto found = subscriptions_.find(id); found != subscriptions_.end())
            found->second.active = true;
}

std::optional<Frame> Session::next() {
    const std::lock_guard lock(mutex_);
    if (closed_ || subscriptions_.empty()) return {};
    auto at = subscriptions_.upper_bound(turn_);
    for (std::size_t i = 0; i < subscriptions_.size(); ++i, ++at) {
        if (at == subscriptions_.end()) at = subscriptions_.begin();
        if (!at->second.active) continue;
        turn_ = at->first;
        if (auto frame = at->second.next(*core_, weak_listener_)) return frame;
    }
    return {};
}

void Session::close() {
    const std::lock_guard lock(mutex_);
    if (std::exchange(closed_, true)) return;
    core_->tally.subscriptions -= subscriptions_.size();
    for (const auto& [id, subscription] : subscriptions_) subscription.topic().leave(listener_);
    subscriptions_.clear();
}

}  // namespace ballast::rpc
