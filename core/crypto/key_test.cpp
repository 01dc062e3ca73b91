#include <ballast/crypto/key.hpp>
#include <ballast/crypto/typed_data.hpp>

#include <gtest/gtest.h>

#include <sodium.h>

#include <algorithm>

namespace ballast::crypto {
namespace {

std::vector<u8> bytes_of(std::string_view hexadecimal) {
    const auto digit = [](char c) { return static_cast<u8>(c <= '9' ? c - '0' : c - 'a' + 10); };
    std::vector<u8> out;
    for (std::size_t i = 0; i + 1 < hexadecimal.size(); i += 2)
        out.push_back(static_cast<u8>(digit(hexadecimal[i]) * 16 + digit(hexadecimal[i + 1])));
    return out;
}
Digest digest_of(std::string_view hexadecimal) {
    Digest digest{};
    const auto bytes = bytes_of(hexadecimal);
    // Shorter ones stand at the end, as addresses do in a word.
    std::copy(bytes.begin(), bytes.end(), digest.end() - static_cast<long>(bytes.size()));
    return digest;
}
KeySignature signature_of(std::string_view hexadecimal) {
    KeySignature signature{};
    const auto bytes = bytes_of(hexadecimal);
    std::copy(bytes.begin(), bytes.end(), signature.begin());
    return signature;
}
Key address(std::string_view hexadecimal) {
    Key key{Scheme::ethereum, {}};
    const auto bytes = bytes_of(hexadecimal);
    std::copy(bytes.begin(), bytes.end(), key.bytes.begin());
    return key;
}
ByteView view(std::string_view text) {
    return {reinterpret_cast<const u8*>(text.data()), text.size()};
}

// The first two: "Ethereum: a secure decentralised generalised transaction ledger", appendix K
// (KEC of nothing), and the Keccak team's ShortMsgKAT_256; the others, which end short of, at and
// beyond a block of 136 bytes, from eth-utils 6.0.0.
TEST(keccak, known_digests) {
    EXPECT_EQ(keccak256({}),
              digest_of("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"));
    EXPECT_EQ(keccak256(view("abc")),
              digest_of("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"));
    const std::string a(1000, 'a');
    const std::string_view all = a;
    EXPECT_EQ(keccak256(view(all.substr(0, 135))),
              digest_of("34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446"));
    EXPECT_EQ(keccak256(view(all.substr(0, 136))),
              digest_of("a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e"));
    EXPECT_EQ(keccak256(view(all.substr(0, 137))),
              digest_of("d869f639c7046b4929fc92a4d988a8b22c55fbadb802c0c66ebcd484f1915f39"));
    EXPECT_EQ(keccak256(view(all)),
              digest_of("b6a4ac1f51884d71f30fa397a5e155de3099e11fc0edef5d08b646e621e19de9"));
}

// https://eips.ethereum.org/EIPS/eip-712, the example "Mail" with its test (assets/eip-712/
// Example.js): the key is keccak256("cow").
constexpr std::string_view cow = "cd2a3d9f938e13cd947ec05abc7fe734df8dd826";
constexpr std::string_view mail_hash =
    "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2";
constexpr std::string_view mail_signature =
    "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
    "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c";

TEST(typed_data, the_mail_of_the_standard) {
    constexpr std::string_view person = "Person(string name,address wallet)";
    const Digest domain = StructHash(
                              "EIP712Domain(string name,string version,uint256 chainId,"
                              "address verifyingContract)")
                              .add("Ether Mail")
                              .add("1")
                              .add(u64{1})
                              .add(digest_of("cccccccccccccccccccccccccccccccccccccccc"))
                              .finish();
    EXPECT_EQ(domain,
              digest_of("f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f"));
    const Digest from = StructHash(person).add("Cow").add(digest_of(cow)).finish();
    const Digest to = StructHash(person)
                          .add("Bob")
                          .add(digest_of("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"))
                          .finish();
    const std::string mail = "Mail(Person from,Person to,string contents)" + std::string(person);
    const Digest content = StructHash(mail).add(from).add(to).add("Hello, Bob!").finish();
    EXPECT_EQ(content,
              digest_of("c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e"));
    EXPECT_EQ(typed_data_hash(domain, content), digest_of(mail_hash));
}

TEST(ethereum, the_signature_of_the_mail_is_cows_and_no_other) {
    const Digest digest = digest_of(mail_hash);
    const KeySignature good = signature_of(mail_signature);
    EXPECT_TRUE(verify_digest(address(cow), digest, good));
    EXPECT_FALSE(verify_digest(address("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"), digest, good));
    for (std::size_t i = 0; i < good.size(); ++i) {
        KeySignature bad = good;
        bad[i] ^= 1;
        EXPECT_FALSE(verify_digest(address(cow), digest, bad)) << "byte " << i;
    }
    for (std::size_t i = 0; i < digest.size(); ++i) {
        Digest other = digest;
        other[i] ^= 1;
        EXPECT_FALSE(verify_digest(address(cow), other, good)) << "byte " << i;
    }
}

/// The order of the group less s: the other signature that fits, which must not count.
KeySignature with_high_s(KeySignature signature) {
    const Digest order =
        digest_of("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    int borrow = 0;
    for (std::size_t i = 32; i-- > 0;) {
        const int difference = order[i] - signature[32 + i] - borrow;
        borrow = difference < 0 ? 1 : 0;
        signature[32 + i] = static_cast<u8>(difference & 0xff);
    }
    signature[64] = signature[64] == 27 ? 28 : 27;
    return signature;
}

TEST(ethereum, nobody_makes_a_second_signature_from_one) {
    const Digest digest = digest_of(mail_hash);
    const KeySignature good = signature_of(mail_signature);
    EXPECT_EQ(with_high_s(with_high_s(good)), good);
    EXPECT_FALSE(verify_digest(address(cow), digest, with_high_s(good)));
    for (const u8 v : {u8{0}, u8{1}, u8{26}, u8{29}, u8{30}, u8{255}}) {
        KeySignature other = good;
        other[64] = v;
        EXPECT_FALSE(verify_digest(address(cow), digest, other)) << int{v};
    }
    Key long_address = address(cow);
    long_address.bytes[31] = 1;
    EXPECT_FALSE(well_formed(long_address));
    EXPECT_FALSE(verify_digest(long_address, digest, good));
    EXPECT_FALSE(verify_digest(address(cow), digest, KeySignature{}));
}

TEST(ed25519_key, signs_with_a_zero_behind_and_not_as_another_kind) {
    std::array<u8, 32> seed{7};
    Key key;
    std::array<u8, 64> secret;
    crypto_sign_seed_keypair(key.bytes.data(), secret.data(), seed.data());
    const ByteView message = view("ballast");
    KeySignature signature{};
    crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret.data());
    EXPECT_TRUE(verify(key, message, signature));
    EXPECT_FALSE(verify(key, view("ballasT"), signature));
    Key other = key;
    other.scheme = Scheme::ethereum;
    EXPECT_FALSE(verify(other, message, signature));
    signature[64] = 27;
    EXPECT_FALSE(verify(key, message, signature));
    signature[64] = 0;
    signature[10] ^= 1;
    EXPECT_FALSE(verify(key, message, signature));
}

}  // namespace
}  // namespace ballast::crypto
