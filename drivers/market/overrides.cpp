#include <ballast/market/overrides.hpp>
#include <ballast/market/suggest.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>

namespace ballast::market {

using files::Attempt;
using files::fault;

namespace {

using Path = std::span<const std::string>;

Attempt<std::vector<std::string>> split_path(std::string_view text, std::string_view argument) {
    std::vector<std::string> parts(1);
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == '.' && !quoted) {
            parts.emplace_back();
        } else {
            parts.back().push_back(c);
        }
    }
    for (const std::string& part : parts)
        if (part.empty() || quoted)
            return fault("--set {}: the path before '=' has an empty part or an open quote",
                         argument);
    return parts;
}

std::string place_of(const Override& change) {
    return "--set " + change.text;
}

std::vector<std::string> names_in(const Node& entries) {
    std::vector<std::string> names;
    for (const Node& entry : entries.items) names.push_back(name_of(entry));
    return names;
}

std::optional<std::size_t> position_of(const std::string& text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Attempt<void> apply_at(Node& node, Path path, const Override& change);

Attempt<void> apply_to_entries(Node& entries, Path path, const Override& change) {
    bool found = false;
    const auto names = names_in(entries);
    const auto position = position_of(path[0]);
    const bool named = std::ranges::find(names, path[0]) != names.end();
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool here = path[0] == "*" || names[i] == path[0] || (!named && position == i);
        if (!here) continue;
        found = true;
        if (path.size() == 1) {
            entries.items[i] = change.value;
            continue;
        }
        BALLAST_CHECK(apply_at(entries.items[i], path.subspan(1), change));
    }
    if (!found)
        return fault("{}: there is no entry '{}'{}", place_of(change), path[0],
                     suggestion(path[0], names));
    return {};
}

Attempt<void> apply_at(Node& node, Path path, const Override& change) {
    if (node.kind == NodeKind::list) return apply_to_entries(node, path, change);
    if (node.kind != NodeKind::table)
        return fault("{}: there is nothing below the value '{}'", place_of(change), node.text);
    if (path.size() == 1) {
        node.put(path[0], change.value);
        return {};
    }
    if (node.find(path[0]) == nullptr) node.put(path[0], table(place_of(change)));
    return apply_at(*node.find(path[0]), path.subspan(1), change);
}

void set_place(Node& node, const std::string& place) {
    node.place = place;
    for (Node& item : node.items) set_place(item, place);
    for (Member& member : node.members) set_place(member.value, place);
}

}  // namespace

std::string name_of(const Node& entry) {
    if (entry.scalar()) return entry.text;
    for (const char* key : std::array{"name", "asset", "publisher", "owner"})
        if (const Node* name = entry.find(key); name != nullptr && name->scalar())
            return name->text;
    return "";
}

Attempt<Override> parse_override(std::string_view argument) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string_view::npos || equals == 0)
        return fault("--set {}: expected key=value", argument);
    Override change;
    change.text = argument;
    BALLAST_TRY(change.path, split_path(argument.substr(0, equals), argument));
    const std::string_view value = argument.substr(equals + 1);
    change.value = word(value, place_of(change));
    if (value.starts_with('[') || value.starts_with('{')) {
        BALLAST_TRY(Node parsed, parse_tree(fmt::format("value = {}", value), place_of(change)));
        change.value = *parsed.find("value");
        set_place(change.value, place_of(change));
    }
    return change;
}

Attempt<void> apply_override(Node& root, const Override& change) {
    return apply_at(root, change.path, change);
}

}  // namespace ballast::market
