/// A backend behind the API, on its port and its local socket.
#pragma once

#include <ballast/api/backend.hpp>
#include <ballast/node/config.hpp>

#include <filesystem>
#include <memory>

namespace ballast::node {

/// How the chain of a node is opened, by its configuration.
[[nodiscard]] chain::Options chain_options(const Config& config);

class Service {
public:
    /// Serves until it is destroyed; `backend` outlives it.  The local socket is HOME/node.sock.
    static files::Attempt<std::unique_ptr<Service>> start(api::Backend& backend,
                                                          const Config& config,
                                                          const std::filesystem::path& home);
    virtual ~Service() = default;
    [[nodiscard]] virtual u16 port() const = 0;
    /// Answers what was asked, for at most a second, and closes.
    virtual void stop() = 0;
};

}  // namespace ballast::node
