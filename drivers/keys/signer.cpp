#include <ballast/crypto/keccak.hpp>
#include <ballast/engine/machine.hpp>
#include <ballast/files/key_text.hpp>
#include <ballast/keys/keys.hpp>

#include <secp256k1_recovery.h>
#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace ballast::keys {
namespace {

constexpr std::size_t address_bytes = 20;
constexpr u8 first_recovery_id = 27;

/// Room for secret bytes that is wiped when it goes.
template <std::size_t N>
struct Wiped {
    std::array<u8, N> bytes{};
    Wiped() = default;
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    ~Wiped() { sodium_memzero(bytes.data(), N); }
};

void start_sodium() {
    static const int started = sodium_init();
    if (started < 0) std::abort();  // Without randomness there are no keys.
}

/// What libsecp256k1 signs with.  Randomised against those who measure it.
const secp256k1_context* context() {
    struct Destroy {
        void operator()(secp256k1_context* made) const { secp256k1_context_destroy(made); }
    };
    static const std::unique_ptr<secp256k1_context, Destroy> only = [] {
        start_sodium();
        std::unique_ptr<secp256k1_context, Destroy> made(
            secp256k1_context_create(SECP256K1_CONTEXT_SIGN));
        Wiped<32> seed;
        randombytes_buf(seed.bytes.data(), seed.bytes.size());
        if (secp256k1_context_randomize(made.get(), seed.bytes.data()) != 1) std::abort();
        return made;
    }();
    return only.get();
}

crypto::Key ed25519_key(const Secret& secret) {
    crypto::Key key;
    Wiped<crypto_sign_SECRETKEYBYTES> expanded;
    crypto_sign_seed_keypair(key.bytes.data(), expanded.bytes.data(), secret.bytes().data());
    return key;
}

/// The address of a scalar; nothing where it is zero or not below the order of the group.
std::optional<crypto::Key> ethereum_key(const Secret& secret) {
    secp256k1_pubkey point;
    if (secp256k1_ec_pubkey_create(context(), &point, secret.bytes().data()) != 1) return {};
    std::array<u8, 65> raw;
    std::size_t length = raw.size();
    secp256k1_ec_pubkey_serialize(context(), raw.data(), &length, &point,
                                  SECP256K1_EC_UNCOMPRESSED);
    const crypto::Digest hash = crypto::keccak256(ByteView(raw).subspan(1));
    crypto::Key key{.scheme = crypto::Scheme::ethereum, .bytes = {}};
    std::copy_n(hash.end() - address_bytes, address_bytes, key.bytes.begin());
    return key;
}

}  // namespace

Secret::~Secret() {
    sodium_memzero(bytes_.data(), bytes_.size());
}

Signer Signer::generate(crypto::Scheme scheme) {
    start_sodium();
    Wiped<32> drawn;
    for (;;) {  // About one of 2^128 draws is no scalar.
        randombytes_buf(drawn.bytes.data(), drawn.bytes.size());
        if (auto made = from(scheme, Secret(drawn.bytes))) return *made;
    }
}

Signer Signer::named(crypto::Scheme scheme, std::string_view name) {
    const std::string tag = "ballast development key 1";
    Bytes seed(tag.begin(), tag.end());
    seed.push_back(std::to_underlying(scheme));
    seed.insert(seed.end(), name.begin(), name.end());
    for (crypto::Digest digest = crypto::sha256(seed);; digest = crypto::sha256(digest))
        if (auto made = from(scheme, Secret(digest))) return *made;
}

files::Attempt<Signer> Signer::from(crypto::Scheme scheme, const Secret& secret) {
    start_sodium();
    if (scheme == crypto::Scheme::ed25519) return Signer(secret, ed25519_key(secret));
    const auto key = ethereum_key(secret);
    if (!key) return files::fault("the private key is 0 or too large for secp256k1");
    return Signer(secret, *key);
}

access::Authorisation Signer::sign(const engine::Transaction& transaction,
                                   const engine::Genesis& genesis,
                                   const crypto::Digest& chain) const {
    access::Authorisation authorisation{.key = key_, .signature = {}};
    if (key_.scheme == crypto::Scheme::ethereum) {
        authorisation.signature =
            *sign_digest(engine::typed_data_hash(transaction, genesis, chain));
        return authorisation;
    }
    const crypto::Signature plain = *sign_bytes(engine::signed_bytes(transaction, chain));
    std::ranges::copy(plain, authorisation.signature.begin());
    return authorisation;
}

files::Attempt<void> Signer::sign(oracle::Report& report, const crypto::Digest& chain) const {
    BALLAST_TRY(report.signature, sign_bytes(oracle::signed_bytes(report, chain)));
    return {};
}

files::Attempt<crypto::Signature> Signer::sign(const clearing::Ticket& ticket,
                                               const crypto::Digest& chain) const {
    return sign_bytes(clearing::signed_bytes(chain, ticket));
}

files::Attempt<crypto::Signature> Signer::sign_bytes(ByteView message) const {
    if (key_.scheme != crypto::Scheme::ed25519)
        return files::fault("{} cannot sign this; an ed25519 key is needed", files::key_text(key_));
    crypto::PublicKey again;
    Wiped<crypto_sign_SECRETKEYBYTES> expanded;
    crypto_sign_seed_keypair(again.data(), expanded.bytes.data(), secret_.bytes().data());
    crypto::Signature signature;
    crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(),
                         expanded.bytes.data());
    return signature;
}

files::Attempt<crypto::KeySignature> Signer::sign_digest(const crypto::Digest& digest) const {
    if (key_.scheme != crypto::Scheme::ethereum)
        return files::fault("{} cannot sign this; an Ethereum key is needed",
                            files::key_text(key_));
    secp256k1_ecdsa_recoverable_signature made;
    crypto::KeySignature signature;
    int recovery_id = 0;
    // Fails only for a scalar that `from` has refused.  The nonce is RFC 6979's, s the lower one.
    if (secp256k1_ecdsa_sign_recoverable(context(), &made, digest.data(), secret_.bytes().data(),
                                         nullptr, nullptr) != 1)
        std::abort();
    secp256k1_ecdsa_recoverable_signature_serialize_compact(context(), signature.data(),
                                                            &recovery_id, &made);
    signature.back() = static_cast<u8>(first_recovery_id + recovery_id);
    return signature;
}

}  // namespace ballast::keys
