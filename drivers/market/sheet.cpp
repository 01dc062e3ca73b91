#include <ballast/market/sheet.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace ballast::market {
namespace {

using engine::AssetKind;

// Positions in Sheet::assets of the synthetics, and of those of them that have a pool.
std::vector<std::size_t> synthetics_of(const Sheet& sheet, bool with_pool) {
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < sheet.assets.size(); ++i) {
        const AssetEntry& asset = sheet.assets[i];
        if (asset.terms.kind == AssetKind::synthetic && (!with_pool || asset.pool))
            positions.push_back(i);
    }
    return positions;
}

bool trades(const Sheet& sheet) {
    return std::ranges::any_of(sheet.assets, [](const AssetEntry& asset) {
        return asset.treasury.governance.has_value();
    });
}

AssetId asset_at(std::size_t position) {
    return AssetId{static_cast<u16>(position)};
}

void add_treasury(engine::Genesis& genesis, const Sheet& sheet) {
    for (const std::size_t position : synthetics_of(sheet, false)) {
        treasury::SyntheticTerms terms = sheet.assets[position].treasury;
        terms.asset = asset_at(position);
        genesis.treasury.synthetics.push_back(terms);
    }
    for (const std::size_t position : synthetics_of(sheet, true)) {
        backstop::PoolTerms terms = *sheet.assets[position].pool;
        terms.asset = asset_at(position);
        genesis.backstop.pools.push_back(terms);
    }
}

std::optional<u32> account_named(const Sheet& sheet, const std::string& name) {
    const auto found = std::ranges::find(sheet.accounts, name, &AccountEntry::name);
    if (found == sheet.accounts.end()) return std::nullopt;
    return static_cast<u32>(found - sheet.accounts.begin());
}

engine::GenesisVault vault_of(const Sheet& sheet, const VaultEntry& entry) {
    engine::GenesisVault vault;
    vault.owner = AccountId{system_accounts + account_named(sheet, entry.owner).value_or(0)};
    vault.type = entry.type;
    vault.debt = entry.debt;
    for (const auto& collateral : sheet.types[entry.type.value()].terms.vault.basket) {
        const std::size_t asset = collateral.asset.value();
        vault.collateral.push_back(asset < entry.collateral.size() ? entry.collateral[asset]
                                                                   : Amount());
    }
    return vault;
}

clearing::Terms clearing_of(const Sheet& sheet) {
    const ClearingEntry& from = sheet.clearing;
    clearing::Terms terms{from.underlyings, {}, {}, {}, from.ramp_min, from.pool};
    for (const ModelEntry& entry : from.models) terms.models.push_back(entry.model);
    for (const MarginCompartmentEntry& entry : from.compartments)
        terms.compartments.push_back(entry.terms);
    if (from.governor)
        terms.governor =
            AccountId{system_accounts + account_named(sheet, *from.governor).value_or(0)};
    return terms;
}

ClearingEntry clearing_entry(const engine::Genesis& genesis) {
    const clearing::Terms& from = genesis.clearing;
    ClearingEntry entry{from.underlyings, {}, {}, {}, from.ramp_min, from.pool};
    for (const margin::Model& model : from.models)
        entry.models.push_back({model, "margin/" + model.name + ".toml"});
    for (std::size_t i = 0; i < from.compartments.size(); ++i)
        entry.compartments.push_back(
            {from.compartments[i], genesis.treasury.compartments[genesis.types.size() + i]});
    if (from.governor) entry.governor = fmt::format("{}", from.governor->value());
    return entry;
}

std::optional<TermsFault> vault_fault(const Sheet& sheet, std::size_t position) {
    const VaultEntry& vault = sheet.vaults[position];
    const std::string key = fmt::format("vaults[{}]", position);
    if (!account_named(sheet, vault.owner))
        return TermsFault{key + ".owner", "must be the name of an account"};
    if (vault.type.value() >= sheet.types.size()) return std::nullopt;
    const auto& basket = sheet.types[vault.type.value()].terms.vault.basket;
    for (std::size_t i = 0; i < vault.collateral.size(); ++i) {
        const auto same = [&](const auto& slot) { return slot.asset == asset_at(i); };
        if (!vault.collateral[i].zero() && std::ranges::none_of(basket, same))
            return TermsFault{fmt::format("{}.collateral[{}]", key, i),
                              "is not in the basket of the vault type"};
    }
    return std::nullopt;
}

// "list[7].rest" as 7 and "rest", if `key` starts with `list`.
std::optional<std::pair<std::size_t, std::string>> indexed(std::string_view key,
                                                           std::string_view list) {
    if (!key.starts_with(list) || key.size() <= list.size() || key[list.size()] != '[')
        return std::nullopt;
    key.remove_prefix(list.size() + 1);
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
    if (error != std::errc{}) return std::nullopt;
    key.remove_prefix(static_cast<std::size_t>(end - key.data()));
    key.remove_prefix(key.starts_with("].") ? 2 : key.size());
    return std::pair(index, std::string(key));
}

std::string under(std::string_view place, const std::string& rest) {
    return rest.empty() ? std::string(place) : fmt::format("{}.{}", place, rest);
}

}  // namespace

engine::Genesis genesis_of(const Sheet& sheet) {
    engine::Genesis genesis;
    genesis.name = sheet.name;
    genesis.time = sheet.time;
    genesis.debt_at_auction_max = sheet.debt_at_auction_max;
    genesis.oracle = {sheet.publishers, sheet.feeds};
    for (const AssetEntry& asset : sheet.assets) genesis.assets.push_back(asset.terms);
    add_treasury(genesis, sheet);
    for (const TypeEntry& type : sheet.types) {
        genesis.types.push_back(type.terms);
        treasury::CompartmentTerms compartment = type.compartment;
        compartment.synthetic = type.terms.vault.debt_asset;
        genesis.treasury.compartments.push_back(compartment);
    }
    for (const MarginCompartmentEntry& entry : sheet.clearing.compartments) {
        treasury::CompartmentTerms compartment = entry.treasury;
        compartment.synthetic = entry.terms.synthetic;
        genesis.treasury.compartments.push_back(compartment);
    }
    genesis.swaps = sheet.swaps;
    genesis.clearing = clearing_of(sheet);
    if (trades(sheet) && sheet.recapitalisation && sheet.surplus) {
        genesis.recapitalisation = sheet.recapitalisation->auction;
        genesis.surplus = sheet.surplus->auction;
    }
    for (const AccountEntry& account : sheet.accounts)
        genesis.accounts.push_back({account.balances, account.key});
    if (sheet.access) genesis.access = *sheet.access;
    for (const VaultEntry& vault : sheet.vaults) genesis.vaults.push_back(vault_of(sheet, vault));
    return genesis;
}

std::optional<TermsFault> sheet_fault(const Sheet& sheet) {
    for (std::size_t i = 0; i < sheet.assets.size(); ++i) {
        const AssetEntry& asset = sheet.assets[i];
        const bool governed = asset.treasury.governance.has_value();
        if (governed && (!sheet.recapitalisation || !sheet.surplus))
            return TermsFault{fmt::format("assets[{}].treasury.governance", i),
                              "needs the sections [recapitalisation] and [surplus]"};
        if (asset.terms.kind != AssetKind::synthetic && (governed || asset.pool))
            return TermsFault{fmt::format("assets[{}].kind", i),
                              "must be synthetic where there is a treasury or a pool"};
        if (asset.terms.kind == AssetKind::governance && !asset.terms.feed)
            return TermsFault{fmt::format("assets[{}].feed", i),
                              "is missing: a governance token needs a price"};
    }
    for (std::size_t i = 0; i < sheet.types.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (sheet.types[j].terms.vault.name == sheet.types[i].terms.vault.name)
                return TermsFault{fmt::format("types[{}].vault.name", i), "is taken"};
    for (std::size_t i = 0; i < sheet.accounts.size(); ++i)
        if (account_named(sheet, sheet.accounts[i].name) != i)
            return TermsFault{fmt::format("accounts[{}].name", i), "is taken"};
    for (std::size_t i = 0; i < sheet.vaults.size(); ++i)
        if (auto fault = vault_fault(sheet, i)) return fault;
    if (sheet.clearing.governor && !account_named(sheet, *sheet.clearing.governor))
        return TermsFault{"clearing.governor", "must be the name of an account"};
    return std::nullopt;
}

Sheet sheet_of(const engine::Genesis& genesis) {
    Sheet sheet;
    sheet.name = genesis.name;
    sheet.time = genesis.time;
    sheet.debt_at_auction_max = genesis.debt_at_auction_max;
    sheet.publishers = genesis.oracle.publishers;
    sheet.feeds = genesis.oracle.feeds;
    for (const auto& terms : genesis.assets) sheet.assets.push_back({terms, {}, {}});
    for (const auto& terms : genesis.treasury.synthetics) {
        sheet.assets[terms.asset.value()].treasury = terms;
        if (!terms.governance) continue;
        sheet.recapitalisation = TradeTerms{genesis.recapitalisation};
        sheet.surplus = TradeTerms{genesis.surplus};
    }
    for (const auto& terms : genesis.backstop.pools) sheet.assets[terms.asset.value()].pool = terms;
    for (std::size_t i = 0; i < genesis.types.size(); ++i)
        sheet.types.push_back({genesis.types[i], genesis.treasury.compartments[i]});
    sheet.swaps = genesis.swaps;
    sheet.clearing = clearing_entry(genesis);
    for (std::size_t i = 0; i < genesis.accounts.size(); ++i)
        sheet.accounts.push_back({fmt::format("{}", system_accounts + i),
                                  genesis.accounts[i].balances, genesis.accounts[i].key});
    if (genesis.access.signed_transactions || !genesis.access.fee.zero())
        sheet.access = genesis.access;
    for (const auto& vault : genesis.vaults) {
        VaultEntry entry{fmt::format("{}", vault.owner.value()), vault.type, {}, vault.debt};
        entry.collateral.resize(genesis.assets.size());
        const auto& basket = genesis.types[vault.type.value()].vault.basket;
        for (std::size_t slot = 0; slot < vault.collateral.size(); ++slot)
            entry.collateral[basket[slot].asset.value()] = vault.collateral[slot];
        sheet.vaults.push_back(std::move(entry));
    }
    return sheet;
}

std::string sheet_key(const Sheet& sheet, const std::string& genesis_key) {
    if (const auto found = indexed(genesis_key, "treasury.compartments"))
        return under(found->first < sheet.types.size()
                         ? fmt::format("types[{}].compartment", found->first)
                         : fmt::format("clearing.compartments[{}].treasury",
                                       found->first - sheet.types.size()),
                     found->second);
    for (const bool pool : {false, true}) {
        const auto found = indexed(genesis_key, pool ? "backstop.pools" : "treasury.synthetics");
        const auto positions = synthetics_of(sheet, pool);
        if (!found || found->first >= positions.size()) continue;
        const auto position = positions[found->first];
        return under(fmt::format("assets[{}].{}", position, pool ? "pool" : "treasury"),
                     found->second);
    }
    return genesis_key;
}

}  // namespace ballast::market
