#include <ballast/vaults/checks.hpp>

namespace ballast::vaults {

Result<Withdraw::Plan> check(const Facts& facts, AccountId caller, const Withdraw& request) {
    BALLAST_TRY(const VaultRow* vault, find_own_vault(facts, request.vault, caller));
    if (request.amount.units() <= 0) return no(Reject::amount_not_positive);
    const auto slot = slot_of(facts.types[vault->type.value()], request.asset);
    if (!slot) return no(Reject::asset_not_in_basket);
    if (request.amount > Amount::units(vault->amounts[*slot].units()))
        return no(Reject::collateral_insufficient);
    const Withdraw::Plan plan{request.vault, *slot, request.amount};
    if (vault->debt.zero()) return plan;
    BALLAST_CHECK(allows_new_risk(facts.prices[vault->type.value()].status));
    VaultRow after = *vault;
    after.amounts[*slot] -= Held::units(static_cast<i64>(request.amount.units()));
    BALLAST_CHECK(covers_new_risk(facts, after));
    return plan;
}

void apply(Books& books, const Withdraw::Plan& plan) noexcept {
    const VaultRow vault = books.state.vaults[plan.vault.value()];
    const AssetId asset = books.types[vault.type.value()].basket[plan.slot].asset;
    change_collateral(books.state, plan.vault, plan.slot, -plan.amount);
    books.ledger.post({system_account::vaults, vault.owner, asset, plan.amount});
    books.events.push_back({EventKind::collateral_withdrawn, plan.vault.value(), vault.owner, asset,
                            plan.amount.units(), 0});
}

}  // namespace ballast::vaults
