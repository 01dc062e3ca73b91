#include <ballast/pool/potential.hpp>
#include <ballast/pool/quote.hpp>

namespace ballast::pool {

namespace {

/// What the risks of one underlying would cost to be rid of.
Result<Cash> greeks_potential(const Prices& prices, const Underlying& underlying, Cash capital) {
    BALLAST_TRY(const Dollars risk, dollars(underlying.greeks, underlying.spot));
    BALLAST_TRY(const Cash delta, potential(risk.delta, prices.delta, capital));
    BALLAST_TRY(const Cash gamma, potential(risk.gamma, prices.gamma, capital));
    BALLAST_TRY(const Cash vega, potential(risk.vega, prices.vega, capital));
    return delta + gamma + vega;
}

Result<Cash> risk_cost(const Terms& terms, Cash value, Cash margin,
                       std::span<const Position> positions,
                       std::span<const Underlying> underlyings) {
    BALLAST_TRY(Cash cost, potential(margin, terms.prices.margin, value));
    for (const Position& one : positions) {
        BALLAST_TRY(const Cash own, inventory_potential(terms, one.size, one.market, value));
        cost += own;
    }
    for (const Underlying& one : underlyings) {
        BALLAST_TRY(const Cash own, greeks_potential(terms.prices, one, value));
        cost += own;
    }
    return cost;
}

}  // namespace

Result<Valuation> valuation(const Terms& terms, Cash value, Cash margin,
                            std::span<const Position> positions,
                            std::span<const Underlying> underlyings) {
    Cash cost;
    for (const Position& one : positions) {
        BALLAST_TRY(const Cash own, spread_cost(terms, one.size, one.market));
        cost += own;
    }
    if (value.units() > 0) {
        BALLAST_TRY(const Cash risk, risk_cost(terms, value, margin, positions, underlyings));
        cost += risk;
    }
    return Valuation{value - cost, value + cost};
}

}  // namespace ballast::pool
