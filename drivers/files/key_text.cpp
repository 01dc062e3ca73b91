#include <ballast/files/key_text.hpp>

#include <algorithm>

namespace ballast::files {
namespace {

constexpr std::string_view ed25519_prefix = "ed25519:";
constexpr std::string_view ethereum_prefix = "ethereum:";
constexpr std::size_t address_bytes = 20;

// The value of a hexadecimal digit; 16 for anything else.
u8 digit_of(char c) {
    if (c >= '0' && c <= '9') return static_cast<u8>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<u8>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<u8>(c - 'A' + 10);
    return 16;
}

}  // namespace

std::string hex_of(ByteView bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const u8 byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 0xf];
    }
    return text;
}

Attempt<Bytes> bytes_of_hex(std::string_view text, std::size_t count) {
    if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
    if (text.size() != 2 * count)
        return fault("has {} characters, not {} hexadecimal digits", text.size(), 2 * count);
    Bytes bytes;
    bytes.reserve(count);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const u8 high = digit_of(text[i]);
        const u8 low = digit_of(text[i + 1]);
        if (high > 15 || low > 15) return fault("has something else than hexadecimal digits");
        bytes.push_back(static_cast<u8>(high << 4 | low));
    }
    return bytes;
}

std::string key_text(const crypto::Key& key) {
    const ByteView bytes(key.bytes);
    switch (key.scheme) {
        case crypto::Scheme::ed25519: return std::string(ed25519_prefix) + hex_of(bytes);
        case crypto::Scheme::ethereum:
            return fmt::format("{}0x{}", ethereum_prefix, hex_of(bytes.first(address_bytes)));
    }
    return {};
}

Attempt<crypto::Key> parse_key(std::string_view text) {
    crypto::Key key;
    std::size_t count = key.bytes.size();
    if (text.starts_with(ed25519_prefix)) {
        text.remove_prefix(ed25519_prefix.size());
    } else if (text.starts_with(ethereum_prefix)) {
        key.scheme = crypto::Scheme::ethereum;
        text.remove_prefix(ethereum_prefix.size());
        count = address_bytes;
    } else {
        return fault("is no key; write ed25519:<64 hexadecimal digits> or ethereum:0x<40>");
    }
    BALLAST_TRY(const Bytes bytes, bytes_of_hex(text, count));
    std::ranges::copy(bytes, key.bytes.begin());
    return key;
}

}  // namespace ballast::files
