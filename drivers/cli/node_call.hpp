/// Calls to a node, and answers as tables.
#pragma once

#include <ballast/cli/refusal.hpp>
#include <ballast/client/client.hpp>

#include <CLI/CLI.hpp>

#include <string>

namespace ballast::cli {

inline constexpr const char* default_node = "http://127.0.0.1:7420";

/// Adds --node, the address of a node; BALLAST_NODE.
void add_node_option(CLI::App* command, std::string& node);

/// One call on a connection of its own.  The refusal has the server's sentence, or why it was not
/// reached; params that the server does not take are bad input, anything else has failed.
[[nodiscard]] Answer<client::Json> call_node(const std::string& node, const std::string& method,
                                             const client::Json& params);

/// A word of the command line as JSON of this schema: numbers, truth and lists where it asks for
/// them, else text.
[[nodiscard]] client::Json value_of(const client::Json& type, const std::string& word);

/// An envelope for people: its height, then members in two columns and lists as aligned tables.
[[nodiscard]] std::string table_of(const client::Json& envelope);

}  // namespace ballast::cli
