/// Ed25519 signatures (RFC 8032).
#pragma once

#include <ballast/base/codec.hpp>

#include <array>

namespace ballast::crypto {

using PublicKey = std::array<u8, 32>;
using Signature = std::array<u8, 64>;

/// Whether the holder of `key` signed exactly these bytes.  Strict: a key of small order, a key or
/// a point that is not encoded canonically, and an S that is not reduced are refused, so that one
/// message has one signature per key and nobody can make another from it.
[[nodiscard]] bool verify(const PublicKey& key, ByteView message, const Signature& signature);

}  // namespace ballast::crypto
