#include <ballast/auctions/auctions.hpp>
#include <ballast/auctions/open_list.hpp>
#include <ballast/math/mul_div.hpp>

#include <algorithm>

namespace ballast::auctions {

namespace {

// The keeper's payment: principal and whatever a surplus auction brings is destroyed, the penalty
// is income.
void pay(ledger::Ledger& ledger, const Auction& auction, AccountId keeper,
         const TakeOutcome& outcome) {
    const Amount destroyed = outcome.paid - outcome.penalty;
    ledger.post({keeper, system_account::issuer, auction.pay_asset, destroyed});
    ledger.post({keeper, system_account::surplus, auction.pay_asset, outcome.penalty});
}

// `units` of the lot's units left, to the keeper.  Rounding down leaves the fractions to the owner;
// who takes every unit takes everything, because amount * units / units is the amount.
void hand_over(ledger::Ledger& ledger, Auction& auction, AccountId keeper, u128 units) {
    for (u8 i = 0; i < auction.lot.count; ++i) {
        LotPart& part = auction.lot.parts[i];
        const Amount slice = seized(part.amount, math::U256(units), math::U256(auction.lot_units));
        ledger.post({system_account::auctions, keeper, part.asset, slice});
        part.amount -= slice;
    }
    auction.lot_units -= units;
}

Amount reward(ledger::Ledger& ledger, AssetId asset, const TakePlan& plan, Events& events) {
    const Amount held = ledger.balance(system_account::surplus, asset);
    const Amount paid = std::min(plan.reward, held);
    if (paid.zero()) return paid;
    ledger.post({system_account::surplus, plan.keeper, asset, paid});
    events.push_back(
        {EventKind::keeper_rewarded, plan.auction.value(), plan.keeper, asset, paid.units(), 0});
    return paid;
}

void finish(State& state, ledger::Ledger& ledger, AuctionId id, Events& events) {
    const Auction auction = state.rows[id.value()];
    for (const LotPart& part : auction.lot.assets())
        ledger.post({system_account::auctions, auction.owner, part.asset, part.amount});
    events.push_back({EventKind::auction_ended, id.value(), auction.owner, auction.pay_asset,
                      auction.debt.units(), static_cast<i128>(auction.lot_units)});
    close_auction(state, id);
}

}  // namespace

TakeOutcome apply_take(State& state, ledger::Ledger& ledger, const TakePlan& plan,
                       Events& events) noexcept {
    Auction& auction = state.rows.edit(plan.auction.value());
    BALLAST_ASSERT(auction.open && plan.units <= auction.lot_units);
    const bool surplus = auction.kind == AuctionKind::surplus;
    TakeOutcome outcome;
    outcome.kind = auction.kind;
    outcome.type = auction.type;
    outcome.vault = auction.vault;
    outcome.paid = plan.owe;
    outcome.covered = std::min(plan.owe, auction.debt);
    if (!surplus) outcome.penalty = plan.owe - outcome.covered;

    pay(ledger, auction, plan.keeper, outcome);
    hand_over(ledger, auction, plan.keeper, plan.units);
    if (!surplus) collect(state, plan.auction, outcome.covered, plan.owe);
    events.push_back({EventKind::auction_taken, plan.auction.value(), plan.keeper,
                      auction.pay_asset, plan.owe.units(), static_cast<i128>(plan.units)});
    outcome.reward = reward(ledger, auction.pay_asset, plan, events);

    outcome.ended = auction.lot_units == 0 || (!surplus && auction.tab.zero());
    if (!outcome.ended) return outcome;
    if (auction.kind == AuctionKind::collateral) outcome.uncovered = auction.debt;
    finish(state, ledger, plan.auction, events);
    return outcome;
}

}  // namespace ballast::auctions
