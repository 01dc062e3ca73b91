#include <ballast/node/dev.hpp>

#include <ballast/files/run_directory.hpp>
#include <ballast/market/market.hpp>

#include <fmt/ranges.h>

namespace ballast::node {
namespace {

constexpr i64 balance_each = 1'000'000;
constexpr std::string_view fee_asset = "USDC";
const Amount fee = Amount::units(amount_one / 100);

std::string hex(std::span<const u8> bytes) {
    return fmt::format("{:02x}", fmt::join(bytes, ""));
}

}  // namespace

const std::vector<std::string>& dev_names() {
    static const std::vector<std::string> names{"alice", "bob",   "carol", "dave", "erin",
                                                "frank", "grace", "heidi", "ivan", "judy"};
    return names;
}

keys::Signer dev_key(std::size_t account) {
    return keys::Signer::named(crypto::Scheme::ed25519, dev_names()[account]);
}

keys::Signer dev_publisher() {
    return keys::Signer::named(crypto::Scheme::ed25519, "publisher");
}

files::Attempt<engine::Genesis> dev_genesis(const std::filesystem::path& market, u64 time) {
    BALLAST_TRY(engine::Genesis genesis, market::load_market(market));
    genesis.time = time;
    genesis.oracle.publishers = {{"dev", dev_publisher().key().bytes}};
    for (oracle::FeedTerms& feed : genesis.oracle.feeds) {
        feed.sources = {{PublisherId{0}, 1}};
        feed.quorum_count = feed.quorum_weight = feed.live_count = 1;
        feed.settlement_count = 1;
    }
    genesis.access.signed_transactions = true;
    genesis.vaults.clear();
    genesis.accounts.clear();
    engine::GenesisAccount account;
    for (u16 i = 0; i < genesis.assets.size(); ++i) {
        const bool made = genesis.assets[i].kind != engine::AssetKind::synthetic;
        account.balances.push_back(Amount::units(made ? i128{balance_each} * amount_one : 0));
        if (genesis.assets[i].name == fee_asset) {
            genesis.access.fee_asset = AssetId{i};
            genesis.access.fee = fee;
        }
    }
    for (std::size_t i = 0; i < dev_accounts; ++i) {
        account.key = dev_key(i).key();
        genesis.accounts.push_back(account);
    }
    if (const auto fault = engine::validate(genesis))
        return files::fault("{}: {} {}", market.string(), fault->key, fault->what);
    return genesis;
}

std::string dev_banner() {
    std::string text =
        "\nTHESE KEYS ARE PUBLIC: everybody who has this program has them.  Never send anything of "
        "value to them.\n\n";
    text += fmt::format("{:<7} {:<9} {:<64}  {}\n", "account", "name", "public key", "private key");
    for (std::size_t i = 0; i < dev_accounts; ++i) {
        const keys::Signer signer = dev_key(i);
        text += fmt::format("{:<7} {:<9} {}  {}\n", system_accounts + i, dev_names()[i],
                            hex(signer.key().bytes), hex(signer.secret().bytes()));
    }
    const keys::Signer publisher = dev_publisher();
    text += fmt::format("{:<7} {:<9} {}  {}\n\n", "", "publisher", hex(publisher.key().bytes),
                        hex(publisher.secret().bytes()));
    return text;
}

}  // namespace ballast::node
