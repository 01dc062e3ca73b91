#include <ballast/abci/abci.pb.h>
#include <ballast/abci/frame.hpp>
#include <ballast/abci/server.hpp>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <atomic>
#include <stdexcept>
#include <thread>

namespace ballast::abci {
namespace {

/// CometBFT's side of a connection.
class Client {
public:
    explicit Client(const std::string& address) {
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_port =
            htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
        name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
        const int yes = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        const timeval wait{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    }
    ~Client() { ::close(fd_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(std::string_view bytes) {
        EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    void send(const proto::Request& request) {
        std::string out;
        append_frame(out, request.SerializeAsString());
        send(out);
    }
    void flush() {
        proto::Request request;
        request.mutable_flush();
        send(request);
    }
    /// The next answer; one without a value where the connection is closed.
    proto::Response receive() {
        proto::Response response;
        for (;;) {
            const auto frame = reader_.next();
            if (frame && *frame) {
                EXPECT_TRUE(
                    response.ParseFromArray((*frame)->data(), static_cast<int>((*frame)->size())));
                return response;
            }
            char buffer[4096];
            const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
            if (got <= 0) return response;
            reader_.feed({buffer, static_cast<std::size_t>(got)});
        }
    }

private:
    int fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    FrameReader reader_;
};

std::unique_ptr<Server> serve(Handler handler) {
    auto server = Server::start("tcp://127.0.0.1:0", std::move(handler), [](std::string_view) {});
    EXPECT_TRUE(server);
    return std::move(*server);
}

void answer_queries(const proto::Request& request, proto::Response& response) {
    if (!request.has_query()) return;
    if (request.query().path() == "throw") throw std::runtime_error("it broke");
    response.mutable_query()->set_value(request.query().path());
}

proto::Request query(const std::string& path) {
    proto::Request request;
    request.mutable_query()->set_path(path);
    return request;
}

TEST(Server, answers_in_order_once_asked_to_flush) {
    const auto server = serve(answer_queries);
    Client client(server->address());
    for (int i = 0; i < 100; ++i) client.send(query(std::to_string(i)));
    client.flush();
    for (int i = 0; i < 100; ++i) ASSERT_EQ(client.receive().query().value(), std::to_string(i));
    EXPECT_TRUE(client.receive().has_flush());
}

TEST(Server, four_connections_ask_and_one_request_is_answered_at_a_time) {
    std::atomic<int> inside = 0;
    std::atomic<bool> alone = true;
    const auto server = serve([&](const proto::Request& request, proto::Response& response) {
        if (++inside != 1) alone = false;
        answer_queries(request, response);
        --inside;
    });
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&server, i] {
            Client client(server->address());
            for (int j = 0; j < 200; ++j) {
                client.send(query(std::to_string(i * 1000 + j)));
                client.flush();
                EXPECT_EQ(client.receive().query().value(), std::to_string(i * 1000 + j));
                EXPECT_TRUE(client.receive().has_flush());
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_TRUE(alone);
}

TEST(Server, what_cannot_be_answered_becomes_an_exception) {
    const auto server = serve(answer_queries);
    Client client(server->address());
    client.send(query("throw"));
    proto::Request unknown;
    unknown.mutable_info();
    client.send(unknown);
    client.send(query("after"));
    client.flush();
    EXPECT_EQ(client.receive().exception().error(), "it broke");
    EXPECT_EQ(client.receive().exception().error(), "abci: a request of a kind that is not known");
    EXPECT_EQ(client.receive().query().value(), "after");
}

TEST(Server, a_connection_that_speaks_nonsense_is_told_and_closed) {
    const auto server = serve(answer_queries);
    for (const std::string_view nonsense : {"\x03\xFF\xFF\xFF", "\xFF\xFF\xFF\xFF\xFF"}) {
        Client client(server->address());
        client.send(nonsense);
        EXPECT_TRUE(client.receive().has_exception());
        EXPECT_EQ(client.receive().value_case(), proto::Response::VALUE_NOT_SET);
    }
    Client client(server->address());
    client.send(query("still here"));
    client.flush();
    EXPECT_EQ(client.receive().query().value(), "still here");
}

TEST(Server, text_that_is_not_utf8_is_answered) {
    const auto server = serve(answer_queries);
    Client client(server->address());
    // Anybody may choose the path of a query: query { path: 0xff }.
    client.send("\x05\x32\x03\x12\x01\xff");
    client.flush();
    EXPECT_EQ(client.receive().query().value(), "\xff");
    EXPECT_TRUE(client.receive().has_flush());
}

TEST(Server, an_address_that_cannot_be_had_is_named) {
    const auto log = [](std::string_view) {};
    for (const auto& [address, says] : std::initializer_list<std::pair<const char*, const char*>>{
             {"http://x", "abci: http://x: expected unix:///path or tcp://host:port"},
             {"tcp://127.0.0.1:70000", "expected tcp://a.b.c.d:port"},
             {"unix:///nowhere/at/all.sock", "cannot listen on unix:///nowhere/at/all.sock: No "}})
        EXPECT_NE(Server::start(address, answer_queries, log).error().sentence.find(says),
                  std::string::npos);
    const std::string long_path = "unix:///" + std::string(200, 'x');
    EXPECT_NE(Server::start(long_path, answer_queries, log).error().sentence.find("1 to 107 bytes"),
              std::string::npos);
}

}  // namespace
}  // namespace ballast::abci
