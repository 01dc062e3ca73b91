// What keepers do in a block: take, or get rid of what they took.
#include <ballast/derivatives/runner.hpp>
#include <ballast/derivatives/units.hpp>

#include <ballast/math/money.hpp>
#include <ballast/replay/keeper.hpp>

#include <algorithm>
#include <cmath>

namespace ballast::derivatives {

namespace {

constexpr std::size_t unwound_at_once = 8;

}  // namespace

Ratio Runner::stress() const {
    Ratio deepest;
    for (const std::size_t asset : stage_.underlying)
        deepest = std::max(deepest, outside_.drawdown(asset));
    return deepest;
}

void Runner::keepers_act() {
    for (std::size_t i = 0; i < keepers_.size(); ++i) {
        const std::size_t which = (i + block_.height) % keepers_.size();
        Keeper& keeper = keepers_[which];
        if (block_.height < keeper.idle_until) continue;
        if (take_portfolio(keeper) || take_collateral(keeper)) {
            keeper.idle_until =
                block_.height + 1 +
                replay::latency_of(setup_.base.assumptions.keepers, static_cast<u32>(which));
            continue;
        }
        if (!row(keeper.margin).positions.empty()) {
            unwind(keeper);
            continue;
        }
        sell_coins(keeper);
        settle_up(keeper);
    }
}

bool Runner::take_portfolio(Keeper& keeper) {
    const clearing::Sight sight = machine_.clearing();
    const clearing::AccountRow& own = row(keeper.margin);
    const auto standing = machine_.risk().standing(sight, own);
    if (own.in_auction || !standing || standing->initial <= Cash()) return false;
    const auto& terms = setup_.base.assumptions.keepers;
    const Cash cost = replay::action_cost(terms, stress());
    const Sight seen{machine_, stage_, outside_.books(), terms, cost, setup_.terms.vol_spread};
    const auto& auctions = sight.state.auctions;
    for (u32 key = 0; key < auctions.size(); ++key) {
        if (!auctions[key].open) continue;
        const bool taken = std::ranges::any_of(block_.transactions, [&](const auto& other) {
            const auto* action = std::get_if<engine::Action>(&other.body);
            const auto* take = action ? std::get_if<clearing::TakePortfolio>(action) : nullptr;
            return take && take->auction == key;
        });
        if (taken) continue;
        const auto take = wish(seen, auctions[key], standing->initial);
        if (!take) continue;
        measure_.counts.keeper_costs += static_cast<double>(cost.units()) * unit;
        send(keeper.account, clearing::TakePortfolio{key, keeper.margin, *take});
        return true;
    }
    return false;
}

bool Runner::take_collateral(Keeper& keeper) {
    const auto& terms = setup_.base.assumptions.keepers;
    const Cash cost = replay::action_cost(terms, stress());
    const Sight seen{machine_, stage_, outside_.books(), terms, cost, setup_.terms.vol_spread};
    const Amount purse = ledger().balance(keeper.account, stage_.base.synthetic);
    for (u32 id = stage_.first + stage_.keepers; id < machine_.state().clearing.accounts.size();
         ++id) {
        const bool taken = std::ranges::any_of(block_.transactions, [&](const auto& other) {
            const auto* action = std::get_if<engine::Action>(&other.body);
            const auto* take = action ? std::get_if<clearing::TakeCollateral>(action) : nullptr;
            return take && take->account == MarginAccountId{id};
        });
        if (taken) continue;
        const auto bought = purchase(seen, MarginAccountId{id}, purse);
        if (!bought) continue;
        measure_.counts.keeper_costs += static_cast<double>(cost.units()) * unit;
        send(keeper.account,
             clearing::TakeCollateral{MarginAccountId{id}, bought->asset, bought->pay});
        return true;
    }
    return false;
}

// Sells to a maker at the mark less what the outside books take from it, as much as they hold.
void Runner::unwind(Keeper& keeper) {
    const clearing::Sight sight = machine_.clearing();
    std::vector<clearing::Leg> legs;
    for (const clearing::Position& position : row(keeper.margin).positions) {
        if (legs.size() == unwound_at_once) break;
        const auto& instrument = sight.instrument(position.instrument);
        const auto& greeks = sight.market.greeks[position.instrument.value()];
        const std::size_t asset = stage_.underlying[instrument.series.underlying.value()];
        const replay::Book& book = outside_.books()[asset];
        if (instrument.phase != clearing::Phase::open || book.price.zero()) continue;
        const double spot = static_cast<double>(book.price.units()) * unit;
        const double delta = std::abs(static_cast<double>(greeks.delta.units())) * 1e-12;
        const double whole = std::abs(static_cast<double>(position.size)) * unit * delta * spot;
        const Cash room = book.room(setup_.base.assumptions.outside.slippage_max);
        const double part =
            whole <= 0 ? 1 : std::min(1.0, static_cast<double>(room.units()) * unit / whole);
        const auto size = static_cast<i64>(static_cast<double>(position.size) * part);
        if (size == 0) continue;
        const Cash worth = Cash::units(static_cast<i128>(whole * part / unit));
        const double slip = static_cast<double>(book.slippage(worth).units()) / ratio_one;
        const double each = delta * spot * slip + static_cast<double>(greeks.vega.units()) * unit *
                                                      setup_.terms.vol_spread;
        const double mark = static_cast<double>(instrument.mark.units()) * unit;
        const double price = std::max(unit, size > 0 ? mark - each : mark + each);
        legs.push_back({position.instrument, -size,
                        Price::units(static_cast<i64>(std::llround(price / unit)))});
        (void)outside_.sell(asset, Amount::units(static_cast<i128>(whole * part / spot / unit)));
    }
    if (!legs.empty()) fill(keeper.margin, makers_[next_maker_++ % makers_.size()], legs);
}

// Coins that came with an account go out to the market for the synthetic.
void Runner::sell_coins(Keeper& keeper) {
    const auto& collateral =
        machine_.genesis().clearing.compartments[compartment.value()].collateral;
    for (u32 slot = 0; slot < collateral.size(); ++slot) {
        const AssetId asset = collateral[slot].asset;
        const Amount held = row(keeper.margin).collateral[slot];
        if (!held.zero())
            send(keeper.account, clearing::MarginWithdraw{keeper.margin, asset, held});
        const std::size_t place = stage_.collateral[slot];
        const replay::Book& book = outside_.books()[place];
        if (book.price.zero()) continue;
        const Cash room = book.room(setup_.base.assumptions.outside.slippage_max);
        const Amount amount = std::min(ledger().balance(keeper.account, asset),
                                       math::amount_worth(room, book.price, Round::down));
        if (amount <= Amount()) continue;
        const Amount paid = Amount::units(book.proceeds(amount).units());
        if (paid <= Amount() || ledger().balance(stage_.cast.outside, stage_.base.synthetic) < paid)
            continue;
        (void)outside_.sell(place, amount);
        send(keeper.account, engine::Transfer{stage_.cast.outside, asset, amount});
        send(stage_.cast.outside, engine::Transfer{keeper.account, stage_.base.synthetic, paid});
    }
}

// Half of the capital stays at hand; the rest is margin.
void Runner::settle_up(Keeper& keeper) {
    const Amount held = ledger().balance(keeper.account, stage_.base.synthetic);
    const Amount spare = held - Amount::units(stage_.base.keeper_capital.units() / 2);
    if (spare > Amount::units(i128{1'000} * amount_one))
        send(keeper.account, clearing::MarginDeposit{keeper.margin, stage_.base.synthetic, spare});
}

}  // namespace ballast::derivatives
