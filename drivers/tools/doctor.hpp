/// What stands in the way of a node, before it starts and while it runs.
#pragma once

#include <ballast/files/fault.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace ballast::tools {

enum class Level { ok, warn, fail };
[[nodiscard]] std::string_view word(Level level);

/// One thing that was looked at.
struct Finding {
    std::string check;  ///< "disk"; the same words in every release.
    Level level = Level::ok;
    std::string says;  ///< What was found, and where it is not ok what to do.
};

/// Looks at everything.  Beside a small file that it writes and takes away to measure the disk,
/// nothing is changed.  `program` is this program's version; `comet` the program CometBFT that a
/// node would run, or why there is none.
[[nodiscard]] std::vector<Finding> examine(const std::filesystem::path& home,
                                           const std::string& program,
                                           const files::Attempt<std::filesystem::path>& comet);

}  // namespace ballast::tools
