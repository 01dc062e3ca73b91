#include <ballast/audit/exact.hpp>
#include <ballast/audit/laws.hpp>
#include <ballast/audit/pricing.hpp>

#include <algorithm>
#include <set>

namespace ballast::audit {
namespace {

std::string of_type(const Scene& scene, const char* what, u32 type) {
    return std::string(what) + " of type " + scene.genesis().types[type].vault.name;
}

bool unhealthy(const Scene& scene, const vaults::VaultRow& vault,
               const vaults::TypePrices& prices) {
    if (vault.debt.zero() || vault.status != vaults::VaultStatus::open) return false;
    const u32 type = vault.type.value();
    Position position;
    for (std::size_t k = 0; k < limits::basket_max; ++k)
        position.amounts[k] = vault.amounts[k].units();
    position.owed = owed_ceiling(vault.debt.units(), scene.state().vaults.types[type].index);
    return !covered(position, prices.weight, prices.debt_firm,
                    scene.genesis().types[type].vault.liquidation_ratio);
}

/// The prices that the block went by, with what was locked when it began.
void check_prices(const Scene& scene, u32 type, const vaults::TypePrices& own, Findings& findings) {
    const vaults::TypePrices& used = scene.after.prices()[type];
    findings.equal(Law::l6, static_cast<i128>(own.status), static_cast<i128>(used.status),
                   [&] { return of_type(scene, "status", type); });
    findings.equal(Law::l6, own.debt_firm.units(), used.debt_firm.units(),
                   [&] { return of_type(scene, "firm price of the debt", type); });
    findings.equal(Law::l6, own.debt_high.units(), used.debt_high.units(),
                   [&] { return of_type(scene, "high price of the debt", type); });
    findings.equal(Law::l6, own.debt_low.units(), used.debt_low.units(),
                   [&] { return of_type(scene, "low price of the debt", type); });
    for (std::size_t k = 0; k < scene.genesis().types[type].vault.basket.size(); ++k) {
        findings.equal(Law::l6, own.weight[k].units(), used.weight[k].units(),
                       [&] { return of_type(scene, "weight", type); });
        findings.equal(Law::l6, own.low[k].units(), used.low[k].units(),
                       [&] { return of_type(scene, "low", type); });
        findings.equal(Law::l6, own.high[k].units(), used.high[k].units(),
                       [&] { return of_type(scene, "high", type); });
    }
}

/// The bands asked as the machine would ask them, against a look at every vault.
void check_bands(const Scene& scene, Findings& findings) {
    vaults::State copy = scene.state().vaults;
    const vaults::Prices& prices = scene.after.prices();
    for (u32 type = 0; type < prices.size(); ++type) {
        const VaultTypeId id{static_cast<u16>(type)};
        std::vector<VaultId> by_bands;
        copy.watch.unhealthy(copy, {id, scene.genesis().types[type].vault, prices[type]}, by_bands);
        std::vector<VaultId> by_sweep;
        for (u32 vault = 0; vault < copy.vaults.size(); ++vault)
            if (copy.vaults[vault].type == id && unhealthy(scene, copy.vaults[vault], prices[type]))
                by_sweep.emplace_back(vault);
        findings.holds(Law::l6, by_bands == by_sweep, [&] {
            return of_type(scene, "unhealthy vaults by bands", type) + ", " +
                   text(static_cast<i128>(by_bands.size())) + ", are those of a full sweep, " +
                   text(static_cast<i128>(by_sweep.size()));
        });
    }
}

/// The vaults that the block said were unhealthy, with those in whose place an auction was open.
std::set<u32> dealt_with(const Scene& scene) {
    std::set<u32> vaults;
    for (const Event& event : scene.outcome.events)
        if (event.kind == EventKind::vault_unhealthy) vaults.insert(event.subject);
    return vaults;
}

bool redistributed(const Scene& scene) {
    return std::any_of(scene.outcome.events.begin(), scene.outcome.events.end(),
                       [](const Event& event) { return event.kind == EventKind::redistributed; });
}

/// Every vault that was unhealthy when the block began to resolve, and no other, was dealt with.
/// Redistribution changes vaults on the way, so a block with one is left out.
void check_resolved(const Scene& scene, const vaults::Prices& prices, Findings& findings) {
    if (redistributed(scene)) return;
    const std::set<u32> dealt = dealt_with(scene);
    std::set<u32> waiting;
    for (const auto& [id, auction] : scene.before.auctions)
        if (auction.kind == auctions::AuctionKind::in_place) waiting.insert(auction.vault.value());
    for (u32 id = 0; id < scene.before.vaults.size(); ++id) {
        const vaults::VaultRow& vault = scene.before.vaults[id];
        const vaults::TypePrices& price = prices[vault.type.value()];
        const bool bad = price.status != oracle::Status::halted && unhealthy(scene, vault, price);
        const bool known = dealt.contains(id) || (bad && waiting.contains(id));
        findings.holds(Law::l6, bad == known, [&] {
            return "vault " + text(id) + " was dealt with if and only if it was unhealthy, " +
                   text(bad);
        });
    }
}

}  // namespace

void check_health(const Scene& scene, Findings& findings) {
    vaults::Prices prices;
    for (u32 type = 0; type < scene.genesis().types.size(); ++type) {
        prices.push_back(
            prices_of(scene, VaultTypeId{static_cast<u16>(type)}, scene.before.types[type].locked));
        check_prices(scene, type, prices.back(), findings);
    }
    check_bands(scene, findings);
    check_resolved(scene, prices, findings);
}

}  // namespace ballast::audit
