/// Where a socket becomes a connection.  Two translation units hold all of the HTTP, WebSocket and
/// TLS code: plain.cpp and tls.cpp, the same template over two streams.
#pragma once

#include <ballast/rpc/core.hpp>

#include <boost/asio/generic/stream_protocol.hpp>

namespace boost::asio::ssl {
class context;
}

namespace ballast::rpc {

/// A TCP or a local socket, with a strand for its executor.
using Socket = boost::asio::generic::stream_protocol::socket;

/// Begins to serve an admitted caller.
void open_plain(const std::shared_ptr<Core>& core, Caller caller, Socket socket);
void open_tls(const std::shared_ptr<Core>& core, Caller caller, Socket socket,
              boost::asio::ssl::context& context);

}  // namespace ballast::rpc
