#include <ballast/vaults/checks.hpp>

namespace ballast::vaults {

Result<Close::Plan> check(const Facts& facts, AccountId caller, const Close& request) {
    BALLAST_TRY(const VaultRow* vault, find_own_vault(facts, request.vault, caller));
    const AssetId asset = facts.types[vault->type.value()].debt_asset;
    const Amount due = owed(*vault, facts.state.types[vault->type.value()]);
    if (facts.ledger.balance(caller, asset) < due) return no(Reject::insufficient_balance);
    return Close::Plan{request.vault, due};
}

void apply(Books& books, const Close::Plan& plan) noexcept {
    const VaultRow vault = books.state.vaults[plan.vault.value()];
    const VaultTypeTerms& terms = books.types[vault.type.value()];
    if (!vault.debt.zero())
        apply(books, Repay::Plan{vault.owner, plan.vault, plan.paid, vault.debt});
    for (u32 slot = 0; slot < terms.basket.size(); ++slot) {
        const Amount amount = Amount::units(vault.amounts[slot].units());
        if (!amount.zero()) apply(books, Withdraw::Plan{plan.vault, slot, amount});
    }
    books.state.edit(plan.vault).status = VaultStatus::closed;
    books.events.push_back(
        {EventKind::vault_closed, plan.vault.value(), vault.owner, terms.debt_asset, 0, 0});
}

}  // namespace ballast::vaults
