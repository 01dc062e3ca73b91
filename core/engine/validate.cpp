#include <ballast/engine/clearing_fault.hpp>
#include <ballast/engine/genesis.hpp>
#include <ballast/engine/machine.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::engine {
namespace {

using Fault = std::optional<TermsFault>;

Fault count_fault(const char* key, std::size_t count, u32 most) {
    return outside<i128>(std::string(key) + ".size", static_cast<i128>(count), 0, most);
}

bool name_ok(const std::string& name) {
    return !name.empty() && name.size() <= limits::name_max;
}

bool is_kind(const Genesis& genesis, AssetId asset, AssetKind kind) {
    return asset.value() < genesis.assets.size() && genesis.assets[asset.value()].kind == kind;
}

Fault feed_fault(const Genesis& genesis, const std::optional<FeedId>& feed, oracle::FeedKind kind,
                 const char* key) {
    if (!feed) return {};
    if (feed->value() >= genesis.oracle.feeds.size())
        return TermsFault{key, "names a feed that does not exist"};
    if (genesis.oracle.feeds[feed->value()].kind != kind)
        return TermsFault{key, "names a feed of the wrong kind"};
    return {};
}

Fault assets_fault(const Genesis& genesis) {
    if (auto fault = count_fault("assets", genesis.assets.size(), limits::assets_max)) return fault;
    for (std::size_t i = 0; i < genesis.assets.size(); ++i) {
        const AssetTerms& asset = genesis.assets[i];
        if (!name_ok(asset.name))
            return TermsFault{at("assets", i) + ".name",
                              "must be 1 to " + std::to_string(limits::name_max) + " bytes"};
        for (std::size_t j = 0; j < i; ++j)
            if (genesis.assets[j].name == asset.name)
                return TermsFault{at("assets", i) + ".name",
                                  "is '" + asset.name + "', which is taken"};
        if (auto fault = within(at("assets", i),
                                feed_fault(genesis, asset.feed, oracle::FeedKind::price, "feed")))
            return fault;
    }
    return {};
}

Fault basket_fault(const Genesis& genesis, const vaults::VaultTypeTerms& type) {
    for (std::size_t slot = 0; slot < type.basket.size(); ++slot) {
        const basket::CollateralTerms& collateral = type.basket[slot];
        const std::string place = at("basket", slot);
        const bool known = collateral.asset.value() < genesis.assets.size();
        if (!known || is_kind(genesis, collateral.asset, AssetKind::governance) ||
            collateral.asset == type.debt_asset)
            return TermsFault{place + ".asset",
                              "must be a collateral asset, or a synthetic other than the debt"};
        if (auto fault = within(
                place, feed_fault(genesis, collateral.feed, oracle::FeedKind::price, "feed")))
            return fault;
        if (auto fault = within(place, feed_fault(genesis, collateral.rate_feed,
                                                  oracle::FeedKind::rate, "rate_feed")))
            return fault;
    }
    return {};
}

/// Nobody may earn by having his own vault liquidated: what the penalty leaves after the chip pays
/// the tip, at the smallest debt and so at any.
Fault reward_fault(const TypeTerms& type) {
    const auctions::AuctionTerms& auction = type.auction;
    const Amount tab = auctions::tab_of(auction, type.vault.minimum_debt);
    const Amount penalty = tab - type.vault.minimum_debt;
    const Amount tip_max =
        std::max(Amount(), penalty - math::portion(tab, auction.chip, Round::up));
    if (auction.tip <= tip_max) return {};
    return TermsFault{"auction.tip",
                      "is " + text(auction.tip) + ", must be at most " + text(tip_max) +
                          ": what the penalty on the smallest debt leaves after the chip"};
}

/// What fits under the limits on debt at auction must be worth auctioning, or a vault could wait
/// for ever.
Fault room_fault(const char* key, const TypeTerms& type, Amount room) {
    const Amount least = auctions::tab_of(type.auction, type.vault.minimum_debt);
    return outside(key, room, std::max(Amount::units(1), least + least), limits::supply_max);
}

/// What a keeper earns for certain by taking, at the lowest price of a running auction, what is
/// worth the tab on `debt`: the discount and, of the reward, what he pays above the debt, since
/// surplus and reserves may be empty.
Amount certain_at_lowest(const auctions::AuctionTerms& auction, Amount debt) {
    const Amount tab = auctions::tab_of(auction, debt);
    const Amount lowest =
        math::portion(math::portion(tab, auction.buffer, Round::up), auction.cusp, Round::up);
    const Amount reward = auction.tip + math::portion(tab, auction.chip, Round::down);
    const Amount penalty = std::max(Amount(), std::min(lowest, tab) - debt);
    return tab - lowest + std::min(reward, penalty);
}

/// A take of the smallest debt must be worth a keeper's while, who may wait for the best moment:
/// the lowest price of a running auction; in place the bonus or, where the discount grows from
/// nothing, the cap of the discount.  A vault that goes to the pool needs no keeper.
Fault economics_fault(const TypeTerms& type) {
    const bool in_place = auctions::in_place(type.auction.curve.kind);
    if (!in_place) {
        if (auto fault = reward_fault(type)) return fault;
        if (auto fault =
                room_fault("auction.debt_at_auction_max", type, type.auction.debt_at_auction_max))
            return fault;
    }
    if (type.resolution == Resolution::pool || type.take_cost.zero()) return {};
    const Amount smallest = type.vault.minimum_debt;
    const Amount earned = in_place
                              ? math::portion(smallest, type.auction.curve.discount, Round::down)
                              : certain_at_lowest(type.auction, smallest);
    if (earned >= type.take_cost) return {};
    return TermsFault{"vault.minimum_debt",
                      "is " + text(smallest) + ", on which a keeper can count on " + text(earned) +
                          ", less than the take_cost of " + text(type.take_cost)};
}

/// A vault that is repaid in place needs somebody who resolves it under water: keepers who get
/// their bonus regardless, the other vaults, or a pool.
Fault spiral_fault(const Genesis& genesis, const TypeTerms& type) {
    const auto& pools = genesis.backstop.pools;
    const bool pool = std::any_of(pools.begin(), pools.end(), [&](const auto& own) {
        return own.asset == type.vault.debt_asset;
    });
    const auctions::Curve& curve = type.auction.curve;
    if (!auctions::in_place(curve.kind) || curve.allow_spiral || type.redistribute || pool)
        return {};
    return TermsFault{"auction.curve.allow_spiral",
                      "is false, must be true where there is neither redistribution nor a pool "
                      "behind the debt asset"};
}

Fault type_fault(const Genesis& genesis, std::size_t position) {
    const TypeTerms& type = genesis.types[position];
    if (auto fault = within("vault", vaults::validate(type.vault))) return fault;
    if (auto fault = within("auction", auctions::validate(type.auction))) return fault;
    if (!is_kind(genesis, type.vault.debt_asset, AssetKind::synthetic))
        return TermsFault{"vault.debt_asset", "must be a synthetic asset"};
    if (auto fault = within("vault", feed_fault(genesis, type.vault.debt_feed,
                                                oracle::FeedKind::price, "debt_feed")))
        return fault;
    if (auto fault = within("vault", basket_fault(genesis, type.vault))) return fault;
    if (auto fault = outside("backstop_ratio", type.backstop_ratio, Ratio(), limits::ratio_max))
        return fault;
    if (auto fault = outside("take_cost", type.take_cost, Amount(), limits::amount_max))
        return fault;
    for (std::size_t other = 0; other < position; ++other)
        if (genesis.types[other].vault.debt_asset == type.vault.debt_asset &&
            genesis.types[other].vault.debt_feed != type.vault.debt_feed)
            return TermsFault{"vault.debt_feed",
                              "differs from that of another type with the same debt asset"};
    if (auto fault = spiral_fault(genesis, type)) return fault;
    return economics_fault(type);
}

Fault treasury_fault(const Genesis& genesis) {
    const auto& clearing = genesis.clearing.compartments;
    if (genesis.treasury.compartments.size() != genesis.types.size() + clearing.size())
        return TermsFault{"compartments",
                          "must hold one for each vault type and margin compartment"};
    for (std::size_t i = 0; i < clearing.size(); ++i)
        if (genesis.treasury.compartments[genesis.types.size() + i].synthetic !=
            clearing[i].synthetic)
            return TermsFault{at("compartments", genesis.types.size() + i) + ".synthetic",
                              "must be what the margin compartment's cash is"};
    for (std::size_t i = 0; i < genesis.types.size(); ++i)
        if (genesis.treasury.compartments[i].synthetic != genesis.types[i].vault.debt_asset)
            return TermsFault{at("compartments", i) + ".synthetic",
                              "must be what the vault type owes"};
    for (std::size_t i = 0; i < genesis.treasury.synthetics.size(); ++i) {
        const treasury::SyntheticTerms& own = genesis.treasury.synthetics[i];
        if (!is_kind(genesis, own.asset, AssetKind::synthetic))
            return TermsFault{at("synthetics", i) + ".asset", "must be a synthetic asset"};
        if (own.governance && !is_kind(genesis, *own.governance, AssetKind::governance))
            return TermsFault{at("synthetics", i) + ".governance", "must be a governance asset"};
        if (own.governance && !genesis.assets[own.governance->value()].feed)
            return TermsFault{at("synthetics", i) + ".governance",
                              "must have a feed, to start its auctions at"};
    }
    return treasury::validate(genesis.treasury, static_cast<u32>(genesis.assets.size()));
}

Fault pools_fault(const Genesis& genesis) {
    for (std::size_t i = 0; i < genesis.backstop.pools.size(); ++i)
        if (!is_kind(genesis, genesis.backstop.pools[i].asset, AssetKind::synthetic))
            return TermsFault{at("pools", i) + ".asset", "must be a synthetic asset"};
    return backstop::validate(genesis.backstop, static_cast<u32>(genesis.assets.size()));
}

Fault balances_fault(const Genesis& genesis) {
    if (auto fault = count_fault("accounts", genesis.accounts.size(),
                                 limits::accounts_max - system_accounts))
        return fault;
    std::vector<i128> total(genesis.assets.size(), 0);
    for (std::size_t i = 0; i < genesis.accounts.size(); ++i) {
        const auto& balances = genesis.accounts[i].balances;
        if (balances.size() > genesis.assets.size())
            return TermsFault{at("accounts", i) + ".balances",
                              "holds more entries than there are assets"};
        for (std::size_t asset = 0; asset < balances.size(); ++asset) {
            const std::string key = at("accounts", i) + at(".balances", asset);
            if (auto fault = outside(key, balances[asset], Amount(), limits::supply_max))
                return fault;
            const bool synthetic = genesis.assets[asset].kind == AssetKind::synthetic;
            if (synthetic && !balances[asset].zero())
                return TermsFault{key, "would be a synthetic that nobody owes (L2)"};
            total[asset] += balances[asset].units();
            if (total[asset] > limits::supply_max.units() / 2)
                return TermsFault{key, "makes the supply too large"};
        }
    }
    return {};
}

/// Income in any asset is sound in the surplus; in a synthetic it also stands behind losses.
Fault access_fault(const Genesis& genesis) {
    const access::Terms& terms = genesis.access;
    if (auto fault = outside("access.fee", terms.fee, Amount(), limits::amount_max)) return fault;
    if (!terms.fee.zero() && terms.fee_asset.value() >= genesis.assets.size())
        return TermsFault{"access.fee_asset", "names an asset that does not exist"};
    if (!terms.signed_transactions) return {};
    for (std::size_t i = 0; i < genesis.accounts.size(); ++i) {
        const auto& key = genesis.accounts[i].key;
        const std::string place = at("accounts", i) + ".key";
        if (!key)
            return TermsFault{place, "is missing, must be given where transactions are signed"};
        if (!crypto::well_formed(*key)) return TermsFault{place, "is not a key of its kind"};
    }
    return {};
}

Fault vault_fault(const Genesis& genesis, const GenesisVault& vault) {
    const u32 owner = vault.owner.value();
    if (owner < system_accounts || owner - system_accounts >= genesis.accounts.size())
        return TermsFault{"owner", "must be one of the accounts"};
    if (vault.type.value() >= genesis.types.size())
        return TermsFault{"type", "names a vault type that does not exist"};
    if (vault.collateral.size() > genesis.types[vault.type.value()].vault.basket.size())
        return TermsFault{"collateral", "holds more entries than the type's basket"};
    for (std::size_t slot = 0; slot < vault.collateral.size(); ++slot)
        if (auto fault = outside(at("collateral", slot), vault.collateral[slot], Amount(),
                                 limits::amount_max))
            return fault;
    return outside("debt", vault.debt, Amount(), limits::amount_max);
}

Fault vaults_fault(const Genesis& genesis) {
    if (auto fault = count_fault("vaults", genesis.vaults.size(), limits::vaults_max)) return fault;
    std::vector<i128> owed(genesis.assets.size(), 0);
    std::vector<i128> locked(genesis.assets.size(), 0);
    for (std::size_t i = 0; i < genesis.vaults.size(); ++i) {
        const GenesisVault& vault = genesis.vaults[i];
        if (auto fault = within(at("vaults", i), vault_fault(genesis, vault))) return fault;
        const vaults::VaultTypeTerms& type = genesis.types[vault.type.value()].vault;
        i128& debt = owed[type.debt_asset.value()];
        debt += vault.debt.units();
        if (debt > vaults::issue_max.units())
            return TermsFault{at("vaults", i) + ".debt",
                              "makes the supply of the debt asset too large"};
        for (std::size_t slot = 0; slot < vault.collateral.size(); ++slot) {
            const AssetId asset = type.basket[slot].asset;
            if (is_kind(genesis, asset, AssetKind::synthetic) && !vault.collateral[slot].zero())
                return TermsFault{at("vaults", i) + at(".collateral", slot),
                                  "would be a synthetic that nobody owes (L2)"};
            i128& sum = locked[asset.value()];
            sum += vault.collateral[slot].units();
            if (sum > limits::supply_max.units() / 2)
                return TermsFault{at("vaults", i) + ".collateral",
                                  "makes the supply of the asset too large"};
        }
    }
    return {};
}

Fault trade_fault(const Genesis& genesis) {
    const auto& synthetics = genesis.treasury.synthetics;
    const bool trades = std::any_of(synthetics.begin(), synthetics.end(),
                                    [](const auto& s) { return s.governance; });
    if (!trades) return {};
    if (auto fault = within("recapitalisation", auctions::validate(genesis.recapitalisation)))
        return fault;
    if (auto fault = within("surplus", auctions::validate(genesis.surplus))) return fault;
    if (auctions::in_place(genesis.recapitalisation.curve.kind) ||
        auctions::in_place(genesis.surplus.curve.kind))
        return TermsFault{"surplus.curve",
                          "and that of recapitalisation must be of a kind that runs against time"};
    if (genesis.recapitalisation.cusp <= Ratio())
        return TermsFault{"recapitalisation.cusp", "must be greater than zero: it sizes the lot"};
    return {};
}

}  // namespace

std::optional<TermsFault> validate(const Genesis& genesis) {
    if (!name_ok(genesis.name))
        return TermsFault{"name", "must be 1 to " + std::to_string(limits::name_max) + " bytes"};
    if (auto fault = outside<i128>("time", genesis.time, 0, limits::time_max)) return fault;
    if (auto fault = within("oracle", oracle::validate(genesis.oracle))) return fault;
    if (auto fault = assets_fault(genesis)) return fault;
    if (auto fault = count_fault("types", genesis.types.size(), limits::vault_types_max))
        return fault;
    for (std::size_t i = 0; i < genesis.types.size(); ++i)
        if (auto fault = within(at("types", i), type_fault(genesis, i))) return fault;
    if (auto fault = within("backstop", pools_fault(genesis))) return fault;
    if (auto fault = within("clearing", clearing_fault(genesis))) return fault;
    if (auto fault = count_fault("swaps", genesis.swaps.size(), limits::vault_types_max))
        return fault;
    for (std::size_t i = 0; i < genesis.swaps.size(); ++i)
        if (auto fault =
                within(at("swaps", i),
                       swap::validate(genesis.swaps[i], static_cast<u32>(genesis.assets.size()))))
            return fault;
    if (auto fault = within("treasury", treasury_fault(genesis))) return fault;
    if (auto fault = trade_fault(genesis)) return fault;
    if (auto fault = outside("debt_at_auction_max", genesis.debt_at_auction_max, Amount(),
                             limits::supply_max))
        return fault;
    for (const TypeTerms& type : genesis.types)
        if (!auctions::in_place(type.auction.curve.kind))
            if (auto fault = room_fault("debt_at_auction_max", type, genesis.debt_at_auction_max))
                return fault;
    if (auto fault = balances_fault(genesis)) return fault;
    if (auto fault = access_fault(genesis)) return fault;
    return vaults_fault(genesis);
}

}  // namespace ballast::engine
