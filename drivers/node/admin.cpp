// What the operator may do, on the local socket.
#include <ballast/files/decimal.hpp>
#include <ballast/files/run_directory.hpp>
#include <ballast/node/embedded.hpp>

namespace ballast::node {
namespace {

using rpc::Error;
using rpc::Json;
using rpc::Reply;
constexpr u64 mine_max = 100'000;

Json object(const Json& properties) {
    return {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
}
const Json whole = {{"type", "integer"}, {"minimum", 0}};
const Json words = {{"type", "string"}};

// A whole number; `otherwise` where it is not given.
std::expected<u64, Error> number(const Json& params, const char* name, u64 otherwise, u64 most) {
    if (!params.contains(name)) return otherwise;
    const Json& value = params[name];
    const u64 read = value.is_number_unsigned() ? value.get<u64>() : most + 1;
    if (read <= most) return read;
    return std::unexpected(
        Error{rpc::error_code::params,
              fmt::format("{} is {}, must be a whole number up to {}", name, value.dump(), most),
              {{"field", name}, {"limit", most}}});
}

Error failed(const files::Fault& fault) {
    return {rpc::error_code::internal, fault.sentence, {}};
}

Json answer(const chain::Chain& chain, Json data) {
    Json result;
    chain.read([&](const engine::Machine& machine) {
        result = {{"height", machine.height()},
                  {"root", files::hex_text(machine.root())},
                  {"time", machine.time()}};
    });
    result["data"] = std::move(data);
    return result;
}

rpc::Method method(std::string name, std::string summary, const Json& params,
                   std::function<Reply(const Json&)> call) {
    return {.name = std::move(name),
            .summary = std::move(summary),
            .params = object(params),
            .result = {{"type", "object"}},
            .call =
                [call = std::move(call)](const rpc::Caller&, const Json& given,
                                         const rpc::Respond& respond) {
                    respond(call(given.is_null() ? Json::object() : given));
                },
            .local_only = true};
}

std::expected<std::pair<FeedId, Price>, Error> feed_price(const engine::Genesis& genesis,
                                                          const Json& params) {
    const auto wrong = [](std::string message) {
        return std::unexpected(Error{rpc::error_code::params, std::move(message), {}});
    };
    const std::string name = params.value("feed", "");
    const std::string text = params.value("price", "");
    const auto price =
        files::parse_decimal(text, files::money_decimals, Round::down, limits::price_max.units());
    if (!price || *price <= 0)
        return wrong(fmt::format("price: '{}' is no price from 0.00000001 to {}", text,
                                 ballast::text(limits::price_max)));
    for (u16 i = 0; i < genesis.oracle.feeds.size(); ++i)
        if (genesis.oracle.feeds[i].name == name)
            return std::pair{FeedId{i}, Price::units(static_cast<i64>(*price))};
    return wrong(fmt::format("feed: there is no feed '{}'", name));
}

}  // namespace

void Embedded::add_mine(std::vector<rpc::Method>& methods) {
    methods.push_back(
        method("admin.mine", "Makes blocks now, each so many seconds after the one before.",
               {{"blocks", whole}, {"seconds", whole}}, [this](const Json& params) -> Reply {
                   const auto blocks = number(params, "blocks", 1, mine_max);
                   const auto seconds = number(params, "seconds", 0, limits::step_seconds_max);
                   if (!blocks) return std::unexpected(blocks.error());
                   if (!seconds) return std::unexpected(seconds.error());
                   const auto height = mine(*blocks, *seconds);
                   if (!height) return std::unexpected(failed(height.error()));
                   return answer(chain_, {{"height", *height}});
               }));
    methods.push_back(method("admin.warp", "Moves the node's clock on and makes a block.",
                             {{"seconds", whole}}, [this](const Json& params) -> Reply {
                                 const auto seconds =
                                     number(params, "seconds", 0, limits::step_seconds_max);
                                 if (!seconds) return std::unexpected(seconds.error());
                                 const auto height = warp(*seconds);
                                 if (!height) return std::unexpected(failed(height.error()));
                                 return answer(chain_, {{"height", *height}});
                             }));
}

void Embedded::add_price(std::vector<rpc::Method>& methods) {
    methods.push_back(
        method("admin.price", "Signs a price as the development publisher and makes a block.",
               {{"feed", words}, {"price", words}}, [this](const Json& params) -> Reply {
                   const auto wanted = feed_price(genesis_, params);
                   if (!wanted) return std::unexpected(wanted.error());
                   // A publisher says one price in a second.
                   const auto moved = mine(1, 1);
                   if (!moved) return std::unexpected(failed(moved.error()));
                   const auto said = price(wanted->first, wanted->second);
                   if (!said) return std::unexpected(failed(said.error()));
                   const auto height = mine(1, 0);
                   if (!height) return std::unexpected(failed(height.error()));
                   return answer(chain_, {{"height", *height}});
               }));
}

void Embedded::add_keeping(std::vector<rpc::Method>& methods) {
    methods.push_back(method("admin.snapshot", "Keeps a snapshot of the last block.",
                             Json::object(), [this](const Json&) -> Reply {
                                 const auto height = chain_.snapshot();
                                 if (!height) return std::unexpected(failed(height.error()));
                                 return answer(chain_, {{"snapshot", *height}});
                             }));
    methods.push_back(method("admin.stop", "Stops the node when what waits stands in blocks.",
                             Json::object(), [this](const Json&) -> Reply {
                                 Json result = answer(chain_, {{"stopping", true}});
                                 if (options_.stop) options_.stop();
                                 return result;
                             }));
}

std::vector<rpc::Method> Embedded::admin_methods() {
    std::vector<rpc::Method> methods;
    add_keeping(methods);
    if (!options_.development) return methods;
    add_mine(methods);
    if (options_.publisher) add_price(methods);
    return methods;
}

}  // namespace ballast::node
