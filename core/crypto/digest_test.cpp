#include <ballast/crypto/digest.hpp>

#include <gtest/gtest.h>

#include <string_view>

namespace ballast::crypto {
namespace {

Bytes text(std::string_view characters) {
    return {characters.begin(), characters.end()};
}
std::string hex(const Digest& digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const u8 byte : digest) {
        out.push_back(digits[byte >> 4]);
        out.push_back(digits[byte & 15]);
    }
    return out;
}

// FIPS 180-4 example values (NIST CSRC, "SHA-256"): the empty message, "abc", 448 bits, a million
// times "a".
TEST(sha256, nist_examples) {
    EXPECT_EQ(hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha256(text("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(sha256(text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(hex(sha256(Bytes(1'000'000, u8{'a'}))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(sha256, pieces_make_the_whole) {
    Bytes whole;
    for (u32 i = 0; i < 300; ++i) whole.push_back(static_cast<u8>(i * 7));
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        Sha256 hash;
        hash.update(ByteView(whole).first(cut));
        hash.update({});
        hash.update(ByteView(whole).subspan(cut));
        ASSERT_EQ(hash.finish(), sha256(whole)) << cut;
    }
}

TEST(sha256, a_copy_goes_its_own_way) {
    Sha256 first;
    first.update(text("a"));
    Sha256 second = first;
    first.update(text("bc"));
    second.update(text("x"));
    EXPECT_EQ(first.finish(), sha256(text("abc")));
    EXPECT_EQ(second.finish(), sha256(text("ax")));
}

TEST(digest, leaves_and_nodes_are_prefixed) {
    EXPECT_EQ(hash_leaf(text("abc")), sha256(text(std::string_view("\0abc", 4))));
    // RFC 6962, section 2.1, with nothing in the leaf.
    EXPECT_EQ(hex(hash_leaf({})),
              "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");

    const Digest left = sha256(text("left"));
    const Digest right = sha256(text("right"));
    Bytes joined{1};
    joined.insert(joined.end(), left.begin(), left.end());
    joined.insert(joined.end(), right.begin(), right.end());
    EXPECT_EQ(hash_node(left, right), sha256(joined));
    EXPECT_NE(hash_node(left, right), hash_node(right, left));
}

}  // namespace
}  // namespace ballast::crypto
