#include <ballast/math/money.hpp>
#include <ballast/pool/potential.hpp>
#include <ballast/pool/quote.hpp>

#include <algorithm>

namespace ballast::pool {

namespace {

/// Of the Greeks of one underlying.
Result<Cash> greeks_potential(const Prices& prices, const Underlying& underlying, Cash capital) {
    BALLAST_TRY(const Dollars risk, dollars(underlying.greeks, underlying.spot));
    BALLAST_TRY(const Cash delta, potential(risk.delta, prices.delta, capital));
    BALLAST_TRY(const Cash gamma, potential(risk.gamma, prices.gamma, capital));
    BALLAST_TRY(const Cash vega, potential(risk.vega, prices.vega, capital));
    return delta + gamma + vega;
}

}  // namespace

Result<Cash> potential(const Terms& terms, Cash capital, const Portfolio& portfolio) {
    BALLAST_TRY(Cash all, potential(portfolio.margin, terms.prices.margin, capital));
    for (const Position& one : portfolio.positions) {
        BALLAST_TRY(const Cash own, inventory_potential(terms, one.size, one.market, capital));
        all += own;
    }
    for (const Underlying& one : portfolio.underlyings) {
        BALLAST_TRY(const Cash own, greeks_potential(terms.prices, one, capital));
        all += own;
    }
    return all;
}

Result<Valuation> valuation(const Terms& terms, Cash value, const Portfolio& portfolio) {
    Cash cost;
    for (const Position& one : portfolio.positions) {
        BALLAST_TRY(const Cash own, spread_cost(terms, one.size, one.market));
        cost += own;
    }
    if (value.units() > 0) {
        BALLAST_TRY(const Cash risk, potential(terms, value, portfolio));
        cost += risk;
    }
    return Valuation{value - cost, value + cost};
}

Result<Standing> renew(const Terms& terms, const Standing& old, const Valuation& valuation,
                       const Portfolio& portfolio) {
    Standing fresh;
    fresh.capital = valuation.low;
    if (valuation.low.units() <= 0) return fresh;
    BALLAST_TRY(const Cash risk, potential(terms, valuation.low, portfolio));
    fresh.fund = std::min(old.fund, risk);
    fresh.backing = risk.zero() ? Ratio::units(ratio_one)
                                : math::ratio_of(fresh.fund.units(), risk.units(), Round::down);
    return fresh;
}

}  // namespace ballast::pool
