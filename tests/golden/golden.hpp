/// Digests of what the kernels and the machine make of fixed inputs.  They are the same for every
/// compiler, every optimisation and every instruction set, or the machine is not deterministic
/// (L5).
#pragma once

#include <string>
#include <vector>

namespace ballast::golden {

/// Lines of "name digest".
[[nodiscard]] std::vector<std::string> lines();

}  // namespace ballast::golden
