/// Why a command gives nothing, and what the program returns for it.
#pragma once

#include <ballast/cli/cli.hpp>

namespace ballast::cli {

/// A fault, and whether the command line, a file or the world is to blame.
struct Refusal {
    Exit code = Exit::bad_input;
    files::Fault fault;
};
template <class T>
using Answer = std::expected<T, Refusal>;

}  // namespace ballast::cli

namespace ballast {

/// Lets BALLAST_TRY hand a Refusal upwards.
[[nodiscard]] inline std::unexpected<cli::Refusal> no(cli::Refusal refusal) {
    return std::unexpected(std::move(refusal));
}

}  // namespace ballast
