/// The door: collateralised vaults and the synthetic assets that they issue.  README.md is the map.
///
/// In a block the engine calls, in this order: `accrue`; `price_type` for every type;
/// `state.watch.unhealthy` for every type that may be used (oracle::allows_use), and what
/// resolve.hpp offers for what it names; then check and apply of each transaction.  After a
/// rolled-back batch it calls `state.rolled_back()`, after restoring a snapshot `state.restored()`.
#pragma once

#include <ballast/vaults/resolve.hpp>  // IWYU pragma: export
