/// The hashes of EIP-712, with which wallets sign what they can show: structs of strings, numbers
/// and words.  https://eips.ethereum.org/EIPS/eip-712
#pragma once

#include <ballast/crypto/keccak.hpp>

#include <span>
#include <string>
#include <string_view>

namespace ballast::crypto {

/// hashStruct of one value: its type as the standard encodes it ("Mail(Person from,…)"), then its
/// members in their order.
class StructHash {
public:
    explicit StructHash(std::string_view type);

    StructHash& add(std::string_view text);              ///< string
    StructHash& add(u64 number);                         ///< uint64, and any wider unsigned kind
    StructHash& add(const Digest& word);                 ///< bytes32, or the hash of a struct
    StructHash& add(std::span<const std::string> list);  ///< string[]

    [[nodiscard]] Digest finish() const;

private:
    Bytes encoded_;
};

/// What is signed: keccak256(0x19 0x01 ‖ domain separator ‖ hash of the struct).
[[nodiscard]] Digest typed_data_hash(const Digest& domain, const Digest& content);

}  // namespace ballast::crypto
