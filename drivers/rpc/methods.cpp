#include <ballast/rpc/methods.hpp>

#include <ballast/rpc/own_methods.hpp>

#include <utility>

namespace ballast::rpc {
namespace {

const std::pair<int, const char*> error_words[] = {
    {error_code::parse, "The text is no JSON"},
    {error_code::request, "The JSON is no request"},
    {error_code::method, "Method not found"},
    {error_code::params, "Bad params"},
    {error_code::internal, "Internal error"},
    {error_code::limit, "Over a limit of the connection"},
    {error_code::rejected, "Rejected by the machine"},
    {error_code::absent, "Not there"},
    {error_code::busy, "Busy, try again"},
    {error_code::expired, "The transaction has expired"},
};

Json described(const Method& method) {
    Json params = Json::array();
    if (const auto properties = method.params.find("properties");
        properties != method.params.end()) {
        const Json required = method.params.value("required", Json::array());
        for (const auto& [name, schema] : properties->items()) {
            bool needed = false;
            for (const Json& one : required) needed = needed || one == name;
            params.push_back({{"name", name}, {"required", needed}, {"schema", schema}});
        }
    }
    Json errors = Json::array();
    for (const auto& [code, words] : error_words)
        errors.push_back({{"$ref", "#/components/errors/" + std::to_string(-code)}});
    const Json schema = method.result.is_null() ? Json::object() : method.result;
    Json all = {{"name", method.name},
                {"summary", method.summary},
                {"paramStructure", "either"},
                {"params", std::move(params)},
                {"result", {{"name", "result"}, {"schema", schema}}},
                {"errors", std::move(errors)}};
    if (method.local_only) all["x-local-only"] = true;
    return all;
}

}  // namespace

void Methods::add(Method method) {
    std::string name = method.name;
    methods_.insert_or_assign(std::move(name), std::move(method));
}

const Method* Methods::find(const std::string& name) const {
    const auto found = methods_.find(name);
    return found == methods_.end() ? nullptr : &found->second;
}

Json Methods::openrpc(const std::string& title, const std::string& version) const {
    std::map<std::string, const Method*> all;
    const std::vector<Method> own = own_methods();
    for (const Method& method : own) all[method.name] = &method;
    for (const auto& [name, method] : methods_) all[name] = &method;
    Json methods = Json::array();
    for (const auto& [name, method] : all) methods.push_back(described(*method));
    Json errors = Json::object();
    for (const auto& [code, words] : error_words)
        errors[std::to_string(-code)] = {{"code", code}, {"message", words}};
    return {{"openrpc", "1.3.2"},
            {"info", {{"title", title}, {"version", version}}},
            {"methods", std::move(methods)},
            {"components", {{"errors", std::move(errors)}}}};
}

std::vector<Method> own_methods() {
    const Json name = {{"type", "string"}};
    const Json number = {{"type", "integer"}, {"minimum", 0}};
    const Json subscribed = {{"type", "object"},
                             {"properties",
                              {{"height", number},
                               {"root", {{"type", Json::array({"string", "null"})}}},
                               {"time", {{"type", Json::array({"integer", "null"})}}},
                               {"subscription", number},
                               {"topic", name},
                               {"seq", number}}}};
    std::vector<Method> all(3);
    all[0].name = "rpc.discover";
    all[0].summary = "This document, with the channels under x-channels.";
    all[0].params = {{"type", "object"}, {"properties", Json::object()}};
    all[0].result = {{"type", "object"}};
    all[1].name = "channel.subscribe";
    all[1].summary =
        "Sends a snapshot of a channel and then its deltas, as notifications channel.message; "
        "over a WebSocket only. Params of the channel stand beside these.";
    all[1].params = {{"type", "object"},
                     {"properties", {{"channel", name}, {"resume_from", number}}},
                     {"required", Json::array({"channel"})}};
    all[1].result = subscribed;
    all[2].name = "channel.unsubscribe";
    all[2].summary = "Ends a subscription.";
    all[2].params = {{"type", "object"},
                     {"properties", {{"subscription", number}}},
                     {"required", Json::array({"subscription"})}};
    all[2].result = {{"type", "object"}, {"properties", {{"subscription", number}}}};
    return all;
}

}  // namespace ballast::rpc
