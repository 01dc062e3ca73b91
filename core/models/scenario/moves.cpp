#include <ballast/scenario/moves.hpp>

#include <ballast/math/money.hpp>
#include <ballast/pricing/pricing.hpp>
#include <ballast/scenario/scenario.hpp>

#include <algorithm>

namespace ballast::scenario {
namespace {

using pricing::Point;

Price scaled(Price price, Fine factor) {
    return Price::units(static_cast<i64>(math::saturating_mul_div(
        price.units(), factor.units(), pricing::fine_one, limits::price_max.units(), Round::down)));
}

Fine quotient(Fine a, Fine b) {
    return Fine::units(static_cast<i64>(math::saturating_mul_div(
        a.units(), pricing::fine_one, b.units(), fine_most.units(), Round::down)));
}

Fine at_least_zero(Fine value) {
    return std::max(value, Fine{});
}

// Held to the cap on the side of the strike; a cap under zero turns the sides around.
Fine skew(Fine moneyness, Fine cap, Fine width) {
    const Fine move = quotient(times(moneyness, cap), width);
    const Fine held = moneyness.units() < 0 ? std::max(move, -cap) : std::min(move, cap);
    return at_least_zero(fine_one + held);
}

bool uses_skew(const Terms& terms) {
    return std::ranges::any_of(terms.scenarios,
                               [](const Scenario& row) { return row.skew != SkewRule::none; });
}

void set_skew(const SkewTerms& terms, const Instrument& instrument, Moves& moves) {
    const Fine root = pricing::root_years(horizon(instrument));
    const Fine deviation = terms.volatility_static + times(root, terms.volatility_slope);
    const Fine width = std::max(
        {terms.width_minimum, times(times(root, terms.width_scale), deviation), Fine::units(1)});
    const Fine moneyness = pricing::log_ratio(instrument.series.strike, instrument.now.forward);
    const Fine size = moneyness.units() < 0 ? -moneyness : moneyness;
    moves.linear = skew(moneyness, terms.linear_cap + times(root, terms.linear_slope), width);
    moves.absolute = skew(size, terms.absolute_cap + times(root, terms.absolute_slope), width);
}

Fine volatility(const Terms& terms, const Scenario& scenario, Fine now, const Moves& moves) {
    switch (scenario.skew) {
        case SkewRule::none: break;
        case SkewRule::linear: return times(now, moves.linear);
        case SkewRule::absolute: return times(now, moves.absolute);
    }
    switch (scenario.volatility) {
        case VolatilityRule::none: return now;
        case VolatilityRule::up: return std::max(times(now, moves.up), terms.volatility.minimum_up);
        case VolatilityRule::down: return times(now, moves.down);
        case VolatilityRule::shift: return at_least_zero(now + scenario.shift);
    }
    return now;
}

}  // namespace

u64 horizon(const Instrument& instrument) {
    return instrument.series.expiry != 0 ? instrument.now.seconds : instrument.series.period;
}

Fine times(Fine a, Fine b) {
    return Fine::units(static_cast<i64>(math::saturating_mul_div(
        a.units(), b.units(), pricing::fine_one, fine_most.units(), Round::down)));
}

Moves moves_of(const Terms& terms, const Instrument& instrument) {
    const VolatilityTerms& rule = terms.volatility;
    const u64 seconds = horizon(instrument);
    const Fine power = seconds <= rule.reference_seconds ? rule.power_short : rule.power_long;
    const Fine stretch =
        pricing::shock_power(std::max(seconds, rule.floor_seconds), rule.reference_seconds, power);
    Moves moves{.up = fine_one + times(rule.range_up, stretch),
                .down = at_least_zero(fine_one - times(rule.range_down, stretch)),
                .linear = fine_one,
                .absolute = fine_one};
    if (uses_skew(terms)) set_skew(terms.skew, instrument, moves);
    return moves;
}

Point moved(const Terms& terms, const Instrument& instrument, Fine factor) {
    Point point = instrument.now;
    if (terms.discount.undiscounted) point.rate = Fine{};
    point.spot = scaled(point.spot, factor);
    point.forward = instrument.fixed + scaled(point.forward - instrument.fixed, factor);
    return point;
}

Point shocked(const Terms& terms, const Scenario& scenario, const Instrument& instrument,
              const Moves& moves) {
    Point point = moved(terms, instrument, scenario.spot);
    point.volatility = volatility(terms, scenario, point.volatility, moves);
    return point;
}

Point shocked(const Terms& terms, const Scenario& scenario, const Instrument& instrument) {
    return shocked(terms, scenario, instrument, moves_of(terms, instrument));
}

}  // namespace ballast::scenario
