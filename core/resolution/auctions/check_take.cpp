#include <ballast/auctions/auctions.hpp>
#include <ballast/math/mul_div.hpp>

namespace ballast::auctions {

namespace {

using math::U256;

U256 wide(Amount amount) {
    return U256(static_cast<u128>(amount.units()));
}

bool over(const AuctionTerms& terms, const Auction& auction, Ray price, u64 now) {
    const Ray cusp = Ray::units(static_cast<u128>(terms.cusp.units()) * (ray_one / ratio_one));
    return needs_restart({now - auction.started, terms.tail_seconds, U256(price.units()),
                          U256(auction.top.units()), cusp});
}

// What the offer buys.  Who offers the whole tab wants whatever it pays for; rounding units down
// from it would leave a remainder that nobody asked for.
Result<TakeDecision> bought(const AuctionTerms& terms, const Auction& auction, Ray price,
                            Amount pay_max) {
    TakeInput input;
    input.lot = U256(auction.lot_units);
    input.price = U256(price.units());
    input.scale = U256(ray_one);
    const bool capped = auction.kind != AuctionKind::surplus;
    input.tab = capped ? wide(auction.tab) : U256::max();
    input.chost = capped ? wide(terms.remainder_min) : U256();
    input.wanted = input.lot;
    if (wide(pay_max) < input.tab) {
        BALLAST_TRY(input.wanted,
                    math::mul_div(wide(pay_max), input.scale, input.price, Round::down));
    }
    return decide_take(input);
}

// The share of the tip that the payment's share of the tab earns, and the proportional part; both
// rounded down.
Result<Amount> earned(const AuctionTerms& terms, const Auction& auction, Amount owe) {
    if (auction.kind != AuctionKind::collateral) return Amount();
    BALLAST_TRY(const i128 flat, math::mul_div(terms.tip.units(), owe.units(),
                                               auction.tab_start.units(), Round::down));
    BALLAST_TRY(const i128 proportional,
                math::mul_div(owe.units(), i128{terms.chip.units()}, i128{ratio_one}, Round::down));
    return Amount::units(flat + proportional);
}

}  // namespace

Result<Ray> price_now(const AuctionTerms& terms, const Auction& auction, u64 now) {
    BALLAST_ASSERT(now >= auction.started);
    BALLAST_TRY(const U256 price,
                price_after(terms.curve, U256(auction.top.units()), now - auction.started));
    if (!price.fits_u128()) return no(Reject::overflow);
    return Ray::units(price.to_u128());
}

bool restart_due(const AuctionTerms& terms, const Auction& auction, u64 now) {
    if (!auction.open || auction.kind == AuctionKind::in_place) return false;
    if (auction.paused) return true;
    const auto price = price_now(terms, auction, now);
    return !price || over(terms, auction, *price, now);
}

bool restarts_spent(const AuctionTerms& terms, const Auction& auction) {
    return auction.restarts >= terms.restarts_max;
}

Result<TakePlan> check_take(const AuctionTerms& terms, const State& state,
                            const ledger::Ledger& ledger, const Offer& offer, u64 now) {
    const Take& take = offer.take;
    if (take.pay_max <= Amount()) return no(Reject::amount_not_positive);
    if (take.pay_max > limits::amount_max) return no(Reject::amount_over_limit);
    if (take.auction.value() >= state.rows.size()) return no(Reject::unknown_auction);
    const Auction& auction = state.rows[take.auction.value()];
    if (auction.kind == AuctionKind::in_place) return no(Reject::unknown_auction);
    if (!auction.open) return no(Reject::auction_over);

    BALLAST_TRY(const Ray price, price_now(terms, auction, now));
    if (over(terms, auction, price, now)) return no(Reject::auction_needs_restart);
    if (price > take.price_max) return no(Reject::auction_price_over_limit);
    BALLAST_TRY(const TakeDecision decision, bought(terms, auction, price, take.pay_max));
    if (decision.slice.zero()) return no(Reject::amount_not_positive);

    const Amount owe = Amount::units(static_cast<i128>(decision.owe.to_u128()));
    BALLAST_ASSERT(owe <= take.pay_max);
    if (ledger.balance(offer.keeper, auction.pay_asset) < owe)
        return no(Reject::insufficient_balance);
    BALLAST_TRY(const Amount reward, earned(terms, auction, owe));
    return TakePlan{take.auction, offer.keeper, decision.slice.to_u128(), owe, reward};
}

}  // namespace ballast::auctions
