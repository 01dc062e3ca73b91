#include <boost/asio/ssl/context.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include <ballast/rpc/wire.hpp>

namespace ballast::rpc {

void open_tls(const std::shared_ptr<Core>& core, Caller caller, Socket socket,
              boost::asio::ssl::context& context) {
    using Stream = boost::beast::ssl_stream<Socket>;
    std::make_shared<Wire<Stream>>(core, std::move(caller), std::move(socket), context)->start();
}

}  // namespace ballast::rpc
