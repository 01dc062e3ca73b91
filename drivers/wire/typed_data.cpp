#include <ballast/wire/typed_data.hpp>

#include <ballast/engine/describe.hpp>
#include <ballast/files/key_text.hpp>

namespace ballast::wire {
namespace {

using Json = nlohmann::ordered_json;

Json member(const char* name, const char* type) {
    return {{"name", name}, {"type", type}};
}

}  // namespace

Json typed_data_json(const engine::Transaction& transaction, const engine::Genesis& genesis,
                     const crypto::Digest& chain) {
    Json json;
    json["types"]["EIP712Domain"] = Json::array(
        {member("name", "string"), member("version", "string"), member("salt", "bytes32")});
    json["types"]["Transaction"] =
        Json::array({member("account", "string"), member("nonce", "uint64"),
                     member("expires", "string"), member("actions", "string[]")});
    json["primaryType"] = "Transaction";
    json["domain"] = {{"name", "Ballast"}, {"version", "1"}, {"salt", "0x" + files::hex_of(chain)}};
    // Numbers stand as text: a wallet may read JSON numbers as binary fractions.
    json["message"] = {{"account", fmt::format("{}", transaction.sender.value())},
                       {"nonce", fmt::format("{}", transaction.nonce)},
                       {"expires", engine::describe_time(transaction.expires)},
                       {"actions", engine::describe(transaction, genesis)}};
    return json;
}

}  // namespace ballast::wire
