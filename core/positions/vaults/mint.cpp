#include <ballast/math/money.hpp>
#include <ballast/vaults/checks.hpp>

namespace ballast::vaults {
namespace {

/// Whether the type and the supply have room for `debt` more.
Result<void> has_room(const Facts& facts, const VaultTypeTerms& terms, const TypeRow& type,
                      Normal debt) {
    TypeRow after = type;
    after.debt += NormalTotal::units(debt.units());
    const Amount book = book_value(after);
    if (book > terms.debt_ceiling) return no(Reject::debt_ceiling);
    const Amount supply = facts.ledger.supply(terms.debt_asset) + (book - book_value(type));
    if (supply > issue_max) return no(Reject::overflow);
    return {};
}

}  // namespace

Result<Mint::Plan> check(const Facts& facts, AccountId caller, const Mint& request) {
    BALLAST_TRY(const VaultRow* vault, find_own_vault(facts, request.vault, caller));
    if (request.amount.units() <= 0) return no(Reject::amount_not_positive);
    if (request.amount > limits::amount_max) return no(Reject::amount_over_limit);
    const VaultTypeTerms& terms = facts.types[vault->type.value()];
    BALLAST_CHECK(allows_new_risk(facts.prices[vault->type.value()].status));

    const TypeRow& type = facts.state.types[vault->type.value()];
    const Amount fee = math::portion(request.amount, terms.opening_fee, Round::up);
    const auto debt = normalised(request.amount + fee, type, Round::up);
    if (!debt) return no(Reject::amount_over_limit);
    VaultRow after = *vault;
    after.debt += *debt;
    const Amount owed_after = owed(after, type);
    if (owed_after > limits::amount_max) return no(Reject::amount_over_limit);
    if (owed_after < terms.minimum_debt) return no(Reject::debt_under_minimum);
    BALLAST_CHECK(has_room(facts, terms, type, *debt));
    BALLAST_CHECK(covers_new_risk(facts, after));
    return Mint::Plan{request.vault, request.amount, fee, *debt};
}

void apply(Books& books, const Mint::Plan& plan) noexcept {
    const VaultRow vault = books.state.vaults[plan.vault.value()];
    const AssetId asset = books.types[vault.type.value()].debt_asset;
    const Amount rise = change_debt(books.state, plan.vault, plan.debt);
    books.ledger.post({system_account::issuer, vault.owner, asset, plan.amount});
    books.ledger.post({system_account::issuer, system_account::surplus, asset, rise - plan.amount});
    books.events.push_back({EventKind::debt_minted, plan.vault.value(), vault.owner, asset,
                            plan.amount.units(), plan.fee.units()});
}

}  // namespace ballast::vaults
