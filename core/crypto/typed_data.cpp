#include <ballast/crypto/typed_data.hpp>

namespace ballast::crypto {
namespace {

Digest hash_text(std::string_view text) {
    return keccak256({reinterpret_cast<const u8*>(text.data()), text.size()});
}

}  // namespace

StructHash::StructHash(std::string_view type) {
    add(hash_text(type));
}

StructHash& StructHash::add(std::string_view text) {
    return add(hash_text(text));
}

StructHash& StructHash::add(u64 number) {
    Digest word{};  // Big-endian.
    for (std::size_t i = 0; i < sizeof(number); ++i)
        word[word.size() - 1 - i] = static_cast<u8>(number >> (8 * i));
    return add(word);
}

StructHash& StructHash::add(const Digest& word) {
    encoded_.insert(encoded_.end(), word.begin(), word.end());
    return *this;
}

StructHash& StructHash::add(std::span<const std::string> list) {
    Bytes hashes;
    for (const std::string& text : list) {
        const Digest hash = hash_text(text);
        hashes.insert(hashes.end(), hash.begin(), hash.end());
    }
    return add(keccak256(hashes));
}

Digest StructHash::finish() const {
    return keccak256(encoded_);
}

Digest typed_data_hash(const Digest& domain, const Digest& content) {
    Bytes bytes{0x19, 0x01};
    bytes.insert(bytes.end(), domain.begin(), domain.end());
    bytes.insert(bytes.end(), content.begin(), content.end());
    return keccak256(bytes);
}

}  // namespace ballast::crypto
