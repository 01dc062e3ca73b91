/// What the digests of a header belong to: the names of the tables of the state, in the order of
/// State::each.  A name is the room, a dot, and the table.
#pragma once

#include <array>
#include <string_view>

namespace ballast::engine {

inline constexpr auto table_names = std::to_array<std::string_view>({
    "ledger.accounts",       "oracle.feeds",      "oracle.sources",
    "oracle.references",     "oracle.samples",    "vaults.vaults",
    "vaults.types",          "auctions.auctions", "auctions.by_type",
    "auctions.by_asset",     "auctions.open",     "backstop.pools",
    "backstop.scales",       "backstop.sums",     "backstop.deposits",
    "backstop.snapshots",    "backstop.heads",    "treasury.compartments",
    "clearing.instruments",  "clearing.accounts", "clearing.compartments",
    "clearing.auctions",     "clearing.pool",     "clearing.pool_epochs",
    "clearing.pool_holders", "exchange.pools",    "exchange.shares",
    "access.holders",
});

/// The name of the table at this place of the header; "?" beyond the last.
[[nodiscard]] constexpr std::string_view table_name(std::size_t place) {
    return place < table_names.size() ? table_names[place] : "?";
}

}  // namespace ballast::engine
