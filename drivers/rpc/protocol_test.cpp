// What is answered to what, over HTTP and over a WebSocket alike.
#include <ballast/rpc/parse.hpp>
#include <ballast/rpc/test_node.hpp>

#include <fmt/format.h>

namespace ballast::rpc {
namespace {

struct Row {
    std::string request;
    std::string answer;  ///< Empty: none.
};

std::string error(const std::string& id, int code) {
    return fmt::format(R"({{"jsonrpc":"2.0","id":{},"error":{{"code":{})", id, code);
}

const std::vector<Row>& rows() {
    static const std::vector<Row> all = {
        {R"({"jsonrpc":"2.0","id":1,"method":"echo","params":{"first":"x"}})",
         R"({"jsonrpc":"2.0","id":1,"result":{"first":"x"}})"},
        {R"({"jsonrpc":"2.0","id":"a","method":"echo"})",
         R"({"jsonrpc":"2.0","id":"a","result":{}})"},
        {R"({"jsonrpc":"2.0","id":null,"method":"echo"})",
         R"({"jsonrpc":"2.0","id":null,"result":{}})"},
        {R"({"jsonrpc":"2.0","id":1.5,"method":"echo"})",
         R"({"jsonrpc":"2.0","id":1.5,"result":{}})"},
        {R"({"jsonrpc":"2.0","id":18446744073709551615,"method":"echo"})",
         R"({"jsonrpc":"2.0","id":18446744073709551615,"result":{}})"},
        {R"({"jsonrpc":"2.0","id":1,"method":"echo","params":[7,"y"]})",
         R"({"jsonrpc":"2.0","id":1,"result":{"first":7,"second":"y"}})"},
        {R"({"jsonrpc":"2.0","id":1,"method":"echo","params":[1,2,3]})", error("1", -32602)},
        {R"({"jsonrpc":"2.0","id":2,"method":"later","params":{"first":2}})",
         R"({"jsonrpc":"2.0","id":2,"result":{"first":2}})"},
        {R"({"jsonrpc":"2.0","id":3,"method":"nothing"})", error("3", -32601)},
        {R"({"jsonrpc":"2.0","id":3,"method":"admin.secret"})", error("3", -32601)},
        {R"({"jsonrpc":"2.0","id":4,"method":"fail"})",
         R"({"jsonrpc":"2.0","id":4,"error":{"code":-32002,"message":"no such thing",)"
         R"("data":{"field":"x"}}})"},
        {R"({"jsonrpc":"2.0","id":4,"method":"throw"})", error("4", -32603)},
        {R"({"jsonrpc":"2.0","id":4,"method":"drop"})", error("4", -32603)},
        {R"({"jsonrpc":"2.0","id":5,"method":"echo","params":3})", error("5", -32600)},
        {R"({"jsonrpc":"2.0","id":5,"method":7})", error("5", -32600)},
        {R"({"jsonrpc":"1.0","id":5,"method":"echo"})", error("5", -32600)},
        {R"({"id":5,"method":"echo"})", error("5", -32600)},
        {R"({"jsonrpc":"2.0","id":{},"method":"echo"})", error("null", -32600)},
        {R"({"jsonrpc":"2.0","id":true,"method":"echo"})", error("null", -32600)},
        {R"({"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"echo"})",
         error("null", -32600)},
        {"1", error("null", -32600)},
        {"[]", error("null", -32600)},
        {"", error("null", -32700)},
        {"{", error("null", -32700)},
        {R"({"jsonrpc":"2.0","id":1,"method":"echo"}x)", error("null", -32700)},
        {R"({"jsonrpc":"2.0","id":1,"method":"ec)", error("null", -32700)},
        {R"({"jsonrpc":"2.0","id":1e999,"method":"echo"})", error("null", -32700)},
        {"[1,2]", fmt::format("[{}", error("null", -32600))},
        {R"({"jsonrpc":"2.0","method":"echo"})", ""},
        {R"([{"jsonrpc":"2.0","method":"echo"},{"jsonrpc":"2.0","method":"nothing"}])", ""},
        {R"([{"jsonrpc":"2.0","method":"echo"},{"jsonrpc":"2.0","id":9,"method":"echo"}])",
         R"([{"jsonrpc":"2.0","id":9,"result":{}}])"},
        {R"([{"jsonrpc":"2.0","id":1,"method":"echo"},{"jsonrpc":"2.0","id":1,"method":"echo"}])",
         R"([{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","id":1,"result":{}}])"},
        {R"({"jsonrpc":"2.0","id":1,"method":"channel.unsubscribe","params":[3]})",
         error("1", -32602)},
        {R"({"jsonrpc":"2.0","id":1,"method":"channel.subscribe","params":{}})",
         error("1", -32602)},
        {R"({"jsonrpc":"2.0","id":1,"method":"channel.subscribe","params":["nowhere"]})",
         error("1", -32602)},
    };
    return all;
}

TEST(Protocol, EveryRowIsAnsweredOverHttpOnOneConnection) {
    const TestNode node;
    RawPeer peer(node.server->port());
    for (const Row& row : rows()) {
        const auto response = peer.post(row.request);
        EXPECT_EQ(response.status, row.answer.empty() ? 204 : 200) << row.request;
        EXPECT_EQ(response.body.substr(0, row.answer.size()), row.answer) << row.request;
        EXPECT_EQ(response.body.empty(), row.answer.empty()) << row.request;
    }
    const Counters counters = node.server->counters();
    EXPECT_EQ(counters.connections, 1U);
    EXPECT_GT(counters.errors, 10U);
    EXPECT_GT(counters.requests, counters.errors);
}

TEST(Protocol, EveryRowIsAnsweredOverAWebSocket) {
    const TestNode node;
    RawPeer peer = node.socket();
    for (const Row& row : rows()) {
        ASSERT_TRUE(peer.say(row.request));
        if (row.answer.empty()) continue;
        const auto heard = peer.hear();
        EXPECT_EQ(heard.kind, RawPeer::text) << row.request;
        EXPECT_EQ(heard.payload.substr(0, row.answer.size()), row.answer) << row.request;
    }
    EXPECT_EQ(node.server->counters().websockets, 1U);
}

TEST(Protocol, RequestsOfAConnectionBeginInTheirOrder) {
    const TestNode node;
    RawPeer peer = node.socket();
    for (int i = 0; i < 100; ++i)
        peer.say(fmt::format(R"({{"jsonrpc":"2.0","method":"echo","id":{}}})", i));
    for (int i = 0; i < 100; ++i) EXPECT_EQ(Json::parse(peer.hear().payload)["id"], i);
}

TEST(Protocol, PipelinedPostsAreAnsweredInOrder) {
    const TestNode node;
    RawPeer peer(node.server->port());
    peer.send(RawPeer::post_text(R"({"jsonrpc":"2.0","method":"later","id":1})") +
              RawPeer::post_text(R"({"jsonrpc":"2.0","method":"echo","id":2})"));
    EXPECT_EQ(Json::parse(peer.response().body)["id"], 1);
    EXPECT_EQ(Json::parse(peer.response().body)["id"], 2);
}

TEST(Protocol, OtherHttpIsAnsweredByItsStatus) {
    const TestNode node;
    const auto status = [&](const std::string& text) {
        RawPeer peer(node.server->port());
        peer.send(text);
        return peer.response().status;
    };
    const std::string json = "Host: x\r\nContent-Type: application/json; charset=utf-8\r\n";
    EXPECT_EQ(status("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"), 200);
    EXPECT_EQ(status("GET /healthz?full=1 HTTP/1.1\r\nHost: x\r\n\r\n"), 200);
    EXPECT_EQ(status("GET /broken HTTP/1.1\r\nHost: x\r\n\r\n"), 500);
    EXPECT_EQ(status("GET /other HTTP/1.1\r\nHost: x\r\n\r\n"), 404);
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 426);
    EXPECT_EQ(status("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"), 405);
    EXPECT_EQ(status("POST /healthz HTTP/1.1\r\n" + json + "Content-Length: 1\r\n\r\n1"), 405);
    EXPECT_EQ(status("POST / HTTP/1.1\r\n" + json + "Content-Length: 1\r\n\r\n1"), 200);
    EXPECT_EQ(status("POST / HTTP/1.0\r\n" + json + "Content-Length: 1\r\n\r\n1"), 200);
    EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                     "Content-Length: 1\r\n\r\n1"),
              415);
    EXPECT_EQ(status("POST / HTTP/1.1\r\n" + json +
                     "Transfer-Encoding: chunked\r\n\r\n"
                     "1\r\n1\r\n0\r\n\r\n"),
              200);
    EXPECT_EQ(status("POST / HTTP/1.1\r\n" + json +
                     "Expect: 100-continue\r\n"
                     "Content-Length: 1\r\n\r\n1"),
              100);
    EXPECT_EQ(status("POST / HTTP/1.1\r\n" + json + "Content-Length: -5\r\n\r\n"), 400);
    EXPECT_EQ(status("\x16\x03\x01\x02\x05\x01\x05\x01\xfc\x03\x03 a TLS hello\r\n\r\n"), 400);
    EXPECT_EQ(status(std::string(64, '\xff') + "\r\n\r\n"), 400);
}

TEST(Protocol, AHeadIsAnsweredWithoutABody) {
    const TestNode node;
    const auto head = [&](const std::string& target) {
        RawPeer peer(node.server->port());
        peer.send("HEAD " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        EXPECT_TRUE(peer.ends());
        return peer.rest();
    };
    const std::string page = head("/healthz");
    EXPECT_TRUE(page.starts_with("HTTP/1.1 200")) << page;
    EXPECT_NE(page.find("Content-Length: 5\r\n"), std::string::npos) << page;
    EXPECT_TRUE(page.ends_with("\r\n\r\n")) << page;
    EXPECT_TRUE(head("/").starts_with("HTTP/1.1 405"));
    EXPECT_TRUE(head("/").ends_with("\r\n\r\n"));
    EXPECT_TRUE(head("/other").ends_with("\r\n\r\n"));
}

TEST(Protocol, APageOfAnotherOriginOpensNoWebSocket) {
    const TestNode node;
    const auto status = [&](const std::string& origin) {
        RawPeer peer(node.server->port());
        std::string text(RawPeer::upgrade_text);
        text.insert(text.find("Upgrade:"), "Origin: " + origin + "\r\n");
        peer.send(text);
        return peer.response().status;
    };
    EXPECT_EQ(status("http://x"), 101);
    EXPECT_EQ(status("https://X"), 101);
    EXPECT_EQ(status("http://elsewhere"), 403);
    EXPECT_EQ(status("null"), 403);
}

TEST(Protocol, TheDocumentDescribesEveryMethodAndChannel) {
    const TestNode node;
    RawPeer peer(node.server->port());
    const Json document = Json::parse(
        peer.post(R"({"jsonrpc":"2.0","method":"rpc.discover","id":1})").body)["result"];
    EXPECT_EQ(document["openrpc"], "1.3.2");
    std::vector<std::string> names;
    for (const Json& method : document["methods"]) {
        names.push_back(method["name"]);
        EXPECT_FALSE(method["summary"].get<std::string>().empty());
        for (const Json& error : method["errors"]) {
            const auto path = error["$ref"].get<std::string>().substr(1);
            EXPECT_LT(document.at(Json::json_pointer(path))["code"].get<int>(), 0);
        }
        if (method["name"] == "echo") {
            EXPECT_EQ(method["params"][0]["name"], "first");
            EXPECT_EQ(method["params"][0]["required"], true);
            EXPECT_EQ(method["params"][1]["required"], false);
        }
    }
    const std::vector<std::string> wanted = {"admin.secret",
                                             "channel.subscribe",
                                             "channel.unsubscribe",
                                             "drop",
                                             "echo",
                                             "fail",
                                             "hold",
                                             "later",
                                             "rpc.discover",
                                             "throw"};
    EXPECT_EQ(names, wanted);
    EXPECT_EQ(document["x-channels"][0]["name"], "count");
}

}  // namespace
}  // namespace ballast::rpc
