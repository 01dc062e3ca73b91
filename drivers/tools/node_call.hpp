/// Asking the node that runs in a home, over its local socket.
#pragma once

#include <ballast/files/fault.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace ballast::tools {

/// Whether a node listens on the home's local socket.
[[nodiscard]] bool node_answers(const std::filesystem::path& home);

/// The result of a method of the node at `address` (as client::Client::connect reads it).  A fault
/// where nobody answers, or the answer is an error.
[[nodiscard]] files::Attempt<nlohmann::ordered_json> ask_node_at(
    const std::string& address, const std::string& method,
    nlohmann::ordered_json params = nlohmann::ordered_json::object());
/// The same of the node that runs in a home.
[[nodiscard]] files::Attempt<nlohmann::ordered_json> ask_node(
    const std::filesystem::path& home, const std::string& method,
    nlohmann::ordered_json params = nlohmann::ordered_json::object());

}  // namespace ballast::tools
