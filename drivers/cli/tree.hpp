/// The commands of the program as a tree, for what is generated from it: shell completion and the
/// reference.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

namespace ballast::cli {

/// An option as it is typed.
struct OptionWords {
    std::vector<std::string> names;  ///< "--json", "-h"; empty for a positional.
    std::string about;
    std::string fallback;     ///< The default, as text; empty: none.
    std::string environment;  ///< The variable that gives it too; empty: none.
    std::string positional;   ///< Its name where it has a place of its own.
    bool takes_value = false;
    bool required = false;
};

/// One command with the path of words that leads to it.
struct CommandWords {
    std::vector<std::string> path;  ///< Empty: the program itself.
    std::string about;
    std::string footer;
    std::vector<OptionWords> options;
    std::vector<const CLI::App*> commands;

    [[nodiscard]] std::string key() const;  ///< "market/check".
};

/// Every command, parents before children, in the order of the program.
[[nodiscard]] std::vector<CommandWords> tree_of(const CLI::App& app);

/// `home` at the start of a default is written as ~, so that a page is the same for everybody.
[[nodiscard]] std::string reference_page(const CLI::App& app);
[[nodiscard]] std::string bash_completion(const CLI::App& app);
[[nodiscard]] std::string zsh_completion(const CLI::App& app);
[[nodiscard]] std::string fish_completion(const CLI::App& app);

}  // namespace ballast::cli
