#include <ballast/auctions/auctions.hpp>
#include <ballast/auctions/open_list.hpp>

namespace ballast::auctions {

void restart(State& state, AuctionId id, Ray new_top, u64 now, Events& events) noexcept {
    Auction& auction = state.rows.edit(id.value());
    BALLAST_ASSERT(auction.open && auction.kind != AuctionKind::in_place && new_top.units() > 0);
    BALLAST_ASSERT(now >= auction.started);
    auction.top = new_top;
    auction.started = now;
    if (!auction.paused) ++auction.restarts;
    auction.paused = false;
    events.push_back({EventKind::auction_restarted, id.value(), auction.owner, auction.pay_asset,
                      auction.tab.units(), static_cast<i128>(new_top.units())});
}

void pause(State& state, AuctionId id) noexcept {
    if (!state.rows[id.value()].paused) state.rows.edit(id.value()).paused = true;
}

Ended end(State& state, AuctionId id, Events& events) noexcept {
    const Auction& auction = state.rows[id.value()];
    const Ended ended{auction.kind,      auction.type, auction.vault, auction.owner,
                      auction.pay_asset, auction.lot,  auction.debt,  auction.tab};
    events.push_back({EventKind::auction_cancelled, id.value(), ended.owner, ended.pay_asset,
                      ended.debt.units(), static_cast<i128>(auction.lot_units)});
    close_auction(state, id);
    return ended;
}

}  // namespace ballast::auctions
