/// Plays a scenario and compares what was expected with what happened.
#pragma once

#include "scenario.hpp"

namespace ballast::scenarios {

struct Difference {
    std::string place;
    std::string expected;  ///< The line as it stands.
    std::string actual;    ///< The line as it would have to stand.
};

struct Played {
    std::vector<Difference> differences;
    std::string actual;  ///< The whole scenario as it happened, root included.
    std::string root;    ///< "root 1f2e…": the state after the last block.
};

/// A fault is a line that cannot be read, or a broken law.
[[nodiscard]] Attempt<Played> play(const Scenario& scenario);

/// The scenario as it stands, with this root as its last line.
[[nodiscard]] std::string with_root(const Scenario& scenario, const std::string& root);

/// The differences, two lines each.
[[nodiscard]] std::string show(const std::vector<Difference>& differences);

}  // namespace ballast::scenarios
