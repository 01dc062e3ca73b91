/// Keys and bytes as people read them.
#pragma once

#include <ballast/crypto/key.hpp>
#include <ballast/files/fault.hpp>

#include <string>
#include <string_view>

namespace ballast::files {

/// Bytes in lower-case hexadecimal.
[[nodiscard]] std::string hex_of(ByteView bytes);

/// The bytes of hexadecimal digits of either case, with or without 0x before them.  A fault where
/// they are not exactly `count` bytes.
[[nodiscard]] Attempt<Bytes> bytes_of_hex(std::string_view text, std::size_t count);

/// "ed25519:" and the 64 digits of the public key, or "ethereum:0x" and the 40 of the address.
[[nodiscard]] std::string key_text(const crypto::Key& key);

/// The key that `key_text` says; digits of either case.
[[nodiscard]] Attempt<crypto::Key> parse_key(std::string_view text);

}  // namespace ballast::files
