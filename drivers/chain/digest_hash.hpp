/// Digests as keys of hash tables.
#pragma once

#include <ballast/crypto/digest.hpp>

#include <cstring>

namespace ballast::chain {

/// The first bytes of a digest are as good as any hash of it.
struct DigestHash {
    std::size_t operator()(const crypto::Digest& digest) const {
        std::size_t hash = 0;
        std::memcpy(&hash, digest.data(), sizeof hash);
        return hash;
    }
};

}  // namespace ballast::chain
