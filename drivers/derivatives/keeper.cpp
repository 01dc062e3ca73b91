#include <ballast/derivatives/keeper.hpp>
#include <ballast/derivatives/units.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>
#include <cmath>

namespace ballast::derivatives {

namespace {

constexpr Ratio one = Ratio::units(ratio_one);

double slippage(const replay::Book& book, double worth) {
    const Cash cash = Cash::units(static_cast<i128>(std::abs(worth) / unit));
    return static_cast<double>(book.slippage(cash).units()) / ratio_one;
}

Cash worth_of(const Sight& sight, const clearing::AccountRow& account, u32 slot) {
    const clearing::Sight& clearing = sight.machine.clearing();
    const Price price = sight.machine.risk().collateral_price(clearing, account.compartment, slot);
    return math::worth(account.collateral[slot], price, Round::down);
}

// 1/64, 2/64, ... of the most that may be taken.
portfolio::Fraction part_of(const portfolio::Fraction& most, u32 part, u32 parts) {
    if (part == parts) return {1, 1};
    constexpr i128 scale = i128{1} << 40;
    return {portfolio::part(scale, most, Round::down) * part / parts, scale};
}

}  // namespace

double unwinding_cost(const Sight& sight, const clearing::AccountRow& account, double part) {
    const clearing::Sight clearing = sight.machine.clearing();
    double cost = 0;
    for (u16 id = 0; id < clearing.terms.underlyings.size(); ++id) {
        const auto greeks = clearing::greeks_of(clearing, account, UnderlyingId{id});
        const double delta = std::abs(dollars(greeks.delta)) * part;
        cost += delta * slippage(sight.books[sight.stage.underlying[id]], delta);
    }
    for (const clearing::Position& position : account.positions) {
        const auto& greeks = clearing.market.greeks[position.instrument.value()];
        cost += std::abs(static_cast<double>(position.size) * unit *
                         static_cast<double>(greeks.vega.units()) * unit) *
                sight.vol_spread * part;
    }
    const auto& collateral = clearing.compartment(account.compartment).collateral;
    for (u32 slot = 0; slot < collateral.size(); ++slot) {
        const double worth = dollars(worth_of(sight, account, slot)) * part;
        cost += worth * slippage(sight.books[sight.stage.collateral[slot]], worth);
    }
    return cost;
}

portfolio::Standing seen(const Sight& sight, const clearing::AccountRow& account,
                         const clearing::Standing& standing) {
    const clearing::Sight clearing = sight.machine.clearing();
    Cash gross;
    for (const clearing::Position& position : account.positions) {
        const Price mark = clearing.instrument(position.instrument).mark;
        const Cash value = clearing::value_of(position.size, mark);
        gross += value < Cash() ? -value : value;
    }
    const auto& collateral = clearing.compartment(account.compartment).collateral;
    for (u32 slot = 0; slot < collateral.size(); ++slot) gross += worth_of(sight, account, slot);
    return {standing.equity, std::min(standing.equity, standing.maintenance), gross};
}

std::optional<portfolio::Take> wish(const Sight& sight, const portfolio::Auction& auction,
                                    Cash free) {
    const clearing::Sight clearing = sight.machine.clearing();
    const clearing::AccountRow& account = clearing.state.accounts[auction.account.value()];
    const auto standing = sight.machine.risk().standing(clearing, account);
    if (!standing) return std::nullopt;
    const auto& terms = clearing.compartment(account.compartment).auction;
    const portfolio::Standing now = seen(sight, account, *standing);
    const u64 next = clearing.now + sight.stage.base.world.grid.step;
    const portfolio::Fraction most = portfolio::fraction_max(terms, auction, now, next);
    if (most.zero()) return std::nullopt;
    std::optional<portfolio::Take> best;
    double best_profit = dollars(sight.terms.profit_min);
    for (const u32 part : {64u, 32u, 16u, 8u, 4u, 2u, 1u}) {
        const portfolio::Fraction wanted = part_of(most, part, 64);
        const portfolio::Take take{wanted, portfolio::cash_max};
        const auto plan = portfolio::check_take(terms, auction, now, next, {take, free});
        if (!plan) continue;
        const double fraction = static_cast<double>(plan->fraction.numerator) /
                                static_cast<double>(plan->fraction.denominator);
        const double gets = (dollars(now.mark) - dollars(auction.reserved)) * fraction +
                            dollars(plan->drawn + plan->tip) - dollars(plan->paid);
        const double cost = unwinding_cost(sight, account, fraction) + dollars(sight.action_cost);
        const double margin = dollars(plan->paid) *
                              static_cast<double>(sight.terms.margin.units()) /
                              static_cast<double>(ratio_one);
        if (gets - cost < margin || gets - cost <= best_profit) continue;
        best_profit = gets - cost;
        // He pays no more than leaves him his margin, whatever the marks do until then.
        const double most_paid = dollars(plan->paid - plan->drawn) + (gets - cost) - margin;
        best = {wanted, Cash::units(static_cast<i128>(most_paid / unit))};
    }
    return best;
}

std::optional<Purchase> purchase(const Sight& sight, MarginAccountId id, Amount purse) {
    const clearing::Sight clearing = sight.machine.clearing();
    const clearing::AccountRow& account = clearing.state.accounts[id.value()];
    if (account.in_auction) return std::nullopt;
    const auto standing = sight.machine.risk().standing(clearing, account);
    if (!standing || standing->maintenance >= Cash()) return std::nullopt;
    const auto& terms = clearing.compartment(account.compartment);
    std::vector<portfolio::Holding> holdings;
    for (u32 slot = 0; slot < terms.collateral.size(); ++slot)
        if (!account.collateral[slot].zero())
            holdings.push_back({terms.collateral[slot].asset, worth_of(sight, account, slot),
                                terms.collateral[slot].haircut});
    std::ranges::sort(holdings, {}, &portfolio::Holding::asset);
    const auto choice = portfolio::choose_remedy(
        terms.auction, terms.economics,
        {seen(sight, account, *standing), Cash(), holdings, terms.underlyings.size() == 1});
    if (choice.remedy != portfolio::Remedy::sell_collateral) return std::nullopt;
    for (const portfolio::Sale& sale : choice.sales) {
        u32 slot = 0;
        while (terms.collateral[slot].asset != sale.asset) ++slot;
        const replay::Book& book = sight.books[sight.stage.collateral[slot]];
        // A little less than offered, for marks move until then.
        const Cash worth = std::min(math::portion(sale.worth, one, Round::down),
                                    book.room(terms.economics.incentive));
        const Amount pay =
            std::min(purse, Amount::units(worth.units() * ratio_one /
                                          (one + terms.economics.incentive).units() * 95 / 100));
        const double incentive = static_cast<double>(terms.economics.incentive.units()) / ratio_one;
        const double paid = static_cast<double>(pay.units()) * unit;
        const double profit = paid * incentive -
                              paid * (1 + incentive) * slippage(book, paid * (1 + incentive)) -
                              dollars(sight.action_cost);
        if (pay > Amount() && profit >= dollars(sight.terms.profit_min))
            return Purchase{sale.asset, pay};
    }
    return std::nullopt;
}

}  // namespace ballast::derivatives
