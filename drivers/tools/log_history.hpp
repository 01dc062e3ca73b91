/// The history that a log file holds.
#pragma once

#include <ballast/tools/history.hpp>

namespace ballast::tools {

/// Reads a whole log: every record's checksum and form.  `name` stands for it in faults.  A torn
/// record at the end is no fault; what cannot be read before it is.
[[nodiscard]] files::Attempt<std::unique_ptr<History>> log_history(std::string bytes,
                                                                   std::string name);

}  // namespace ballast::tools
