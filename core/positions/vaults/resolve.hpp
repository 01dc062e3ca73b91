/// What the machine does with vaults on its own account, when it resolves what is unhealthy.  None
/// of these can fail; each moves collateral and debt exactly, and says how much.
#pragma once

#include <ballast/vaults/transactions.hpp>

namespace ballast::vaults {

/// What has left a vault.
struct Seized {
    Amount debt;  ///< The fall of the type's book value: owed by nobody until it is placed (L2).
    Amount owed;  ///< What the vault owed for it: `debt` or a unit or so more.
    Amounts amounts{};  ///< By position in the basket; now held by the account named.
};

/// Takes `debt` (at most all) off the vault, and collateral in proportion (rounded down; all of it
/// with all of the debt), which goes from system_account::vaults to `to`.  The supply does not
/// change: the caller carries Seized::debt.  The vault stays open with what is left, if anything.
/// Event: vault_seized.  `normalised` in debt.hpp turns an Amount into a Normal.
Seized seize(Books& books, VaultId vault, Normal debt, AccountId to) noexcept;

/// The keeper pays `repay` of the vault's debt (all of it where that is less) and gets `release`,
/// by position in the basket.  The caller has checked that the keeper holds the one and the vault
/// the other.  What is paid is destroyed, but for the rounding, which goes to the surplus.  Returns
/// what was paid.  Event: debt_repaid.
Amount repay_and_release(Books& books, VaultId vault, Amount repay, const Amounts& release,
                         AccountId keeper) noexcept;

/// Debt without a debtor, and collateral in system_account::vaults that is in no vault.
struct Bundle {
    Amount debt;
    Amounts amounts{};
};

/// Spreads `bundle` over the type's other open vaults with debt, in proportion to what their
/// collateral counts for at the firm prices; what does not divide goes to the largest, of equals
/// the first.  The book value rises by the debt placed and at most index / 10^27 + 1 units more,
/// which are issued to the surplus.  Returns what could not be placed: everything where there is no
/// other vault, otherwise only what would exceed limits::amount_max in each.  Event: redistributed,
/// of the vault `from`, which is passed over.
Bundle redistribute(Books& books, const TypePrices& prices, VaultId from,
                    const Bundle& bundle) noexcept;

}  // namespace ballast::vaults
