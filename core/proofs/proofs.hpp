/// What somebody who trusts nothing but a root can be shown: that an account, or a vault, is in it
/// as claimed.
///
/// A proof holds the header that the root is the hash of, the page that the row stands in, and the
/// digests beside the way from that page to the table's digest in the header.
#pragma once

#include <ballast/engine/machine.hpp>

namespace ballast::proofs {

/// Shows one page of one table.
struct PageProof {
    engine::Header header;
    u32 pages = 0;  ///< In the whole table.
    u32 page = 0;
    Bytes content;
    std::vector<crypto::Digest> path;  ///< Lowest first.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.header), visit(row.pages), visit(row.page), visit(row.content), visit(row.path);
    }
};

/// What the page of an account says about it.
struct AccountView {
    u64 nonce = 0;
    std::vector<Amount> balances;  ///< By AssetId.
};

/// The proof of an account, or of a vault, that exists in the machine's last block.
[[nodiscard]] PageProof prove(const engine::Machine& machine, AccountId account);
[[nodiscard]] PageProof prove(const engine::Machine& machine, VaultId vault);

/// What the proof shows of the account under `root`.  `assets` is the number of assets of the
/// market.  Rejects: wrong_root (the header is not the root's), bad_digest (the page is not in the
/// table), unknown_account (it is not on the page), bad_encoding.
[[nodiscard]] Result<AccountView> account_in(const crypto::Digest& root, const PageProof& proof,
                                             AccountId account, u32 assets);

/// What the proof shows of the vault under `root`.  Rejects as account_in; unknown_vault.
[[nodiscard]] Result<vaults::VaultRow> vault_in(const crypto::Digest& root, const PageProof& proof,
                                                VaultId vault);

}  // namespace ballast::proofs
