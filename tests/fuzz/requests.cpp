// JSON-RPC requests as the server reads them.
#include "house.hpp"
#include "targets.hpp"

#include <ballast/rpc/parse.hpp>

namespace ballast::fuzz {
/// What is read can be answered, to the id that was given, and read again as the same.
void run_requests(ByteView bytes) {
    const std::string text(bytes.begin(), bytes.end());
    rpc::Limits limits;
    limits.depth = 16;
    limits.members = 32;
    limits.batch = 20;
    const auto parsed = rpc::parse(text, limits);
    if (!parsed) return demand(parsed.error().code < 0 && !parsed.error().message.empty());
    demand(!parsed->calls.empty() && parsed->calls.size() <= limits.batch);
    for (const auto& one : parsed->calls) {
        const rpc::Json& id = one ? one->id : one.error().id;
        const rpc::Json answer = rpc::Json::parse(rpc::answer_text(id, rpc::Json("yes")));
        demand(answer["id"] == id && answer["result"] == "yes");
        if (!one) continue;
        const rpc::Json again = {
            {"jsonrpc", "2.0"}, {"id", one->id}, {"method", one->method}, {"params", one->params}};
        const auto same = rpc::parse(again.dump(), limits);
        demand(same && same->calls[0] && same->calls[0]->params == one->params);
        const auto by_name = rpc::named(one->params, rpc::Json::object());
        demand(!by_name || by_name->is_object());
    }
}

std::vector<Bytes> request_seeds() {
    return {
        bytes_of(R"({"jsonrpc":"2.0","id":1,"method":"vault.get","params":{"vault":"7"}})"),
        bytes_of(R"([{"jsonrpc":"2.0","id":"a","method":"x","params":[1,2.5,null,"é\n"]},)"
                 R"({"jsonrpc":"2.0","method":"note"},{"jsonrpc":"2.0","id":null,"method":""}])"),
        bytes_of(R"([[[[{"a":[{"b":{}}]}]]],{"id":1e300},{"id":{}},true,"x"])"),
    };
}

}  // namespace ballast::fuzz
