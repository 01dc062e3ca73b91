#include <ballast/cli/node_call.hpp>

#include <ballast/files/time.hpp>

#include <algorithm>
#include <charconv>

namespace ballast::cli {
namespace {

using client::Json;

constexpr std::size_t cell_max = 44;    ///< Letters of one cell of a table.
constexpr std::size_t columns_max = 9;  ///< Columns that stand beside each other.

std::string plain(const Json& value) {
    if (value.is_null()) return "-";
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    return value.is_structured() ? "..." : value.dump();
}

std::string pairs(const Json& object) {
    std::string out;
    for (const auto& [key, member] : object.items())
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", key, plain(member));
    return out;
}

std::string cell(const Json& value) {
    std::string out;
    if (value.is_object()) out = pairs(value);
    if (value.is_array())
        for (const Json& item : value)
            out += fmt::format("{}{}", out.empty() ? "" : "; ",
                               item.is_object() ? pairs(item) : plain(item));
    if (!value.is_structured()) out = plain(value);
    if (out.size() > cell_max) out = out.substr(0, cell_max - 3) + "...";
    return out;
}

bool is_table(const Json& value) {
    return value.is_array() && !value.empty() && value[0].is_object();
}

// Rows of the same members, aligned.
std::string rows_of(const Json& rows) {
    std::vector<std::string> names;
    for (const auto& [key, ignored] : rows[0].items())
        if (names.size() < columns_max) names.push_back(key);
    std::vector<std::size_t> widths;
    for (const std::string& name : names) widths.push_back(name.size());
    std::vector<std::vector<std::string>> cells;
    for (const Json& row : rows) {
        cells.emplace_back();
        for (std::size_t i = 0; i < names.size(); ++i) {
            cells.back().push_back(cell(row.value(names[i], Json())));
            widths[i] = std::max(widths[i], cells.back().back().size());
        }
    }
    std::string out;
    const auto line = [&](const std::vector<std::string>& row) {
        std::string text;
        for (std::size_t i = 0; i < row.size(); ++i)
            text += fmt::format("{}{:<{}}", i == 0 ? "" : "  ", row[i], widths[i]);
        while (text.ends_with(' ')) text.pop_back();
        out += text + "\n";
    };
    line(names);
    for (const auto& row : cells) line(row);
    return out;
}

std::string members_of(const Json& object) {
    std::size_t width = 0;
    for (const auto& [key, value] : object.items())
        if (!is_table(value)) width = std::max(width, key.size());
    std::string out;
    for (const auto& [key, value] : object.items())
        if (!is_table(value)) out += fmt::format("{:<{}}  {}\n", key, width, cell(value));
    for (const auto& [key, value] : object.items())
        if (is_table(value))
            out += fmt::format("{}{}\n", out.empty() ? "" : "\n" + key + "\n", rows_of(value));
    while (out.ends_with("\n\n")) out.pop_back();
    return out;
}

bool takes(const Json& schema, const char* type) {
    if (!schema.contains("type")) return false;
    if (schema["type"].is_array())
        return std::ranges::find(schema["type"], Json(type)) != schema["type"].end();
    return schema["type"] == type;
}

}  // namespace

void add_node_option(CLI::App* command, std::string& node) {
    command->add_option("--node", node, "http://HOST:PORT, or unix:PATH of HOME/node.sock")
        ->envname("BALLAST_NODE")
        ->capture_default_str();
}

Answer<Json> call_node(const std::string& node, const std::string& method, const Json& params) {
    const auto connection = client::Client::connect(node);
    if (!connection) return std::unexpected(Refusal{Exit::failed, connection.error()});
    const client::Answer answer = (*connection)->call(method, params);
    if (answer) return *answer;
    const bool wrong = answer.error().code == rpc::error_code::params;
    return std::unexpected(
        Refusal{wrong ? Exit::bad_input : Exit::failed, {answer.error().message}});
}

Json value_of(const Json& type, const std::string& word) {
    if (word == "null") return nullptr;
    const Json& schema = type.contains("anyOf") ? type["anyOf"][0] : type;
    if (takes(schema, "boolean") && (word == "true" || word == "false")) return word == "true";
    if (takes(schema, "integer")) {
        u64 number = 0;
        const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
        if (read.ec == std::errc() && read.ptr == word.data() + word.size()) return number;
    }
    if (takes(schema, "array") || takes(schema, "object")) {
        Json value = Json::parse(word, nullptr, false);
        if (!value.is_discarded()) return value;
    }
    return word;
}

std::string table_of(const Json& envelope) {
    if (!envelope.is_object() || !envelope.contains("data")) return envelope.dump(2) + "\n";
    const Json& data = envelope["data"];
    std::string out = fmt::format("height {}, {}\n\n", envelope["height"].dump(),
                                  files::time_text(envelope["time"].get<u64>()));
    if (data.is_object() && data.contains("items")) {
        out += is_table(data["items"]) ? rows_of(data["items"]) : "nothing\n";
        if (data.contains("next") && !data["next"].is_null())
            out += fmt::format("\nmore: after {}\n", data["next"].dump());
        return out;
    }
    return out + (data.is_object() ? members_of(data) : data.dump(2) + "\n");
}

}  // namespace ballast::cli
