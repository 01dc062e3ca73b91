/// SHA-256, and the two hashes of the state tree.
#pragma once

#include <ballast/base/codec.hpp>

#include <array>

namespace ballast::crypto {

using Digest = std::array<u8, 32>;

/// SHA-256 (FIPS 180-4) over bytes that arrive in pieces.
class Sha256 {
public:
    Sha256();
    void update(ByteView bytes);
    /// The digest of everything so far.  Nothing may be added afterwards.
    [[nodiscard]] Digest finish();

private:
    alignas(8) std::array<u8, 112> state_;  // OpenSSL's SHA256_CTX, which digest.cpp asserts to
                                            // fit.
};

[[nodiscard]] Digest sha256(ByteView bytes);

/// SHA-256 of 0x00 and `content`.  The prefixes keep a leaf from being shown as a node, as in RFC
/// 6962, section 2.1.
[[nodiscard]] Digest hash_leaf(ByteView content);

/// SHA-256 of 0x01, `left` and `right`.
[[nodiscard]] Digest hash_node(const Digest& left, const Digest& right);

}  // namespace ballast::crypto
