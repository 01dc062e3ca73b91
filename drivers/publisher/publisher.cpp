#include <ballast/publisher/publisher.hpp>

#include <ballast/files/decimal.hpp>
#include <ballast/files/key_text.hpp>
#include <ballast/files/time.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>
#include <thread>

namespace ballast::publisher {

using client::Json;
using files::Attempt;
using files::fault;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds nap{50};             // Between two looks at `stop`.
constexpr milliseconds drain_most{10'000};  // For a node to take what a step of time brought.
constexpr u64 notice_seconds = 60;          // Of report time, between two lines of prices.

u64 system_time() {
    return static_cast<u64>(std::chrono::duration_cast<std::chrono::seconds>(
                                std::chrono::system_clock::now().time_since_epoch())
                                .count());
}

std::string price_text(Price price) {
    return files::decimal_text(price.units(), files::money_decimals, files::money_decimals);
}

// The publisher and its feeds, as the market has them.
struct Seat {
    PublisherId id;
    bool signs = true;
    crypto::Digest chain{};
    std::vector<FeedId> feeds;
    std::vector<std::string> names;  // Of them.
    u64 time = 0;                    // Of the last block.
};

Attempt<void> find_publisher(const Json& info, const std::string& name, const keys::Signer& signer,
                             Seat& seat) {
    const Json& publishers = info.at("publishers");
    for (std::size_t i = 0; i < publishers.size(); ++i) {
        if (publishers[i].at("name") != name) continue;
        seat.id = PublisherId(static_cast<u16>(i));
        seat.signs = publishers[i].at("key").is_string();
        const std::string own = files::hex_of(signer.key().bytes);
        if (seat.signs && publishers[i].at("key") != own)
            return fault("publisher {}: the market has the key {}, this one is {}", name,
                         publishers[i].at("key").get<std::string>(), own);
        return {};
    }
    std::vector<std::string> names;
    for (const Json& publisher : publishers) names.push_back(publisher.at("name"));
    return fault("publisher {}: the market has {}", name, fmt::join(names, ", "));
}

Attempt<void> find_feeds(const Json& info, const Options& options, Seat& seat) {
    const Json& feeds = info.at("feeds");
    for (std::size_t i = 0; i < feeds.size(); ++i) {
        const std::string name = feeds[i].at("name");
        const Json& sources = feeds[i].at("sources");
        const bool source = std::ranges::any_of(
            sources, [&](const Json& row) { return row.at("publisher") == options.publisher; });
        const bool wanted =
            options.feeds.empty() || std::ranges::find(options.feeds, name) != options.feeds.end();
        if (!source || !wanted) continue;
        seat.feeds.push_back(FeedId(static_cast<u16>(i)));
        seat.names.push_back(name);
    }
    for (const std::string& name : options.feeds)
        if (std::ranges::find(seat.names, name) == seat.names.end())
            return fault("--feed {}: {} is no source of such a feed", name, options.publisher);
    if (seat.feeds.empty()) return fault("{} is a source of no feed", options.publisher);
    return {};
}

Attempt<Seat> take_seat(const Options& options, const keys::Signer& signer) {
    if (options.nodes.empty()) return fault("no node is named");
    BALLAST_TRY(const auto node, client::Client::connect(options.nodes.front()));
    const client::Answer answer = node->call("chain.info");
    if (!answer) return fault("{}: chain.info: {}", options.nodes.front(), answer.error().message);
    try {
        Seat seat;
        const Json& info = answer->at("data");
        seat.time = answer->at("time");
        BALLAST_TRY(const Bytes chain,
                    files::bytes_of_hex(info.at("digest").get<std::string>(), seat.chain.size()));
        std::ranges::copy(chain, seat.chain.begin());
        BALLAST_CHECK(find_publisher(info, options.publisher, signer, seat));
        BALLAST_CHECK(find_feeds(info, options, seat));
        return seat;
    } catch (const Json::exception& failure) {
        return fault("{}: chain.info: {}", options.nodes.front(), failure.what());
    }
}

class Publisher {
public:
    Publisher(const Options& options, const keys::Signer& signer, Seat seat,
              const std::atomic<bool>& stop, const std::function<void(const Notice&)>& tell)
        : options_(options),
          signer_(signer),
          seat_(std::move(seat)),
          stop_(stop),
          tell_(tell),
          last_(seat_.feeds.size()),
          prices_(seat_.feeds.size()) {
        for (const std::string& url : options.nodes) posts_.push_back(std::make_unique<Post>(url));
    }

    Attempt<void> follow_course();
    Attempt<void> follow_tickers();
    [[nodiscard]] Counters counters() const;

private:
    void report(std::size_t feed, const Observation& seen);
    void beat(const Course& course, u64 index, u64 now);
    void answer(const Answer& answer, u64 started);
    void flush();
    void notice(u64 now);
    void say(Notice::Kind kind, std::string text) const { tell_({kind, std::move(text)}); }
    bool wait_until(steady_clock::time_point when) const;

    const Options& options_;
    const keys::Signer& signer_;
    Seat seat_;
    const std::atomic<bool>& stop_;
    const std::function<void(const Notice&)>& tell_;
    std::vector<std::unique_ptr<Post>> posts_;
    std::vector<u64> last_;      // Time of the last report, by feed.
    std::vector<Price> prices_;  // And its price.
    std::vector<std::optional<std::size_t>> lines_;
    Counters counters_;
    u64 noticed_ = 0;
    steady_clock::time_point noticed_at_{};
};

// Waits, looking for the end now and then; whether to go on.
bool Publisher::wait_until(steady_clock::time_point when) const {
    while (!stop_ && steady_clock::now() < when)
        std::this_thread::sleep_until(std::min(when, steady_clock::now() + nap));
    return !stop_;
}

void Publisher::report(std::size_t feed, const Observation& seen) {
    if (seen.time <= last_[feed]) {
        ++counters_.older;
        return;
    }
    oracle::Report report;
    report.publisher = seat_.id;
    report.feed = seat_.feeds[feed];
    report.price = biased(seen.price, options_.trouble.bias);
    report.confidence = std::min(seen.confidence, report.price);
    report.time = seen.time;
    if (seat_.signs) {
        if (const auto done = signer_.sign(report, seat_.chain); !done) {
            say(Notice::Kind::fault, done.error().sentence);
            return;
        }
    }
    last_[feed] = seen.time;
    prices_[feed] = report.price;
    ++counters_.sent;
    const Json json{{"publisher", options_.publisher},
                    {"feed", seat_.names[feed]},
                    {"price", price_text(report.price)},
                    {"confidence", price_text(report.confidence)},
                    {"time", report.time},
                    {"signature", files::hex_of(report.signature)}};
    for (const auto& post : posts_) post->send(json);
}

// One step of the course: what each feed's line says, as late as fate will have it.
void Publisher::beat(const Course& course, u64 index, u64 now) {
    const u64 elapsed = index * course.grid.step;
    for (std::size_t feed = 0; feed < seat_.feeds.size(); ++feed) {
        if (!lines_[feed]) continue;
        const Fate fate = fate_of(options_.trouble, seat_.names[feed], elapsed);
        if (fate.late_seconds > elapsed) continue;
        const u64 at = (elapsed - fate.late_seconds) / course.grid.step;
        const Price price = course.lines[*lines_[feed]].prices[at];
        if (price <= Price()) continue;
        ++counters_.seen;
        if (!fate.sent) {
            ++counters_.dropped;
            continue;
        }
        report(feed, {price, math::portion(price, options_.confidence, Round::up),
                      now - fate.late_seconds});
    }
    notice(now);
}

// Waits until every node has what was sent, or is away.
void Publisher::flush() {
    for (const auto& post : posts_)
        if (!stop_ && !post->drain(drain_most))
            say(Notice::Kind::fault, fmt::format("{} takes nothing", post->url()));
}

void Publisher::notice(u64 now) {
    const auto clock = steady_clock::now();
    if (now < noticed_ + notice_seconds || clock < noticed_at_ + std::chrono::seconds(1)) return;
    noticed_ = now;
    noticed_at_ = clock;
    std::string text = files::time_text(now);
    for (std::size_t feed = 0; feed < seat_.feeds.size(); ++feed)
        if (prices_[feed] > Price())
            text += fmt::format("  {} {}", seat_.names[feed], price_text(prices_[feed]));
    u64 taken = 0;
    u64 refused = 0;
    for (const auto& post : posts_) {
        taken += post->counters().taken;
        refused += post->counters().refused;
    }
    text += fmt::format("  sent {} taken {} refused {} dropped {}", counters_.sent, taken, refused,
                        counters_.dropped);
    say(Notice::Kind::price, std::move(text));
}

// A dev node's clock, moved from outside.
class NodeClock {
public:
    static Attempt<NodeClock> open(const std::string& url) {
        NodeClock clock;
        clock.url_ = url;
        BALLAST_TRY(clock.node_, client::Client::connect(url));
        BALLAST_CHECK(clock.move(1));
        return clock;
    }
    // To `time`, or by a second where it is later already.
    Attempt<void> move_to(u64 time) { return move(time > time_ ? time - time_ : 1); }
    [[nodiscard]] u64 time() const { return time_; }

private:
    Attempt<void> move(u64 seconds) {
        const client::Answer answer = node_->call("admin.warp", {{"seconds", seconds}});
        if (!answer) return fault("{}: admin.warp: {}", url_, answer.error().message);
        time_ = answer->value("time", u64{0});
        return {};
    }

    std::string url_;
    std::unique_ptr<client::Client> node_;
    u64 time_ = 0;
};

Attempt<void> Publisher::follow_course() {
    BALLAST_TRY(const Course course, load_course(*options_.course));
    for (const std::string& note : course.notes) say(Notice::Kind::start, note);
    for (const std::string& name : seat_.names) lines_.push_back(line_of(course, name));
    if (std::ranges::none_of(lines_, [](const auto& line) { return line.has_value(); }))
        return fault("the prices are of none of the feeds {}", fmt::join(seat_.names, ", "));
    std::optional<NodeClock> clock;
    if (options_.pace.warp) {
        BALLAST_TRY(clock, NodeClock::open(*options_.pace.warp));
    }
    // A node's clock may be ahead of the system's.
    const u64 first = clock ? clock->time() + 1 : std::max(system_time(), seat_.time);
    const u64 ahead = first - std::min(first, system_time());
    say(Notice::Kind::start, fmt::format("{} to {}, a step of {} s, told as from {} on",
                                         files::time_text(course.grid.start),
                                         files::time_text(course.grid.time(course.grid.blocks)),
                                         course.grid.step, files::time_text(first)));
    const auto began = steady_clock::now();
    for (u64 index = 0; index < course.grid.blocks && !stop_; ++index) {
        const u64 elapsed = index * course.grid.step;
        if (options_.pace.speed > 0 &&
            !wait_until(began + milliseconds(elapsed * 1000 / options_.pace.speed)))
            break;
        if (clock) BALLAST_CHECK(clock->move_to(first + elapsed));
        beat(course, index, clock ? clock->time() : system_time() + ahead);
        if (clock || options_.pace.speed == 0) flush();
    }
    flush();
    return {};
}

void Publisher::answer(const Answer& answer, u64 started) {
    const u64 now = system_time();
    const auto feed =
        static_cast<std::size_t>(std::ranges::find(seat_.names, answer.feed) - seat_.names.begin());
    const auto ticker = read_ticker(answer.text);
    auto seen = ticker ? observe(*ticker, options_.rules, now)
                       : Attempt<Observation>(std::unexpected(ticker.error()));
    if (!seen) {
        ++counters_.bad;
        say(Notice::Kind::fault,
            fmt::format("{}: {}: {}", answer.place, answer.feed, seen.error().sentence));
        return;
    }
    ++counters_.seen;
    const Fate fate = fate_of(options_.trouble, answer.feed, now - std::min(now, started));
    if (!fate.sent) {
        ++counters_.dropped;
        return;
    }
    seen->time -= std::min(seen->time, fate.late_seconds);
    report(feed, *seen);
}

Attempt<void> Publisher::follow_tickers() {
    BALLAST_TRY(Tickers tickers, Tickers::open(options_.tickers, seat_.names));
    say(Notice::Kind::start, fmt::format("tickers for {}", fmt::join(seat_.names, ", ")));
    const u64 started = system_time();
    while (!stop_) {
        std::vector<std::string> faults;
        for (const Answer& one : tickers.poll(faults)) answer(one, started);
        for (std::string& text : faults) say(Notice::Kind::fault, std::move(text));
        notice(system_time());
        if (tickers.over()) break;
        if (!wait_until(steady_clock::now() + options_.every)) break;
    }
    flush();
    return {};
}

Counters Publisher::counters() const {
    Counters counters = counters_;
    for (const auto& post : posts_) counters.nodes.emplace_back(post->url(), post->counters());
    return counters;
}

}  // namespace

Attempt<Counters> publish(const Options& options, const keys::Signer& signer,
                          const std::atomic<bool>& stop,
                          const std::function<void(const Notice&)>& tell) {
    BALLAST_TRY(Seat seat, take_seat(options, signer));
    Publisher publisher(options, signer, std::move(seat), stop, tell);
    BALLAST_CHECK(options.course ? publisher.follow_course() : publisher.follow_tickers());
    return publisher.counters();
}

}  // namespace ballast::publisher
