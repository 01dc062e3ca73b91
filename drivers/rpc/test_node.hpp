/// A server with a few methods and a channel, for the tests of this folder.
#pragma once

#include <ballast/rpc/raw_peer.hpp>
#include <ballast/rpc/server.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

namespace ballast::rpc {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

/// Methods: echo (its params), fail, later (echo after 50 ms by another thread), drop (never
/// answers), throw, sleep {milliseconds}, admin.secret (local only).  Channel: count, with topics
/// count:NAME; its snapshot is what the test sets.
class TestNode {
public:
    explicit TestNode(Options options = {}, Hub::Limits limits = {}) : hub(limits) {
        add("echo", [](const Caller&, const Json& params, const Respond& done) { done(params); });
        add("fail", [](const Caller&, const Json&, const Respond& done) {
            done(std::unexpected(Error{error_code::absent, "no such thing", {{"field", "x"}}}));
        });
        add("later", [this](const Caller&, const Json& params, const Respond& done) {
            const std::lock_guard lock(mutex_);
            threads_.emplace_back([done, params] {
                std::this_thread::sleep_for(50ms);
                done(params);
            });
        });
        add("drop", [](const Caller&, const Json&, const Respond&) {});
        add("hold", [this](const Caller&, const Json&, const Respond& done) {
            const std::lock_guard lock(mutex_);
            held_.push_back(done);
        });
        add("throw", [](const Caller&, const Json&, const Respond&) {
            throw std::runtime_error("out of the handler");
        });
        add(
            "admin.secret", [](const Caller&, const Json&, const Respond& done) { done("told"); },
            true);
        hub.declare({.name = "count",
                     .summary = "Counts.",
                     .params = {},
                     .data = {},
                     .topic = [](const Json& params) -> std::expected<std::string, Error> {
                         if (params.contains("bad"))
                             return std::unexpected(Error{error_code::params, "bad", {}});
                         return "count:" + params.value("name", "a");
                     },
                     .snapshot = [this](const std::string&) { return snapshot(); }});
        Pages pages;
        pages["/healthz"] = {[] { return Page{200, "text/plain", "well\n"}; }, true};
        pages["/figures"] = {[] { return Page{200, "text/plain", "1\n"}; }};
        pages["/broken"] = {[]() -> Page { throw std::runtime_error("page"); }};
        auto started = Server::start(std::move(options), methods, hub, std::move(pages));
        if (!started)
            ADD_FAILURE() << started.error().sentence;
        else
            server = std::move(*started);
    }
    ~TestNode() {
        server.reset();
        for (std::thread& thread : threads_) thread.join();
    }
    TestNode(const TestNode&) = delete;
    TestNode& operator=(const TestNode&) = delete;

    void release() {
        const std::lock_guard lock(mutex_);
        for (const Respond& done : held_) done("held");
        held_.clear();
    }
    [[nodiscard]] std::size_t held() const {
        const std::lock_guard lock(mutex_);
        return held_.size();
    }
    /// A delta of count:a, and what the next snapshot says.
    void publish(std::uint64_t height, const std::string& filling = {}) {
        height_ = height;
        hub.publish("count:a", {{"height", height}, {"data", filling}});
    }
    [[nodiscard]] RawPeer socket() const {
        RawPeer peer(server->port());
        EXPECT_TRUE(peer.upgrade());
        return peer;
    }

    Methods methods;
    Hub hub;
    std::unique_ptr<Server> server;
    std::function<Json()> snapshot = [this] {
        return Json{{"height", height_.load()}, {"data", "whole"}};
    };

private:
    using Handler = std::function<void(const Caller&, const Json&, const Respond&)>;
    void add(const std::string& name, Handler call, bool local = false) {
        const Json schema = {
            {"type", "object"},
            {"properties", {{"first", Json::object()}, {"second", Json::object()}}},
            {"required", Json::array({"first"})}};
        methods.add({.name = name,
                     .summary = "For tests.",
                     .params = schema,
                     .result = Json::object(),
                     .call = std::move(call),
                     .local_only = local});
    }

    mutable std::mutex mutex_;
    std::vector<Respond> held_;
    std::vector<std::thread> threads_;
    std::atomic<std::uint64_t> height_ = 0;
};

/// Waits until something holds; false where it does not in time.
template <class Condition>
bool soon(Condition condition) {
    for (int i = 0; i < 1'000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

}  // namespace ballast::rpc
