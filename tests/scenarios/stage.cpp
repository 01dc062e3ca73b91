#include "stage.hpp"

#include <ballast/base/terms_fault.hpp>
#include <ballast/math/mul_div.hpp>

#include <algorithm>

namespace ballast::scenarios {
namespace {

// L1: over all accounts, the issuer included, each asset sums to zero.
Attempt<void> check_postings(const Stage& stage, const Words& place) {
    const ledger::Ledger& ledger = stage.machine.state().ledger;
    for (u16 asset = 0; asset < ledger.assets(); ++asset) {
        Amount sum;
        for (u32 account = 0; account < ledger.accounts(); ++account)
            sum += ledger.balance(AccountId{account}, AssetId{asset});
        if (!sum.zero())
            return place.fault("L1 is broken: all balances of {} sum to {}",
                               stage.names.assets[asset], text(sum));
    }
    return {};
}

// What the vaults of a type owe, out of the vaults alone: the sum of normalised debts at the index.
Amount owed_by(const Stage& stage, u32 type) {
    const vaults::State& state = stage.machine.state().vaults;
    i128 normal = 0;
    for (u32 i = 0; i < state.vaults.size(); ++i)
        if (state.vaults[i].type.value() == type) normal += state.vaults[i].debt.units();
    const auto index = static_cast<i128>(state.types[type].index.units());
    return Amount::units(
        math::mul_div(normal, index, static_cast<i128>(ray_one), Round::down).value_or(-1));
}

// What margin accounts of a compartment owe, likewise.
Amount owed_by_accounts(const Stage& stage, u32 compartment) {
    const clearing::State& state = stage.machine.state().clearing;
    i128 normal = 0;
    for (u32 i = 0; i < state.accounts.size(); ++i)
        if (state.accounts[i].compartment.value() == compartment)
            normal += state.accounts[i].debt.units();
    const auto index = static_cast<i128>(state.compartments[compartment].index.units());
    return Amount::units(
        math::mul_div(normal, index, static_cast<i128>(ray_one), Round::down).value_or(-1));
}

// L2: supply = debts of vaults and margin accounts + debts at auction + booked bad debt.
Attempt<void> check_debts(const Stage& stage, const Words& place) {
    const engine::State& state = stage.machine.state();
    std::vector<Amount> owed(stage.names.assets.size());
    for (u32 type = 0; type < stage.machine.types().size(); ++type) {
        Amount& sum = owed[stage.machine.types()[type].debt_asset.value()];
        sum += owed_by(stage, type) + state.treasury.compartments[type].bad_debt;
    }
    const auto& houses = stage.machine.genesis().clearing.compartments;
    const auto types = static_cast<u32>(stage.machine.types().size());
    for (u32 i = 0; i < houses.size(); ++i)
        owed[houses[i].synthetic.value()] +=
            owed_by_accounts(stage, i) + state.treasury.compartments[types + i].bad_debt;
    for (u32 i = 0; i < state.auctions.rows.size(); ++i) {
        const auctions::Auction& row = state.auctions.rows[i];
        if (row.open && row.kind == auctions::AuctionKind::collateral)
            owed[row.pay_asset.value()] += row.debt;
    }
    for (u16 asset = 0; asset < owed.size(); ++asset) {
        if (stage.machine.genesis().assets[asset].kind != engine::AssetKind::synthetic) continue;
        const Amount supply = state.ledger.supply(AssetId{asset});
        if (supply != owed[asset])
            return place.fault("L2 is broken: the supply of {} is {}, and {} is owed or booked",
                               stage.names.assets[asset], text(supply), text(owed[asset]));
    }
    return {};
}

}  // namespace

Attempt<Stage> open_stage(Beginning beginning) {
    auto machine = engine::Machine::create(std::move(beginning.genesis));
    if (!machine) return files::fault("{}: {}", machine.error().key, machine.error().what);
    Stage stage{std::move(*machine),
                std::move(beginning.names),
                {},
                {},
                {},
                std::move(beginning.sayings),
                {}};
    for (const auto& [label, id] : beginning.vaults)
        stage.vaults[label] = {id, stage.machine.genesis().vaults[id.value()].type};
    return stage;
}

Attempt<void> advance(Stage& stage, const Words& place, u64 seconds,
                      std::vector<engine::Transaction> transactions) {
    const u64 time = stage.machine.time() + seconds;
    engine::Block block{stage.machine.height() + 1, time, {}, std::move(transactions)};
    if (seconds > 0)
        for (const auto& [who, price] : stage.sayings)
            block.reports.push_back({who.second, who.first, price, Price(), time, {}});
    auto outcome = stage.machine.execute(block);
    if (!outcome) return place.fault("no block comes of it: {}", sentence(outcome.error()));
    stage.outcome = std::move(*outcome);
    BALLAST_CHECK(check_postings(stage, place));
    return check_debts(stage, place);
}

Attempt<AccountId> read_account(Words& words, const Stage& stage) {
    BALLAST_TRY(const std::size_t chosen, words.choose("an account", stage.names.accounts));
    return AccountId{static_cast<u32>(system_accounts + chosen)};
}

Attempt<AssetId> read_asset(Words& words, const Stage& stage) {
    BALLAST_TRY(const std::size_t chosen, words.choose("an asset", stage.names.assets));
    return AssetId{static_cast<u16>(chosen)};
}

Attempt<VaultTypeId> read_type(Words& words, const Stage& stage) {
    BALLAST_TRY(const std::size_t chosen, words.choose("a vault type", stage.names.types));
    return VaultTypeId{static_cast<u16>(chosen)};
}

Attempt<NamedVault> read_vault(Words& words, const Stage& stage) {
    std::vector<std::string> labels;
    for (const auto& [label, vault] : stage.vaults) labels.push_back(label);
    BALLAST_TRY(const std::size_t chosen, words.choose("a vault", labels));
    return stage.vaults.at(labels[chosen]);
}

Attempt<AuctionId> read_auction(Words& words, const Stage& stage) {
    BALLAST_TRY(const u32 number, words.count());
    const u32 size = stage.machine.state().auctions.rows.size();
    if (number < size) return AuctionId{number};
    return words.fault("there is no auction {}: {} have been started", number, size);
}

Attempt<MarginAccountId> read_margin(Words& words, const Stage& stage) {
    std::vector<std::string> labels;
    for (const auto& [label, account] : stage.margins) labels.push_back(label);
    BALLAST_TRY(const std::size_t chosen, words.choose("a margin account", labels));
    return stage.margins.at(labels[chosen]);
}

Attempt<InstrumentId> read_instrument(Words& words, const Stage& stage) {
    std::vector<std::string> labels;
    for (const auto& [label, instrument] : stage.instruments) labels.push_back(label);
    BALLAST_TRY(const std::size_t chosen, words.choose("an instrument", labels));
    return stage.instruments.at(labels[chosen]);
}

}  // namespace ballast::scenarios
