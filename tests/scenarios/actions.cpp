#include "actions.hpp"

#include "margin_actions.hpp"

#include <algorithm>

namespace ballast::scenarios {
namespace {

using engine::Action;

struct Holding {
    AssetId asset;
    Amount amount;
};

Attempt<Holding> read_holding(Words& words, const Stage& stage) {
    BALLAST_TRY(const AssetId asset, read_asset(words, stage));
    BALLAST_TRY(const Amount amount, words.amount());
    return Holding{asset, amount};
}

// An amount of what the vault owes, named for the reader.
Attempt<Amount> read_debt(Words& words, const Stage& stage, NamedVault vault) {
    BALLAST_TRY(const Holding debt, read_holding(words, stage));
    const AssetId asset = stage.machine.types()[vault.type.value()].debt_asset;
    if (debt.asset == asset) return debt.amount;
    return words.fault("the vault owes {}, not {}", stage.names.assets[asset.value()],
                       stage.names.assets[debt.asset.value()]);
}

Attempt<Action> transfer(Words& words, const Stage& stage) {
    BALLAST_CHECK(words.expect("to"));
    BALLAST_TRY(const AccountId to, read_account(words, stage));
    BALLAST_TRY(const Holding sent, read_holding(words, stage));
    return engine::Transfer{to, sent.asset, sent.amount};
}

Attempt<Action> deposit(Words& words, const Stage& stage) {
    BALLAST_TRY(const NamedVault vault, read_vault(words, stage));
    BALLAST_TRY(const Holding locked, read_holding(words, stage));
    return vaults::Deposit{vault.id, locked.asset, locked.amount};
}

Attempt<Action> withdraw(Words& words, const Stage& stage) {
    BALLAST_TRY(const NamedVault vault, read_vault(words, stage));
    BALLAST_TRY(const Holding freed, read_holding(words, stage));
    return vaults::Withdraw{vault.id, freed.asset, freed.amount};
}

Attempt<Action> mint(Words& words, const Stage& stage) {
    BALLAST_TRY(const NamedVault vault, read_vault(words, stage));
    BALLAST_TRY(const Amount amount, read_debt(words, stage, vault));
    return vaults::Mint{vault.id, amount};
}

Attempt<Action> repay(Words& words, const Stage& stage) {
    BALLAST_TRY(const NamedVault vault, read_vault(words, stage));
    BALLAST_TRY(const Amount amount, read_debt(words, stage, vault));
    return vaults::Repay{vault.id, amount};
}

Attempt<Action> close(Words& words, const Stage& stage) {
    BALLAST_TRY(const NamedVault vault, read_vault(words, stage));
    return vaults::Close{vault.id};
}

Attempt<Action> redeem(Words& words, const Stage& stage) {
    BALLAST_TRY(const Holding offer, read_holding(words, stage));
    BALLAST_CHECK(words.expect("fee_max"));
    BALLAST_TRY(const Ratio fee_max, words.ratio());
    return vaults::Redeem{offer.asset, offer.amount, fee_max};
}

// `take bob auction 0 USDB 1000 price_max 170`
Attempt<Action> take(Words& words, const Stage& stage) {
    BALLAST_CHECK(words.expect("auction"));
    BALLAST_TRY(const AuctionId auction, read_auction(words, stage));
    BALLAST_TRY(const Holding offer, read_holding(words, stage));
    const AssetId asset = stage.machine.state().auctions.rows[auction.value()].pay_asset;
    if (offer.asset != asset)
        return words.fault("the auction is paid in {}", stage.names.assets[asset.value()]);
    BALLAST_CHECK(words.expect("price_max"));
    BALLAST_TRY(const Ray price_max, words.ray());
    return auctions::Take{auction, offer.amount, price_max};
}

Attempt<Action> pool_deposit(Words& words, const Stage& stage) {
    BALLAST_TRY(const Holding brought, read_holding(words, stage));
    return engine::PoolDeposit{brought.asset, brought.amount};
}

Attempt<Action> pool_withdraw(Words& words, const Stage& stage) {
    BALLAST_TRY(const Holding wanted, read_holding(words, stage));
    return engine::PoolWithdraw{wanted.asset, wanted.amount};
}

Attempt<Action> pool_claim(Words& words, const Stage& stage) {
    BALLAST_TRY(const AssetId asset, read_asset(words, stage));
    return engine::PoolClaim{asset};
}

struct Verb {
    std::string_view name;
    Attempt<Action> (*read)(Words& words, const Stage& stage);
};

constexpr Verb verbs[] = {
    {"transfer", transfer},
    {"deposit", deposit},
    {"withdraw", withdraw},
    {"mint", mint},
    {"repay", repay},
    {"close", close},
    {"redeem", redeem},
    {"take", take},
    {"pool_deposit", pool_deposit},
    {"pool_withdraw", pool_withdraw},
    {"pool_claim", pool_claim},
};

// `open alice v1 type ETH-A`
Attempt<Asked> open(Words& words, const Stage& stage, AccountId sender) {
    BALLAST_TRY(const std::string label, words.next("a name for the vault"));
    if (stage.vaults.contains(label)) return words.fault("there is a vault '{}' already", label);
    BALLAST_CHECK(words.expect("type"));
    BALLAST_TRY(const VaultTypeId type, read_type(words, stage));
    return Asked{sender, vaults::OpenVault{type}, label};
}

}  // namespace

Attempt<Asked> read_action(Words& words, const Stage& stage) {
    std::vector<std::string> names{"open", "batch"};
    for (const Verb& verb : verbs) names.emplace_back(verb.name);
    const std::size_t own = names.size();
    for (std::string& verb : margin_verbs()) names.push_back(std::move(verb));
    BALLAST_TRY(const std::size_t chosen, words.choose("what is done", names));
    BALLAST_TRY(const AccountId sender, read_account(words, stage));
    if (names[chosen] == "open") return open(words, stage, sender);
    if (names[chosen] == "batch") return words.fault("a batch may not stand in a batch");
    if (chosen >= own) return read_margin_action(names[chosen], words, stage, sender);
    BALLAST_TRY(Action action, verbs[chosen - 2].read(words, stage));
    return Asked{sender, std::move(action), ""};
}

std::string_view outcome_name(const engine::Receipt& receipt) {
    return receipt.accepted() ? "accepted" : name(receipt.reason());
}

std::vector<std::string> outcome_names() {
    std::vector<std::string> names{"accepted"};
#define X(reject, number, sentence) names.emplace_back(#reject);
    BALLAST_REJECTS(X)
#undef X
    return names;
}

}  // namespace ballast::scenarios
