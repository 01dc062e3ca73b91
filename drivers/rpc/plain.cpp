#include <ballast/rpc/wire.hpp>

namespace ballast::rpc {

void open_plain(const std::shared_ptr<Core>& core, Caller caller, Socket socket) {
    std::make_shared<Wire<Socket>>(core, std::move(caller), std::move(socket))->start();
}

}  // namespace ballast::rpc
