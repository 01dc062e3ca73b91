#include <ballast/rpc/parse.hpp>

#include <fmt/format.h>

namespace ballast::rpc {
namespace {

/// Walks over JSON without building it, as far as depth and members need.
class Shape {
public:
    explicit Shape(const Limits& limits) : limits_(limits) { open_.reserve(limits.depth); }

    [[nodiscard]] std::expected<void, Error> walk(std::string_view text) {
        for (const char sign : text) {
            if (in_string_) {
                string(sign);
                continue;
            }
            if (sign == '"') in_string_ = true;
            if (sign == '{' || sign == '[') {
                if (open_.size() == limits_.depth)
                    return std::unexpected(limit_error("depth", limits_.depth));
                open_.push_back({sign == '{', 1});
            }
            if ((sign == '}' || sign == ']') && !open_.empty()) open_.pop_back();
            if (sign == ',' && !open_.empty() && ++open_.back().members > limits_.members &&
                open_.back().object)
                return std::unexpected(limit_error("members", limits_.members));
        }
        return {};
    }

private:
    struct Level {
        bool object = false;
        std::size_t members = 0;
    };

    void string(char sign) {
        if (escaped_)
            escaped_ = false;
        else if (sign == '\\')
            escaped_ = true;
        else if (sign == '"')
            in_string_ = false;
    }

    const Limits& limits_;
    std::vector<Level> open_;
    bool in_string_ = false;
    bool escaped_ = false;
};

std::expected<Json, Error> json(std::string_view text) {
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& fault) {
        return std::unexpected(Error{error_code::parse,
                                     fmt::format("this is no JSON, at byte {}", fault.byte),
                                     {{"position", fault.byte}}});
    } catch (const std::exception&) {
        return std::unexpected(Error{error_code::parse, "a number is too large", nullptr});
    }
}

/// A double writes whole numbers up to 2^53 back as they were.
constexpr double exact_most = 9'007'199'254'740'992.0;

bool legal_id(const Json& id) {
    if (id.is_number_float()) {
        const double number = id.get<double>();
        return number >= -exact_most && number <= exact_most;
    }
    return id.is_string() || id.is_number() || id.is_null();
}

std::expected<Call, Refusal> request(Json& json) {
    Call call;
    const auto refuse = [&](std::string sentence) {
        return std::unexpected(Refusal{call.id, {error_code::request, std::move(sentence), {}}});
    };
    if (!json.is_object()) return refuse("a request is an object");
    const auto id = json.find("id");
    call.notification = id == json.end();
    if (!call.notification) {
        if (!legal_id(*id))
            return refuse("id: a string, null or a number of at most 2^53 that is not whole");
        call.id = *id;
    }
    const auto version = json.find("jsonrpc");
    if (version == json.end() || *version != "2.0") return refuse("jsonrpc: must be \"2.0\"");
    const auto method = json.find("method");
    if (method == json.end() || !method->is_string()) return refuse("method: must be a string");
    call.method = method->get<std::string>();
    const auto params = json.find("params");
    if (params == json.end()) return call;
    if (!params->is_structured()) return refuse("params: must be an object or an array");
    call.params = std::move(*params);
    return call;
}

}  // namespace

Error limit_error(const char* name, std::size_t value) {
    return {error_code::limit,
            fmt::format("over the limit {} of {}", name, value),
            {{"limit", name}, {"value", value}}};
}

std::expected<Parsed, Error> parse(std::string_view text, const Limits& limits) {
    if (text.size() > limits.request_bytes)
        return std::unexpected(limit_error("request_bytes", limits.request_bytes));
    if (const auto fits = Shape(limits).walk(text); !fits) return std::unexpected(fits.error());
    std::expected<Json, Error> whole = json(text);
    if (!whole) return std::unexpected(std::move(whole.error()));
    Parsed parsed;
    if (!whole->is_array()) {
        parsed.calls.push_back(request(*whole));
        return parsed;
    }
    if (whole->empty()) return std::unexpected(Error{error_code::request, "an empty batch", {}});
    if (whole->size() > limits.batch) return std::unexpected(limit_error("batch", limits.batch));
    parsed.batch = true;
    for (Json& one : *whole) parsed.calls.push_back(request(one));
    return parsed;
}

std::expected<Json, Error> named(Json params, const Json& schema) {
    if (params.is_object()) return params;
    Json object = Json::object();
    const auto properties = schema.find("properties");
    const std::size_t known = properties == schema.end() ? 0 : properties->size();
    if (params.size() > known)
        return std::unexpected(
            Error{error_code::params,
                  fmt::format("{} params by position where there are {}", params.size(), known),
                  {{"field", "params"}, {"value", params.size()}}});
    if (params.empty()) return object;
    auto value = params.begin();
    for (auto it = properties->begin(); it != properties->end() && value != params.end(); ++it)
        object[it.key()] = std::move(*value++);
    return object;
}

std::string answer_text(const Json& id, const Reply& reply) {
    constexpr auto replace = Json::error_handler_t::replace;
    const auto text = [](const Json& json) { return json.dump(-1, ' ', false, replace); };
    if (reply)
        return fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{}}})", text(id), text(*reply));
    Json error = {{"code", reply.error().code}, {"message", reply.error().message}};
    if (!reply.error().data.is_null()) error["data"] = reply.error().data;
    return fmt::format(R"({{"jsonrpc":"2.0","id":{},"error":{}}})", text(id), text(error));
}

}  // namespace ballast::rpc
