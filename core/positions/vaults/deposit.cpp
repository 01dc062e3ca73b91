#include <ballast/vaults/checks.hpp>

namespace ballast::vaults {

Result<Deposit::Plan> check(const Facts& facts, AccountId caller, const Deposit& request) {
    BALLAST_TRY(const VaultRow* vault, find_vault(facts, request.vault));
    if (request.amount.units() <= 0) return no(Reject::amount_not_positive);
    if (request.amount > limits::amount_max) return no(Reject::amount_over_limit);
    const VaultTypeTerms& terms = facts.types[vault->type.value()];
    const auto slot = slot_of(terms, request.asset);
    if (!slot) return no(Reject::asset_not_in_basket);
    const Amount held = Amount::units(vault->amounts[*slot].units());
    if (held + request.amount > limits::amount_max) return no(Reject::amount_over_limit);
    const Amount locked = facts.state.types[vault->type.value()].locked[*slot];
    if (locked + request.amount > terms.basket[*slot].cap) return no(Reject::collateral_cap);
    if (facts.ledger.balance(caller, request.asset) < request.amount)
        return no(Reject::insufficient_balance);
    return Deposit::Plan{caller, request.vault, *slot, request.amount};
}

void apply(Books& books, const Deposit::Plan& plan) noexcept {
    const VaultTypeId type = books.state.vaults[plan.vault.value()].type;
    const AssetId asset = books.types[type.value()].basket[plan.slot].asset;
    books.ledger.post({plan.payer, system_account::vaults, asset, plan.amount});
    change_collateral(books.state, plan.vault, plan.slot, plan.amount);
    books.events.push_back({EventKind::collateral_deposited, plan.vault.value(), plan.payer, asset,
                            plan.amount.units(), 0});
}

}  // namespace ballast::vaults
