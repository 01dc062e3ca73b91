#include <ballast/audit/exact.hpp>
#include <ballast/audit/laws.hpp>

namespace ballast::audit {
namespace {

using ByAsset = std::vector<i128>;  // By asset.

std::string of_asset(const Scene& scene, const char* what, std::size_t asset) {
    return std::string(what) + " of " + scene.genesis().assets[asset].name;
}

/// All that the vaults hold.
ByAsset locked(const Scene& scene) {
    ByAsset sums(scene.genesis().assets.size());
    for (const vaults::VaultRow& vault : scene.state().vaults.vaults.rows()) {
        const auto& basket = scene.genesis().types[vault.type.value()].vault.basket;
        for (std::size_t k = 0; k < basket.size(); ++k)
            sums[basket[k].asset.value()] += vault.amounts[k].units();
    }
    return sums;
}

/// All lots that are for sale.
ByAsset for_sale(const Scene& scene) {
    ByAsset sums(scene.genesis().assets.size());
    for (const AuctionId id : scene.state().auctions.open.get())
        for (const auctions::LotPart& part : scene.state().auctions.rows[id.value()].lot.assets())
            sums[part.asset.value()] += part.amount.units();
    return sums;
}

ByAsset reserved(const Scene& scene) {
    ByAsset sums(scene.genesis().assets.size());
    const auto& terms = scene.genesis().treasury.compartments;
    for (u32 i = 0; i < terms.size(); ++i)
        sums[terms[i].synthetic.value()] += scene.state().treasury.compartments[i].reserve.units();
    return sums;
}

/// Collateral of margin accounts, and the cash that the clearing house's compartments hold.
ByAsset cleared(const Scene& scene) {
    ByAsset sums(scene.genesis().assets.size());
    const auto& terms = scene.genesis().clearing.compartments;
    for (const clearing::AccountRow& account : scene.state().clearing.accounts.rows()) {
        const auto& collateral = terms[account.compartment.value()].collateral;
        for (std::size_t slot = 0; slot < collateral.size(); ++slot)
            sums[collateral[slot].asset.value()] += account.collateral[slot].units();
    }
    for (u32 i = 0; i < terms.size(); ++i)
        sums[terms[i].synthetic.value()] += scene.state().clearing.compartments[i].held.units();
    return sums;
}

/// What margin accounts owe, by compartment as a whole.
void add_owed_by_accounts(const Scene& scene, ByAsset& sums) {
    const auto& terms = scene.genesis().clearing.compartments;
    std::vector<i128> debt(terms.size());
    for (const clearing::AccountRow& account : scene.state().clearing.accounts.rows())
        debt[account.compartment.value()] += account.debt.units();
    for (u32 i = 0; i < terms.size(); ++i)
        sums[terms[i].synthetic.value()] +=
            owed_floor(debt[i], scene.state().clearing.compartments[i].index);
}

/// What everybody could take out of the pools, if everybody came.
ByAsset claims(const Scene& scene) {
    ByAsset sums(scene.genesis().assets.size());
    const backstop::Terms& terms = scene.genesis().backstop;
    const backstop::State& state = scene.state().backstop;
    for (const backstop::DepositRow& deposit : state.deposits.rows()) {
        const AssetId asset = terms.pools[deposit.pool].asset;
        sums[asset.value()] += backstop::deposit_of(terms, state, deposit.account, asset).units();
        for (const backstop::Portion& gain :
             backstop::gains_of(terms, state, deposit.account, asset))
            sums[gain.asset.value()] += gain.amount.units();
    }
    return sums;
}

void check_custody(const Scene& scene, Findings& findings) {
    struct Custody {
        AccountId account;
        const char* what;
        ByAsset holds;
    };
    const Custody exact[] = {
        {system_account::vaults, "custody of vaults", locked(scene)},
        {system_account::auctions, "custody of auctions", for_sale(scene)},
        {system_account::reserve, "custody of reserves", reserved(scene)},
        {system_account::clearing, "custody of margin accounts", cleared(scene)}};
    const ledger::Ledger& ledger = scene.state().ledger;
    for (const Custody& custody : exact) {
        for (u16 asset = 0; asset < ledger.assets(); ++asset)
            findings.equal(Law::custody, custody.holds[asset],
                           ledger.balance(custody.account, AssetId{asset}).units(),
                           [&] { return of_asset(scene, custody.what, asset); });
    }
    const ByAsset owed = claims(scene);
    for (u16 asset = 0; asset < ledger.assets(); ++asset)
        findings.at_least(Law::custody, owed[asset],
                          ledger.balance(system_account::backstop, AssetId{asset}).units(),
                          [&] { return of_asset(scene, "custody of pools", asset); });
}

/// What each synthetic's vaults owe, by type as a whole, and that the type's sums are sums.
ByAsset owed_by_vaults(const Scene& scene, Findings& findings) {
    const auto& types = scene.genesis().types;
    std::vector<i128> debt(types.size());
    std::vector<std::array<i128, limits::basket_max>> held(types.size());
    for (const vaults::VaultRow& vault : scene.state().vaults.vaults.rows()) {
        debt[vault.type.value()] += vault.debt.units();
        for (std::size_t k = 0; k < limits::basket_max; ++k)
            held[vault.type.value()][k] += vault.amounts[k].units();
    }
    ByAsset sums(scene.genesis().assets.size());
    for (u32 i = 0; i < types.size(); ++i) {
        const vaults::TypeRow& row = scene.state().vaults.types[i];
        const auto of_type = [&](const char* what) { return what + types[i].vault.name; };
        findings.equal(Law::l2, debt[i], row.debt.units(),
                       [&] { return of_type("debt of type "); });
        for (std::size_t k = 0; k < limits::basket_max; ++k)
            findings.equal(Law::l2, held[i][k], row.locked[k].units(),
                           [&] { return of_type("collateral of type "); });
        sums[types[i].vault.debt_asset.value()] += owed_floor(debt[i], row.index);
    }
    return sums;
}

}  // namespace

void check_balances(const Scene& scene, Findings& findings) {
    const ledger::Ledger& ledger = scene.state().ledger;
    ByAsset sums(ledger.assets());
    for (u32 account = 0; account < ledger.accounts(); ++account) {
        for (u16 asset = 0; asset < ledger.assets(); ++asset) {
            const i128 held = ledger.balance(AccountId{account}, AssetId{asset}).units();
            sums[asset] += held;
            const bool issuer = AccountId{account} == system_account::issuer;
            findings.holds(Law::l1, issuer ? held <= 0 : held >= 0, [&] {
                return of_asset(scene, "sign of the balance", asset) + " of account " +
                       text(account) + ", which is " + text(held);
            });
        }
    }
    for (std::size_t asset = 0; asset < sums.size(); ++asset)
        findings.equal(Law::l1, 0, sums[asset],
                       [&] { return of_asset(scene, "sum over accounts", asset); });
    check_custody(scene, findings);
}

void check_debts(const Scene& scene, Findings& findings) {
    const engine::Genesis& genesis = scene.genesis();
    ByAsset owed = owed_by_vaults(scene, findings);
    add_owed_by_accounts(scene, owed);
    ByAsset at_auction(genesis.assets.size());
    for (const AuctionId id : scene.state().auctions.open.get()) {
        const auctions::Auction& auction = scene.state().auctions.rows[id.value()];
        if (auction.kind == auctions::AuctionKind::collateral)
            at_auction[auction.pay_asset.value()] += auction.debt.units();
    }
    ByAsset booked(genesis.assets.size());
    for (u32 i = 0; i < genesis.treasury.compartments.size(); ++i)
        booked[genesis.treasury.compartments[i].synthetic.value()] +=
            scene.state().treasury.compartments[i].bad_debt.units();
    for (u16 i = 0; i < genesis.assets.size(); ++i) {
        const AssetId asset{i};
        findings.equal(Law::l2, at_auction[i],
                       auctions::at_auction(scene.state().auctions, asset).debt.units(),
                       [&] { return of_asset(scene, "debt at auction", i); });
        if (genesis.assets[i].kind != engine::AssetKind::synthetic) continue;
        findings.equal(Law::l2, owed[i] + at_auction[i] + booked[i],
                       scene.state().ledger.supply(asset).units(),
                       [&] { return of_asset(scene, "supply", i); });
    }
}

}  // namespace ballast::audit
