#include <ballast/api/schema.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace ballast::api {
namespace schema {

Field optional(std::string name, Json type, std::string meaning) {
    return {std::move(name), std::move(type), std::move(meaning), false};
}

Json record(const std::vector<Field>& fields) {
    Json out{{"type", "object"},
             {"properties", Json::object()},
             {"required", Json::array()},
             {"additionalProperties", false}};
    for (const Field& field : fields) {
        Json type = field.type;
        if (!field.meaning.empty()) type["description"] = field.meaning;
        out["properties"][field.name] = std::move(type);
        if (field.required) out["required"].push_back(field.name);
    }
    return out;
}

Json any_record() {
    return {{"type", "object"}};
}

Json map_of(const Json& value) {
    return {{"type", "object"}, {"additionalProperties", value}};
}

Json list_of(const Json& item) {
    return {{"type", "array"}, {"items", item}};
}

Json nullable(const Json& type) {
    return {{"anyOf", Json::array({type, Json{{"type", "null"}}})}};
}

Json decimal() {
    return {{"type", "string"}, {"format", "decimal"}};
}

Json hex() {
    return {{"type", "string"}, {"format", "hex"}};
}

Json digest() {
    return {{"type", "string"}, {"format", "hex"}, {"maxLength", 64}};
}

Json text(u64 longest) {
    return {{"type", "string"}, {"maxLength", longest}};
}

Json word(const std::vector<std::string>& words) {
    return {{"type", "string"}, {"enum", words}};
}

Json whole(u64 least, u64 most) {
    return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}

Json boolean() {
    return {{"type", "boolean"}};
}

}  // namespace schema

namespace {

constexpr std::size_t shown_max = 200;  ///< Letters of a wrong value that are shown.

std::string join(const std::string& path, const std::string& name) {
    return path.empty() ? name : path + "." + name;
}

// A value that is still to be compared, and where it stands.
struct Task {
    const Json* type;
    const Json* value;
    std::string path;
};
using Tasks = std::vector<Task>;

std::string words_of(const Json& list) {
    std::string out;
    for (const Json& word : list)
        out +=
            (out.empty() ? "" : ", ") + (word.is_string() ? word.get<std::string>() : word.dump());
    return out;
}

bool has_type(const std::string& name, const Json& value) {
    if (name == "object") return value.is_object();
    if (name == "array") return value.is_array();
    if (name == "string") return value.is_string();
    if (name == "integer") return value.is_number_integer();
    if (name == "boolean") return value.is_boolean();
    return name == "null" && value.is_null();
}

std::string type_words(const Json& names) {
    std::string out;
    for (const Json& name : names)
        out +=
            fmt::format("{}{}", out.empty() ? "" : " or ",
                        name == "integer" ? "a whole number" : "JSON's " + name.get<std::string>());
    return out;
}

bool is_decimal(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto point = std::ranges::find(text, '.');
    if (point == text.begin() || text.ends_with('.')) return false;
    return std::all_of(text.begin(), point, digit) &&
           (point == text.end() || std::all_of(point + 1, text.end(), digit));
}

bool is_hex(std::string_view text) {
    return text.size() % 2 == 0 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::optional<std::string> wrong_text(const Json& type, const std::string& text) {
    if (type.contains("maxLength") && text.size() > type["maxLength"].get<std::size_t>())
        return fmt::format("at most {} characters", type["maxLength"].dump());
    if (type.contains("enum") && std::ranges::find(type["enum"], Json(text)) == type["enum"].end())
        return fmt::format("one of: {}", words_of(type["enum"]));
    const std::string format = type.value("format", "");
    if (format == "decimal" && !is_decimal(text))
        return "a decimal number as a string, as \"12.5\"";
    if (format == "hex" && !is_hex(text)) return "bytes in lower-case hexadecimal";
    return std::nullopt;
}

// Of an integer beyond 64 bits nlohmann makes a floating point number, which is no integer here.
std::optional<std::string> wrong_number(const Json& type, const Json& value) {
    const bool negative =
        value.is_number_integer() && !value.is_number_unsigned() && value.get<std::int64_t>() < 0;
    const u64 number = negative ? 0 : value.get<u64>();
    if (type.contains("minimum") && (negative || number < type["minimum"].get<u64>()))
        return fmt::format("at least {}", type["minimum"].dump());
    if (type.contains("maximum") && number > type["maximum"].get<u64>())
        return fmt::format("at most {}", type["maximum"].dump());
    return std::nullopt;
}

std::optional<Misfit> wrong_object(const Task& task, Tasks& next) {
    static const Json none = Json::object();
    const Json& properties = task.type->contains("properties") ? (*task.type)["properties"] : none;
    const bool open = !task.type->contains("additionalProperties") ||
                      (*task.type)["additionalProperties"] != Json(false);
    if (task.type->contains("required"))
        for (const Json& name : (*task.type)["required"])
            if (!task.value->contains(name.get<std::string>()))
                return Misfit{join(task.path, name.get<std::string>()), nullptr,
                              "it to be there: it is required"};
    for (const auto& [name, value] : task.value->items()) {
        if (properties.contains(name)) {
            next.push_back({&properties[name], &value, join(task.path, name)});
            continue;
        }
        if (!open) {
            std::string known;
            for (const auto& [key, ignored] : properties.items())
                known += (known.empty() ? "" : ", ") + key;
            return Misfit{join(task.path, name), value,
                          known.empty() ? "no parameters" : "one of the fields: " + known};
        }
        if (task.type->contains("additionalProperties") &&
            (*task.type)["additionalProperties"].is_object())
            next.push_back({&(*task.type)["additionalProperties"], &value, join(task.path, name)});
    }
    return std::nullopt;
}

std::optional<Misfit> wrong_array(const Task& task, Tasks& next) {
    if (task.type->contains("minItems") &&
        task.value->size() < (*task.type)["minItems"].get<std::size_t>())
        return Misfit{task.path, *task.value,
                      fmt::format("at least {} items", (*task.type)["minItems"].dump())};
    if (task.type->contains("maxItems") &&
        task.value->size() > (*task.type)["maxItems"].get<std::size_t>())
        return Misfit{task.path, task.value->size(),
                      fmt::format("at most {} items", (*task.type)["maxItems"].dump())};
    if (task.type->contains("items"))
        for (std::size_t i = 0; i < task.value->size(); ++i)
            next.push_back(
                {&(*task.type)["items"], &(*task.value)[i], fmt::format("{}[{}]", task.path, i)});
    return std::nullopt;
}

std::optional<Misfit> look(const Task& task, Tasks& next) {
    const Json& type = *task.type;
    const Json& value = *task.value;
    if (type.contains("anyOf")) {
        std::optional<Misfit> first;
        for (const Json& choice : type["anyOf"]) {
            auto wrong = misfit(choice, value);
            if (!wrong) return std::nullopt;
            if (!first) first = std::move(wrong);
        }
        if (first) first->field = first->field.empty() ? task.path : join(task.path, first->field);
        return first;
    }
    if (type.contains("const") && type["const"] != value)
        return Misfit{task.path, value, type["const"].dump()};
    if (!type.contains("type")) return std::nullopt;
    const Json names = type["type"].is_array() ? type["type"] : Json::array({type["type"]});
    if (std::ranges::none_of(names, [&](const Json& name) {
            return has_type(name.get_ref<const std::string&>(), value);
        }))
        return Misfit{task.path, value, type_words(names)};
    if (value.is_object()) return wrong_object(task, next);
    if (value.is_array()) return wrong_array(task, next);
    std::optional<std::string> wrong;
    if (value.is_string()) wrong = wrong_text(type, value.get_ref<const std::string&>());
    if (value.is_number_integer()) wrong = wrong_number(type, value);
    if (wrong) return Misfit{task.path, value, *wrong};
    return std::nullopt;
}

}  // namespace

std::optional<Misfit> misfit(const Json& type, const Json& value) {
    Tasks tasks{{&type, &value, ""}};
    while (!tasks.empty()) {
        const Task task = std::move(tasks.back());
        tasks.pop_back();
        Tasks next;
        if (auto wrong = look(task, next)) return wrong;
        tasks.insert(tasks.end(), next.rbegin(), next.rend());
    }
    return std::nullopt;
}

rpc::Error error_of(const Misfit& misfit) {
    std::string shown = misfit.value.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (shown.size() > shown_max) shown = shown.substr(0, shown_max) + "...";
    const std::string field = misfit.field.empty() ? "params" : misfit.field;
    const std::string found = misfit.value.is_null() ? "nothing" : shown;
    return {rpc::error_code::params,
            fmt::format("{}: found {}, expected {}", field, found, misfit.expected),
            Json{{"field", field}, {"value", shown}, {"expected", misfit.expected}}};
}

}  // namespace ballast::api
