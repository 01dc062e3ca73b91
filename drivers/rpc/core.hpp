/// What all connections of a server share.
#pragma once

#include <ballast/rpc/own_methods.hpp>
#include <ballast/rpc/server.hpp>
#include <ballast/rpc/topic.hpp>
#include <ballast/rpc/workers.hpp>

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <unordered_map>

namespace ballast::rpc {

/// A connection as the server sees it.
class Connection : public Listener {
public:
    virtual void stop() = 0;   ///< Answer what is open, then close.  Any thread.
    virtual void abort() = 0;  ///< Close.  Any thread.
};

struct Tally {
    std::atomic<std::uint64_t> websockets = 0, subscriptions = 0, requests = 0, errors = 0,
                               resyncs = 0, refused = 0, messages = 0, bytes_out = 0;
};

/// Outlives every connection, because each holds it.
class Core {
public:
    Core(Options given, const Methods& table, Hub& where, Pages served)
        : options(std::move(given)),
          methods(table),
          hub(where),
          shared(where.shared()),
          pages(std::move(served)),
          workers(options.workers, 2 * options.limits.connections + shared->limits.topics),
          prompt(1, options.limits.connections) {}

    /// Counts a new connection from `peer`, or refuses it.
    [[nodiscard]] bool admit(const std::string& peer);
    void enter(const std::shared_ptr<Connection>& connection);
    void leave(Connection* connection, const std::string& peer);
    [[nodiscard]] std::vector<std::shared_ptr<Connection>> connections() const;
    [[nodiscard]] std::size_t count() const;
    /// Waits until there is no connection, for at most so long.
    bool wait_empty(std::chrono::milliseconds most);

    const Options options;
    const Methods& methods;
    Hub& hub;
    const std::shared_ptr<Hub::Shared> shared;
    const Pages pages;
    const std::vector<Method> own = own_methods();
    Tally tally;
    boost::asio::io_context context;
    Workers workers;
    Workers prompt;  ///< For pages that wait for nothing.

private:
    mutable std::mutex mutex_;
    std::condition_variable empty_;
    std::size_t count_ = 0;
    std::unordered_map<std::string, std::size_t> peers_;
    std::unordered_map<Connection*, std::weak_ptr<Connection>> connections_;
};

}  // namespace ballast::rpc
