/// One way to write each thing, out of the short ways that a file may use.
#pragma once

#include <ballast/market/tree.hpp>

namespace ballast::market {

/// Spells out, in every vault type, `collateral = "ETH"` and a single [vault_type.collateral] as a
/// list of tables, and in every feed, `sources = ["a", "b"]` as a list of tables.
void spell_out(Node& root);

}  // namespace ballast::market
