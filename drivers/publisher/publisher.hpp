/// A publisher: takes prices from recorded data or from exchanges, signs them, and brings them to
/// nodes.  docs/methods/publisher.md.
#pragma once

#include <ballast/keys/keys.hpp>
#include <ballast/publisher/course.hpp>
#include <ballast/publisher/post.hpp>
#include <ballast/publisher/sources.hpp>
#include <ballast/publisher/ticker.hpp>
#include <ballast/publisher/trouble.hpp>

#include <atomic>
#include <functional>

namespace ballast::publisher {

/// How time passes while a course is replayed.
struct Pace {
    u64 speed = 1;  ///< Seconds of the course per second; 0: as fast as the nodes take it.
    std::optional<std::string> warp;  ///< Local socket of a dev node, whose clock goes with the
                                      ///< course: unix:PATH.  Without it reports bear the time of
                                      ///< the node's clock.
};

struct Options {
    std::vector<std::string> nodes;  ///< The first one says what the market is.
    std::string publisher;           ///< Its name in the market.
    std::vector<std::string> feeds;  ///< Only these; none: all that the publisher is a source of.
    std::optional<CourseRequest> course;
    TickerRequest tickers;
    std::chrono::milliseconds every{1'000};  ///< Between two looks at the tickers.
    Rules rules;                             ///< Of tickers.
    Ratio confidence;                        ///< Of recorded prices, as a part of the price.
    Pace pace;
    Trouble trouble;
};

/// What has been done.
struct Counters {
    u64 seen = 0;     ///< Prices that were there to report.
    u64 sent = 0;     ///< Handed to every node.
    u64 dropped = 0;  ///< Lost or kept back on purpose.
    u64 older = 0;    ///< Not newer than what was sent before.
    u64 bad = 0;      ///< Answers of exchanges that were no price.
    std::vector<std::pair<std::string, PostCounters>> nodes;
};

/// What happens is told as it happens.
struct Notice {
    enum class Kind : u8 {
        start,  ///< What is published, from when to when.
        price,  ///< Once a minute of reports, and at most once a second: last prices, counters.
        fault,  ///< Something was passed over.
    };
    Kind kind = Kind::fault;
    std::string text;
};

/// Publishes until the course ends, the lines end, or `stop` is set.  Faults: the first node is not
/// there or is of no use (no such publisher, another key, no feed with prices), and what the
/// sources say.  Nodes that go away later are tried again and again.
[[nodiscard]] files::Attempt<Counters> publish(const Options& options, const keys::Signer& signer,
                                               const std::atomic<bool>& stop,
                                               const std::function<void(const Notice&)>& tell);

}  // namespace ballast::publisher
