#include <ballast/crypto/signature.hpp>
#include <ballast/engine/machine.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/files/key_text.hpp>
#include <ballast/keys/keys.hpp>

#include <gtest/gtest.h>

#include <fstream>

namespace ballast::keys {
namespace {

namespace fs = std::filesystem;
using crypto::Scheme;

Secret secret_of(std::string_view hex) {
    std::array<u8, 32> bytes{};
    std::ranges::copy(*files::bytes_of_hex(hex, bytes.size()), bytes.begin());
    return Secret(bytes);
}

/// A directory that goes with the test.
class Keys : public testing::Test {
protected:
    Keys() {
        std::string name = (fs::temp_directory_path() / "ballast-keys-XXXXXX").string();
        directory_ = mkdtemp(name.data());
    }
    ~Keys() override { fs::remove_all(directory_); }
    [[nodiscard]] fs::path file(std::string_view name) const { return directory_ / name; }
    void write(std::string_view name, const std::string& text) const {
        std::ofstream(file(name)) << text;
        fs::permissions(file(name), fs::perms::owner_read | fs::perms::owner_write);
    }

    fs::path directory_;
};

TEST(Signer, MakesTheKeysAndSignaturesOfTheStandards) {
    // RFC 8032, section 7.1, test 2.
    const Signer first = *Signer::from(
        Scheme::ed25519,
        secret_of("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
    EXPECT_EQ(files::key_text(first.key()),
              "ed25519:3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    EXPECT_EQ(files::hex_of(*first.sign_bytes(Bytes{0x72})),
              "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
              "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

    // The address of the private key 1, and of the one that EIP-712's example signs with,
    // keccak256("cow").
    const Signer one = *Signer::from(Scheme::ethereum, secret_of(std::string(63, '0') + "1"));
    EXPECT_EQ(files::key_text(one.key()), "ethereum:0x7e5f4552091a69125d5dfcb7b8c2659029395bdf");
    const Signer cow = *Signer::from(
        Scheme::ethereum,
        secret_of("c85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4"));
    EXPECT_EQ(files::key_text(cow.key()), "ethereum:0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826");
    // EIP-712, "Example": the hash of the mail and its signature.
    crypto::Digest digest{};
    std::ranges::copy(
        *files::bytes_of_hex("be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2",
                             digest.size()),
        digest.begin());
    EXPECT_EQ(files::hex_of(*cow.sign_digest(digest)),
              "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
              "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c");
}

TEST(Signer, SecretsThatAreNoneAreRefused) {
    EXPECT_FALSE(Signer::from(Scheme::ethereum, Secret()));
    EXPECT_FALSE(Signer::from(
        Scheme::ethereum,
        secret_of("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")));
    EXPECT_TRUE(Signer::from(Scheme::ed25519, Secret()));
}

TEST(Signer, NamedKeysAreTheSameEverywhereAndDrawnOnesNeverAgain) {
    EXPECT_EQ(files::key_text(Signer::named(Scheme::ed25519, "alice").key()),
              "ed25519:e618ad6cf659a1dbae680c362d500c2525ca8fa28f531b3fb424ae90ff13a988");
    EXPECT_EQ(files::key_text(Signer::named(Scheme::ethereum, "alice").key()),
              "ethereum:0x6466d50426ea0c2b2a2cc6b316ed2b0dfd9338d3");
    for (const Scheme scheme : {Scheme::ed25519, Scheme::ethereum}) {
        EXPECT_EQ(Signer::generate(scheme).key().scheme, scheme);
        EXPECT_NE(Signer::generate(scheme).key(), Signer::generate(scheme).key());
    }
}

TEST(Signer, ATransactionOfEitherKindIsAuthentic) {
    engine::Genesis genesis;
    genesis.name = "test";
    genesis.assets.push_back({.name = "USD", .kind = engine::AssetKind::synthetic, .feed = {}});
    const crypto::Digest chain = engine::digest_of(genesis);
    for (const Scheme scheme : {Scheme::ed25519, Scheme::ethereum}) {
        engine::Transaction transaction{
            .sender = AccountId(17),
            .nonce = 3,
            .body = engine::Action(engine::Transfer{AccountId(18), AssetId(0), Amount::units(5)}),
            .expires = 9,
            .authorisation = {}};
        const Signer signer = Signer::named(scheme, "alice");
        transaction.authorisation = signer.sign(transaction, genesis, chain);
        EXPECT_TRUE(engine::authentic(transaction, genesis, chain));
        EXPECT_EQ(transaction.authorisation->key, signer.key());
        // Signing again does not see what was signed before.
        EXPECT_EQ(signer.sign(transaction, genesis, chain).signature,
                  transaction.authorisation->signature);
        transaction.nonce = 4;
        EXPECT_FALSE(engine::authentic(transaction, genesis, chain));
    }
}

TEST(Signer, OnlyEd25519SignsReportsAndTickets) {
    const Signer venue = Signer::named(Scheme::ed25519, "venue");
    const crypto::Digest chain{};
    oracle::Report report{.publisher = PublisherId(1),
                          .feed = FeedId(2),
                          .price = Price::units(3),
                          .confidence = {},
                          .time = 4};
    ASSERT_TRUE(venue.sign(report, chain));
    EXPECT_TRUE(
        crypto::verify(venue.key().bytes, oracle::signed_bytes(report, chain), report.signature));
    const clearing::Ticket ticket;
    EXPECT_TRUE(crypto::verify(venue.key().bytes, clearing::signed_bytes(chain, ticket),
                               *venue.sign(ticket, chain)));
    const Signer wallet = Signer::named(Scheme::ethereum, "venue");
    EXPECT_FALSE(wallet.sign(report, chain));
    EXPECT_FALSE(wallet.sign(ticket, chain));
    EXPECT_FALSE(venue.sign_digest(chain));
}

TEST_F(Keys, APlainFileGivesTheKeyBack) {
    const Keyring ring(file("keys"));
    EXPECT_TRUE(ring.list()->empty());
    const Signer alice = Signer::generate(Scheme::ethereum);
    ASSERT_TRUE(ring.add("alice", alice, std::nullopt));
    EXPECT_EQ(fs::status(file("keys/alice.json")).permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(fs::status(file("keys")).permissions(), fs::perms::owner_all);
    const auto opened = ring.open("alice", std::nullopt);
    ASSERT_TRUE(opened) << opened.error().sentence;
    EXPECT_EQ(opened->key(), alice.key());
    EXPECT_EQ(opened->secret().bytes(), alice.secret().bytes());
    EXPECT_FALSE(ring.add("alice", alice, std::nullopt)) << "it was overwritten";
}

TEST_F(Keys, AnEncryptedFileOpensWithItsPassphraseAlone) {
    const Keyring ring(directory_);
    const Signer alice = Signer::generate(Scheme::ed25519);
    ASSERT_TRUE(ring.add("alice", alice, "correct horse"));
    const std::string text = *files::read_file(file("alice.json"));
    EXPECT_EQ(text.find(files::hex_of(alice.secret().bytes())), std::string::npos);
    EXPECT_EQ(text.find("horse"), std::string::npos);
    EXPECT_TRUE(ring.find("alice")->encrypted);
    EXPECT_EQ(ring.open("alice", "correct horse")->secret().bytes(), alice.secret().bytes());
    const auto wrong = ring.open("alice", "correct mule");
    ASSERT_FALSE(wrong);
    EXPECT_TRUE(wrong.error().sentence.ends_with("alice.json: the passphrase is wrong"));
    EXPECT_EQ(wrong.error().sentence.find("mule"), std::string::npos);
    const auto without = ring.open("alice", std::nullopt);
    ASSERT_FALSE(without);
    EXPECT_NE(without.error().sentence.find("BALLAST_PASSPHRASE"), std::string::npos);
}

TEST_F(Keys, WhatIsWrongWithAFileIsSaid) {
    const Keyring ring(directory_);
    const auto says = [&](const std::string& text, std::string_view part) {
        write("a.json", text);
        const auto opened = ring.open("a", "x");
        ASSERT_FALSE(opened) << text;
        EXPECT_NE(opened.error().sentence.find(part), std::string::npos) << opened.error().sentence;
        EXPECT_NE(opened.error().sentence.find("a.json"), std::string::npos);
        EXPECT_EQ(opened.error().sentence.find(std::string(40, '7')), std::string::npos);
    };
    const std::string key = files::key_text(Signer::named(Scheme::ed25519, "a").key());
    says("", "is no JSON object");
    says("[]", "is no JSON object");
    says("{}", "version: expected 1");
    says(R"({"version":1})", "key: is missing");
    says(R"({"version":1,"key":"x"})", "key: is no key");
    says(R"({"version":1,"key":")" + key + "\"}", "either `private` or `encrypted`");
    says(R"({"version":1,"key":")" + key + R"(","private":"77"})", "private: has 2 characters");
    says(R"({"version":1,"key":")" + key + R"(","private":")" + std::string(64, '7') + "\"}",
         "the private key is not that of " + key);
    says(R"({"version":1,"key":")" + key + R"(","encrypted":{"derivation":"argon2id",)" +
             R"("cipher":"xsalsa20-poly1305","rounds":3,"memory":99999999999}})",
         "memory: must be from 8192 to 1073741824");
    says(std::string(20'000, ' '), "has 20000 bytes; at most 16384");
    fs::permissions(file("a.json"), fs::perms::group_read, fs::perm_options::add);
    EXPECT_NE(ring.open("a", "x").error().sentence.find("chmod 600"), std::string::npos);
}

TEST_F(Keys, ASecretGoesOutAndComesBack) {
    for (const Scheme scheme : {Scheme::ed25519, Scheme::ethereum}) {
        const Signer alice = Signer::generate(scheme);
        const fs::path path = file(fmt::format("secret-{}", std::to_underlying(scheme)));
        ASSERT_TRUE(export_secret(path, alice));
        EXPECT_FALSE(export_secret(path, alice)) << "it was overwritten";
        EXPECT_EQ(import_secret(path, scheme)->key(), alice.key());
        fs::permissions(path, fs::perms::others_read, fs::perm_options::add);
        EXPECT_FALSE(import_secret(path, scheme));
    }
    write("short", "00112233\n");
    EXPECT_TRUE(import_secret(file("short"), Scheme::ed25519)
                    .error()
                    .sentence.ends_with("short: has 8 characters, not 64 hexadecimal digits"));
}

TEST_F(Keys, NamesAreFilesAndNothingElse) {
    const Keyring ring(directory_);
    const Signer key = Signer::named(Scheme::ed25519, "a");
    for (const std::string name : {"", "../a", "a/b", "a.b", "a b"})
        EXPECT_FALSE(ring.add(name, key, std::nullopt)) << name;
    EXPECT_FALSE(ring.add(std::string(65, 'a'), key, std::nullopt));
    ASSERT_TRUE(ring.add("alice", key, std::nullopt));
    EXPECT_NE(ring.open("alise", std::nullopt).error().sentence.find("did you mean 'alice'?"),
              std::string::npos);
}

TEST_F(Keys, ThePassphraseIsTheFirstLineOfItsFile) {
    write("pass", "correct horse\r\nbattery\n");
    EXPECT_EQ(**passphrase(file("pass")), "correct horse");
    write("empty", "\n");
    EXPECT_FALSE(passphrase(file("empty")));
    EXPECT_FALSE(passphrase(file("absent")));
    setenv("BALLAST_PASSPHRASE", "staple", 1);
    EXPECT_EQ(**passphrase(std::nullopt), "staple");
    unsetenv("BALLAST_PASSPHRASE");
    EXPECT_FALSE(passphrase(std::nullopt)->has_value());
}

}  // namespace
}  // namespace ballast::keys
