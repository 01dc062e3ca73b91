/// Transactions as they come in at the API: protobuf in hexadecimal, or JSON.
#pragma once

#include <ballast/api/words.hpp>

namespace ballast::api {

/// {"transaction": "<hex>" | {...}} in whatever form; the error names the field.
[[nodiscard]] Parsed<engine::Transaction> transaction_of(const Json& given, std::string_view field,
                                                         const engine::Machine& machine);
/// Either form.
[[nodiscard]] Json transaction_schema();

/// {"sender", "actions", "batch", "nonce", "expires"} without authorisation; `nonce` where none is
/// given.
[[nodiscard]] Parsed<engine::Transaction> request_of(const Json& params, u64 nonce,
                                                     const engine::Machine& machine);
[[nodiscard]] std::vector<schema::Field> request_fields();

}  // namespace ballast::api
