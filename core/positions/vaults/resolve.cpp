#include <ballast/vaults/resolve.hpp>

#include <ballast/math/money.hpp>
#include <ballast/vaults/checks.hpp>

#include <algorithm>

namespace ballast::vaults {

Seized seize(Books& books, VaultId vault, Normal debt, AccountId to) noexcept {
    const VaultRow before = books.state.vaults[vault.value()];
    const TypeRow& type = books.state.types[before.type.value()];
    const VaultTypeTerms& terms = books.types[before.type.value()];
    BALLAST_ASSERT(debt.units() > 0);
    BALLAST_ASSERT(debt <= before.debt);

    Seized seized;
    VaultRow after = before;
    after.debt -= debt;
    seized.owed = owed(before, type) - owed(after, type);
    seized.debt = -change_debt(books.state, vault, -debt);
    for (u32 k = 0; k < terms.basket.size(); ++k) {
        const i128 held = before.amounts[k].units();
        const i128 part = math::divide(held * debt.units(), i128{before.debt.units()}, Round::down);
        seized.amounts[k] = Amount::units(part);
        if (part == 0) continue;
        change_collateral(books.state, vault, k, -seized.amounts[k]);
        books.ledger.post({system_account::vaults, to, terms.basket[k].asset, seized.amounts[k]});
    }
    books.events.push_back({EventKind::vault_seized, vault.value(), before.owner, terms.debt_asset,
                            seized.debt.units(), 0});
    return seized;
}

Amount repay_and_release(Books& books, VaultId vault, Amount repay, const Amounts& release,
                         AccountId keeper) noexcept {
    const VaultRow before = books.state.vaults[vault.value()];
    const TypeRow& type = books.state.types[before.type.value()];
    const VaultTypeTerms& terms = books.types[before.type.value()];
    const Amount due = owed(before, type);
    const Amount paid = std::min(repay, due);
    const auto part = normalised(paid, type, Round::down);
    BALLAST_ASSERT(part || paid == due);
    const Normal debt = paid == due ? before.debt : *part;
    const Amount fall = -change_debt(books.state, vault, -debt);
    post_repayment(books, keeper, terms.debt_asset, paid, fall);
    for (u32 k = 0; k < terms.basket.size(); ++k) {
        if (release[k].zero()) continue;
        change_collateral(books.state, vault, k, -release[k]);
        books.ledger.post({system_account::vaults, keeper, terms.basket[k].asset, release[k]});
    }
    books.events.push_back(
        {EventKind::debt_repaid, vault.value(), keeper, terms.debt_asset, paid.units(), 0});
    return paid;
}

}  // namespace ballast::vaults
