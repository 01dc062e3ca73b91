#include <ballast/engine/desk.hpp>
#include <ballast/math/money.hpp>
#include <ballast/math/mul_div.hpp>

#include <algorithm>

namespace ballast::engine {
namespace {

using auctions::Auction;
using auctions::AuctionKind;

/// The mark of a governance token, if it may be used.
std::optional<Price> governance_mark(const Desk& desk, AssetId governance) {
    const auto& feed = desk.genesis.assets[governance.value()].feed;
    if (!feed) return {};
    const oracle::Quote& quote = oracle::quote(desk.state.oracle, *feed);
    if (!oracle::allows_use(quote)) return {};
    return quote.mark;
}

/// The mark of a synthetic, if it may be used: that of the vault types that issue it, which share
/// one feed.
std::optional<Price> synthetic_mark(const Desk& desk, AssetId synthetic) {
    for (u32 i = 0; i < desk.types.size(); ++i) {
        if (desk.types[i].debt_asset != synthetic) continue;
        const auto& feed = desk.types[i].debt_feed;
        if (feed && !oracle::allows_use(oracle::quote(desk.state.oracle, *feed))) return {};
        return debt_mark(desk, VaultTypeId{static_cast<u16>(i)});
    }
    return Price::units(amount_one);
}

/// What running recapitalisation auctions of the synthetic are still to raise.
Amount being_raised(const Desk& desk, AssetId synthetic) {
    Amount sum;
    for (const AuctionId id : desk.state.auctions.open.get()) {
        const Auction& auction = desk.state.auctions.rows[id.value()];
        if (auction.kind == AuctionKind::recapitalisation && auction.pay_asset == synthetic)
            sum += auction.tab;
    }
    return sum;
}

/// Governance tokens enough to raise the order even at the lowest price of the auction.
void start_recapitalisation(Desk& desk, const treasury::RecapitalisationOrder& order) noexcept {
    const auto mark = governance_mark(desk, order.governance);
    const auto& terms = desk.genesis.recapitalisation;
    const auto synthetic = synthetic_mark(desk, order.synthetic);
    if (!mark || !synthetic) return;
    const Amount at_mark =
        math::amount_worth(math::worth(order.raise, *synthetic, Round::up), *mark, Round::up);
    const auto units =
        math::mul_div(at_mark.units(), i128{ratio_one}, i128{terms.cusp.units()}, Round::up);
    const Amount room = limits::supply_max - desk.state.ledger.supply(order.governance);
    if (!units || *units <= 0 || *units > room.units()) return;
    const Amount amount = Amount::units(*units);
    const auto top = auctions::top_price(terms, math::worth(amount, *mark, Round::up),
                                         static_cast<u128>(*units), *synthetic);
    if (!top) return;
    desk.state.ledger.post(
        {system_account::issuer, system_account::auctions, order.governance, amount});
    auctions::Start start{.kind = AuctionKind::recapitalisation,
                          .type = {},
                          .vault = {},
                          .owner = system_account::issuer,
                          .pay_asset = order.synthetic,
                          .lot = {},
                          .lot_units = static_cast<u128>(*units),
                          .debt = {},
                          .tab = order.raise,
                          .top = *top};
    start.lot.add(order.governance, amount);
    (void)auctions::start(desk.state.auctions, start, desk.now, desk.events);
}

void start_surplus(Desk& desk, const treasury::SurplusOrder& order) noexcept {
    const auto mark = governance_mark(desk, order.governance);
    const auto synthetic = synthetic_mark(desk, order.synthetic);
    if (!mark || !synthetic) return;
    const Cash worth = math::worth(order.sell, *synthetic, Round::up);
    const auto units = static_cast<u128>(order.sell.units());
    const auto top = auctions::top_price(desk.genesis.surplus, worth, units, *mark);
    if (!top) return;
    desk.state.ledger.post(
        {system_account::surplus, system_account::auctions, order.synthetic, order.sell});
    auctions::Start start{.kind = AuctionKind::surplus,
                          .type = {},
                          .vault = {},
                          .owner = system_account::surplus,
                          .pay_asset = order.governance,
                          .lot = {},
                          .lot_units = units,
                          .debt = {},
                          .tab = {},
                          .top = *top};
    start.lot.add(order.synthetic, order.sell);
    (void)auctions::start(desk.state.auctions, start, desk.now, desk.events);
}

}  // namespace

void trade(Desk& desk) {
    for (const treasury::SyntheticTerms& terms : desk.genesis.treasury.synthetics) {
        const Amount raising = being_raised(desk, terms.asset);
        if (const auto order = treasury::recapitalisation_due(
                desk.genesis.treasury, desk.state.treasury, terms.asset, raising))
            start_recapitalisation(desk, *order);
        if (const auto order = treasury::surplus_auction_due(
                desk.genesis.treasury, desk.state.treasury, desk.state.ledger, terms.asset))
            start_surplus(desk, *order);
    }
}

void restart_trade(Desk& desk, AuctionId id) {
    const Auction auction = desk.state.auctions.rows[id.value()];
    const bool buys = auction.kind == AuctionKind::surplus;
    const auto& terms = buys ? desk.genesis.surplus : desk.genesis.recapitalisation;
    if (!auctions::restart_due(terms, auction, desk.now)) return;
    const auctions::LotPart& lot = auction.lot.assets()[0];
    const AssetId governance = buys ? auction.pay_asset : lot.asset;
    const auto synthetic = synthetic_mark(desk, buys ? lot.asset : auction.pay_asset);
    const auto mark = governance_mark(desk, governance);
    if (!mark || !synthetic) return;
    const Cash worth = math::worth(lot.amount, buys ? *synthetic : *mark, Round::up);
    const auto top =
        auctions::top_price(terms, worth, auction.lot_units, buys ? *mark : *synthetic);
    if (top) auctions::restart(desk.state.auctions, id, *top, desk.now, desk.events);
}

}  // namespace ballast::engine
