/// Which Ballast this is.  Every run directory names it, so that a figure can be traced to the code
/// that made it.
#pragma once

#include <string_view>

namespace ballast::version {

/// The project's version, e.g. "0.1.0".
[[nodiscard]] std::string_view number();

/// The commit that was built, e.g. "5a9db7a3c2d1", with "-dirty" if tracked files differed from it.
/// Outside a git checkout it is "unknown".
[[nodiscard]] std::string_view commit();

}  // namespace ballast::version
