#include <ballast/proofs/proofs.hpp>

namespace ballast::proofs {
namespace {

/// Positions of the two tables in engine::State::each.
constexpr std::size_t ledger_table = 0;
constexpr std::size_t vaults_table = 5;

Result<void> check(const crypto::Digest& root, const PageProof& proof, std::size_t table) {
    if (engine::root_of(proof.header) != root) return no(Reject::wrong_root);
    if (proof.header.tables.size() <= table) return no(Reject::bad_encoding);
    const crypto::Digest leaf = crypto::hash_leaf(proof.content);
    if (!crypto::verify_path(proof.header.tables[table], proof.pages, proof.page, leaf, proof.path))
        return no(Reject::bad_digest);
    return {};
}

}  // namespace

PageProof prove(const engine::Machine& machine, AccountId account) {
    const ledger::Ledger& ledger = machine.state().ledger;
    BALLAST_ASSERT(ledger.exists(account));
    const u32 page = account.value() / ledger::accounts_per_page;
    const ByteView content = ledger.page_bytes(page);
    return {machine.header(), ledger.tree().pages(), page, Bytes(content.begin(), content.end()),
            ledger.tree().path(page)};
}

PageProof prove(const engine::Machine& machine, VaultId vault) {
    const auto& vaults = machine.state().vaults.vaults;
    BALLAST_ASSERT(vault.value() < vaults.size());
    const u32 page = vault.value() / ledger::rows_per_page;
    return {machine.header(), vaults.tree().pages(), page, vaults.page_bytes(page),
            vaults.tree().path(page)};
}

Result<AccountView> account_in(const crypto::Digest& root, const PageProof& proof,
                               AccountId account, u32 assets) {
    BALLAST_CHECK(check(root, proof, ledger_table));
    if (account.value() / ledger::accounts_per_page != proof.page)
        return no(Reject::unknown_account);
    const u32 position = account.value() % ledger::accounts_per_page;
    Reader reader(proof.content);
    AccountView view;
    for (u32 i = 0; i <= position; ++i) {
        i128 nonce = 0;
        if (reader.left() == 0) return no(Reject::unknown_account);
        reader(nonce);
        view.nonce = static_cast<u64>(nonce);
        view.balances.assign(assets, Amount());
        for (Amount& balance : view.balances) reader(balance);
    }
    if (!reader.ok()) return no(Reject::bad_encoding);
    return view;
}

Result<vaults::VaultRow> vault_in(const crypto::Digest& root, const PageProof& proof,
                                  VaultId vault) {
    BALLAST_CHECK(check(root, proof, vaults_table));
    if (vault.value() / ledger::rows_per_page != proof.page) return no(Reject::unknown_vault);
    const u32 position = vault.value() % ledger::rows_per_page;
    Reader reader(proof.content);
    vaults::VaultRow row;
    for (u32 i = 0; i <= position; ++i) {
        if (reader.left() == 0) return no(Reject::unknown_vault);
        reader(row);
    }
    if (!reader.ok()) return no(Reject::bad_encoding);
    return row;
}

}  // namespace ballast::proofs
