/// The history that the home of a node holds.
#pragma once

#include <ballast/tools/history.hpp>

namespace ballast::tools {

/// Looks into a home as it stands now, whether or not a node is using it.
[[nodiscard]] files::Attempt<std::unique_ptr<History>> home_history(
    const std::filesystem::path& home);

}  // namespace ballast::tools
