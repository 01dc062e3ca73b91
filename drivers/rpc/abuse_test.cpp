// What a connection may not do, and what becomes of those who do it.
#include <ballast/rpc/test_node.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>
#include <future>

namespace ballast::rpc {
namespace {

const std::string echo = R"({"jsonrpc":"2.0","id":1,"method":"echo"})";

Json error_of(const std::string& answer) {
    return Json::parse(answer)["error"];
}

bool serves(const TestNode& node) {
    RawPeer peer(node.server->port());
    return peer.post(echo).status == 200;
}

Options with(void (*change)(Limits&)) {
    Options options;
    change(options.limits);
    return options;
}

TEST(Abuse, TooLongTooDeepTooWideIsRefusedByName) {
    const TestNode node(with([](Limits& limits) {
        limits.request_bytes = 2'000;
        limits.depth = 8;
        limits.members = 10;
        limits.batch = 3;
    }));
    RawPeer peer(node.server->port());
    const auto limit = [&](const std::string& body) {
        const Json error = error_of(peer.post(body).body);
        EXPECT_EQ(error["code"], -32000) << body;
        return error["data"].dump();
    };
    EXPECT_EQ(limit(std::string(1'000, '[')), R"({"limit":"depth","value":8})");
    EXPECT_EQ(limit("[[[[[[[[[]]]]]]]]]"), R"({"limit":"depth","value":8})");
    const Json deep = Json::parse(peer.post("[[[[[[[[]]]]]]]]").body);
    EXPECT_EQ(deep[0]["error"]["code"], -32600) << "a batch of one that is no request";
    EXPECT_EQ(limit(fmt::format("[{0},{0},{0},{0}]", echo)), R"({"limit":"batch","value":3})");
    std::string wide = "{";
    for (int i = 0; i < 11; ++i) wide += (i ? ",\"" : "\"") + std::to_string(i) + "\":1";
    EXPECT_EQ(limit(wide + "}"), R"({"limit":"members","value":10})");
    EXPECT_EQ(peer.post(std::string(2'001, ' ')).status, 413);
    EXPECT_TRUE(peer.ends());

    RawPeer socket = node.socket();
    socket.say(std::string(2'001, ' '));
    EXPECT_EQ(socket.hear().close_code(), 1009);
    RawPeer header(node.server->port());
    header.send("GET / HTTP/1.1\r\nX: " + std::string(9'000, 'x') + "\r\n\r\n");
    EXPECT_EQ(header.response().status, 431);
    EXPECT_TRUE(serves(node));
}

TEST(Abuse, WhoIsSlowToSayARequestIsClosed) {
    const TestNode node(with([](Limits& limits) { limits.header_timeout = 150ms; }));
    const std::string starts[] = {
        "",
        "POST / HT",
        "POST / HTTP/1.1\r\nHost: x\r\n",
        "POST / HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{",
    };
    std::vector<RawPeer> peers;
    for (const std::string& start : starts) {
        peers.emplace_back(node.server->port());
        peers.back().send(start);
    }
    // One byte now and then does not help.
    RawPeer drip(node.server->port());
    for (int i = 0; i < 100 && drip.send("x"); ++i) std::this_thread::sleep_for(20ms);
    EXPECT_TRUE(drip.ends());
    for (RawPeer& peer : peers) EXPECT_TRUE(peer.ends());
    EXPECT_TRUE(serves(node));
    EXPECT_TRUE(soon([&] { return node.server->counters().connections == 0; }));
}

TEST(Abuse, WhoIsSlowToSayAMessageIsClosed) {
    const TestNode node(with([](Limits& limits) { limits.header_timeout = 150ms; }));
    RawPeer idle = node.socket();
    RawPeer slow = node.socket();
    const std::string message = RawPeer::frame(echo);
    slow.send(std::string_view(message).substr(0, 20));
    EXPECT_TRUE(slow.ends());
    idle.say(echo);
    EXPECT_EQ(idle.hear().kind, RawPeer::text) << "nothing was begun, so nothing was late";
}

TEST(Abuse, ABatchIsAnsweredUpToSoManyBytes) {
    const TestNode node(with([](Limits& limits) { limits.answer_bytes = 1'000; }));
    RawPeer peer(node.server->port());
    const std::string one =
        fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"echo","params":{{"first":"{}"}}}})",
                    std::string(400, 'x'));
    const Json answers = Json::parse(peer.post(fmt::format("[{0},{0},{0},{0},{0}]", one)).body);
    ASSERT_EQ(answers.size(), 5U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(answers[i].contains("result")) << i;
    for (std::size_t i = 3; i < 5; ++i)
        EXPECT_EQ(answers[i]["error"]["data"].dump(), R"({"limit":"answer_bytes","value":1000})");
}

TEST(Abuse, APromptPageIsAnsweredWhileAllWorkersAreBusy) {
    Options options;
    options.workers = 1;
    TestNode node(options);
    std::promise<void> free;
    const auto freed = free.get_future().share();
    node.snapshot = [freed] {
        freed.wait();
        return Json{{"height", 1}, {"data", "whole"}};
    };
    RawPeer busy = node.socket();
    busy.say(
        R"({"jsonrpc":"2.0","id":1,"method":"channel.subscribe","params":{"channel":"count"}})");
    EXPECT_EQ(busy.hear().kind, RawPeer::text);
    RawPeer peer(node.server->port());
    EXPECT_EQ(peer.get("/healthz").status, 200);
    free.set_value();
}

TEST(Abuse, PagesAreCountedAsRequests) {
    const TestNode node(with([](Limits& limits) { limits.requests_per_second = 1; }));
    RawPeer peer(node.server->port());
    EXPECT_EQ(peer.get("/figures").status, 200);
    EXPECT_EQ(peer.get("/figures").status, 200);
    EXPECT_EQ(peer.get("/figures").status, 429);
}

TEST(Abuse, AKeptConnectionMayWaitLongerThanARequest) {
    const TestNode node(with([](Limits& limits) {
        limits.header_timeout = 100ms;
        limits.idle_timeout = 400ms;
    }));
    RawPeer peer(node.server->port());
    EXPECT_EQ(peer.post(echo).status, 200);
    std::this_thread::sleep_for(200ms);
    EXPECT_EQ(peer.post(echo).status, 200);
    EXPECT_TRUE(peer.ends());
}

TEST(Abuse, TooManyRequestsAreToldWhenToComeBack) {
    const TestNode node(with([](Limits& limits) { limits.requests_per_second = 10; }));
    RawPeer peer = node.socket();
    for (int i = 0; i < 40; ++i) peer.say(echo);
    int refused = 0;
    for (int i = 0; i < 40; ++i) {
        const Json answer = Json::parse(peer.hear().payload);
        if (!answer.contains("error")) continue;
        ++refused;
        const Json& data = answer["error"]["data"];
        EXPECT_EQ(data["limit"], "requests_per_second");
        EXPECT_EQ(data["value"], 10);
        EXPECT_EQ(data["retry_after"].get<std::string>().substr(0, 2), "0.");
        EXPECT_EQ(answer["id"], 1);
    }
    EXPECT_GE(refused, 1);
    EXPECT_LE(refused, 20);
    EXPECT_TRUE(serves(node));  // Of one connection only.
}

TEST(Abuse, OnlySoManyRequestsAreInFlight) {
    TestNode node(with([](Limits& limits) { limits.in_flight = 3; }));
    RawPeer peer = node.socket();
    for (int i = 0; i < 4; ++i) peer.say(R"({"jsonrpc":"2.0","id":7,"method":"hold"})");
    const Json error = error_of(peer.hear().payload);
    EXPECT_EQ(error["data"]["limit"], "in_flight");
    EXPECT_TRUE(soon([&] { return node.held() == 3; }));
    node.release();
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(peer.hear().payload, R"({"jsonrpc":"2.0","id":7,"result":"held"})");
    peer.say(echo);
    EXPECT_NE(peer.hear().payload.find("result"), std::string::npos);
}

TEST(Abuse, OnlySoManyConnectionsAreOpen) {
    const TestNode node(with([](Limits& limits) {
        limits.connections = 10;
        limits.connections_per_peer = 3;
    }));
    std::vector<RawPeer> peers;
    for (int i = 0; i < 3; ++i) {
        peers.emplace_back(node.server->port());
        EXPECT_EQ(peers.back().post(echo).status, 200);
    }
    RawPeer more(node.server->port());
    EXPECT_EQ(more.response().status, 503);
    EXPECT_TRUE(more.ends());
    peers.pop_back();
    EXPECT_TRUE(soon([&] { return serves(node); }));
    EXPECT_GE(node.server->counters().refused, 1U);
}

TEST(Abuse, BadHandshakesAndFramesEndTheConnectionOnly) {
    const TestNode node;
    std::string text(RawPeer::upgrade_text);
    const auto without = [&](const std::string& part, const std::string& other) {
        std::string changed = text;
        changed.replace(changed.find(part), part.size(), other);
        RawPeer peer(node.server->port());
        peer.send(changed);
        return peer.response().status;
    };
    EXPECT_EQ(without("Version: 13", "Version: 7"), 426);
    EXPECT_EQ(without("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "X: y"), 400);
    EXPECT_EQ(without("GET / ", "GET /other "), 404);
    EXPECT_EQ(without("GET / ", "POST / "), 415);

    const auto close_code = [&](std::string_view bytes) {
        RawPeer peer = node.socket();
        peer.send(bytes);
        return peer.hear().close_code();
    };
    EXPECT_EQ(close_code(RawPeer::frame("\xc3\x28")), 1007);      // Broken UTF-8,
    EXPECT_EQ(close_code(RawPeer::frame("\xed\xa0\x80")), 1007);  // half a surrogate pair,
    EXPECT_EQ(close_code(RawPeer::frame("{}", RawPeer::binary)), 1003);
    EXPECT_EQ(close_code(RawPeer::frame("x", 3)), 1002);        // no such opcode,
    EXPECT_EQ(close_code(std::string("\x81\x02{}", 4)), 1002);  // not masked.
    RawPeer broken(node.server->port());
    EXPECT_EQ(error_of(broken.post("{\"jsonrpc\":\"\xc3\x28\"}").body)["code"], -32700);
    EXPECT_TRUE(serves(node));
    EXPECT_TRUE(soon([&] { return node.server->counters().websockets == 0; }));
}

TEST(Abuse, AHalfClosedSocketStillGetsItsAnswer) {
    const TestNode node;
    RawPeer peer(node.server->port());
    peer.send(RawPeer::post_text(R"({"jsonrpc":"2.0","id":1,"method":"later"})"));
    peer.half_close();
    EXPECT_EQ(peer.response().status, 200);
    EXPECT_TRUE(peer.ends());
}

TEST(Abuse, AnAnswerToOneWhoIsGoneHarmsNobody) {
    TestNode node;
    {
        RawPeer posting(node.server->port());
        posting.send(RawPeer::post_text(R"({"jsonrpc":"2.0","id":1,"method":"hold"})"));
        RawPeer socket = node.socket();
        socket.say(R"({"jsonrpc":"2.0","id":1,"method":"hold"})");
        ASSERT_TRUE(soon([&] { return node.held() == 2; }));
    }
    EXPECT_TRUE(soon([&] { return node.server->counters().websockets == 0; }));
    node.release();
    EXPECT_TRUE(serves(node));
}

TEST(Abuse, WhatIsNeverAnsweredIsAnsweredByAnError) {
    TestNode node(with([](Limits& limits) {
        limits.answer_timeout = 100ms;
        limits.heartbeat = 40ms;
    }));
    constexpr const char* hold = R"({"jsonrpc":"2.0","id":7,"method":"hold"})";
    RawPeer posting(node.server->port());
    RawPeer socket = node.socket();
    socket.say(fmt::format("[{},{}]", hold, echo));
    const Json answer = Json::parse(posting.post(hold).body);
    EXPECT_EQ(answer["id"], 7);
    EXPECT_EQ(answer["error"]["code"], -32000);
    EXPECT_EQ(answer["error"]["data"].dump(), R"({"limit":"answer_timeout","value":100})");
    const Json batch = Json::parse(socket.hear().payload);
    ASSERT_EQ(batch.size(), 2U);
    EXPECT_TRUE(batch[0].contains("result"));
    EXPECT_EQ(batch[1]["error"]["data"]["limit"], "answer_timeout");
    node.release();
    EXPECT_EQ(posting.post(echo).status, 200);
    EXPECT_EQ(socket.hear(50).kind, 0) << "an answer came twice";
}

TEST(Abuse, AnAnswerMayComeAfterTheServer) {
    TestNode node;
    RawPeer socket = node.socket();
    socket.say(R"({"jsonrpc":"2.0","id":1,"method":"hold"})");
    ASSERT_TRUE(soon([&] { return node.held() == 1; }));
    node.server.reset();
    EXPECT_TRUE(socket.ends());
    node.release();
}

TEST(Abuse, WhoAnswersNoPingIsClosed) {
    const TestNode node(with([](Limits& limits) { limits.idle_timeout = 200ms; }));
    RawPeer peer = node.socket();
    EXPECT_EQ(peer.hear().kind, RawPeer::ping);
    peer.say("", RawPeer::pong);
    EXPECT_EQ(peer.hear().kind, RawPeer::ping);
    EXPECT_TRUE(peer.ends());
}

TEST(Abuse, WhoReadsNoAnswersIsReadNoMore) {
    const TestNode node(with([](Limits& limits) {
        limits.queue_bytes = 10'000;
        limits.requests_per_second = 1'000'000;
    }));
    RawPeer peer = node.socket();
    const std::string request = R"({"jsonrpc":"2.0","id":1,"method":"echo","params":{"first":")" +
                                std::string(50'000, 'x') + "\"}}";
    std::thread talker([&] {
        for (int i = 0; i < 300; ++i) peer.say(request);
    });
    std::uint64_t before = 0;
    EXPECT_TRUE(soon([&] {  // It stops of itself: the kernel's buffers are full in between.
        std::this_thread::sleep_for(200ms);
        return std::exchange(before, node.server->counters().requests) ==
               node.server->counters().requests;
    }));
    EXPECT_LT(before, 300U);
    for (int i = 0; i < 300; ++i) EXPECT_GT(peer.hear(1'000).payload.size(), 50'000U);
    talker.join();
}

// --- the local socket and the end ---

class LocalSocket : public testing::Test {
protected:
    LocalSocket() {
        std::string form = (std::filesystem::temp_directory_path() / "rpcXXXXXX").string();
        home_ = ::mkdtemp(form.data());
        options_.local_socket = home_ / "node.sock";
    }
    ~LocalSocket() override { std::filesystem::remove_all(home_); }

    [[nodiscard]] std::string refusal() const {
        const Methods methods;
        Hub hub;
        const auto server = Server::start(options_, methods, hub);
        return server ? "" : server.error().sentence;
    }

    std::filesystem::path home_;
    Options options_;
};

TEST_F(LocalSocket, IsOnlyForItsOwnerAndMayCallWhatIsLocal) {
    {
        const TestNode node(options_);
        struct stat found{};
        ASSERT_EQ(::stat(options_.local_socket->c_str(), &found), 0);
        EXPECT_EQ(found.st_mode & 0777, 0600U);
        RawPeer peer(options_.local_socket->string());
        const std::string secret = R"({"jsonrpc":"2.0","id":1,"method":"admin.secret"})";
        EXPECT_EQ(Json::parse(peer.post(secret).body)["result"], "told");
        RawPeer socket(options_.local_socket->string());
        ASSERT_TRUE(socket.upgrade());
        socket.say(secret);
        EXPECT_EQ(Json::parse(socket.hear().payload)["result"], "told");
        EXPECT_NE(refusal().find("somebody listens there already"), std::string::npos);
        EXPECT_EQ(peer.post(secret).status, 200);
    }
    EXPECT_FALSE(std::filesystem::exists(*options_.local_socket));
}

TEST_F(LocalSocket, TakesThePlaceOfADeadOneAndOfNothingElse) {
    {
        const int file = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        options_.local_socket->string().copy(at.sun_path, sizeof(at.sun_path) - 1);
        const void* address = &at;
        ASSERT_EQ(::bind(file, static_cast<const sockaddr*>(address), sizeof(at)), 0);
        ::close(file);
    }
    ASSERT_TRUE(std::filesystem::exists(*options_.local_socket));
    EXPECT_EQ(refusal(), "");
    std::ofstream(*options_.local_socket) << "a file";
    EXPECT_NE(refusal().find("is no socket"), std::string::npos);
    options_.local_socket = home_ / std::string(120, 'x');
    EXPECT_NE(refusal().find("the most is 107"), std::string::npos);
}

TEST_F(LocalSocket, BadOptionsAreNamed) {
    options_.local_socket.reset();
    options_.host = "not an address";
    EXPECT_NE(refusal().find("not an address"), std::string::npos);
    options_.host = "127.0.0.1";
    const TestNode node;
    options_.port = node.server->port();
    EXPECT_NE(refusal().find("Address already in use"), std::string::npos);
    options_.port = 0;
    options_.limits.batch = 0;
    EXPECT_NE(refusal().find("batch is 0"), std::string::npos);
    options_.limits.batch = 1;
    options_.certificate = "/nowhere.pem";
    EXPECT_NE(refusal().find("both a certificate and a key"), std::string::npos);
    options_.key = "/nowhere.pem";
    EXPECT_NE(refusal().find("/nowhere.pem"), std::string::npos);
}

TEST(Stop, AnswersWhatIsOpenAndSaysGoodbye) {
    const TestNode node;
    RawPeer idle(node.server->port());
    RawPeer posting(node.server->port());
    posting.send(RawPeer::post_text(R"({"jsonrpc":"2.0","id":1,"method":"later"})"));
    RawPeer socket = node.socket();
    socket.say(R"({"jsonrpc":"2.0","id":1,"method":"later"})");
    RawPeer quiet = node.socket();
    ASSERT_TRUE(soon([&] { return node.server->counters().requests == 2; }));
    std::thread stopping([&] { node.server->stop(5s); });
    EXPECT_EQ(posting.response().status, 200);
    EXPECT_EQ(socket.hear().kind, RawPeer::text);
    for (RawPeer* peer : {&socket, &quiet}) {
        const auto goodbye = peer->hear();
        EXPECT_EQ(goodbye.close_code(), 1001);
        peer->say(goodbye.payload, RawPeer::closing);
    }
    for (RawPeer* peer : {&idle, &posting, &socket, &quiet}) {
        EXPECT_TRUE(peer->ends());
        peer->close();
    }
    stopping.join();
    EXPECT_FALSE(RawPeer(node.server->port()).connected());
}

}  // namespace
}  // namespace ballast::rpc
