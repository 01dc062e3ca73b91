/// One crash of the library: a directory with scenario.toml and the price tables that it names.
#pragma once

#include <ballast/replay/assumptions.hpp>
#include <ballast/replay/path.hpp>

namespace ballast::replay {

struct Scenario {
    std::string name;  ///< The directory's.
    std::string title;
    std::string summary;  ///< What happened, in a few sentences.
    std::string source;   ///< Where the figures come from.
    Window window;
    std::vector<PriceSource> prices;
    std::vector<std::pair<std::string, std::string>> settings;  ///< Parameters that differ from the
                                                                ///< defaults.
};

/// Reads `directory`/scenario.toml.  Unknown keys, missing ones and values of the wrong kind are
/// faults that name them.
[[nodiscard]] files::Attempt<Scenario> load_scenario(const std::filesystem::path& directory);

/// The names of the scenarios under `root`, sorted.
[[nodiscard]] std::vector<std::string> list_scenarios(const std::filesystem::path& root);

}  // namespace ballast::replay
