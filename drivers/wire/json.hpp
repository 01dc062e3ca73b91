/// Transactions, actions and price reports as JSON, with names and decimals:
/// {"action": "transfer", "to": 17, "asset": "USD", "amount": "12.5"}.
///
/// Assets, feeds, vault types, underlyings, compartments, margin models, kinds of instruments and
/// publishers stand by name; accounts, vaults, auctions, margin accounts, instruments and pools by
/// number.  Amounts, prices, ratios and sizes are decimal strings, exact; times are seconds since
/// 1970; keys are files::key_text, other bytes hexadecimal.  Whole numbers may stand as strings of
/// digits too.
#pragma once

#include <ballast/engine/genesis.hpp>
#include <ballast/engine/transaction.hpp>
#include <ballast/files/fault.hpp>
#include <ballast/oracle/report.hpp>

#include <nlohmann/json.hpp>

#include <string_view>

namespace ballast::wire {

using Json = nlohmann::ordered_json;

inline constexpr u32 json_depth_max = 16;  ///< Levels of arrays and objects; more is refused.

/// Text as JSON.  Faults say where: no JSON, a key twice in one object, more than json_depth_max
/// levels, more than transaction_bytes_max bytes.
[[nodiscard]] files::Attempt<Json> parse_json(std::string_view text);

[[nodiscard]] Json to_json(const engine::Action& action, const engine::Genesis& genesis);
/// {"sender", "nonce", "expires", "actions": […], "batch", "authorisation": {"key", "signature"}}.
[[nodiscard]] Json to_json(const engine::Transaction& transaction, const engine::Genesis& genesis);
/// {"publisher", "feed", "price", "confidence", "time", "signature"}.
[[nodiscard]] Json to_json(const oracle::Report& report, const engine::Genesis& genesis);

/// The reverse.  Faults name the field, the value and what is expected: a key that is missing or
/// unknown (with the nearest), a name that is unknown (likewise), a decimal with too many digits, a
/// number beyond its limit, more than limits::batch_max actions.  `expires` (0), `batch` (false),
/// `authorisation` (none) and a report's `signature` (zeros) may be missing; optional fields of
/// actions may be missing or null.
[[nodiscard]] files::Attempt<engine::Action> action_from_json(const Json& json,
                                                              const engine::Genesis& genesis);
[[nodiscard]] files::Attempt<engine::Transaction> transaction_from_json(
    const Json& json, const engine::Genesis& genesis);
[[nodiscard]] files::Attempt<oracle::Report> report_from_json(const Json& json,
                                                              const engine::Genesis& genesis);

/// JSON Schemas (draft 7) of what those functions read.  An action's is at its position in
/// engine::Action; action_schema() is all of them.
[[nodiscard]] Json action_schema(std::size_t index);
[[nodiscard]] Json action_schema();
[[nodiscard]] Json transaction_schema();
[[nodiscard]] Json report_schema();

}  // namespace ballast::wire
