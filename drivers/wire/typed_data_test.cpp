#include <ballast/engine/machine.hpp>
#include <ballast/files/key_text.hpp>
#include <ballast/wire/typed_data.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace ballast::wire {
namespace {

/// Made with ethers 6.17.0 (Wallet.signTypedData, TypedDataEncoder.getPayload) by the private key
/// of EIP-712's own example.
constexpr auto payload = R"({"types":{"Transaction":[{"name":"account","type":"string"},
{"name":"nonce","type":"uint64"},{"name":"expires","type":"string"},
{"name":"actions","type":"string[]"}],"EIP712Domain":[{"name":"name","type":"string"},
{"name":"version","type":"string"},{"name":"salt","type":"bytes32"}]},"domain":{"name":"Ballast",
"version":"1","salt":"0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"},
"primaryType":"Transaction","message":{"account":"17","nonce":"3",
"expires":"2023-11-14T22:13:20Z","actions":["1 of 2: transfer to=18 asset=USD amount=12.5",
"2 of 2: open_vault type=ETH-A"]}})";
constexpr auto hash = "01e99125bb0dde56083b396ea821070a7f39fef583727d1a10b0696732e382a1";
constexpr auto signature =
    "030c4b13494965ebcef759ed3eb777c825cc15e4785df49d2d46be33ff1a30a5"
    "189ae66aa5b9f5aba3cb8f1650516715c61217cf140b47a2e8dec62b3871ac541b";

TEST(TypedData, WhatAWalletSignedIsAccepted) {
    engine::Genesis genesis;
    genesis.assets.push_back({.name = "USD", .kind = {}, .feed = {}});
    genesis.types.resize(1);
    genesis.types[0].vault.name = "ETH-A";
    crypto::Digest chain{};
    for (u8 i = 0; i < chain.size(); ++i) chain[i] = i;
    engine::Transaction transaction{
        .sender = AccountId(17),
        .nonce = 3,
        .body = engine::Batch{{engine::Transfer{AccountId(18), AssetId(0),
                                                Amount::units(1'250'000'000)},
                               vaults::OpenVault{VaultTypeId(0)}}},
        .expires = 1'700'000'000,
        .authorisation = {}};
    EXPECT_EQ(nlohmann::json::parse(typed_data_json(transaction, genesis, chain).dump()),
              nlohmann::json::parse(payload));
    EXPECT_EQ(files::hex_of(engine::typed_data_hash(transaction, genesis, chain)), hash);

    access::Authorisation authorisation;
    authorisation.key = *files::parse_key("ethereum:0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826");
    std::ranges::copy(*files::bytes_of_hex(signature, authorisation.signature.size()),
                      authorisation.signature.begin());
    transaction.authorisation = authorisation;
    EXPECT_TRUE(engine::authentic(transaction, genesis, chain));
    transaction.nonce = 4;
    EXPECT_FALSE(engine::authentic(transaction, genesis, chain));
}

}  // namespace
}  // namespace ballast::wire
