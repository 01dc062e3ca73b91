/// What somebody may have meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ballast::market {

/// The one of `known` that is fewest edits away from `text`; empty if none is near (more than a
/// third of its letters differ).
[[nodiscard]] std::string nearest(std::string_view text, const std::vector<std::string>& known);

/// "; did you mean 'x'? there are: x, y, z" or, without anything near, "; there are: x, y, z".
[[nodiscard]] std::string suggestion(std::string_view text, const std::vector<std::string>& known);

}  // namespace ballast::market
