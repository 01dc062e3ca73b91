/// Changes to a market file from the command line: `vault_type.ETH-A.liquidation_ratio=145 %`.
#pragma once

#include <ballast/market/tree.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace ballast::market {

/// One change: a path in the words of the file, and a value as it would stand in the file.
struct Override {
    std::vector<std::string> path;
    Node value;
    std::string text;  ///< As it was given, for faults.
};

/// Reads `key.key.key=value`.  Between the dots stand keys of tables; in a list of tables, the name
/// of an entry, its position from 0, or `*` for all of them.  A part in double quotes may hold
/// dots.  The value is text, or a TOML list or inline table where it starts with [ or {.
[[nodiscard]] files::Attempt<Override> parse_override(std::string_view argument);

/// Makes the change in `root`.  A key that a table lacks is added (whether there is such a key is
/// for the reader to say); an entry of a list must exist.
[[nodiscard]] files::Attempt<void> apply_override(Node& root, const Override& change);

/// What an entry of a list of tables is called: its member name, asset, publisher or owner.
[[nodiscard]] std::string name_of(const Node& entry);

}  // namespace ballast::market
