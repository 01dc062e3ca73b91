/// What several transactions check in the same way.
#pragma once

#include <ballast/vaults/transactions.hpp>

namespace ballast::vaults {

/// The vault, unless it does not exist (unknown_vault) or is closed (vault_closed).
[[nodiscard]] Result<const VaultRow*> find_vault(const Facts& facts, VaultId vault);

/// The same for what only the owner may do (not_owner).
[[nodiscard]] Result<const VaultRow*> find_own_vault(const Facts& facts, VaultId vault,
                                                     AccountId caller);

/// L9: whether risk may be added at prices of this status (feed_degraded, feed_halted).
[[nodiscard]] Result<void> allows_new_risk(oracle::Status status);

/// Whether `vault` is covered at the minimum ratio, at the prices for new risk
/// (ratio_under_minimum).
[[nodiscard]] Result<void> covers_new_risk(const Facts& facts, const VaultRow& vault);

/// Posts what a payer gives for debt that was taken off: the fall of the book value is destroyed,
/// the rounding goes to the surplus.
void post_repayment(Books& books, AccountId payer, AssetId asset, Amount paid,
                    Amount fall) noexcept;

}  // namespace ballast::vaults
