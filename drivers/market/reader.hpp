/// Reads a tree into a sheet by the list of keys (keys.hpp), and remembers where each value is
/// from, so that what the machine finds wrong can be shown in the words of the file.
#pragma once

#include <ballast/market/keys.hpp>
#include <ballast/market/numbers.hpp>
#include <ballast/market/tree.hpp>

#include <map>
#include <utility>

namespace ballast::market {

/// Names in the order of their ids.
struct Names {
    std::vector<std::string> assets;
    std::vector<std::string> feeds;
    std::vector<std::string> publishers;
    std::vector<std::string> types;
    std::vector<std::string> underlyings;
    std::vector<std::string> models;
    std::vector<std::string> compartments;
};

/// Where a value of the sheet is from.
struct Origin {
    std::string key;    ///< In the words of the file: "vault_type.ETH-A.auction.cusp".
    std::string place;  ///< "eth.toml:12".
    std::optional<std::string> text;  ///< As written; none if it is no single value or left out.
};

/// What is common to the readers of one file.
struct Reading {
    Names names;
    std::map<std::string, Origin> origins;  ///< By place in the sheet: "types[0].auction.cusp".
    std::optional<files::Fault> fault;      ///< The first; after it nothing is read.
};

/// Reads one table.
class Reader {
public:
    struct Where {
        std::string key;   ///< Of the table, in the words of the file; empty at the top.
        std::string path;  ///< Of the table in the sheet; empty at the top.
        std::string noun;  ///< What the table is: "a vault type".
    };
    Reader(Reading& reading, const Node& table, Where where)
        : reading_(&reading), table_(&table), where_(std::move(where)) {}

    template <class T>
    void required(std::string_view key, T&& value, std::string_view path = {}) {
        if (const Node* node = take(key, true)) read(*node, key, value, path);
    }
    template <class T>
    void optional(std::string_view key, T&& value, std::string_view path = {}) {
        if (const Node* node = take(key, false))
            read(*node, key, value, path);
        else
            remember_default(key, path);
    }
    template <class Row>
    void section(std::string_view key, const char* noun, Row& row, std::string_view path = {}) {
        if (const Node* node = take(key, false)) read_table(*node, within(key, path, noun), row);
    }
    template <class Row>
    void section(std::string_view key, const char* noun, std::optional<Row>& row,
                 std::string_view path = {}) {
        if (const Node* node = take(key, false))
            read_table(*node, within(key, path, noun), row.emplace());
    }
    template <class Row>
    void required_section(std::string_view key, const char* noun, Row& row) {
        if (const Node* node = take(key, true)) read_table(*node, within(key, {}, noun), row);
    }
    template <class Row>
    void entries(std::string_view key, const char* noun, std::vector<Row>& rows,
                 std::string_view path) {
        const Node* node = take(key, false);
        if (node == nullptr || !is_list(*node, key)) return;
        remember(*node, key, path);
        for (std::size_t i = 0; i < node->items.size(); ++i)
            read_table(node->items[i], entry(*node, i, within(key, path, noun)),
                       rows.emplace_back());
    }
    /// Says which key of the table is none, if nothing else was wrong.
    void finish();

private:
    const Node* take(std::string_view key, bool needed);
    bool is_list(const Node& node, std::string_view key);
    bool is_table(const Node& node, const Where& where);
    Where within(std::string_view key, std::string_view path, const char* noun) const;
    static Where entry(const Node& list, std::size_t position, Where where);

    template <class Row>
    void read_table(const Node& node, Where where, Row& row) {
        if (!is_table(node, where)) return;
        Reader inner(*reading_, node, std::move(where));
        keys(inner, row);
        inner.finish();
    }
    template <class T>
    void read(const Node& node, std::string_view key, T& value, std::string_view path);
    void remember_default(std::string_view key, std::string_view path);
    void remember(const Node& node, std::string_view key, std::string_view path);
    void fail(const Node& node, std::string_view key, std::string_view what);
    std::string spelled(std::string_view key) const;

    Read<void> assign(const Node& node, std::string& value);
    Read<void> assign(const Node& node, bool& value);
    Read<void> assign(const Node& node, u32& value);
    Read<void> assign(const Node& node, Amount& value);
    Read<void> assign(const Node& node, Ratio& value);
    Read<void> assign(const Node& node, Ray& value);
    Read<void> assign(const Node& node, Price& value);
    Read<void> assign(const Node& node, Cash& value);
    Read<void> assign(const Node& node, pricing::Fine& value);
    Read<void> assign(const Node& node, AssetId& value);
    Read<void> assign(const Node& node, FeedId& value);
    Read<void> assign(const Node& node, PublisherId& value);
    Read<void> assign(const Node& node, VaultTypeId& value);
    Read<void> assign(const Node& node, UnderlyingId& value);
    Read<void> assign(const Node& node, CompartmentId& value);
    Read<void> assign(const Node& node, Seconds& value);
    Read<void> assign(const Node& node, Moment& value);
    Read<void> assign(const Node& node, Wad& value);
    Read<void> assign(const Node& node, Yearly& value);
    Read<void> assign(const Node& node, Key& value);
    Read<void> assign(const Node& node, crypto::Key& value);
    Read<void> assign(const Node& node, Holdings& value);
    Read<void> assign(const Node& node, ModelName& value);
    Read<void> assign(const Node& node, UnderlyingNames& value);
    template <class T>
    Read<void> assign(const Node& node, std::optional<T>& value);
    template <class E>
        requires std::is_enum_v<E>
    Read<void> assign(const Node& node, E& value);

    Reading* reading_;
    const Node* table_;
    Where where_;
    std::vector<std::string> known_;
};

/// The sheet of a tree in which every entry stands as a table (plain.hpp).
[[nodiscard]] files::Attempt<Sheet> read_sheet(const Node& root, Reading& reading);

/// What the machine finds wrong, in the words of the file.
[[nodiscard]] files::Fault spell_fault(const Reading& reading, const Sheet& sheet,
                                       const TermsFault& fault);

}  // namespace ballast::market
