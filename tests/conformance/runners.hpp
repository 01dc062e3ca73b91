/// Which files the program knows, and who answers them.
#pragma once

#include <ballast/conformance/tally.hpp>

#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace ballast::conformance {

/// Answers every row of a file and sets the tally's note.  May throw Malformed.
using Run = void (*)(const std::filesystem::path& file, Tally& tally);

struct Runner {
    std::string_view peer;     ///< The folder, from the one that was named.
    std::string_view pattern;  ///< The file's name; '*' stands for any characters.
    Run run;
};

/// The runners of every topic that the program was built with; each topic's folder offers
/// <topic>_runners().
std::vector<std::span<const Runner>> all_runners();

}  // namespace ballast::conformance
