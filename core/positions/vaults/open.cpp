#include <ballast/vaults/transactions.hpp>

namespace ballast::vaults {

Result<OpenVault::Plan> check(const Facts& facts, AccountId caller, const OpenVault& request) {
    if (request.type.value() >= facts.types.size()) return no(Reject::unknown_vault_type);
    if (facts.state.vaults.size() >= limits::vaults_max) return no(Reject::table_full);
    return OpenVault::Plan{caller, request.type};
}

VaultId apply(Books& books, const OpenVault::Plan& plan) noexcept {
    VaultRow row;
    row.owner = plan.owner;
    row.type = plan.type;
    const VaultId vault{books.state.vaults.push(row)};
    books.state.watch.note(vault);
    books.events.push_back(
        {EventKind::vault_opened, vault.value(), plan.owner, AssetId{}, 0, plan.type.value()});
    return vault;
}

}  // namespace ballast::vaults
