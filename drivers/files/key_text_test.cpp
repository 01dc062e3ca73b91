#include <ballast/files/key_text.hpp>

#include <gtest/gtest.h>

namespace ballast::files {
namespace {

TEST(KeyText, ReadsWhatItWrites) {
    crypto::Key key;
    for (u8 i = 0; i < 32; ++i) key.bytes[i] = static_cast<u8>(0xf0 - i);
    EXPECT_EQ(key_text(key),
              "ed25519:f0efeeedecebeae9e8e7e6e5e4e3e2e1e0dfdedddcdbdad9d8d7d6d5d4d3d2d1");
    EXPECT_EQ(*parse_key(key_text(key)), key);

    key.scheme = crypto::Scheme::ethereum;
    for (std::size_t i = 20; i < 32; ++i) key.bytes[i] = 0;
    EXPECT_EQ(key_text(key), "ethereum:0xf0efeeedecebeae9e8e7e6e5e4e3e2e1e0dfdedd");
    EXPECT_EQ(*parse_key(key_text(key)), key);
    EXPECT_EQ(*parse_key("ethereum:F0EFEEEDECEBEAE9E8E7E6E5E4E3E2E1E0DFDEDD"), key);
}

TEST(KeyText, SaysWhatIsWrong) {
    const auto sentence = [](std::string_view text) { return parse_key(text).error().sentence; };
    EXPECT_EQ(sentence("0xf0"),
              "is no key; write ed25519:<64 hexadecimal digits> or "
              "ethereum:0x<40>");
    EXPECT_EQ(sentence("ethereum:0xf0"), "has 2 characters, not 40 hexadecimal digits");
    EXPECT_EQ(sentence("ed25519:" + std::string(63, '0') + "g"),
              "has something else than hexadecimal digits");
}

}  // namespace
}  // namespace ballast::files
