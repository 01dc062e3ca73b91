/// What users may do with vaults.  `check` decides and changes nothing; `apply` does what it
/// decided and cannot fail, if nothing happened in between.  The Rejects stand in the order of
/// checking.
#pragma once

#include <ballast/vaults/health.hpp>

namespace ballast::vaults {

/// What `check` reads.
struct Facts {
    const Types& types;
    const Prices& prices;
    const State& state;
    const ledger::Ledger& ledger;
    u64 now;  ///< Block time.
};

/// What `apply` writes.
struct Books {
    const Types& types;
    State& state;
    ledger::Ledger& ledger;
    Events& events;
};

/// Opens an empty vault for the caller.  unknown_vault_type, table_full.
struct OpenVault {
    VaultTypeId type;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.type);
    }
    struct Plan {
        AccountId owner;
        VaultTypeId type;
    };
};
Result<OpenVault::Plan> check(const Facts& facts, AccountId caller, const OpenVault& request);
VaultId apply(Books& books, const OpenVault::Plan& plan) noexcept;

/// Locks collateral of the caller, who need not be the owner.  unknown_vault, vault_closed,
/// amount_not_positive, amount_over_limit, asset_not_in_basket, collateral_cap,
/// insufficient_balance.
struct Deposit {
    VaultId vault;
    AssetId asset;
    Amount amount;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.vault), visit(row.asset), visit(row.amount);
    }
    struct Plan {
        AccountId payer;
        VaultId vault;
        u32 slot;  ///< Position in the basket.
        Amount amount;
    };
};
Result<Deposit::Plan> check(const Facts& facts, AccountId caller, const Deposit& request);
void apply(Books& books, const Deposit::Plan& plan) noexcept;

/// Gives collateral back to the owner.  unknown_vault, vault_closed, not_owner,
/// amount_not_positive, asset_not_in_basket, collateral_insufficient; with debt also feed_degraded,
/// feed_halted, ratio_under_minimum.
struct Withdraw {
    VaultId vault;
    AssetId asset;
    Amount amount;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.vault), visit(row.asset), visit(row.amount);
    }
    struct Plan {
        VaultId vault;
        u32 slot;
        Amount amount;
    };
};
Result<Withdraw::Plan> check(const Facts& facts, AccountId caller, const Withdraw& request);
void apply(Books& books, const Withdraw::Plan& plan) noexcept;

/// Issues `amount` of the debt asset to the owner against the vault; the opening fee comes on top
/// of the debt.  unknown_vault, vault_closed, not_owner, amount_not_positive, amount_over_limit,
/// feed_degraded, feed_halted, debt_under_minimum, debt_ceiling, overflow, ratio_under_minimum.
struct Mint {
    VaultId vault;
    Amount amount;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.vault), visit(row.amount);
    }
    struct Plan {
        VaultId vault;
        Amount amount;
        Amount fee;
        Normal debt;  ///< Added to the vault.
    };
};
Result<Mint::Plan> check(const Facts& facts, AccountId caller, const Mint& request);
void apply(Books& books, const Mint::Plan& plan) noexcept;

/// Pays `amount` of the vault's debt, or all of it where that is less, from the caller, who need
/// not be the owner.  unknown_vault, vault_closed, amount_not_positive, debt_insufficient (nothing
/// is owed), insufficient_balance, debt_under_minimum.
struct Repay {
    VaultId vault;
    Amount amount;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.vault), visit(row.amount);
    }
    struct Plan {
        AccountId payer;
        VaultId vault;
        Amount paid;
        Normal debt;  ///< Taken off the vault.
    };
};
Result<Repay::Plan> check(const Facts& facts, AccountId caller, const Repay& request);
void apply(Books& books, const Repay::Plan& plan) noexcept;

/// Pays all debt from the owner, gives all collateral back and closes the vault for good.
/// unknown_vault, vault_closed, not_owner, insufficient_balance.
struct Close {
    VaultId vault;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.vault);
    }
    struct Plan {
        VaultId vault;
        Amount paid;
    };
};
Result<Close::Plan> check(const Facts& facts, AccountId caller, const Close& request);
void apply(Books& books, const Close::Plan& plan) noexcept;

/// Takes up to `amount` of a debt asset back for collateral at face value, from the riskiest
/// healthy vaults of all types that issue it and allow redemption.  What no vault can take stays
/// with the caller.  amount_not_positive, amount_over_limit, redemption_unavailable (no type allows
/// it), feed_degraded, feed_halted, insufficient_balance, redemption_under_minimum,
/// redemption_unavailable (no vault can be taken from), redemption_fee_over_limit.
/// docs/methods/vaults.md, section 4.
struct Redeem {
    AssetId asset;
    Amount amount;
    Ratio fee_max;  ///< Highest fee that the caller accepts.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.asset), visit(row.amount), visit(row.fee_max);
    }
    /// What is taken from one vault.
    struct Slice {
        VaultId vault;
        Amount paid;
        Normal debt;
        Amounts amounts{};
        Amount fee;  ///< Share of `paid` whose collateral stays with the vault's owner.
    };
    /// The new base rate of one type.
    struct Raised {
        VaultTypeId type;
        u64 base_rate;
        u64 time;
    };
    struct Plan {
        AccountId caller;
        std::vector<Slice> slices;
        std::vector<Raised> raised;
    };
};
/// The watch is asked for the riskiest vaults; no state changes.
Result<Redeem::Plan> check(const Facts& facts, Watch& watch, AccountId caller,
                           const Redeem& request);
void apply(Books& books, const Redeem::Plan& plan) noexcept;

}  // namespace ballast::vaults
