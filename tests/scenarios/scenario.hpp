/// A scenario file: lines in sections, in the order in which they must stand.
#pragma once

#include "words.hpp"

#include <filesystem>
#include <optional>

namespace ballast::scenarios {

struct Scenario {
    std::filesystem::path path;
    std::string title;
    std::vector<Line> lines;          ///< All of the file, comments and empty lines too.
    std::vector<std::size_t> given;   ///< Positions in `lines` of the section `given`.
    std::vector<std::size_t> steps;   ///< Of do, then and expect.
    std::optional<std::size_t> root;  ///< Of the last line.

    /// "threshold.scn:12".
    [[nodiscard]] std::string place(const Line& line) const;
};

/// Reads the sections of a file: one `scenario`, then `given`, then `do`, `then` and `expect` as
/// they come, then at most one `root`, and nothing else.
[[nodiscard]] Attempt<Scenario> parse(const std::filesystem::path& path, std::string_view text);
[[nodiscard]] Attempt<Scenario> load(const std::filesystem::path& path);

}  // namespace ballast::scenarios
