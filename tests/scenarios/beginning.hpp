/// The section `given`: a market file, what is different here, who holds what, and the first
/// prices.
#pragma once

#include "scenario.hpp"

#include <ballast/engine/genesis.hpp>

#include <map>

namespace ballast::scenarios {

/// What each venue says each price is; one that is silent has no entry.
using Sayings = std::map<std::pair<FeedId, PublisherId>, Price>;

/// Names in the order of their ids.
struct Names {
    std::vector<std::string> assets;
    std::vector<std::string> feeds;
    std::vector<std::string> venues;
    std::vector<std::string> types;
    std::vector<std::string> accounts;
    std::vector<std::string> underlyings;
    std::vector<std::string> compartments;  ///< Of margin accounts.
};

struct Beginning {
    engine::Genesis genesis;
    Names names;
    std::map<std::string, VaultId> vaults;
    Sayings sayings;
};

/// Reads the section.  A fault names the line, the key in the words of the market file, and what is
/// allowed.
[[nodiscard]] Attempt<Beginning> begin(const Scenario& scenario);

/// Reads `FEED PRICE [FEED PRICE…] [from VENUE]` into what venues say; all venues of the feed
/// where none is named.
[[nodiscard]] Attempt<void> say(Words& words, const engine::Genesis& genesis, const Names& names,
                                Sayings& sayings);
/// Reads `FEED [from VENUE]` and takes what they say out.
[[nodiscard]] Attempt<void> silence(Words& words, const engine::Genesis& genesis,
                                    const Names& names, Sayings& sayings);

}  // namespace ballast::scenarios
