/// From the words of a command to a setup: reads the scenario, the price files and the population.
#pragma once

#include <ballast/replay/scenario.hpp>
#include <ballast/replay/stage.hpp>

namespace ballast::replay {

/// What `ballast replay` and `ballast compare` were asked for.
struct Request {
    std::optional<std::filesystem::path> scenario;  ///< A directory of the crash library.
    std::vector<std::string> prices;  ///< Arguments of --prices; with a scenario they replace its
                                      ///< prices.
    std::optional<std::filesystem::path> vaults;
    std::vector<std::pair<std::string, std::string>> settings;  ///< Arguments of --set that are
                                                                ///< parameters of the replay.
    Window window;  ///< Ends that are absent are the scenario's.
    std::string market_name;
    engine::Genesis market;
};

/// Later settings win: defaults, the scenario's, the request's.  A fault where nothing gives
/// prices.
[[nodiscard]] files::Attempt<Setup> gather(const Request& request);

/// Whether `key` names a parameter of the replay (and not of the market).
[[nodiscard]] bool is_parameter(std::string_view key);

}  // namespace ballast::replay
