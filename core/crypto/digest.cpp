#include <ballast/crypto/digest.hpp>

// The streaming functions are marked deprecated in OpenSSL 3 in favour of EVP, which allocates for
// every hash.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <cstring>
#include <new>
#include <type_traits>

namespace ballast::crypto {

namespace {

Digest finished(SHA256_CTX& context) {
    Digest digest;
    SHA256_Final(digest.data(), &context);
    return digest;
}

}  // namespace

Sha256::Sha256() {
    static_assert(sizeof(SHA256_CTX) == sizeof(state_) && alignof(SHA256_CTX) <= alignof(Sha256));
    static_assert(std::is_trivially_copyable_v<SHA256_CTX>);
    SHA256_Init(::new (state_.data()) SHA256_CTX);
}

void Sha256::update(ByteView bytes) {
    SHA256_Update(std::launder(reinterpret_cast<SHA256_CTX*>(state_.data())), bytes.data(),
                  bytes.size());
}

Digest Sha256::finish() {
    return finished(*std::launder(reinterpret_cast<SHA256_CTX*>(state_.data())));
}

Digest sha256(ByteView bytes) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes.data(), bytes.size());
    return finished(context);
}

Digest hash_leaf(ByteView content) {
    constexpr u8 prefix = 0;
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, &prefix, 1);
    SHA256_Update(&context, content.data(), content.size());
    return finished(context);
}

Digest hash_node(const Digest& left, const Digest& right) {
    std::array<u8, 65> bytes;
    bytes[0] = 1;
    std::memcpy(bytes.data() + 1, left.data(), left.size());
    std::memcpy(bytes.data() + 33, right.data(), right.size());
    return sha256(bytes);
}

}  // namespace ballast::crypto
