#include <ballast/vaults/checks.hpp>

#include <algorithm>

namespace ballast::vaults {

Result<Repay::Plan> check(const Facts& facts, AccountId caller, const Repay& request) {
    BALLAST_TRY(const VaultRow* vault, find_vault(facts, request.vault));
    if (request.amount.units() <= 0) return no(Reject::amount_not_positive);
    if (vault->debt.zero()) return no(Reject::debt_insufficient);
    const VaultTypeTerms& terms = facts.types[vault->type.value()];
    const TypeRow& type = facts.state.types[vault->type.value()];
    const Amount due = owed(*vault, type);
    const Amount paid = std::min(request.amount, due);
    if (facts.ledger.balance(caller, terms.debt_asset) < paid)
        return no(Reject::insufficient_balance);
    if (paid == due) return Repay::Plan{caller, request.vault, paid, vault->debt};

    BALLAST_TRY(const Normal debt, normalised(paid, type, Round::down));
    VaultRow after = *vault;
    after.debt -= debt;
    if (owed(after, type) < terms.minimum_debt) return no(Reject::debt_under_minimum);
    return Repay::Plan{caller, request.vault, paid, debt};
}

void apply(Books& books, const Repay::Plan& plan) noexcept {
    const VaultTypeId type = books.state.vaults[plan.vault.value()].type;
    const AssetId asset = books.types[type.value()].debt_asset;
    const Amount fall = -change_debt(books.state, plan.vault, -plan.debt);
    post_repayment(books, plan.payer, asset, plan.paid, fall);
    books.events.push_back(
        {EventKind::debt_repaid, plan.vault.value(), plan.payer, asset, plan.paid.units(), 0});
}

}  // namespace ballast::vaults
