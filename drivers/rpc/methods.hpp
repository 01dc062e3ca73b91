/// What can be called: JSON-RPC 2.0 methods, the same over HTTP and WebSocket, described by an
/// OpenRPC document that is made from this table and nothing else.
#pragma once

#include <nlohmann/json.hpp>

#include <expected>
#include <functional>
#include <map>
#include <string>

namespace ballast::rpc {

using Json = nlohmann::ordered_json;

/// An error as JSON-RPC has it.  `data` says what would help: the field, the value, the limit.
struct Error {
    int code = 0;
    std::string message;
    Json data;
};
namespace error_code {
inline constexpr int parse = -32700;
inline constexpr int request = -32600;
inline constexpr int method = -32601;
inline constexpr int params = -32602;
inline constexpr int internal = -32603;
inline constexpr int limit = -32000;     ///< A limit of the connection; `data` names it.
inline constexpr int rejected = -32001;  ///< The machine said no; `data` has code, name, sentence.
inline constexpr int absent = -32002;    ///< What was asked for does not exist, or not any more.
inline constexpr int busy = -32003;      ///< The node cannot take this now; try again.
inline constexpr int expired = -32004;   ///< The transaction can no longer come into a block.
}  // namespace error_code

using Reply = std::expected<Json, Error>;
/// Called exactly once, at once or later, by any thread.
using Respond = std::function<void(Reply)>;

/// Who asks.
struct Caller {
    std::string peer;    ///< Address, for logs.
    bool local = false;  ///< Came over the local socket: may call admin methods.
};

struct Method {
    std::string name;     ///< "vault.get".
    std::string summary;  ///< One sentence.
    Json params;          ///< JSON Schema of the params object.
    Json result;          ///< JSON Schema of the result.
    /// May wait, because it runs on a worker; what it throws is answered as an internal error, and
    /// so is a Respond that was let go without being called.  Params are always an object: those
    /// given by position got the names of the schema's properties, in their order.
    std::function<void(const Caller&, const Json& params, Respond)> call;
    bool local_only = false;  ///< To others it does not exist.
};

/// The methods of a server.  Filled before the server starts, only read afterwards.
class Methods {
public:
    void add(Method method);
    [[nodiscard]] const Method* find(const std::string& name) const;
    /// The OpenRPC 1.3 document of these methods and of those that the server has itself
    /// (rpc.discover, channel.subscribe, channel.unsubscribe).
    [[nodiscard]] Json openrpc(const std::string& title, const std::string& version) const;

private:
    std::map<std::string, Method> methods_;
};

}  // namespace ballast::rpc
