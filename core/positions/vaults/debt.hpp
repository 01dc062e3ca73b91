/// What vaults owe.  docs/methods/vaults.md, section 1.
#pragma once

#include <ballast/base/event.hpp>
#include <ballast/vaults/state.hpp>

namespace ballast::vaults {

/// debt * index / 10^27, rounded up: what this vault must pay to be free.
[[nodiscard]] Amount owed(const VaultRow& vault, const TypeRow& type);

/// total debt * index / 10^27, rounded down: what the type's vaults owe together, and the part of
/// the supply that stands against them.
[[nodiscard]] Amount book_value(const TypeRow& type);

/// `amount` at the type's index as normalised debt, rounded by name.  Rejects with overflow what a
/// vault cannot hold.
[[nodiscard]] Result<Normal> normalised(Amount amount, const TypeRow& type, Round round);

/// Adds `change` (negative: takes off) to the debt of the vault and of its type, and returns by how
/// much the book value has changed.
Amount change_debt(State& state, VaultId vault, Normal change) noexcept;

/// The same for one collateral.
void change_collateral(State& state, VaultId vault, u32 slot, Amount change) noexcept;

/// Brings every type's index to `now` and issues the growth of its book value to the surplus.  An
/// index rests where it has reached limits::index_max, or where the growth would take the supply
/// over issue_max.  Events: fee_accrued.
void accrue(const Types& types, State& state, ledger::Ledger& ledger, u64 now, Events& events);

}  // namespace ballast::vaults
