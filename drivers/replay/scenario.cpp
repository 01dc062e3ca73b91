#include <ballast/replay/scenario.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/files/time.hpp>

// The parser asserts what a hostile file can break, and then reports that as an error all the same.
#define TOML_ASSERT(expr) static_assert(true)
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>

namespace ballast::replay {

using files::Attempt;
using files::fault;

namespace {

std::string place(const std::string& file, const toml::node& node, std::string_view key) {
    return fmt::format("{}:{}: {}", file, node.source().begin.line, key);
}

Attempt<std::string> text_of(const std::string& file, const toml::node& node,
                             std::string_view key) {
    const auto* text = node.as_string();
    if (text == nullptr) return fault("{}: expected text in quotes", place(file, node, key));
    return std::string(text->get());
}

Attempt<u64> time_of(const std::string& file, const toml::node& node, std::string_view key) {
    BALLAST_TRY(const std::string text, text_of(file, node, key));
    const auto time = files::parse_time(text);
    if (!time)
        return fault("{}: '{}' is no time, expected ISO 8601 in UTC", place(file, node, key), text);
    return *time;
}

// A number or a word, as the text that --set would be given.
Attempt<std::string> setting_of(const std::string& file, const toml::node& node,
                                std::string_view key) {
    if (const auto* text = node.as_string()) return std::string(text->get());
    if (const auto* whole = node.as_integer()) return fmt::format("{}", whole->get());
    if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
    return fault("{}: expected a number or text", place(file, node, key));
}

Attempt<void> read_settings(const std::string& file, const toml::table& table,
                            const std::string& prefix, Scenario& scenario) {
    for (const auto& [name, node] : table) {
        const std::string key = prefix + std::string(name.str());
        if (const auto* inner = node.as_table()) {
            for (const auto& [inner_name, inner_node] : *inner) {
                const std::string inner_key = key + "." + std::string(inner_name.str());
                BALLAST_TRY(std::string value, setting_of(file, inner_node, inner_key));
                scenario.settings.emplace_back(inner_key, std::move(value));
            }
            continue;
        }
        BALLAST_TRY(std::string value, setting_of(file, node, key));
        scenario.settings.emplace_back(key, std::move(value));
    }
    return {};
}

Attempt<PriceSource> read_price_source(const std::string& file, const toml::table& table,
                                       const std::filesystem::path& directory) {
    PriceSource source;
    for (const auto& [name, node] : table) {
        const std::string_view key = name.str();
        BALLAST_TRY(std::string text, text_of(file, node, key));
        if (key == "file")
            source.path = directory / text;
        else if (key == "asset")
            source.asset = std::move(text);
        else if (key == "quote")
            source.quote = std::move(text);
        else if (key == "venue")
            source.venue = std::move(text);
        else
            return fault("{}: is no key of [[prices]]; there are file, asset, quote, venue",
                         place(file, node, key));
    }
    if (source.path.empty() || !source.asset)
        return fault("{}: needs both file and asset", place(file, table, "[[prices]]"));
    return source;
}

Attempt<void> read_prices(const std::string& file, const toml::node& node,
                          const std::filesystem::path& directory, Scenario& scenario) {
    const auto* list = node.as_array();
    if (list == nullptr)
        return fault("{}: expected a list of [[prices]] tables", place(file, node, "prices"));
    for (const auto& entry : *list) {
        const auto* table = entry.as_table();
        if (table == nullptr) return fault("{}: expected a table", place(file, entry, "prices"));
        BALLAST_TRY(PriceSource source, read_price_source(file, *table, directory));
        scenario.prices.push_back(std::move(source));
    }
    return {};
}

Attempt<void> read_key(const std::string& file, std::string_view key, const toml::node& node,
                       const std::filesystem::path& directory, Scenario& scenario) {
    if (key == "prices") return read_prices(file, node, directory, scenario);
    if (key == "assume") {
        if (const auto* table = node.as_table()) return read_settings(file, *table, "", scenario);
        return fault("{}: expected a table", place(file, node, key));
    }
    if (key == "from" || key == "to") {
        BALLAST_TRY(const u64 time, time_of(file, node, key));
        (key == "from" ? scenario.window.from : scenario.window.to) = time;
        return {};
    }
    BALLAST_TRY(std::string text, text_of(file, node, key));
    if (key == "title")
        scenario.title = std::move(text);
    else if (key == "summary")
        scenario.summary = std::move(text);
    else if (key == "source")
        scenario.source = std::move(text);
    else
        return fault(
            "{}: is no key of a scenario; there are title, summary, source, from, to, [assume], "
            "[[prices]]",
            place(file, node, key));
    return {};
}

}  // namespace

Attempt<Scenario> load_scenario(const std::filesystem::path& directory) {
    const std::filesystem::path path = directory / "scenario.toml";
    BALLAST_TRY(const std::string text, files::read_file(path));
    const toml::parse_result parsed = toml::parse(std::string_view(text), path.string());
    if (!parsed)
        return fault("{}:{}: {}", path.string(), parsed.error().source().begin.line,
                     parsed.error().description());
    Scenario scenario;
    scenario.name = directory.filename().string();
    for (const auto& [key, node] : parsed.table())
        BALLAST_CHECK(read_key(path.string(), key.str(), node, directory, scenario));
    if (scenario.title.empty() || scenario.source.empty() || scenario.prices.empty())
        return fault("{}: needs title, source and at least one [[prices]]", path.string());
    Assumptions trial;
    for (const auto& [key, value] : scenario.settings) {
        const auto known = set_parameter(trial, key, value);
        if (!known) return fault("{}: {}", path.string(), known.error().sentence);
        if (!*known) return fault("{}: {} is no parameter", path.string(), key);
    }
    return scenario;
}

std::vector<std::string> list_scenarios(const std::filesystem::path& root) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(root, error))
        if (std::filesystem::exists(entry.path() / "scenario.toml", error))
            names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace ballast::replay
