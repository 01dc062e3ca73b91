#include <ballast/crypto/signature.hpp>

#include <gtest/gtest.h>

#include <string_view>

namespace ballast::crypto {
namespace {

u8 nibble(char digit) {
    return static_cast<u8>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}
Bytes hex(std::string_view digits) {
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        bytes.push_back(static_cast<u8>(nibble(digits[i]) << 4 | nibble(digits[i + 1])));
    return bytes;
}
template <std::size_t N>
std::array<u8, N> hex_array(std::string_view digits) {
    const Bytes bytes = hex(digits);
    std::array<u8, N> result{};
    EXPECT_EQ(bytes.size(), N);
    std::copy(bytes.begin(), bytes.end(), result.begin());
    return result;
}

struct Vector {
    std::string_view key, message, signature;
};

// RFC 8032, section 7.1, tests 1, 2, 3 and SHA(abc).
constexpr Vector vectors[]{
    {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "46bd25bf5f0595bbe"
     "24655141438e7a100b"},
    {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d8c387b2eaeb4302a"
     "eeb00d291612bb0c00"},
    {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6594a7c15e9716ed2"
     "8dc027beceea1ec40a"},
    {"ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf2",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3fee"
     "bbd454d4423643ce8"
     "0e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e"
     "0303dca179c138ac1"
     "7ad9bef1177331a704"},
};

TEST(signature, rfc_8032_vectors_verify) {
    for (const Vector& one : vectors)
        EXPECT_TRUE(verify(hex_array<32>(one.key), hex(one.message), hex_array<64>(one.signature)))
            << one.key;
}

TEST(signature, any_flipped_bit_is_refused) {
    for (const Vector& one : vectors) {
        const auto key = hex_array<32>(one.key);
        const Bytes message = hex(one.message);
        const auto signature = hex_array<64>(one.signature);
        for (u32 bit = 0; bit < 256; ++bit) {
            auto wrong = key;
            wrong[bit / 8] = static_cast<u8>(wrong[bit / 8] ^ (1U << bit % 8));
            EXPECT_FALSE(verify(wrong, message, signature)) << bit;
        }
        for (u32 bit = 0; bit < 512; ++bit) {
            auto wrong = signature;
            wrong[bit / 8] = static_cast<u8>(wrong[bit / 8] ^ (1U << bit % 8));
            EXPECT_FALSE(verify(key, message, wrong)) << bit;
        }
        for (u32 bit = 0; bit < message.size() * 8; ++bit) {
            Bytes wrong = message;
            wrong[bit / 8] = static_cast<u8>(wrong[bit / 8] ^ (1U << bit % 8));
            EXPECT_FALSE(verify(key, wrong, signature)) << bit;
        }
        Bytes longer = message;
        longer.push_back(0);
        EXPECT_FALSE(verify(key, longer, signature));
    }
}

// S + L satisfies the same equation; a lax verifier takes it and so lets a stranger make a second
// valid signature.
TEST(signature, an_s_that_is_not_reduced_is_refused) {
    // The order of the group, RFC 8032, section 5.1: 2^252 +
    // 27742317777372353535851937790883648493.
    const auto order =
        hex_array<32>("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    auto signature = hex_array<64>(vectors[1].signature);
    u32 carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += u32{signature[32 + i]} + order[i];
        signature[32 + i] = static_cast<u8>(carry);
        carry >>= 8;
    }
    ASSERT_EQ(carry, 0U);
    EXPECT_FALSE(verify(hex_array<32>(vectors[1].key), hex(vectors[1].message), signature));
}

// With the neutral point as key and as R, S = 0 "signs" every message under the bare equation.
TEST(signature, a_key_of_small_order_is_refused) {
    PublicKey neutral{};
    neutral[0] = 1;
    Signature signature{};
    signature[0] = 1;
    EXPECT_FALSE(verify(neutral, hex("72"), signature));
    EXPECT_FALSE(verify(PublicKey{}, hex("72"), Signature{}));
}

}  // namespace
}  // namespace ballast::crypto
