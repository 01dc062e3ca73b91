// Channels as a user has them: over a socket, from a node that makes blocks.
#include <ballast/api/test_node.hpp>
#include <ballast/api/words.hpp>
#include <ballast/rpc/raw_peer.hpp>
#include <ballast/rpc/topic.hpp>

#include <deque>

namespace ballast::api::test {
namespace {

using rpc::RawPeer;
using sample::user;
using std::chrono_literals::operator""ms;

/// A node behind a server on a free port of the loopback.
class ServedNode : public Node {
public:
    explicit ServedNode(rpc::Hub::Limits hub_limits = {}, rpc::Limits limits = {})
        : hub_(hub_limits) {
        api.add_to(hub_);
        rpc::Options options;
        options.threads = 1;
        options.workers = 2;
        options.limits = limits;
        auto started = rpc::Server::start(options, methods, hub_);
        if (!started) throw std::runtime_error(started.error().sentence);
        server_ = std::move(*started);
    }
    ~ServedNode() {
        server_.reset();
        api.stop();
    }
    [[nodiscard]] u16 port() const { return server_->port(); }

private:
    rpc::Hub hub_;
    std::unique_ptr<rpc::Server> server_;
};

/// One WebSocket; answers and messages apart.
class Ear {
public:
    explicit Ear(const ServedNode& node) : peer_(node.port()) { EXPECT_TRUE(peer_.upgrade()); }

    Json ask(const std::string& method, const Json& params) {
        const Json question{
            {"jsonrpc", "2.0"}, {"id", ++asked_}, {"method", method}, {"params", params}};
        peer_.say(question.dump());
        while (true) {
            Json heard = hear();
            if (heard.is_null()) return heard;
            if (heard.value("id", Json()) == Json(asked_)) {
                EXPECT_TRUE(heard.contains("result")) << heard.dump();
                return heard.value("result", Json());
            }
            messages_.push_back(std::move(heard));
        }
    }
    Json subscribe(const std::string& channel, Json params = Json::object()) {
        params["channel"] = channel;
        return ask("channel.subscribe", params);
    }
    /// The params of the next message; null where none comes in time.
    Json next() {
        Json message;
        if (messages_.empty()) {
            message = hear();
        } else {
            message = std::move(messages_.front());
            messages_.pop_front();
        }
        if (message.is_null()) return message;
        EXPECT_EQ(message["method"], "channel.message");
        return message["params"];
    }
    /// Messages up to that of the height, each of which must follow the one before it.
    std::vector<Json> follow(u64 seq, u64 height) {
        std::vector<Json> deltas;
        while (deltas.empty() || deltas.back()["height"] < height) {
            Json delta = next();
            if (delta.is_null()) {
                ADD_FAILURE() << "height " << height << " was not told";
                return deltas;
            }
            EXPECT_EQ(delta["type"], "delta");
            EXPECT_EQ(delta["prev"], seq);
            EXPECT_EQ(delta["seq"], ++seq);
            deltas.push_back(std::move(delta));
        }
        EXPECT_EQ(deltas.back()["height"], height);
        return deltas;
    }

private:
    Json hear() {
        const auto heard = peer_.hear();
        if (heard.kind != RawPeer::text) {
            ADD_FAILURE() << "nothing came";
            return nullptr;
        }
        return Json::parse(heard.payload);
    }
    RawPeer peer_;
    u64 asked_ = 0;
    std::deque<Json> messages_;
};

Json row_of(const Json& rows, const char* name, const Json& value) {
    for (const Json& row : rows)
        if (row[name] == value) return row;
    return nullptr;
}

Json snapshot_of(Ear& ear, const std::string& channel, const Json& params = Json::object()) {
    const Json answer = ear.subscribe(channel, params);
    Json whole = ear.next();
    EXPECT_EQ(whole["type"], "snapshot");
    EXPECT_EQ(whole["channel"], channel);
    EXPECT_EQ(whole["subscription"], answer["subscription"]);
    EXPECT_EQ(whole["topic"], answer["topic"]);
    EXPECT_TRUE(whole["prev"].is_null());
    return whole;
}

TEST(channels, blocks_are_told_one_by_one) {
    ServedNode node;
    Ear ear(node);
    const Json whole = snapshot_of(ear, "blocks");
    std::vector<chain::CommittedPtr> blocks;
    for (int i = 0; i < 3; ++i) blocks.push_back(node.backend.mine());
    const auto deltas = ear.follow(whole["seq"], blocks.back()->block.height);
    ASSERT_GE(deltas.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
        const Json& delta = deltas[deltas.size() - 3 + i];
        EXPECT_EQ(delta["height"], blocks[i]->block.height);
        EXPECT_EQ(delta["time"], blocks[i]->block.time);
        EXPECT_EQ(delta["root"], hex(blocks[i]->root));
        EXPECT_TRUE(delta["data"]["gap"].is_null());
    }
}

// A node that was started again and has made no block since.
TEST(channels, the_first_block_that_is_shown_is_the_one_that_is_kept) {
    MemoryBackend backend(busy_machine());
    backend.prices = {{sample::ether_feed, sample::dollars(200)}};
    const auto kept = backend.mine();
    Api api(backend);
    rpc::Hub hub;
    api.add_to(hub);
    const Json whole = hub.shared()->channel("blocks")->snapshot("blocks");
    EXPECT_EQ(whole["height"], kept->block.height);
    EXPECT_EQ(whole["data"]["report_count"], 1);
    EXPECT_EQ(whole["data"]["event_count"], kept->events.size());
    backend.chain().undurable = 1;
    EXPECT_THROW((void)hub.shared()->channel("prices")->snapshot("prices"), std::runtime_error);
    api.stop();
}

TEST(channels, health_is_told_for_a_few_distances_and_each_has_its_own_rows) {
    ServedNode node;
    Ear near(node);
    Ear far(node);
    const Json none = snapshot_of(near, "health", {{"within", "0.10"}});
    EXPECT_EQ(none["topic"], "health:0.1");
    EXPECT_TRUE(row_of(none["data"]["changed"], "of", "vault").is_null());
    const Json one = snapshot_of(far, "health", {{"within", "0.5"}});
    EXPECT_FALSE(row_of(one["data"]["changed"], "of", "vault").is_null());
    node.backend.prices[sample::ether_feed] = sample::dollars(150);
    const u64 height = node.backend.mine()->block.height;
    const Json came = near.follow(none["seq"], height).back();
    EXPECT_FALSE(row_of(came["data"]["changed"], "of", "vault").is_null());
    const Json fell = far.follow(one["seq"], height).back();
    EXPECT_EQ(row_of(fell["data"]["changed"], "of", "vault"),
              row_of(came["data"]["changed"], "of", "vault"));
    RawPeer peer(node.port());
    ASSERT_TRUE(peer.upgrade());
    peer.say(R"({"jsonrpc":"2.0","id":1,"method":"channel.subscribe",)"
             R"("params":{"channel":"health","within":"0.123456789"}})");
    const Json error = Json::parse(peer.hear().payload)["error"];
    EXPECT_EQ(error["code"], rpc::error_code::params);
    EXPECT_EQ(error["data"]["expected"], "one of 0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1");
}

TEST(channels, prices_tell_what_has_changed) {
    ServedNode node;
    Ear ear(node);
    const Json whole = snapshot_of(ear, "prices");
    EXPECT_EQ(whole["data"]["whole"], true);
    node.backend.chain().read([&](const engine::Machine& machine) {
        EXPECT_EQ(whole["data"]["changed"].size(), machine.genesis().oracle.feeds.size());
    });
    const std::string feed = node.data("feed.list")["items"][0]["feed"];
    EXPECT_EQ(row_of(whole["data"]["changed"], "feed", feed)["mark"], "200");
    node.backend.prices[sample::ether_feed] = sample::dollars(205);
    const auto deltas = ear.follow(whole["seq"], node.backend.mine()->block.height);
    ASSERT_FALSE(deltas.empty());
    EXPECT_EQ(deltas.back()["data"]["whole"], false);
    EXPECT_EQ(row_of(deltas.back()["data"]["changed"], "feed", feed)["mark"], "205");
}

TEST(channels, an_account_is_told_of_its_events_and_how_it_stands) {
    ServedNode node;
    Ear ear(node);
    const Json whole = snapshot_of(ear, "account", {{"account", user(0).value()}});
    EXPECT_TRUE(whole["data"]["events"].empty());
    const Json before = whole["data"]["account"];
    node.backend.mine();  // Which does not concern it, so nothing is told.
    ASSERT_TRUE(
        node.backend.act(user(0), vaults::Deposit{VaultId{0}, sample::ether, sample::whole(2)})
            .accepted());
    const auto deltas = ear.follow(whole["seq"], node.backend.chain().height());
    ASSERT_EQ(deltas.size(), 1u);
    const Json& data = deltas[0]["data"];
    ASSERT_EQ(data["events"].size(), 1u);
    EXPECT_EQ(data["events"][0]["event"]["name"], "collateral_deposited");
    EXPECT_EQ(data["events"][0]["height"], deltas[0]["height"]);
    EXPECT_EQ(data["account"]["nonce"]["next"].get<u64>(), before["nonce"]["next"].get<u64>() + 1);
    EXPECT_NE(data["account"]["balances"]["ETH"], before["balances"]["ETH"]);
}

TEST(channels, auctions_come_and_fall_in_price) {
    ServedNode node;
    Ear ear(node);
    const Json whole = snapshot_of(ear, "auctions");
    EXPECT_TRUE(whole["data"]["changed"].empty());
    node.backend.prices[sample::ether_feed] = sample::dollars(140);
    const auto started = ear.follow(whole["seq"], node.backend.mine()->block.height);
    ASSERT_FALSE(started.empty());
    const Json row = row_of(started.back()["data"]["changed"], "of", "vault");
    ASSERT_FALSE(row.is_null()) << started.back().dump();
    EXPECT_EQ(row["vault"], 0);
    const auto later = ear.follow(started.back()["seq"], node.backend.mine(600)->block.height);
    ASSERT_FALSE(later.empty());
    const Json now = row_of(later.back()["data"]["changed"], "auction", row["auction"]);
    EXPECT_EQ(now["elapsed"].get<u64>(), row["elapsed"].get<u64>() + 600);
    EXPECT_NE(now["price"], row["price"]);
}

TEST(channels, who_comes_back_goes_on_where_he_was) {
    ServedNode node;
    u64 seq = 0;
    u64 height = 0;
    {
        Ear ear(node);
        const Json whole = snapshot_of(ear, "blocks");
        const auto deltas = ear.follow(whole["seq"], node.backend.mine()->block.height);
        ASSERT_FALSE(deltas.empty());
        seq = deltas.back()["seq"];
        height = deltas.back()["height"];
    }
    for (int i = 0; i < 3; ++i) node.backend.mine();
    Ear again(node);
    EXPECT_EQ(again.subscribe("blocks", {{"resume_from", seq}})["seq"], seq);
    const auto missed = again.follow(seq, height + 3);
    ASSERT_EQ(missed.size(), 3u);
    EXPECT_EQ(missed[0]["height"], height + 1);
}

TEST(channels, who_comes_back_too_late_begins_anew) {
    ServedNode node({.replay = 2});
    u64 seq = 0;
    {
        Ear ear(node);
        u64 last = seq = snapshot_of(ear, "blocks")["seq"];
        for (int i = 0; i < 4; ++i)
            last = ear.follow(last, node.backend.mine()->block.height).back()["seq"];
    }
    Ear again(node);
    again.subscribe("blocks", {{"resume_from", seq}});
    const Json resync = again.next();
    EXPECT_EQ(resync["type"], "resync_required");
    EXPECT_EQ(resync["data"]["reason"], "resume_from");
    const Json whole = again.next();
    EXPECT_EQ(whole["type"], "snapshot");
    EXPECT_EQ(whole["height"], node.backend.chain().height());
    again.follow(whole["seq"], node.backend.mine()->block.height);
}

TEST(channels, a_heartbeat_says_that_nothing_has_happened) {
    ServedNode node({}, {.heartbeat = 20ms});
    Ear ear(node);
    const Json whole = snapshot_of(ear, "liquidations");
    const Json beat = ear.next();
    EXPECT_EQ(beat["type"], "heartbeat");
    EXPECT_EQ(beat["seq"], whole["seq"]);
}

TEST(channels, who_unsubscribes_hears_no_more) {
    ServedNode node;
    Ear ear(node);
    const Json first = snapshot_of(ear, "blocks");
    const Json second = snapshot_of(ear, "blocks");
    ASSERT_NE(first["subscription"], second["subscription"]);
    const Json answer = ear.ask("channel.unsubscribe", {{"subscription", first["subscription"]}});
    EXPECT_EQ(answer["subscription"], first["subscription"]);
    // Blocks that were told before may still come to both; of this one only the second hears.
    const u64 height = node.backend.mine()->block.height;
    u64 heard = 0;
    for (Json message = ear.next(); !message.is_null(); message = ear.next()) {
        if (message["height"] < height) continue;
        EXPECT_EQ(message["subscription"], second["subscription"]);
        if (++heard == 1) node.backend.mine();  // What follows is of the second too.
        if (heard == 2) break;
    }
    EXPECT_EQ(heard, 2u);
}

}  // namespace
}  // namespace ballast::api::test
