#include <ballast/client/client.hpp>
#include <ballast/client/pipe.hpp>
#include <ballast/rpc/test_node.hpp>

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <condition_variable>

namespace ballast::client {
namespace {

using rpc::Hub;
using rpc::RawPeer;
using rpc::Server;
using rpc::soon;
using rpc::TestNode;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

std::string url_of(const TestNode& node, const char* scheme = "http") {
    return fmt::format("{}://127.0.0.1:{}", scheme, node.server->port());
}

std::unique_ptr<Client> connected(const std::string& url, const Options& options = {}) {
    auto client = Client::connect(url, options);
    EXPECT_TRUE(client) << client.error().sentence;
    return client ? std::move(*client) : nullptr;
}

/// Keeps messages, and waits for them.  It must outlive the client.
class Diary {
public:
    void operator()(const Message& message) {
        const std::lock_guard lock(mutex_);
        all_.push_back(message);
        more_.notify_all();
    }
    /// The message of this place, other than heartbeats.
    Message at(std::size_t place) {
        std::unique_lock lock(mutex_);
        if (!more_.wait_for(lock, 10s, [&] { return all_.size() > place; }))
            ADD_FAILURE() << "message " << place << " did not come";
        return all_.size() > place ? all_[place] : Message{};
    }
    std::size_t size() {
        const std::lock_guard lock(mutex_);
        return all_.size();
    }

private:
    std::mutex mutex_;
    std::condition_variable more_;
    std::vector<Message> all_;
};

TEST(Url, IsReadOrRefusedWithTheForms) {
    const auto url = parse_url("https://node.example:7420/");
    ASSERT_TRUE(url);
    EXPECT_TRUE(url->secure);
    EXPECT_EQ(url->host + " " + url->port, "node.example 7420");
    EXPECT_EQ(parse_url("ws://[::1]:80")->host, "::1");
    EXPECT_EQ(parse_url("wss://host")->port, "443");
    EXPECT_EQ(parse_url("unix:/a/node.sock")->path, "/a/node.sock");
    for (const char* bad : {"", "host:1", "ftp://x", "http://", "http://x:port", "http://x:999999",
                            "unix:", "http://x/path", "http://u@x"}) {
        const auto refused = parse_url(bad);
        ASSERT_FALSE(refused) << bad;
        EXPECT_NE(refused.error().sentence.find("unix:PATH"), std::string::npos);
    }
}

TEST(Call, IsAnsweredByTheServerOrByItsError) {
    const TestNode node;
    for (const char* scheme : {"http", "ws"}) {
        const auto client = connected(url_of(node, scheme));
        const Json params = {{"first", std::string(100'000, 'x')}};
        EXPECT_EQ(client->call("echo", params), params);
        const Answer missing = client->call("fail");
        ASSERT_FALSE(missing);
        EXPECT_EQ(missing.error().code, rpc::error_code::absent);
        EXPECT_EQ(missing.error().data["field"], "x");
        EXPECT_EQ(client->call("admin.secret").error().code, rpc::error_code::method);
    }
}

TEST(Call, ManyThreadsShareAConnection) {
    const TestNode node;
    const auto client = connected(url_of(node));
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&, i] {
            for (int k = 0; k < 50; ++k) {
                const Json params = {{"first", 100 * i + k}};
                EXPECT_EQ(client->call("echo", params), params);
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(node.server->counters().connections, 1U);
}

TEST(Call, SaysWhyThereIsNoAnswer) {
    std::uint16_t port = 0;
    {
        TestNode node;
        port = node.server->port();
        const auto client = connected(url_of(node));
        EXPECT_EQ(client->call("hold", {}, 50ms).error().code, failure_code::timeout);
        node.release();
        Answer lost = Json();
        std::thread waiting([&] { lost = client->call("hold"); });
        ASSERT_TRUE(soon([&] { return node.held() == 1; }));
        node.server.reset();
        waiting.join();
        ASSERT_FALSE(lost);
        EXPECT_EQ(lost.error().code, failure_code::connection);
        const Answer nobody = client->call("echo");
        ASSERT_FALSE(nobody);
        EXPECT_NE(nobody.error().message.find("cannot connect"), std::string::npos);
        node.release();
    }
    const auto refused = Client::connect(fmt::format("http://127.0.0.1:{}", port));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().sentence.find(std::to_string(port)), std::string::npos);
}

TEST(Call, OverALocalSocketMayBeLocal) {
    std::string form = (std::filesystem::temp_directory_path() / "clientXXXXXX").string();
    const std::filesystem::path home = ::mkdtemp(form.data());
    rpc::Options options;
    options.local_socket = home / "node.sock";
    {
        const TestNode node(options);
        const auto client = connected("unix:" + options.local_socket->string());
        EXPECT_EQ(client->call("admin.secret"), "told");
    }
    std::filesystem::remove_all(home);
}

/// A server on the port of the one before it, with the same hub.
void start_again(TestNode& node, std::uint16_t port) {
    rpc::Options options;
    options.port = port;
    ASSERT_TRUE(soon([&] {
        auto server = Server::start(options, node.methods, node.hub);
        if (server) node.server = std::move(*server);
        return server.has_value();
    }));
}

TEST(Subscribe, FollowsThroughALostConnection) {
    TestNode node;
    Diary diary;
    const auto client = connected(url_of(node), {.reconnect_first = 10ms});
    const auto id = client->subscribe("count", Json::object(), std::ref(diary));
    ASSERT_TRUE(id);
    EXPECT_EQ(diary.at(0).type, Message::Type::snapshot);
    node.publish(1);
    EXPECT_EQ(diary.at(1).height, 1U);
    const std::uint16_t port = node.server->port();
    node.server.reset();
    EXPECT_EQ(diary.at(2).type, Message::Type::interrupted);
    node.publish(2);
    start_again(node, port);
    EXPECT_EQ(diary.at(3).type, Message::Type::delta);
    EXPECT_EQ(diary.at(3).height, 2U);
    client->unsubscribe(*id);
    node.publish(3);
    EXPECT_EQ(client->call("echo", Json::object()), Json::object());
    EXPECT_EQ(diary.size(), 4U);
}

TEST(Subscribe, BeginsAnewWhereResumingCannotBe) {
    TestNode node({}, {.replay = 4});
    Diary diary;
    const auto client = connected(url_of(node), {.reconnect_first = 10ms});
    ASSERT_TRUE(client->subscribe("count", Json::object(), std::ref(diary)));
    EXPECT_EQ(diary.at(0).type, Message::Type::snapshot);
    const std::uint16_t port = node.server->port();
    node.server.reset();
    EXPECT_EQ(diary.at(1).type, Message::Type::interrupted);
    for (std::uint64_t height = 1; height <= 9; ++height) node.publish(height);
    start_again(node, port);
    EXPECT_EQ(diary.at(2).type, Message::Type::snapshot);
    EXPECT_EQ(diary.at(2).height, 9U);
}

TEST(Subscribe, AListenerMayCallAndBlock) {
    TestNode node;
    std::mutex gate;
    Diary diary;
    const auto client = connected(url_of(node), {.queue = 8});
    gate.lock();
    ASSERT_TRUE(client->subscribe("count", Json::object(), [&](const Message& message) {
        EXPECT_TRUE(client->call("echo"));
        const std::lock_guard lock(gate);
        diary(message);
    }));
    // Only once the snapshot is taken; otherwise some of these are in it.
    EXPECT_TRUE(soon([&] { return node.server->counters().messages >= 1; }));
    for (std::uint64_t height = 1; height <= 100; ++height) node.publish(height);
    EXPECT_TRUE(client->call("echo"));
    EXPECT_TRUE(soon([&] { return node.server->counters().messages >= 101; }));
    EXPECT_TRUE(client->call("echo"));
    gate.unlock();
    // A few that waited, and then the whole as it stands.
    std::size_t place = 1;
    while (diary.at(place).type == Message::Type::delta && place < 100) ++place;
    EXPECT_LE(place, 20U);
    EXPECT_EQ(diary.at(place).type, Message::Type::snapshot);
    EXPECT_EQ(diary.at(place).height, 100U);
}

TEST(Subscribe, WhatWasDroppedIsNotResumedFrom) {
    TestNode node;
    std::mutex gate;
    Diary diary;
    const auto client = connected(url_of(node), {.queue = 2, .reconnect_first = 10ms});
    gate.lock();
    ASSERT_TRUE(client->subscribe("count", Json::object(), [&](const Message& message) {
        const std::lock_guard lock(gate);
        diary(message);
    }));
    // Only once the snapshot is taken; otherwise some of these are in it.
    EXPECT_TRUE(soon([&] { return node.server->counters().messages >= 1; }));
    for (std::uint64_t height = 1; height <= 40; ++height) node.publish(height);
    EXPECT_TRUE(soon([&] { return node.server->counters().messages >= 41; }));
    EXPECT_TRUE(client->call("echo"));
    const std::uint16_t port = node.server->port();
    node.server.reset();
    start_again(node, port);
    EXPECT_TRUE(soon([&] { return node.server->counters().subscriptions == 1; }));
    gate.unlock();
    // Deltas in a row, or the whole.
    std::uint64_t height = 0;
    for (std::size_t place = 0; height < 40; ++place) {
        const Message message = diary.at(place);
        if (message.type == Message::Type::interrupted) continue;
        const bool follows = message.type != Message::Type::delta || message.height == height + 1;
        ASSERT_TRUE(follows) << message.height << " after " << height;
        height = message.height;
        ASSERT_LT(place, 20U);
    }
}

TEST(Subscribe, IsRefusedWithTheServersWords) {
    const TestNode node;
    const auto client = connected(url_of(node));
    const auto refused = client->subscribe("nowhere", Json::object(), [](const Message&) {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, rpc::error_code::params);
}

// --- TLS ---

/// A key, and a certificate by it for 127.0.0.1.
class Certificate : public testing::Test {
protected:
    Certificate() {
        std::string form = (std::filesystem::temp_directory_path() / "tlsXXXXXX").string();
        home_ = ::mkdtemp(form.data());
        EVP_PKEY* key = EVP_EC_gen("P-256");
        X509* certificate = X509_new();
        X509_set_version(certificate, 2);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3'600);
        X509_set_pubkey(certificate, key);
        const unsigned char name[] = "ballast test";
        X509_NAME* subject = X509_get_subject_name(certificate);
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, name, -1, -1, 0);
        X509_set_issuer_name(certificate, subject);
        X509_EXTENSION* names =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
        X509_add_ext(certificate, names, -1);
        X509_sign(certificate, key, EVP_sha256());
        write("key.pem", [&](FILE* file) {
            PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
        });
        write("certificate.pem", [&](FILE* file) { PEM_write_X509(file, certificate); });
        X509_EXTENSION_free(names);
        X509_free(certificate);
        EVP_PKEY_free(key);
    }
    ~Certificate() override { std::filesystem::remove_all(home_); }

    void write(const char* name, const std::function<void(FILE*)>& what) const {
        FILE* file = std::fopen((home_ / name).c_str(), "w");
        what(file);
        std::fclose(file);
    }

    std::filesystem::path home_;
};

TEST_F(Certificate, IsCheckedAndThenEverythingIsAsBefore) {
    rpc::Options options;
    options.certificate = home_ / "certificate.pem";
    options.key = home_ / "key.pem";
    TestNode node(options);
    const auto stranger = Client::connect(url_of(node, "https"));
    ASSERT_FALSE(stranger);
    EXPECT_NE(stranger.error().sentence.find("self-signed"), std::string::npos)
        << stranger.error().sentence;
    const Options trusting{.authorities = home_ / "certificate.pem"};
    const auto wrong_name =
        Client::connect(fmt::format("wss://localhost:{}", node.server->port()), trusting);
    EXPECT_FALSE(wrong_name);
    EXPECT_FALSE(Client::connect(url_of(node, "ws"), {.connect_timeout = 500ms}));

    Diary diary;
    const auto client = connected(url_of(node, "wss"), trusting);
    const Json params = {{"first", std::string(300'000, 'x')}};
    EXPECT_EQ(client->call("echo", params), params);
    ASSERT_TRUE(client->subscribe("count", Json::object(), std::ref(diary)));
    const std::uint64_t snapshot = diary.at(0).seq;  // What is published before it would be in it.
    for (std::uint64_t height = 1; height <= 20; ++height) node.publish(height, "x");
    for (std::size_t place = 1; place <= 20; ++place)
        EXPECT_EQ(diary.at(place).seq, snapshot + place);

    RawPeer plain(node.server->port());
    plain.send("GET /healthz HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(plain.ends());
    node.server->stop(2s);
}

}  // namespace
}  // namespace ballast::client
