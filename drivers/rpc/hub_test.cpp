// Channels: nothing lost, nothing doubled, nobody held up.
#include <ballast/rpc/test_node.hpp>

namespace ballast::rpc {
namespace {

/// A subscriber that keeps what it hears apart: answers, and messages in their order.
class Ear {
public:
    explicit Ear(const TestNode& node) : peer(node.socket()) {}

    Json subscribe(const std::string& rest = {}) {
        peer.say(R"({"jsonrpc":"2.0","id":1,"method":"channel.subscribe","params":{)"
                 R"("channel":"count")" +
                 rest + "}}");
        const Json answer = Json::parse(peer.hear().payload);
        EXPECT_TRUE(answer.contains("result")) << answer;
        return answer.value("result", Json());
    }
    /// The params of the next message; null where none comes.
    Json next(int milliseconds = RawPeer::patience_milliseconds) {
        const auto heard = peer.hear(milliseconds);
        if (heard.kind != RawPeer::text) return nullptr;
        const Json message = Json::parse(heard.payload);
        EXPECT_EQ(message["method"], "channel.message") << message;
        return message["params"];
    }

    RawPeer peer;
};

TEST(Hub, ASnapshotAndThenDeltasThatFollowEachOther) {
    TestNode node;
    Ear ear(node);
    const Json answer = ear.subscribe();
    EXPECT_EQ(answer["topic"], "count:a");
    EXPECT_EQ(node.hub.topics("count"), std::vector<std::string>{"count:a"});
    const Json whole = ear.next();
    EXPECT_EQ(whole["type"], "snapshot");
    EXPECT_EQ(whole["subscription"], answer["subscription"]);
    EXPECT_EQ(whole["channel"], "count");
    EXPECT_EQ(whole["seq"], answer["seq"]);
    EXPECT_TRUE(whole["prev"].is_null());
    std::uint64_t last = whole["seq"];
    for (std::uint64_t height = 1; height <= 50; ++height) {
        node.publish(height, "x");
        node.hub.publish("count:nobody", {{"height", height}});
        const Json delta = ear.next();
        EXPECT_EQ(delta["type"], "delta");
        EXPECT_EQ(delta["height"], height);
        EXPECT_EQ(delta["prev"], last);
        EXPECT_EQ(delta["seq"], last + 1);
        last = delta["seq"];
    }
}

TEST(Hub, NothingIsLostOrDoubledAroundASnapshot) {
    TestNode node;
    // The state is ahead of what was published, as in a node: first durable, then told.
    std::atomic<std::uint64_t> durable = 0;
    node.snapshot = [&] {
        const std::uint64_t height = durable;
        std::this_thread::sleep_for(std::chrono::microseconds(height % 7 * 100));
        return Json{{"height", height}, {"data", nullptr}};
    };
    const std::jthread publisher([&](const std::stop_token& done) {
        for (std::uint64_t height = 1; !done.stop_requested(); ++height) {
            durable = height;
            std::this_thread::sleep_for(std::chrono::microseconds(height % 5 * 50));
            node.hub.publish("count:a", {{"height", height}, {"data", nullptr}});
        }
    });
    for (int round = 0; round < 30; ++round) {
        Ear ear(node);
        ear.subscribe();
        std::uint64_t height = 0, seq = 0;
        for (int i = 0; i < 40; ++i) {
            const Json message = ear.next();
            ASSERT_FALSE(message.is_null());
            if (message["type"] == "delta") {
                ASSERT_EQ(message["height"], height + 1);
                ASSERT_EQ(message["prev"], seq);
            } else {
                ASSERT_EQ(i, 0);
            }
            height = message["height"];
            seq = message["seq"];
        }
    }
}

TEST(Hub, ResumesWhereItCanAndBeginsAnewWhereItCannot) {
    TestNode node({}, {.replay = 10});
    std::uint64_t seq;
    {
        Ear ear(node);
        ear.subscribe();
        seq = ear.next()["seq"];
    }
    for (std::uint64_t height = 1; height <= 10; ++height) node.publish(height);
    const auto from = [&](std::uint64_t value) {
        return ",\"resume_from\":" + std::to_string(value);
    };
    Ear again(node);
    EXPECT_EQ(again.subscribe(from(seq))["seq"], seq);
    for (std::uint64_t height = 1; height <= 10; ++height) {
        const Json delta = again.next();
        EXPECT_EQ(delta["type"], "delta");
        EXPECT_EQ(delta["height"], height);
        EXPECT_EQ(delta["prev"], seq + height - 1);
    }
    Ear level(node);
    level.subscribe(from(seq + 10));
    EXPECT_TRUE(level.next(100).is_null());

    node.publish(11);
    for (const std::uint64_t bad : {seq, seq + 12, std::uint64_t{0}, ~std::uint64_t{0}}) {
        Ear ear(node);
        ear.subscribe(from(bad));
        const Json resync = ear.next();
        EXPECT_EQ(resync["type"], "resync_required");
        EXPECT_EQ(resync["data"]["reason"], "resume_from");
        const Json whole = ear.next();
        EXPECT_EQ(whole["type"], "snapshot");
        EXPECT_EQ(whole["seq"], seq + 11);
    }
}

TEST(Hub, WhoIsTooSlowBeginsAnewAndHoldsUpNobody) {
    Options options;
    options.limits.queue_bytes = 100'000;
    TestNode node(options);
    Ear slow(node), quick(node);
    slow.peer.receive_buffer(256 << 10);
    slow.subscribe();
    quick.subscribe();
    EXPECT_EQ(slow.next()["type"], "snapshot");
    EXPECT_EQ(quick.next()["type"], "snapshot");
    constexpr std::uint64_t many = 400;
    const std::string filling(20'000, 'x');
    for (std::uint64_t height = 1; height <= many; ++height) {
        node.publish(height, filling);
        ASSERT_EQ(quick.next()["height"], height);
    }
    std::uint64_t height = 0;
    bool resynced = false;
    while (height < many) {
        const Json message = slow.next();
        ASSERT_FALSE(message.is_null()) << "after " << height;
        if (message["type"] == "resync_required") {
            EXPECT_EQ(message["data"]["reason"], "too slow");
            resynced = true;
            continue;
        }
        if (message["type"] == "delta") {
            ASSERT_EQ(message["height"], height + 1);
        } else {
            ASSERT_TRUE(resynced);
        }
        height = message["height"];
    }
    EXPECT_TRUE(resynced);
    EXPECT_GE(node.server->counters().resyncs, 1U);
    node.publish(many + 1, "next");
    EXPECT_EQ(slow.next()["height"], many + 1);
}

TEST(Hub, ASnapshotIsSharedOnlyWhereItCanBeFollowed) {
    Options options;
    options.limits.queue_bytes = 100'000;
    TestNode node(options);
    const auto first_height = [&] {
        Ear ear(node);
        ear.subscribe();
        return ear.next()["height"];
    };
    EXPECT_EQ(first_height(), 0);
    node.publish(1);
    EXPECT_EQ(first_height(), 0) << "the one taken just now";
    for (std::uint64_t height = 2; height <= 9; ++height)
        node.publish(height, std::string(20'000, 'x'));
    EXPECT_EQ(first_height(), 9) << "too many bytes follow the older one";
    for (std::uint64_t height = 10; height <= 40; ++height) node.publish(height);
    EXPECT_EQ(first_height(), 40) << "too many deltas follow the older one";
}

TEST(Hub, AHeartbeatWhereNothingHappens) {
    Options options;
    options.limits.heartbeat = 50ms;
    TestNode node(options);
    node.hub.publish("count:other", {{"height", 9}, {"root", "ab"}, {"time", 5}});
    Ear ear(node);
    const std::uint64_t seq = ear.subscribe()["seq"];
    EXPECT_EQ(ear.next()["type"], "snapshot");
    for (int i = 0; i < 3; ++i) {
        const Json beat = ear.next();
        EXPECT_EQ(beat["type"], "heartbeat");
        EXPECT_EQ(beat["seq"], seq);
        EXPECT_EQ(beat["height"], 9);
        EXPECT_EQ(beat["root"], "ab");
    }
    node.publish(10);
    Json next = ear.next();
    while (next["type"] == "heartbeat") next = ear.next();
    EXPECT_EQ(next["prev"], seq);
}

TEST(Hub, ABlockOfWhichNothingIsToldIsKnown) {
    Options options;
    options.limits.heartbeat = 50ms;
    TestNode node(options);
    node.hub.stamp({{"height", 12}, {"root", "cd"}, {"time", 7}});
    Ear ear(node);
    const Json answer = ear.subscribe();
    EXPECT_EQ(answer["height"], 12);
    EXPECT_EQ(answer["root"], "cd");
    EXPECT_EQ(answer["time"], 7);
    EXPECT_EQ(ear.next()["type"], "snapshot");
    const Json beat = ear.next();
    EXPECT_EQ(beat["type"], "heartbeat");
    EXPECT_EQ(beat["height"], 12);
    node.hub.stamp({{"height", 11}, {"root", "ab"}, {"time", 6}});
    EXPECT_EQ(ear.next()["height"], 12) << "heights do not fall";
}

TEST(Hub, SubscriptionsEndAndAreCounted) {
    Options options;
    options.limits.subscriptions = 2;
    TestNode node(options, {.linger = 50ms});
    Ear ear(node);
    const Json first = ear.subscribe();
    EXPECT_EQ(ear.next()["type"], "snapshot");
    ear.subscribe(R"(,"name":"b")");
    EXPECT_EQ(ear.next()["topic"], "count:b");
    EXPECT_EQ(node.server->counters().subscriptions, 2U);
    ear.peer.say(R"({"jsonrpc":"2.0","id":1,"method":"channel.subscribe","params":["count"]})");
    EXPECT_EQ(Json::parse(ear.peer.hear().payload)["error"]["data"]["limit"], "subscriptions");
    ear.peer.say(R"({"jsonrpc":"2.0","id":1,"method":"channel.unsubscribe","params":[)" +
                 first["subscription"].dump() + "]}");
    EXPECT_EQ(Json::parse(ear.peer.hear().payload)["result"]["subscription"],
              first["subscription"]);
    node.publish(1);
    EXPECT_TRUE(ear.next(100).is_null());
    EXPECT_TRUE(soon([&] {  // Forgotten after a while, and with it the count of its messages.
        return node.hub.topics("count") == std::vector<std::string>{"count:b"};
    }));
    ear.peer.say(R"({"jsonrpc":"2.0","id":1,"method":"channel.subscribe",)"
                 R"("params":{"channel":"count","bad":1}})");
    EXPECT_EQ(Json::parse(ear.peer.hear().payload)["error"]["code"], -32602);
    ear.peer.close();
    EXPECT_TRUE(soon([&] { return node.server->counters().subscriptions == 0; }));
    EXPECT_TRUE(soon([&] { return node.hub.topics("count").empty(); }));
}

TEST(Hub, TwoSubscriptionsToOneTopicBothHear) {
    TestNode node;
    Ear ear(node);
    const Json first = ear.subscribe();
    EXPECT_EQ(ear.next()["type"], "snapshot");
    const Json second = ear.subscribe();
    EXPECT_EQ(ear.next()["type"], "snapshot");
    EXPECT_NE(first["subscription"], second["subscription"]);
    node.publish(1);
    const Json one = ear.next(), two = ear.next();
    EXPECT_NE(one["subscription"], two["subscription"]);
    EXPECT_EQ(one["seq"], two["seq"]);
}

TEST(Hub, ChannelsAreForWebSockets) {
    const TestNode node;
    RawPeer peer(node.server->port());
    const auto response =
        peer.post(R"({"jsonrpc":"2.0","id":1,"method":"channel.subscribe","params":["count"]})");
    EXPECT_EQ(Json::parse(response.body)["error"]["code"], -32600);
}

TEST(Hub, ASnapshotThatFailsIsAskedForAgain) {
    Options options;
    options.limits.heartbeat = 100ms;
    TestNode node(options);
    std::atomic<int> asked = 0;
    node.snapshot = [&]() -> Json {
        if (++asked == 1) throw std::runtime_error("not now");
        return {{"height", 1}, {"data", "at last"}};
    };
    Ear ear(node);
    ear.subscribe();
    EXPECT_EQ(ear.next()["data"], "at last");
}

}  // namespace
}  // namespace ballast::rpc
