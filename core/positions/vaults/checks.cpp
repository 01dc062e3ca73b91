#include <ballast/vaults/checks.hpp>

namespace ballast::vaults {

Result<const VaultRow*> find_vault(const Facts& facts, VaultId vault) {
    if (vault.value() >= facts.state.vaults.size()) return no(Reject::unknown_vault);
    const VaultRow& row = facts.state.vaults[vault.value()];
    if (row.status == VaultStatus::closed) return no(Reject::vault_closed);
    return &row;
}

Result<const VaultRow*> find_own_vault(const Facts& facts, VaultId vault, AccountId caller) {
    BALLAST_TRY(const VaultRow* row, find_vault(facts, vault));
    if (row->owner != caller) return no(Reject::not_owner);
    return row;
}

Result<void> allows_new_risk(oracle::Status status) {
    switch (status) {
        case oracle::Status::live: return {};
        case oracle::Status::degraded: return no(Reject::feed_degraded);
        case oracle::Status::halted: return no(Reject::feed_halted);
    }
    return no(Reject::feed_halted);
}

Result<void> covers_new_risk(const Facts& facts, const VaultRow& vault) {
    const VaultTypeTerms& terms = facts.types[vault.type.value()];
    const TypePrices& prices = facts.prices[vault.type.value()];
    const TypeRow& type = facts.state.types[vault.type.value()];
    const auto required = required_value(owed(vault, type), prices.debt_high, terms.minimum_ratio);
    if (!required) return no(Reject::ratio_under_minimum);
    const basket::Prices weights = risk_weights(terms, prices, type);
    if (collateral_value(vault, terms, weights) < *required) return no(Reject::ratio_under_minimum);
    return {};
}

void post_repayment(Books& books, AccountId payer, AssetId asset, Amount paid,
                    Amount fall) noexcept {
    BALLAST_ASSERT(fall.units() >= 0);
    BALLAST_ASSERT(fall <= paid);
    books.ledger.post({payer, system_account::issuer, asset, fall});
    books.ledger.post({payer, system_account::surplus, asset, paid - fall});
}

}  // namespace ballast::vaults
