#include <ballast/api/carrier.hpp>

#include <ballast/wire/json.hpp>
#include <ballast/wire/transaction.hpp>

namespace ballast::api {
namespace {

std::unexpected<Error> refused(std::string_view field, const std::string& sentence) {
    return std::unexpected(Error{rpc::error_code::params, fmt::format("{}: {}", field, sentence),
                                 Json{{"field", field}, {"expected", sentence}}});
}

}  // namespace

Parsed<engine::Transaction> transaction_of(const Json& given, std::string_view field,
                                           const engine::Machine& machine) {
    if (given.is_object()) {
        auto read = wire::transaction_from_json(given, machine.genesis());
        if (!read) return refused(field, read.error().sentence);
        return std::move(*read);
    }
    if (!given.is_string()) return std::unexpected(wrong(field, given, "an object or hexadecimal"));
    const auto bytes = bytes_of(given.get_ref<const std::string&>());
    if (!bytes) return refused(field, "is no hexadecimal");
    auto read = wire::decode(*bytes, wire::chain_id(machine.genesis().name, machine.chain()));
    if (!read) return refused(field, read.error().sentence);
    return std::move(*read);
}

Json transaction_schema() {
    Json bytes = schema::hex();
    bytes["maxLength"] = 2 * wire::transaction_bytes_max;
    bytes["description"] = "The protobuf message Transaction in hexadecimal.";
    return {{"oneOf", Json::array({bytes, wire::transaction_schema()})}};
}

Parsed<engine::Transaction> request_of(const Json& params, u64 nonce,
                                       const engine::Machine& machine) {
    Json whole{{"sender", params["sender"]},
               {"nonce", params.value("nonce", nonce)},
               {"expires", params.value("expires", u64{0})},
               {"actions", params["actions"]}};
    whole["batch"] = params.value("batch", params["actions"].size() != 1);
    return transaction_of(whole, "actions", machine);
}

std::vector<schema::Field> request_fields() {
    Json actions = schema::list_of(wire::action_schema());
    actions["maxItems"] = limits::batch_max;
    return {{"sender", schema::whole(0, limits::accounts_max), "Who asks."},
            {"actions", actions, "What for: each an object with its name as `action`."},
            schema::optional("batch", schema::boolean(),
                             "All or none; without it, true where there are several."),
            schema::optional("expires", schema::whole(0, limits::time_max),
                             "Last block time at which it may be done; 0: any."),
            schema::optional("nonce", schema::whole(),
                             "Without it the lowest that is not used and not on its way.")};
}

}  // namespace ballast::api
