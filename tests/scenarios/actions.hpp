/// The section `do`: what accounts ask for.
#pragma once

#include "stage.hpp"

namespace ballast::scenarios {

/// What one line of `do` asks for.
struct Asked {
    AccountId sender;
    engine::Action action;
    std::string opens;  ///< The name of what it opens or lists; empty if it opens nothing.
};

/// Reads `VERB ACCOUNT …` up to the end or to `->`.
[[nodiscard]] Attempt<Asked> read_action(Words& words, const Stage& stage);

/// "accepted", or the name of the reject.
[[nodiscard]] std::string_view outcome_name(const engine::Receipt& receipt);
/// All that `outcome_name` can say.
[[nodiscard]] std::vector<std::string> outcome_names();

}  // namespace ballast::scenarios
