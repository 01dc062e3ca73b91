/// The section `expect`: what the machine holds after a step.
#pragma once

#include "figure.hpp"
#include "stage.hpp"

namespace ballast::scenarios {

/// Reads `SUBJECT … COLUMN VALUE [COLUMN VALUE…]` and gives back each word as it would have to
/// stand for the line to be true.
[[nodiscard]] Attempt<std::vector<std::string>> actual_words(Words& words, const Stage& stage,
                                                             std::span<const Word> line);

}  // namespace ballast::scenarios
