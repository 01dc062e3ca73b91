/// Who holds how much of what.  Accounts have dense ids; every balance of every asset is a signed
/// count of units, and the only thing that can happen to balances is a Posting, which takes from
/// one what it gives to another (L1).
#pragma once

#include <ballast/base/assert.hpp>
#include <ballast/base/codec.hpp>
#include <ballast/base/limits.hpp>
#include <ballast/base/posting.hpp>
#include <ballast/crypto/digest.hpp>
#include <ballast/crypto/merkle.hpp>

#include <vector>

namespace ballast::ledger {

/// Accounts that share one leaf of the Merkle tree.
inline constexpr u32 accounts_per_page = 16;
/// Nonces that an account may use at one time: each of the next `nonce_window`, once, in any order.
inline constexpr u32 nonce_window = 64;

class Ledger {
public:
    /// A ledger over `assets` assets that holds the machine's own accounts and nothing else.
    explicit Ledger(u32 assets);

    [[nodiscard]] u32 assets() const { return stride_ - 1; }
    [[nodiscard]] u32 accounts() const { return accounts_; }
    [[nodiscard]] bool exists(AccountId account) const { return account.value() < accounts_; }
    [[nodiscard]] bool exists(AssetId asset) const { return asset.value() < assets(); }

    /// A new account with no balance and nonce 0.  The caller has checked limits::accounts_max.
    AccountId open();

    [[nodiscard]] Amount balance(AccountId account, AssetId asset) const {
        return Amount::units(cells_[at(account, asset)]);
    }
    /// Units in existence outside the issuer.
    [[nodiscard]] Amount supply(AssetId asset) const {
        return -balance(system_account::issuer, asset);
    }

    /// Moves money.  The caller has checked that `from` holds it: only the issuer may go below
    /// zero, and no supply may exceed limits::supply_max.
    void post(const Posting& posting) noexcept {
        BALLAST_ASSERT(posting.amount.units() >= 0);
        if (posting.amount.zero()) return;
        i128& from = edit(posting.from, at(posting.from, posting.asset));
        from -= posting.amount.units();
        BALLAST_ASSERT(from >= (posting.from == system_account::issuer ? -limits::supply_max.units()
                                                                       : i128{0}));
        i128& to = edit(posting.to, at(posting.to, posting.asset));
        to += posting.amount.units();
        BALLAST_ASSERT(
            to <= (posting.to == system_account::issuer ? i128{0} : limits::supply_max.units()));
    }

    /// The lowest nonce that the account has not used.
    [[nodiscard]] u64 nonce(AccountId account) const {
        return static_cast<u64>(cells_[row(account)]);
    }
    /// Whether a transaction may carry this nonce: it is in the window and not used.
    [[nodiscard]] bool nonce_free(AccountId account, u64 nonce) const;
    /// Uses a nonce that is free.
    void use_nonce(AccountId account, u64 nonce) noexcept;

    /// Asks the processor for the account's row ahead of its use.
    void prefetch(AccountId account) const {
        if (!exists(account)) return;
        // A row may lie across two lines of the cache.
        __builtin_prefetch(&cells_[row(account)], 1);
        __builtin_prefetch(&cells_[row(account) + stride_ - 1], 1);
    }

    /// The Merkle root over all pages of accounts; hashes only pages that were written since the
    /// last call.
    [[nodiscard]] crypto::Digest digest();
    /// The preimage of one leaf: per account its nonces and then its balances, 16 bytes each.  Of
    /// the nonces, the lower half is the lowest unused one; bit i of the upper half says that the
    /// one i + 1 above it is used.
    [[nodiscard]] ByteView page_bytes(u32 page) const;
    [[nodiscard]] const crypto::PageTree& tree() const { return tree_; }

    /// From here on every write can be taken back.  Checkpoints nest: commit and rollback end the
    /// innermost.
    void begin();
    void commit();
    void rollback();

    void encode(Writer& writer) const;
    void decode(Reader& reader);

private:
    [[nodiscard]] std::size_t row(AccountId account) const {
        BALLAST_ASSERT(exists(account));
        return std::size_t{account.value()} * stride_;
    }
    [[nodiscard]] std::size_t at(AccountId account, AssetId asset) const {
        BALLAST_ASSERT(exists(asset));
        return row(account) + 1 + asset.value();
    }
    [[nodiscard]] i128& edit(AccountId account, std::size_t cell) {
        if (!checkpoints_.empty()) journal_.emplace_back(cell, cells_[cell]);
        tree_.mark(account.value() / accounts_per_page);
        return cells_[cell];
    }
    void mark_all();

    u32 stride_;
    u32 accounts_ = 0;
    std::vector<i128> cells_;  ///< Per account: nonces, then one balance per asset.
    crypto::PageTree tree_;
    std::vector<std::pair<std::size_t, i128>> journal_;
    struct Checkpoint {
        u32 accounts = 0;
        std::size_t written = 0;  ///< Length of the journal.
    };
    std::vector<Checkpoint> checkpoints_;
};

}  // namespace ballast::ledger
