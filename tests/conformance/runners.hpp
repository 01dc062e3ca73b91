/// Which files the program knows, and who answers them.
#pragma once

#include <ballast/conformance/tally.hpp>

#include <filesystem>
#include <span>
#include <string_view>

namespace ballast::conformance {

/// Answers every row of a file and sets the tally's note.  May throw Malformed.
using Run = void (*)(const std::filesystem::path& file, Tally& tally);

struct Runner {
    std::string_view peer;     ///< The folder.
    std::string_view pattern;  ///< The file's name; '*' stands for any characters.
    Run run;
};

/// One function per peer, each in a file of its own; main.cpp lists them.
std::span<const Runner> liquity_runners();
std::span<const Runner> maker_runners();

}  // namespace ballast::conformance
