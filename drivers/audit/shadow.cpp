#include <ballast/audit/shadow.hpp>
#include <ballast/audit/exact.hpp>

#include <algorithm>

namespace ballast::audit {
namespace {

std::string of_vault(const char* what, u32 id) {
    return std::string(what) + " of vault " + text(id);
}

}  // namespace

Shadow::Shadow(const Scene& scene) : scene_(scene) {
    for (const vaults::VaultRow& row : scene.before.vaults) {
        ShadowVault vault;
        vault.type = row.type;
        for (std::size_t k = 0; k < limits::basket_max; ++k)
            vault.position.amounts[k] = row.amounts[k].units();
        vault.position.owed =
            owed_floor(row.debt.units(), scene.state().vaults.types[row.type.value()].index);
        vaults_.push_back(vault);
    }
    for (u32 type = 0; type < scene.genesis().types.size(); ++type) {
        locked_.push_back(scene.before.types[type].locked);
        locked_known_.push_back(true);
        prices_.push_back(prices_of(scene, VaultTypeId{static_cast<u16>(type)}, locked_.back()));
    }
}

ShadowVault& Shadow::of(const Event& event) {
    BALLAST_ASSERT(event.subject < vaults_.size());
    return vaults_[event.subject];
}

std::size_t Shadow::slot(const ShadowVault& vault, AssetId asset) const {
    const auto& basket = scene_.genesis().types[vault.type.value()].vault.basket;
    std::size_t slot = 0;
    while (slot < basket.size() && basket[slot].asset != asset) ++slot;
    BALLAST_ASSERT(slot < basket.size());
    return slot;
}

void Shadow::deposit(const Event& event) {
    ShadowVault& vault = of(event);
    const std::size_t k = slot(vault, event.asset);
    vault.position.amounts[k] += event.amount;
    locked_[vault.type.value()][k] += Amount::units(event.amount);
}

void Shadow::withdraw(const Event& event, Findings& findings) {
    ShadowVault& vault = of(event);
    const std::size_t k = slot(vault, event.asset);
    vault.position.amounts[k] -= event.amount;
    locked_[vault.type.value()][k] -= Amount::units(event.amount);
    if (vault.exact && vault.position.owed > 0) check_new_risk(event, vault, findings);
}

void Shadow::mint(const Event& event, Findings& findings) {
    ShadowVault& vault = of(event);
    vault.position.owed = std::max(vault.position.owed, i128{0}) + event.amount + event.value;
    ++vault.roundings;
    check_new_risk(event, vault, findings);
    const auto& terms = scene_.genesis().types[vault.type.value()].vault;
    const U256 due = wide(event.amount) * wide(terms.opening_fee.units());
    findings.holds(Law::l3, wide(event.value) * wide(ratio_one) >= due,
                   [&] { return of_vault("the opening fee covers its rate", event.subject); });
}

void Shadow::check_new_risk(const Event& event, const ShadowVault& vault,
                            Findings& findings) const {
    const u32 type = vault.type.value();
    const vaults::TypePrices& prices = prices_[type];
    findings.holds(Law::l9, prices.status == oracle::Status::live,
                   [&] { return of_vault("new risk only on live feeds", event.subject); });
    if (!vault.known || !vault.exact) return;
    const auto& terms = scene_.genesis().types[type].vault;
    basket::Prices weights{};
    for (std::size_t k = 0; k < terms.basket.size(); ++k) {
        const Amount locked = locked_known_[type] ? locked_[type][k] : Amount();
        weights[k] =
            Price::units(static_cast<i64>(weight_of(terms.basket[k], prices.low[k], locked)));
    }
    findings.holds(Law::l9, covered(vault.position, weights, prices.debt_high, terms.minimum_ratio),
                   [&] { return of_vault("new risk is covered", event.subject); });
}

void Shadow::redeem(const Event& event, Findings& findings) {
    ShadowVault& vault = of(event);
    vault.position.owed -= event.amount;
    ++vault.roundings;
    vault.known = false;
    vault.bought += event.amount - event.value;
    locked_known_[vault.type.value()] = false;
    findings.holds(Law::l9, prices_[vault.type.value()].status == oracle::Status::live,
                   [&] { return of_vault("redemption only on live feeds", event.subject); });
    const auto& terms = scene_.genesis().types[vault.type.value()].vault.redemption;
    const U256 least = wide(event.amount) * wide(terms.fee_floor.units());
    findings.holds(Law::l3, wide(event.value) * wide(ratio_one) >= least,
                   [&] { return of_vault("the redemption fee covers its floor", event.subject); });
}

void Shadow::redistribute(const Event& event) {
    const VaultTypeId type = of(event).type;
    for (ShadowVault& vault : vaults_)
        if (vault.type == type) vault.known = vault.exact = false;
    locked_known_[type.value()] = false;
}

void Shadow::take(const Event& event) {
    const auctions::Auction& auction = scene_.state().auctions.rows[event.subject];
    if (auction.kind != auctions::AuctionKind::in_place) return;
    ShadowVault& vault = vaults_[auction.vault.value()];
    vault.known = false;
    vault.mixed = true;
    locked_known_[vault.type.value()] = false;
}

void Shadow::follow(const Event& event, Findings& findings) {
    switch (event.kind) {
        case EventKind::vault_opened: {
            ShadowVault vault;
            vault.type = VaultTypeId{static_cast<u16>(event.value)};
            vaults_.push_back(vault);
            return;
        }
        case EventKind::collateral_deposited: return deposit(event);
        case EventKind::collateral_withdrawn: return withdraw(event, findings);
        case EventKind::debt_minted: return mint(event, findings);
        case EventKind::debt_repaid:
            of(event).position.owed -= event.amount;
            ++of(event).roundings;
            return;
        case EventKind::vault_seized: {
            ShadowVault& vault = of(event);
            // What is taken over is a fall of the book, which may be a unit less than was owed.
            vault.position.owed -= event.amount + 1;
            vault.roundings += 2;
            vault.known = false;
            vault.mixed = true;
            locked_known_[vault.type.value()] = false;
            return;
        }
        case EventKind::vault_redeemed: return redeem(event, findings);
        case EventKind::redistributed: return redistribute(event);
        case EventKind::auction_taken: return take(event);
        default: return;
    }
}

/// Where only redemptions hide what left, it is worth no more than what was paid.
void Shadow::compare_collateral(u32 id, const ShadowVault& vault, Findings& findings) const {
    const vaults::VaultRow& row = scene_.state().vaults.vaults[id];
    const vaults::TypePrices& prices = prices_[vault.type.value()];
    if (vault.known) {
        for (std::size_t k = 0; k < limits::basket_max; ++k)
            findings.equal(Law::l3, vault.position.amounts[k], row.amounts[k].units(),
                           [&] { return of_vault("collateral", id); });
        return;
    }
    if (vault.mixed || !vault.exact) return;
    U256 left;
    for (std::size_t k = 0; k < limits::basket_max; ++k) {
        const i128 gone = vault.position.amounts[k] - row.amounts[k].units();
        findings.at_least(Law::l3, 0, gone, [&] { return of_vault("redeemed collateral", id); });
        if (gone > 0) left += wide(gone) * wide(prices.high[k].units());
    }
    const U256 paid = wide(vault.bought) * wide(prices.debt_low.units());
    findings.holds(Law::l3, left <= paid,
                   [&] { return of_vault("a redeemer gets at most what he pays for", id); });
}

void Shadow::compare(Findings& findings) const {
    findings.equal(Law::l3, static_cast<i128>(vaults_.size()), scene_.state().vaults.vaults.size(),
                   [] { return std::string("number of vaults"); });
    for (u32 id = 0; id < vaults_.size() && id < scene_.state().vaults.vaults.size(); ++id) {
        const ShadowVault& vault = vaults_[id];
        const vaults::VaultRow& row = scene_.state().vaults.vaults[id];
        compare_collateral(id, vault, findings);
        if (!vault.exact) continue;
        const Ray index = scene_.state().vaults.types[vault.type.value()].index;
        const i128 owed = owed_ceiling(row.debt.units(), index);
        const i128 unit = static_cast<i128>(index.units() / ray_one) + 2;
        findings.at_least(Law::l3, vault.position.owed, owed, [&] { return of_vault("debt", id); });
        if (row.debt.zero()) continue;
        findings.at_most(Law::l3, vault.position.owed + 1 + vault.roundings * unit, owed,
                         [&] { return of_vault("debt", id); });
    }
}

void check_vaults(const Scene& scene, Findings& findings) {
    Shadow shadow(scene);
    for (const Event& event : scene.outcome.events) shadow.follow(event, findings);
    shadow.compare(findings);
}

}  // namespace ballast::audit
