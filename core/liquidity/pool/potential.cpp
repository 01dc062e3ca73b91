#include <ballast/pool/potential.hpp>

#include <ballast/math/money.hpp>

namespace ballast::pool {

namespace {

using math::magnitude;

constexpr u128 e10 = 10'000'000'000;
constexpr u128 e12 = 1'000'000'000'000;
constexpr u128 e18 = e12 * 1'000'000;
constexpr u128 e20 = e10 * e10;

Result<Cash> cash(u128 size, bool negative) {
    if (size > static_cast<u128>(math::money_max)) return no(Reject::overflow);
    const i128 units = static_cast<i128>(size);
    return Cash::units(negative ? -units : units);
}

}  // namespace

Result<Dollars> dollars(const Totals& totals, Price spot) {
    BALLAST_ASSERT(spot.units() > 0);
    const u128 price = static_cast<u128>(spot.units());
    BALLAST_TRY(const u128 delta, math::mul_div(magnitude(totals.delta), price, e20, Round::down));
    // gamma * spot^2 / 100 in two steps: 10^18 * 10^12 is 10^28 for the units and 100.
    BALLAST_TRY(const u128 slope, math::mul_div(magnitude(totals.gamma), price, e18, Round::down));
    BALLAST_TRY(const u128 gamma, math::mul_div(slope, price, e12, Round::down));
    Dollars result;
    BALLAST_TRY(result.delta, cash(delta, totals.delta < 0));
    BALLAST_TRY(result.gamma, cash(gamma, totals.gamma < 0));
    BALLAST_TRY(result.vega, cash(magnitude(totals.vega) / e10, totals.vega < 0));
    return result;
}

Cash notional(i64 size, Price price) {
    BALLAST_ASSERT(price.units() >= 0);
    return Cash::units(i128{size} * price.units() / amount_one);  // 10^17 * 4 * 10^18 fits.
}

Result<Cash> potential(Cash exposure, Ratio price, Cash capital) {
    BALLAST_ASSERT(capital.units() > 0);
    const u128 size = magnitude(exposure.units());
    const u128 twice = 2 * static_cast<u128>(capital.units());
    BALLAST_TRY(const u128 square, math::mul_div(size, size, twice, Round::up));
    BALLAST_TRY(const u128 units, math::mul_div(square, static_cast<u128>(price.units()),
                                                u128{ratio_one}, Round::up));
    return cash(units, false);
}

Result<Cash> inventory_potential(const Terms& terms, i64 size, const Market& market, Cash capital) {
    BALLAST_TRY(const Cash whole,
                potential(notional(size, market.spot), terms.prices.inventory, capital));
    if (!terms.inventory_by_delta) return whole;
    BALLAST_TRY(const u128 part,
                math::mul_div(magnitude(whole.units()), magnitude(market.unit.delta.units()), e12,
                              Round::up));
    return cash(part, false);
}

Result<Cash> spread_cost(const Terms& terms, i64 size, const Market& market) {
    // In 10^-17 dollars per unit: a Price times a Ratio.  4 * 10^18 * 10^9 each.
    const u128 per_unit = magnitude(market.mark.units()) * magnitude(terms.spread.units()) +
                          magnitude(market.spot.units()) * magnitude(terms.spread_spot.units()) +
                          magnitude(market.confidence.units()) * u128{ratio_one};
    BALLAST_TRY(const u128 units, math::mul_div(magnitude(size), per_unit,
                                                u128{ratio_one} * u128{amount_one}, Round::up));
    return cash(units, false);
}

}  // namespace ballast::pool
