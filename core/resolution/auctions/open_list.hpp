/// What every change to an auction keeps in step with its row: the list of open auctions and the
/// totals at auction.
#pragma once

#include <ballast/auctions/state.hpp>

namespace ballast::auctions {

/// Appends `row` as an open auction and counts it.
AuctionId open_auction(State& state, const Auction& row) noexcept;

/// Takes `debt` and `tab` off an auction's row and off the totals that count it.
void collect(State& state, AuctionId id, Amount debt, Amount tab) noexcept;

/// Closes an auction and empties its row; what it still had at auction is no longer counted.
void close_auction(State& state, AuctionId id) noexcept;

}  // namespace ballast::auctions
