#include <ballast/market/tree.hpp>

// The parser asserts what a hostile file can break, and then reports that as an error all the same.
#define TOML_ASSERT(expr) static_assert(true)
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>

namespace ballast::market {

using files::Attempt;
using files::fault;

const Node* Node::find(std::string_view key) const {
    const auto found = std::ranges::find(members, key, &Member::key);
    return found == members.end() ? nullptr : &found->value;
}

Node* Node::find(std::string_view key) {
    const auto found = std::ranges::find(members, key, &Member::key);
    return found == members.end() ? nullptr : &found->value;
}

void Node::put(std::string_view key, Node value) {
    if (Node* old = find(key))
        *old = std::move(value);
    else
        members.push_back({std::string(key), std::move(value)});
}

namespace {

Node node_of(NodeKind kind, std::string_view text, std::string_view place) {
    Node node;
    node.kind = kind;
    node.text = text;
    node.place = place;
    return node;
}

}  // namespace

Node word(std::string_view text, std::string_view place) {
    return node_of(NodeKind::word, text, place);
}

Node table(std::string_view place) {
    return node_of(NodeKind::table, "", place);
}

Node list(std::string_view place) {
    return node_of(NodeKind::list, "", place);
}

namespace {

// Where a line starts, and its characters one by one: TOML counts columns in characters, not bytes.
class Lines {
public:
    explicit Lines(std::string_view text) : text_(text), starts_{0} {
        for (std::size_t at = 0; at < text.size(); ++at)
            if (text[at] == '\n') starts_.push_back(at + 1);
    }

    [[nodiscard]] std::optional<std::size_t> offset(const toml::source_position& position) const {
        if (position.line == 0 || position.line > starts_.size()) return std::nullopt;
        std::size_t at = starts_[position.line - 1];
        for (auto column = position.column; column > 1 && at < text_.size(); --column) {
            ++at;
            while (at < text_.size() && (static_cast<u8>(text_[at]) & 0xC0) == 0x80) ++at;
        }
        return at;
    }

    [[nodiscard]] std::string_view slice(const toml::source_region& region) const {
        const auto begin = offset(region.begin);
        const auto end = offset(region.end);
        if (!begin || !end || *end < *begin) return {};
        std::string_view piece = text_.substr(*begin, *end - *begin);
        const auto first = piece.find_first_not_of(" \t\r\n");
        const auto last = piece.find_last_not_of(" \t\r\n");
        return first == std::string_view::npos ? "" : piece.substr(first, last - first + 1);
    }

private:
    std::string_view text_;
    std::vector<std::size_t> starts_;
};

class Builder {
public:
    Builder(std::string_view text, const std::string& name) : lines_(text), name_(name) {}

    Attempt<Node> build(const toml::node& from) const {
        const std::string place = fmt::format("{}:{}", name_, from.source().begin.line);
        switch (from.type()) {
            case toml::node_type::table: return build_table(*from.as_table(), place);
            case toml::node_type::array: return build_list(*from.as_array(), place);
            case toml::node_type::string: return word(from.as_string()->get(), place);
            case toml::node_type::boolean:
                return node_of(NodeKind::flag, from.as_boolean()->get() ? "true" : "false", place);
            case toml::node_type::integer: {
                const auto value = fmt::format("{}", from.as_integer()->get());
                return node_of(NodeKind::number, value, place);
            }
            case toml::node_type::floating_point: return build_float(from, place);
            default: return node_of(NodeKind::number, lines_.slice(from.source()), place);
        }
    }

private:
    Attempt<Node> build_table(const toml::table& from, const std::string& place) const {
        Node node = table(place);
        std::vector<std::pair<toml::source_position, Member>> found;
        for (const auto& [key, value] : from) {
            BALLAST_TRY(Node member, build(value));
            found.emplace_back(key.source().begin,
                               Member{std::string(key.str()), std::move(member)});
        }
        std::ranges::sort(found, {}, [](const auto& one) {
            return std::tuple(one.first.line, one.first.column, std::string_view(one.second.key));
        });
        for (auto& [position, member] : found) node.members.push_back(std::move(member));
        return node;
    }

    Attempt<Node> build_list(const toml::array& from, const std::string& place) const {
        Node node = list(place);
        for (const auto& value : from) {
            BALLAST_TRY(Node item, build(value));
            node.items.push_back(std::move(item));
        }
        return node;
    }

    // The digits as written.  That they are the right ones is certain: read as a binary fraction
    // they give what the parser saw.
    Attempt<Node> build_float(const toml::node& from, const std::string& place) const {
        const double seen = from.as_floating_point()->get();
        std::string digits(lines_.slice(from.source()));
        std::erase(digits, '_');
        std::string_view unsigned_digits = digits;
        if (unsigned_digits.starts_with('+')) unsigned_digits.remove_prefix(1);
        double read = 0;
        const char* end = unsigned_digits.data() + unsigned_digits.size();
        const auto [stop, error] = std::from_chars(unsigned_digits.data(), end, read);
        const bool finite = seen - seen == 0;
        if (finite && (error != std::errc{} || stop != end || read < seen || read > seen))
            return fault("{}: cannot find the digits of this number; write it in quotes", place);
        return node_of(NodeKind::number, digits, place);
    }

    Lines lines_;
    const std::string& name_;
};

}  // namespace

Attempt<Node> parse_tree(std::string_view text, const std::string& name) {
    const toml::parse_result parsed = toml::parse(text, name);
    if (!parsed)
        return fault("{}:{}: is not TOML: {}", name, parsed.error().source().begin.line,
                     parsed.error().description());
    return Builder(text, name).build(parsed.table());
}

}  // namespace ballast::market
