#include <ballast/auctions/auctions.hpp>
#include <ballast/auctions/open_list.hpp>
#include <ballast/math/mul_div.hpp>

namespace ballast::auctions {

namespace {

using math::U256;

AuctionId announce(State& state, const Auction& row, Events& events) {
    const AuctionId id = open_auction(state, row);
    events.push_back({EventKind::auction_started, id.value(), row.owner, row.pay_asset,
                      row.tab.units(), static_cast<i128>(row.top.units())});
    return id;
}

}  // namespace

AuctionId start(State& state, const Start& start, u64 now, Events& events) noexcept {
    BALLAST_ASSERT(start.kind != AuctionKind::in_place);
    BALLAST_ASSERT(start.lot_units > 0 && start.top.units() > 0);
    BALLAST_ASSERT(start.debt >= Amount() && start.tab >= start.debt);
    BALLAST_ASSERT(start.tab.zero() == (start.kind == AuctionKind::surplus));
    Auction row;
    row.kind = start.kind;
    row.open = true;
    row.type = start.type;
    row.vault = start.vault;
    row.owner = start.owner;
    row.pay_asset = start.pay_asset;
    row.lot = start.lot;
    row.lot_units = start.lot_units;
    row.debt = start.debt;
    row.tab = row.tab_start = start.tab;
    row.top = start.top;
    row.started = now;
    return announce(state, row, events);
}

AuctionId start_in_place(State& state, const StartInPlace& start, u64 now,
                         Events& events) noexcept {
    Auction row;
    row.kind = AuctionKind::in_place;
    row.open = true;
    row.type = start.type;
    row.vault = start.vault;
    row.owner = start.owner;
    row.pay_asset = start.pay_asset;
    row.debt = row.tab = row.tab_start = start.owed;
    row.started = now;
    return announce(state, row, events);
}

Result<Ray> top_price(const AuctionTerms& terms, Cash worth, u128 lot_units, Price pay_price) {
    BALLAST_ASSERT(lot_units > 0 && pay_price > Price());
    if (worth <= Cash()) return no(Reject::price_not_positive);
    const auto units = [](i128 value) { return U256(static_cast<u128>(value)); };
    BALLAST_TRY(const U256 buffered,
                math::mul_div(units(worth.units()), units(terms.buffer.units()), units(ratio_one),
                              Round::up));
    BALLAST_TRY(const U256 divisor, math::mul(U256(lot_units), units(pay_price.units())));
    BALLAST_TRY(const U256 top,
                math::mul_div(buffered, units(amount_one) * U256(ray_one), divisor, Round::up));
    if (!top.fits_u128()) return no(Reject::overflow);
    return Ray::units(top.to_u128());
}

}  // namespace ballast::auctions
