#include <ballast/crypto/signature.hpp>

#include <sodium/crypto_sign.h>

namespace ballast::crypto {

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
    static_assert(crypto_sign_PUBLICKEYBYTES == std::tuple_size_v<PublicKey>);
    static_assert(crypto_sign_BYTES == std::tuple_size_v<Signature>);
    return crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                       key.data()) == 0;
}

}  // namespace ballast::crypto
