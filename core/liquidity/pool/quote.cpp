#include <ballast/pool/quote.hpp>

#include <ballast/math/money.hpp>
#include <ballast/pool/potential.hpp>

#include <algorithm>

namespace ballast::pool {

namespace {

using math::magnitude;

/// One risk of the pool, before and after the fill.
struct Change {
    Cash before;
    Cash after;
};

/// The fill, worked out.
struct Fill {
    i64 inventory = 0;  ///< Of the pool, after.
    bool shrinks = false;
    Change delta;
    Change gamma;
    Change vega;
    Change notional;
    Change margin;
};

/// What a fill adds to the potential, and what it takes away: where a risk passes through zero it
/// does both.
struct Movement {
    Cash added;
    Cash removed;
};

bool opposite(i128 a, i128 b) {
    return (a < 0 && b > 0) || (a > 0 && b < 0);
}

Movement movement(bool through_zero, Cash before, Cash after) {
    if (through_zero) return {after, before};
    if (after >= before) return {after - before, Cash()};
    return {Cash(), before - after};
}

Result<Movement> movement(const Change& risk, Ratio price, Cash capital) {
    BALLAST_TRY(const Cash before, potential(risk.before, price, capital));
    BALLAST_TRY(const Cash after, potential(risk.after, price, capital));
    return movement(opposite(risk.before.units(), risk.after.units()), before, after);
}

Result<i128> difference(i128 a, i128 b) {
    i128 result = 0;
    if (__builtin_sub_overflow(a, b, &result)) return no(Reject::overflow);
    return result;
}

/// The pool gives what the taker gets.
Result<Totals> less(const Totals& book, const Totals& given) {
    Totals result;
    BALLAST_TRY(result.delta, difference(book.delta, given.delta));
    BALLAST_TRY(result.gamma, difference(book.gamma, given.gamma));
    BALLAST_TRY(result.vega, difference(book.vega, given.vega));
    return result;
}

Cash gross(i64 size, Price spot) {
    return notional(size < 0 ? -size : size, spot);
}

Result<Fill> work_out(const Book& book, const Market& market, const Request& request) {
    Fill fill;
    fill.inventory = book.inventory - request.size;
    fill.shrinks = !opposite(book.inventory, fill.inventory) &&
                   magnitude(fill.inventory) < magnitude(book.inventory);
    BALLAST_TRY(const Totals after, less(book.greeks, totals(request.size, market.unit)));
    BALLAST_TRY(const Dollars old, dollars(book.greeks, market.spot));
    BALLAST_TRY(const Dollars fresh, dollars(after, market.spot));
    fill.delta = {old.delta, fresh.delta};
    fill.gamma = {old.gamma, fresh.gamma};
    fill.vega = {old.vega, fresh.vega};
    fill.notional = {book.notional, book.notional + gross(fill.inventory, market.spot) -
                                        gross(book.inventory, market.spot)};
    fill.margin = {book.margin, request.margin_after};
    return fill;
}

Result<void> check_request(const Book& book, const Market& market, const Request& request) {
    constexpr i128 most = limits::size_max;
    if (request.size == 0) return no(Reject::amount_not_positive);
    if (magnitude(request.size) > u128{most}) return no(Reject::amount_over_limit);
    if (magnitude(i128{book.inventory} - request.size) > u128{most})
        return no(Reject::amount_over_limit);
    if (market.spot.units() <= 0) return no(Reject::price_not_positive);
    if (market.feed == Feed::halted) return no(Reject::feed_halted);
    return {};
}

/// Inside its budget, or at least closer to it, from the same side.
bool within(const Change& risk, Ratio budget, Cash capital) {
    const Cash most = math::portion(std::max(capital, Cash()), budget, Round::down);
    const u128 after = magnitude(risk.after.units());
    if (after <= magnitude(most.units())) return true;
    return after <= magnitude(risk.before.units()) &&
           !opposite(risk.before.units(), risk.after.units());
}

Result<void> check_budgets(const Budgets& budgets, const Fill& fill, Cash capital) {
    if (!within(fill.delta, budgets.delta, capital)) return no(Reject::pool_delta_budget);
    if (!within(fill.gamma, budgets.gamma, capital)) return no(Reject::pool_gamma_budget);
    if (!within(fill.vega, budgets.vega, capital)) return no(Reject::pool_vega_budget);
    if (!within(fill.notional, budgets.notional, capital)) return no(Reject::pool_notional_budget);
    if (!within(fill.margin, budgets.margin, capital)) return no(Reject::pool_margin_budget);
    return {};
}

/// Of all risks together.  A pool without capital has no potential.
Result<Movement> movement(const Terms& terms, const Book& book, const Market& market,
                          const Fill& fill) {
    const Cash capital = book.standing.capital;
    if (capital.units() <= 0) return Movement{};
    BALLAST_TRY(const Cash before, inventory_potential(terms, book.inventory, market, capital));
    BALLAST_TRY(const Cash after, inventory_potential(terms, fill.inventory, market, capital));
    Movement all = movement(opposite(book.inventory, fill.inventory), before, after);
    const Prices& prices = terms.prices;
    const std::pair<Change, Ratio> risks[]{{fill.delta, prices.delta},
                                           {fill.gamma, prices.gamma},
                                           {fill.vega, prices.vega},
                                           {fill.margin, prices.margin}};
    for (const auto& [risk, price] : risks) {
        BALLAST_TRY(const Movement one, movement(risk, price, capital));
        all.added += one.added;
        all.removed += one.removed;
    }
    return all;
}

/// What the pool pays for what a fill takes off its hands; nothing at a price that is not live.
Cash rebate(const Terms& terms, const Standing& standing, const Market& market, i64 size,
            const Movement& moved) {
    if (market.feed != Feed::live) return Cash();
    const Cash backed = math::portion(moved.removed, standing.backing, Round::down);
    const Cash share = math::portion(backed, terms.skew, Round::down);
    const Cash cap = math::portion(gross(size, market.spot), terms.rebate_max, Round::down);
    return std::min({share, cap, standing.fund + moved.added});
}

/// Against the taker: what it pays up, what it is paid down.
Result<Price> price_per_unit(Cash total, i64 size) {
    const bool buys = size > 0;
    BALLAST_TRY(const i128 units,
                math::mul_div(buys ? total.units() : -total.units(), i128{amount_one},
                              static_cast<i128>(magnitude(size)), buys ? Round::up : Round::down));
    if (magnitude(units) > magnitude(limits::price_max.units())) return no(Reject::overflow);
    return Price::units(static_cast<i64>(units));
}

}  // namespace

Result<Quote> quote(const Terms& terms, const Book& book, const Market& market,
                    const Request& request) {
    BALLAST_CHECK(check_request(book, market, request));
    BALLAST_TRY(const Fill fill, work_out(book, market, request));
    if (market.feed == Feed::degraded && !fill.shrinks) return no(Reject::feed_degraded);
    if (book.standing.capital.units() <= 0 && !fill.shrinks)
        return no(Reject::pool_without_capital);
    BALLAST_CHECK(check_budgets(terms.budgets, fill, book.standing.capital));

    BALLAST_TRY(const Cash spread, spread_cost(terms, request.size, market));
    BALLAST_TRY(const Movement moved, movement(terms, book, market, fill));
    Quote result;
    result.worth = Cash::units(
        math::divide(i128{request.size} * market.mark.units(), i128{amount_one}, Round::up));
    result.added = moved.added;
    result.rebate = rebate(terms, book.standing, market, request.size, moved);
    result.charge = spread + result.added - result.rebate;
    BALLAST_TRY(result.price, price_per_unit(result.worth + result.charge, request.size));
    return result;
}

i64 hedge_plan(const Terms& terms, const Book& book, Price spot, pricing::Fine perp_delta) {
    BALLAST_ASSERT(perp_delta.units() > 0);
    const auto now = dollars(book.greeks, spot);
    if (!now) return 0;
    const Cash capital = std::max(book.standing.capital, Cash());
    const u128 exposure = magnitude(now->delta.units());
    const Cash band = math::portion(capital, terms.hedge_band, Round::down);
    const Cash target = math::portion(capital, terms.hedge_target, Round::down);
    if (exposure <= magnitude(band.units())) return 0;
    const i128 excess = static_cast<i128>(exposure) - target.units();
    // Dollars over dollars per unit: 10^-8 * 10^20 / (10^-8 * 10^-12).
    const i128 per_unit = i128{spot.units()} * perp_delta.units();
    const i128 size = math::saturating_mul_div(excess, i128{amount_one} * pricing::fine_one,
                                               per_unit, limits::size_max, Round::down);
    return static_cast<i64>(now->delta.units() > 0 ? -size : size);
}

}  // namespace ballast::pool
