#include <ballast/tools/node_call.hpp>
#include <ballast/client/client.hpp>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cstring>

namespace ballast::tools {

bool node_answers(const std::filesystem::path& home) {
    const std::string path = (home / "node.sock").string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return false;
    const auto* place = reinterpret_cast<const sockaddr*>(&address);
    const bool connected = ::connect(socket, place, sizeof address) == 0;
    ::close(socket);
    return connected;
}

files::Attempt<nlohmann::ordered_json> ask_node_at(const std::string& address,
                                                   const std::string& method,
                                                   nlohmann::ordered_json params) {
    BALLAST_TRY(const auto node, client::Client::connect(address));
    auto answer = node->call(method, std::move(params));
    if (!answer)
        return files::fault("{}: {} ({}){}", method, answer.error().message, answer.error().code,
                            answer.error().data.is_null()
                                ? std::string()
                                : fmt::format(" {}", answer.error().data.dump()));
    return std::move(*answer);
}

files::Attempt<nlohmann::ordered_json> ask_node(const std::filesystem::path& home,
                                                const std::string& method,
                                                nlohmann::ordered_json params) {
    return ask_node_at(fmt::format("unix:{}", (home / "node.sock").string()), method,
                       std::move(params));
}

}  // namespace ballast::tools
