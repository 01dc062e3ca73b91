/// Another program, run to its end.
#pragma once

#include <ballast/files/fault.hpp>

#include <string>
#include <vector>

namespace ballast::tools {

/// Most bytes that are read of a program's output.
inline constexpr std::size_t output_max = std::size_t{256} << 20;

struct Output {
    int code = 0;      ///< Exit code; 128 and the signal, where one ended it.
    std::string text;  ///< Its standard output; the error stream is left alone.
};

/// Runs `arguments[0]` with the rest; no shell reads them.  A fault where it cannot be started or
/// says more than output_max.
[[nodiscard]] files::Attempt<Output> run_program(const std::vector<std::string>& arguments);

}  // namespace ballast::tools
