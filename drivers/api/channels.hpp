/// Channels: what listeners are told, block by block, by a thread of its own.
///
/// Topics that are a set of rows (prices, health, auctions) are told as what has changed since the
/// last message; those that are a list of events as the events.  The thread that makes blocks
/// durable only puts a pointer into a queue.  Where that is full its blocks are passed over, and
/// the next messages say which.
#pragma once

#include <ballast/api/topics.hpp>
#include <ballast/rpc/hub.hpp>

#include <condition_variable>
#include <deque>
#include <thread>

namespace ballast::api {

/// Blocks that wait to be told.  Outlives its readers: the chain keeps it.
class Inbox {
public:
    static constexpr std::size_t blocks_max = 256;
    struct Gap {
        u64 from = 0;
        u64 to = 0;
    };
    struct Round {
        std::vector<chain::CommittedPtr> blocks;
        std::optional<Gap> gap;  ///< Blocks that were passed over before these.
        bool last = false;       ///< There will be no other.
    };
    void put(const chain::CommittedPtr& block);
    [[nodiscard]] Round take();  ///< Waits for a block or the end.
    void end();

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<chain::CommittedPtr> blocks_;
    std::optional<Gap> gap_;
    bool ended_ = false;
};

class Channels {
public:
    explicit Channels(Service& service);

    void declare(rpc::Hub& hub);
    /// Tells everybody who listens of a round.
    void tell(const Inbox::Round& round);

private:
    using Topic = std::expected<std::string, Error>;
    void declare(std::string name, std::string summary, const std::vector<schema::Field>& fields,
                 const Json& data, std::function<Topic(const Json&)> topic);
    void declare_rows();
    void declare_events();
    [[nodiscard]] Json snapshot(const std::string& topic);
    [[nodiscard]] Json event_snapshot(const std::string& topic);
    [[nodiscard]] std::optional<TopicRows> rows_of(const std::string& topic);
    void tell_rows(const std::string& topic, std::optional<TopicRows> now);
    void tell_health();
    void tell_blocks(const Inbox::Round& round);
    void tell_liquidations(const Inbox::Round& round);
    void tell_accounts(const std::vector<std::string>& topics, const Inbox::Round& round);
    void drop_rows(const std::vector<std::string>& topics);

    Service& service_;
    rpc::Hub* hub_ = nullptr;
    std::mutex mutex_;                       ///< Of all below.
    std::map<std::string, TopicRows> told_;  ///< What listeners of a topic know.
    std::optional<Stamp> done_;              ///< The last block that was told.
    Json line_;                              ///< Of that block.
};

}  // namespace ballast::api
