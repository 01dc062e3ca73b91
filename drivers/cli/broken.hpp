/// Exit code 3, where what was recorded does not come out again.
#pragma once

#include <ballast/cli/cli.hpp>
#include <ballast/tools/history.hpp>

namespace ballast::cli {

/// `broken` of such a fault, `other` of any else.
[[nodiscard]] inline Exit exit_of(const files::Fault& fault, Exit other) {
    return tools::tells_of_another_past(fault) ? Exit::broken : other;
}

}  // namespace ballast::cli
