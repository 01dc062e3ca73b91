/// Keys that people hold, of the two kinds that wallets make, and what they sign.
#pragma once

#include <ballast/base/codec.hpp>
#include <ballast/crypto/digest.hpp>

#include <array>
#include <compare>

namespace ballast::crypto {

enum class Scheme : u8 {
    ed25519,   ///< RFC 8032; the key is the 32 bytes of the public point.
    ethereum,  ///< secp256k1 with recovery; the key is the 20 bytes of the address and 12 zeros.
};
[[nodiscard]] constexpr bool valid(Scheme scheme) {
    return scheme <= Scheme::ethereum;
}

/// Who may sign.
struct Key {
    Scheme scheme = Scheme::ed25519;
    std::array<u8, 32> bytes{};

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.scheme), visit(row.bytes);
    }
    friend auto operator<=>(const Key&, const Key&) = default;
};

/// Of ed25519 the 64 bytes R ‖ S and a zero; of Ethereum r ‖ s ‖ v with v = 27 or 28 and s in the
/// lower half of the group.
using KeySignature = std::array<u8, 65>;

/// Whether somebody could hold this key, as far as its bytes tell: an address ends in 12 zeros.
[[nodiscard]] bool well_formed(const Key& key);

/// Whether the holder of an ed25519 key signed exactly these bytes; false for keys of another kind.
/// As strict as crypto::verify of signature.hpp.
[[nodiscard]] bool verify(const Key& key, ByteView message, const KeySignature& signature);

/// Whether the holder of an Ethereum key signed this digest; false for keys of another kind.
/// Strict: v is 27 or 28 and s is in the lower half, so that nobody can make a second signature
/// from one.
[[nodiscard]] bool verify_digest(const Key& key, const Digest& digest,
                                 const KeySignature& signature);

}  // namespace ballast::crypto
