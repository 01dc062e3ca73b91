#include <ballast/derivatives/signer.hpp>

#include <ballast/base/assert.hpp>
#include <ballast/crypto/digest.hpp>

#include <sodium.h>

#include <string>

namespace ballast::derivatives {

Signer::Signer(std::string_view seed, std::string_view name) {
    const std::string text = std::string(seed) + "/" + std::string(name);
    const auto* bytes = reinterpret_cast<const u8*>(text.data());
    const crypto::Digest digest = crypto::sha256(ByteView(bytes, text.size()));
    static_assert(sizeof digest == crypto_sign_SEEDBYTES);
    BALLAST_ASSERT(crypto_sign_seed_keypair(public_.data(), secret_.data(), digest.data()) == 0);
}

crypto::Signature Signer::sign(ByteView message) const {
    crypto::Signature signature{};
    crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret_.data());
    return signature;
}

}  // namespace ballast::derivatives
