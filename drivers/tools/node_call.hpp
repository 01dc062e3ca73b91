/// Asking the node that runs in a home, over its local socket.
#pragma once

#include <ballast/files/fault.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace ballast::tools {

/// Whether a node listens on the home's local socket.
[[nodiscard]] bool node_answers(const std::filesystem::path& home);

/// The result of a method.  A fault where nobody answers, or the answer is an error.
[[nodiscard]] files::Attempt<nlohmann::ordered_json> ask_node(
    const std::filesystem::path& home, const std::string& method,
    nlohmann::ordered_json params = nlohmann::ordered_json::object());

}  // namespace ballast::tools
