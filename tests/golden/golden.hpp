/// Digests of what the kernels and the machine make of fixed inputs.  They are the same for every
/// compiler, every optimisation and every instruction set, or the machine is not deterministic
/// (L5).
#pragma once

#include <string>
#include <vector>

namespace ballast::golden {

/// Lines of "name digest".
[[nodiscard]] std::vector<std::string> lines();
/// Those of them in which options are priced, and which therefore a processor's instructions could
/// change: the last of `lines`.
[[nodiscard]] std::vector<std::string> lines_of_pricing();

}  // namespace ballast::golden
