#include <ballast/replay/sight.hpp>
#include <ballast/math/money.hpp>
#include <ballast/yield/yield.hpp>

#include <algorithm>

namespace ballast::replay {

namespace {

using auctions::Auction;
using auctions::AuctionKind;

Amount share_of(Amount amount, i128 part, i128 whole) {
    return Amount::units(*math::mul_div(amount.units(), part, whole, Round::down));
}

// A running auction: everything costs its price, but no more than the tab.
std::optional<Offer> of_lot(const engine::Machine& machine, const Stage& stage, AuctionId id) {
    const Auction& auction = machine.state().auctions.rows[id.value()];
    const auctions::AuctionTerms& terms = machine.genesis().types[auction.type.value()].auction;
    const auto price = auctions::price_now(terms, auction, machine.time());
    if (!price || price->units() == 0) return std::nullopt;
    const auctions::RestartInput running{machine.time() - auction.started, terms.tail_seconds,
                                         math::U256(price->units()),
                                         math::U256(auction.top.units()), math::ray_of(terms.cusp)};
    if (auctions::needs_restart(running)) return std::nullopt;
    const auto whole = math::mul_div(auction.lot_units, price->units(), ray_one, Round::up);
    if (!whole || *whole > static_cast<u128>(limits::amount_max.units())) return std::nullopt;
    const Amount all = Amount::units(static_cast<i128>(*whole));
    Offer offer;
    offer.auction = id;
    offer.pay = std::min(all, auction.tab);
    offer.price = *price;
    offer.remainder = std::max(Amount(), terms.remainder_min - (auction.tab - offer.pay));
    offer.reward = share_of(terms.tip, offer.pay.units(), auction.tab_start.units()) +
                   math::portion(offer.pay, terms.chip, Round::down);
    for (const auctions::LotPart& part : auction.lot.assets()) {
        const auto asset = stage.assets[part.asset.value()];
        if (asset)
            offer.parts.push_back({*asset, share_of(part.amount, offer.pay.units(), all.units())});
    }
    return offer;
}

Cash worth_of(const vaults::VaultRow& vault, const std::vector<Price>& prices) {
    Cash sum;
    for (std::size_t slot = 0; slot < prices.size(); ++slot)
        sum += math::worth(Amount::units(vault.amounts[slot].units()), prices[slot], Round::down);
    return sum;
}

// The price per lot unit as the machine will compare it: of one asset per unit, of a basket per
// dollar's worth.
Ray price_in_place(const vaults::VaultRow& vault, std::size_t width,
                   const auctions::InPlacePlan& plan, Cash whole) {
    const i128 units = width == 1 ? share_of(Amount::units(vault.amounts[0].units()),
                                             plan.handed.units(), whole.units())
                                        .units()
                                  : plan.handed.units();
    if (units <= 0) return Ray();
    const auto price = math::mul_div(static_cast<u128>(plan.repay.units()), ray_one,
                                     static_cast<u128>(units), Round::up);
    return Ray::units(price ? *price : 0);
}

// A vault that may be repaid in place: the most that one take may do.
std::optional<Offer> of_vault(const engine::Machine& machine, const Stage& stage, AuctionId id) {
    const Auction& auction = machine.state().auctions.rows[id.value()];
    const engine::TypeTerms& type = machine.genesis().types[auction.type.value()];
    const vaults::VaultRow& vault = machine.state().vaults.vaults[auction.vault.value()];
    const vaults::TypeRow& row = machine.state().vaults.types[auction.type.value()];
    const Marks marks = marks_of(machine, auction.type);
    const Cash whole = worth_of(vault, marks.collateral);
    const Amount owed = vaults::owed(vault, row);
    if (owed.zero() || whole <= Cash()) return std::nullopt;
    const auctions::InPlaceInput input{
        .owed = owed,
        .owed_worth = math::worth(owed, marks.debt, Round::up),
        .collateral_worth = whole,
        .health = vaults::health(vault, row, type.vault, machine.prices()[auction.type.value()]),
        .pay_max = limits::amount_max,
        .debt_min = type.vault.minimum_debt,
    };
    const auto plan = auctions::decide_in_place(type.auction.curve, input);
    if (!plan || plan->repay <= Amount() || plan->handed <= Cash()) return std::nullopt;
    Offer offer;
    offer.auction = id;
    offer.pay = plan->repay;
    offer.price = price_in_place(vault, marks.collateral.size(), *plan, whole);
    if (!plan->takes_all)
        offer.remainder = std::max(Amount(), type.vault.minimum_debt - (owed - plan->repay));
    for (std::size_t slot = 0; slot < marks.collateral.size(); ++slot) {
        const auto asset = stage.assets[type.vault.basket[slot].asset.value()];
        const Amount held = Amount::units(vault.amounts[slot].units());
        if (asset && !held.zero())
            offer.parts.push_back({*asset, share_of(held, plan->handed.units(), whole.units())});
    }
    return offer;
}

}  // namespace

Marks marks_of(const engine::Machine& machine, VaultTypeId type) {
    const vaults::VaultTypeTerms& terms = machine.types()[type.value()];
    const oracle::State& oracle = machine.state().oracle;
    Marks marks;
    for (const basket::CollateralTerms& collateral : terms.basket) {
        Price mark = oracle::quote(oracle, collateral.feed).mark;
        if (collateral.rate_feed)
            mark = yield::through_rate(mark, oracle::quote(oracle, *collateral.rate_feed).mark,
                                       Round::down);
        marks.collateral.push_back(mark);
    }
    marks.debt =
        terms.debt_feed ? oracle::quote(oracle, *terms.debt_feed).mark : Price::units(amount_one);
    return marks;
}

Marks outside_of(const Stage& stage, const engine::Machine& machine, VaultTypeId type, u64 block) {
    Marks marks = marks_of(machine, type);
    const vaults::VaultTypeTerms& terms = machine.types()[type.value()];
    for (std::size_t slot = 0; slot < terms.basket.size(); ++slot)
        if (const auto asset = stage.assets[terms.basket[slot].asset.value()])
            marks.collateral[slot] = stage.world.dollars[*asset][block];
    marks.debt = synthetic_price(stage, block);
    return marks;
}

Price synthetic_price(const Stage& stage, u64 block) {
    return stage.synthetic_price ? stage.world.dollars[*stage.synthetic_price][block]
                                 : Price::units(amount_one);
}

std::vector<Offer> offers(const engine::Machine& machine, const Stage& stage, u64 block) {
    std::vector<Offer> all;
    for (const AuctionId id : machine.state().auctions.open.get()) {
        const Auction& auction = machine.state().auctions.rows[id.value()];
        const bool of_a_vault =
            auction.kind == AuctionKind::collateral || auction.kind == AuctionKind::in_place;
        if (!of_a_vault || auction.pay_asset != stage.synthetic) continue;
        if (machine.prices()[auction.type.value()].status == oracle::Status::halted) continue;
        auto offer = auction.kind == AuctionKind::collateral ? of_lot(machine, stage, id)
                                                             : of_vault(machine, stage, id);
        if (!offer || offer->pay <= Amount()) continue;
        offer->pay_price = synthetic_price(stage, block);
        all.push_back(std::move(*offer));
    }
    return all;
}

}  // namespace ballast::replay
