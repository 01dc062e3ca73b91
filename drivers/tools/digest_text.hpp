/// Digests as people type them.
#pragma once

#include <ballast/crypto/digest.hpp>
#include <ballast/files/fault.hpp>

#include <string_view>

namespace ballast::tools {

/// 64 hexadecimal digits of either case.
[[nodiscard]] files::Attempt<crypto::Digest> read_digest(std::string_view text);

}  // namespace ballast::tools
