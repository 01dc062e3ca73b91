#include <ballast/crypto/typed_data.hpp>
#include <ballast/engine/describe.hpp>
#include <ballast/engine/machine.hpp>

#include <string_view>

namespace ballast::engine {
namespace {

constexpr std::string_view signing_tag = "ballast transaction 1";

constexpr std::string_view domain_type = "EIP712Domain(string name,string version,bytes32 salt)";
constexpr std::string_view transaction_type =
    "Transaction(string account,uint64 nonce,string expires,string[] actions)";

}  // namespace

Bytes signed_bytes(const Transaction& transaction, const crypto::Digest& chain) {
    Bytes bytes;
    Writer writer(bytes);
    writer.raw({reinterpret_cast<const u8*>(signing_tag.data()), signing_tag.size()});
    writer(chain);
    writer(transaction.sender);
    writer(transaction.nonce);
    writer(transaction.body);
    writer(transaction.expires);
    return bytes;
}

crypto::Digest typed_data_hash(const Transaction& transaction, const Genesis& genesis,
                               const crypto::Digest& chain) {
    const crypto::Digest domain =
        crypto::StructHash(domain_type).add("Ballast").add("1").add(chain).finish();
    crypto::StructHash content(transaction_type);
    content.add(text(static_cast<i128>(transaction.sender.value())));
    content.add(transaction.nonce);
    content.add(describe_time(transaction.expires));
    content.add(describe(transaction, genesis));
    return crypto::typed_data_hash(domain, content.finish());
}

bool authentic(const Transaction& transaction, const Genesis& genesis,
               const crypto::Digest& chain) {
    if (!transaction.authorisation) return false;
    const auto& [key, signature] = *transaction.authorisation;
    switch (key.scheme) {
        case crypto::Scheme::ed25519:
            return crypto::verify(key, signed_bytes(transaction, chain), signature);
        case crypto::Scheme::ethereum:
            return crypto::verify_digest(key, typed_data_hash(transaction, genesis, chain),
                                         signature);
    }
    return false;
}

}  // namespace ballast::engine
