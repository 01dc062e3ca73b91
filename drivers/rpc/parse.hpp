/// JSON-RPC 2.0 as text: requests that are read without trust, answers that are written.
#pragma once

#include <ballast/rpc/methods.hpp>
#include <ballast/rpc/server.hpp>

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ballast::rpc {

/// One request.
struct Call {
    Json id;                    ///< A string, a number or null.
    bool notification = false;  ///< Has no id, and gets no answer.
    std::string method;
    Json params = Json::object();  ///< An object or an array.
};

/// Why one request of a batch is none, and the id to which that is said.
struct Refusal {
    Json id;
    Error error;
};

/// What came in one message.
struct Parsed {
    bool batch = false;
    std::vector<std::expected<Call, Refusal>> calls;
};

/// The error of a limit: data {"limit": its name, "value": what it is}.
[[nodiscard]] Error limit_error(const char* name, std::size_t value);

/// Reads a message.  Bytes, depth and members are checked before anything is built.  Rejects, for
/// the message as a whole: what is too long, too deep or too wide (limit), what is no JSON (parse),
/// an empty batch (request), a batch that is too long (limit).
[[nodiscard]] std::expected<Parsed, Error> parse(std::string_view text, const Limits& limits);

/// The params of a call as an object: an array becomes one by the order of the properties in
/// `schema`.  Rejects more of them than there are properties.
[[nodiscard]] std::expected<Json, Error> named(Json params, const Json& schema);

/// One answer as text.
[[nodiscard]] std::string answer_text(const Json& id, const Reply& reply);

}  // namespace ballast::rpc
