/// A TOML file as a tree of texts.  Numbers keep the digits that were written, so that no binary
/// fraction stands between a market file and the machine, and every node knows where it is from.
#pragma once

#include <ballast/base/integers.hpp>
#include <ballast/files/fault.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace ballast::market {

enum class NodeKind : u8 {
    word,    ///< Text in quotes.
    number,  ///< A number, a date or a time, as it was written.
    flag,    ///< true or false.
    list,
    table,
};

struct Member;

struct Node {
    NodeKind kind = NodeKind::table;
    std::string text;             ///< Of a word, a number or a flag.
    std::string place;            ///< "eth.toml:12", or "--set" for an override.
    std::vector<Node> items;      ///< Of a list.
    std::vector<Member> members;  ///< Of a table, in the order of the file.

    [[nodiscard]] bool scalar() const { return kind < NodeKind::list; }
    /// The member `key` of a table; nullptr if there is none.
    [[nodiscard]] const Node* find(std::string_view key) const;
    [[nodiscard]] Node* find(std::string_view key);
    /// Gives the table a member `key`, in place of the one it has.
    void put(std::string_view key, Node value);
};

struct Member {
    std::string key;
    Node value;
};

[[nodiscard]] Node word(std::string_view text, std::string_view place);
[[nodiscard]] Node table(std::string_view place);
[[nodiscard]] Node list(std::string_view place);

/// The tree of a TOML text; `name` stands for the file in places and faults.  A fault names the
/// line and what TOML forbids there.
[[nodiscard]] files::Attempt<Node> parse_tree(std::string_view text, const std::string& name);

}  // namespace ballast::market
