#include <ballast/crypto/key.hpp>

#include <ballast/crypto/keccak.hpp>
#include <ballast/crypto/signature.hpp>

#include <secp256k1_recovery.h>

#include <algorithm>

namespace ballast::crypto {
namespace {

constexpr std::size_t address_bytes = 20;
constexpr u8 first_recovery_id = 27;

/// Half of the order of secp256k1 (SEC 2, section 2.4.1), the largest s that is accepted.
constexpr std::array<u8, 32> s_max = {
    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0};

}  // namespace

bool well_formed(const Key& key) {
    if (key.scheme != Scheme::ethereum) return true;
    return std::all_of(key.bytes.begin() + address_bytes, key.bytes.end(),
                       [](u8 byte) { return byte == 0; });
}

bool verify(const Key& key, ByteView message, const KeySignature& signature) {
    if (key.scheme != Scheme::ed25519 || signature.back() != 0) return false;
    Signature plain;
    std::copy_n(signature.begin(), plain.size(), plain.begin());
    return verify(PublicKey(key.bytes), message, plain);
}

bool verify_digest(const Key& key, const Digest& digest, const KeySignature& signature) {
    if (key.scheme != Scheme::ethereum || !well_formed(key)) return false;
    const u8 v = signature.back();
    if (v != first_recovery_id && v != first_recovery_id + 1) return false;
    if (!std::lexicographical_compare(signature.begin() + 32, signature.begin() + 64, s_max.begin(),
                                      s_max.end()) &&
        !std::equal(s_max.begin(), s_max.end(), signature.begin() + 32))
        return false;
    const secp256k1_context* context = secp256k1_context_static;
    secp256k1_ecdsa_recoverable_signature parsed;
    secp256k1_pubkey point;
    if (secp256k1_ecdsa_recoverable_signature_parse_compact(context, &parsed, signature.data(),
                                                            v - first_recovery_id) != 1 ||
        secp256k1_ecdsa_recover(context, &point, &parsed, digest.data()) != 1)
        return false;
    std::array<u8, 65> raw;
    std::size_t length = raw.size();
    secp256k1_ec_pubkey_serialize(context, raw.data(), &length, &point, SECP256K1_EC_UNCOMPRESSED);
    // The address is the end of the hash of the point without its tag.
    const Digest hash = keccak256(ByteView(raw).subspan(1));
    return std::equal(hash.end() - address_bytes, hash.end(), key.bytes.begin());
}

}  // namespace ballast::crypto
