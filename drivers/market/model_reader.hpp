/// Reads tables of a model file or of an account book by a list of keys, each named once:
///
///     visit.required(key, value)   a value that must be there
///     visit.optional(key, value)   one that otherwise keeps its default
///     visit.section(key, row)      a table of its own, which may be absent
///     visit.entries(key, rows)     a list of tables
///
/// and remembers where each value is from.
#pragma once

#include <ballast/base/terms_fault.hpp>
#include <ballast/files/fault.hpp>
#include <ballast/market/numbers.hpp>
#include <ballast/market/suggest.hpp>
#include <ballast/market/tree.hpp>
#include <ballast/pricing/point.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ballast::market {

// How a value is written where its type does not say it.
struct Span {
    u64& value;  ///< "15m" or 900.
};
struct Instant {
    u64& value;  ///< A time: "2026-03-27T08:00:00Z".
};
struct SizeOf {
    i64& value;  ///< Units with up to 8 digits after the point; may be negative.
};

/// The words of an enum in the order of its values.
template <class E>
struct ModelWords;

/// Where a value is from, by its place in the terms: "volatility.range_up".
struct ModelOrigin {
    std::string place;  ///< "ballast.toml:12".
    std::string key;    ///< In the words of the file.
    std::string text;   ///< As written; empty if it is no single value or left out.
};
struct ModelReading {
    std::map<std::string, ModelOrigin> origins;
    std::optional<files::Fault> fault;  ///< The first; after it nothing is read.
};

class ModelReader {
public:
    ModelReader(ModelReading& reading, const Node& table, std::string path)
        : reading_(&reading), table_(&table), path_(std::move(path)) {}

    template <class T>
    void required(std::string_view key, T&& value) {
        if (const Node* node = take(key, true)) read(*node, key, value);
    }
    template <class T>
    void optional(std::string_view key, T&& value) {
        if (const Node* node = take(key, false)) read(*node, key, value);
    }
    template <class Row>
    void section(std::string_view key, Row& row) {
        if (const Node* node = take(key, false)) read_table(*node, under(key), row);
    }
    template <class Row>
    void entries(std::string_view key, std::vector<Row>& rows) {
        const Node* node = take(key, false);
        if (node == nullptr) return;
        if (node->kind != NodeKind::list) return fail(*node, key, "must be a list of tables");
        for (std::size_t i = 0; i < node->items.size(); ++i)
            read_table(node->items[i], under(key) + "[" + std::to_string(i) + "]",
                       rows.emplace_back());
    }
    /// Says which key of the table is none, if nothing else was wrong.
    void finish();

private:
    const Node* take(std::string_view key, bool needed);
    void remember(const Node& node, std::string_view key);
    void fail(const Node& node, std::string_view key, std::string_view what);
    [[nodiscard]] std::string under(std::string_view key) const;

    template <class Row>
    void read_table(const Node& node, const std::string& path, Row& row) {
        if (reading_->fault) return;
        reading_->origins[path] = {node.place, path, {}};
        if (node.kind != NodeKind::table) {
            reading_->fault =
                files::Fault{fmt::format("{}: {}: must be a table", node.place, path)};
            return;
        }
        ModelReader inner(*reading_, node, path);
        model_keys(inner, row);
        inner.finish();
    }
    template <class T>
    void read(const Node& node, std::string_view key, T& value) {
        remember(node, key);
        if (const auto done = assign(node, value); !done) fail(node, key, done.error().what);
    }

    static Read<void> assign(const Node& node, std::string& value);
    static Read<void> assign(const Node& node, bool& value);
    static Read<void> assign(const Node& node, u32& value);
    static Read<void> assign(const Node& node, Price& value);
    static Read<void> assign(const Node& node, Amount& value);
    static Read<void> assign(const Node& node, Cash& value);
    static Read<void> assign(const Node& node, Ratio& value);
    static Read<void> assign(const Node& node, pricing::Fine& value);
    static Read<void> assign(const Node& node, Span& value);
    static Read<void> assign(const Node& node, Instant& value);
    static Read<void> assign(const Node& node, SizeOf& value);
    template <class T>
    static Read<void> assign(const Node& node, std::optional<T>& value) {
        return assign(node, value.emplace());
    }
    /// A single value stands for a list of one.
    template <class T>
    static Read<void> assign(const Node& node, std::vector<T>& values) {
        if (node.kind != NodeKind::list) return assign(node, values.emplace_back());
        for (const Node& item : node.items) BALLAST_CHECK(assign(item, values.emplace_back()));
        return {};
    }
    template <class E>
        requires std::is_enum_v<E>
    static Read<void> assign(const Node& node, E& value) {
        const auto& list = ModelWords<E>::list;
        const auto found = std::ranges::find(list, node.text);
        if (node.kind != NodeKind::word || found == list.end()) {
            const std::vector<std::string> words(list.begin(), list.end());
            return std::unexpected(
                Complaint{"is not one of its words" + suggestion(node.text, words)});
        }
        value = static_cast<E>(found - list.begin());
        return {};
    }

    ModelReading* reading_;
    const Node* table_;
    std::string path_;
    std::vector<std::string> known_;
};

/// What the machine finds wrong with terms, in the words of the file: the value's own place, or
/// that of the table that it stands in.
[[nodiscard]] files::Fault model_fault(const ModelReading& reading, const Node& root,
                                       const TermsFault& fault);

}  // namespace ballast::market
