/// Channels: a subscriber gets a snapshot and then deltas with sequence numbers; who is too slow is
/// told to begin anew, and never holds up the node.
#pragma once

#include <ballast/rpc/methods.hpp>

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ballast::rpc {

/// One kind of channel.
struct Channel {
    std::string name;     ///< "auctions".
    std::string summary;  ///< One sentence.
    Json params;          ///< JSON Schema of what may be given when subscribing.
    Json data;            ///< JSON Schema of the data of a message.
    /// The topic that these params mean, in one spelling ("health:0.1"); an error where they mean
    /// nothing.
    std::function<std::expected<std::string, Error>(const Json& params)> topic;
    /// The whole of a topic as it stands now: {"height", "root", "time", "data"}.  Called by a
    /// worker, so it may wait; not while another snapshot of the topic is being taken.
    std::function<Json(const std::string& topic)> snapshot;
};

/// Where the node publishes and connections listen.  Any thread.
///
/// A message is {"subscription", "seq", "prev", "channel", "topic", "type", "height", "root",
/// "time", "data"}.  `seq` grows by one with every delta of a topic and begins anywhere; `prev` is
/// the seq of the message before it on the same subscription, so that a gap would show.  A snapshot
/// of height H holds every delta whose height is H or less, and only later ones follow it.
///
/// It must outlive the servers that use it.
class Hub {
public:
    struct Limits {
        std::size_t replay = 1024;           ///< Messages of a topic that `resume_from` can reach,
        std::size_t replay_bytes = 8 << 20;  ///< and their bytes.
        std::size_t topics = 100'000;        ///< Topics at one time.
        std::chrono::milliseconds linger{60'000};  ///< A topic after its last subscriber.
    };
    Hub();
    explicit Hub(Limits limits);
    ~Hub();

    void declare(Channel channel);  ///< Before the server starts.
    /// Sends {"height", "root", "time", "data"} to all who are subscribed to the topic; cheap where
    /// nobody is.  Serialised once; never waits for a connection.  Heights do not fall.  What it
    /// tells must be seen by a snapshot that is begun afterwards.
    void publish(const std::string& topic, const Json& message);
    /// What heartbeats, and answers to who subscribes, say of the newest block: {"height", "root",
    /// "time"}.  `publish` does it too; this is for blocks of which there is nothing to tell.
    void stamp(const Json& message);
    /// Topics of the channel that anybody listens to now, or did until `linger` ago and may come
    /// back to, so that the node makes no others.
    [[nodiscard]] std::vector<std::string> topics(const std::string& channel) const;

    /// The channels for a document: [{"name", "summary", "params", "data"}].
    [[nodiscard]] Json describe() const;

    struct Shared;
    [[nodiscard]] const std::shared_ptr<Shared>& shared() const { return shared_; }

private:
    std::shared_ptr<Shared> shared_;
};

}  // namespace ballast::rpc
