/// Channels: a subscriber gets a snapshot and then deltas with sequence numbers; who is too slow is
/// told to begin anew, and never holds up the node.
#pragma once

#include <ballast/rpc/methods.hpp>

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

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
    /// The whole of a topic as it stands now: {"height", "root", "time", "data"}.
    std::function<Json(const std::string& topic)> snapshot;
};

/// Where the node publishes and connections listen.  Any thread.
class Hub {
public:
    struct Limits {
        std::size_t replay = 1024;  ///< Messages of a topic that `resume_from` can reach back.
    };
    Hub();
    explicit Hub(Limits limits);
    ~Hub();

    void declare(Channel channel);  ///< Before the server starts.
    /// Sends {"height", "root", "time", "data"} to all who are subscribed to the topic; cheap where
    /// nobody is.  Serialised once.
    void publish(const std::string& topic, const Json& message);
    /// Topics of the channel that anybody listens to now, so that the node makes no others.
    [[nodiscard]] std::vector<std::string> topics(const std::string& channel) const;

    struct Shared;
    [[nodiscard]] const std::shared_ptr<Shared>& shared() const { return shared_; }

private:
    std::shared_ptr<Shared> shared_;
};

}  // namespace ballast::rpc
