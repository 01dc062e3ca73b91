/// How the room pays with a layer of one compartment.  Not part of the door.
#pragma once

#include <ballast/treasury/treasury.hpp>

namespace ballast::treasury {

/// Pays as much of `owed` as the compartment's reserve holds, by destroying it, and answers how
/// much that was.
Amount pay_from_reserve(const Terms& terms, State& state, ledger::Ledger& ledger, u32 compartment,
                        Amount owed) noexcept;

/// Pays as much of `owed` as shared surplus holds and the compartment's limit lets out (L10), by
/// destroying it, and answers how much that was.
Amount pay_from_surplus(const Terms& terms, State& state, ledger::Ledger& ledger, u32 compartment,
                        Amount owed) noexcept;

}  // namespace ballast::treasury
