#include <ballast/clearing/greeks.hpp>

#include <ballast/math/money.hpp>

namespace ballast::clearing {
namespace {

/// Adds `units` (>= 0, or less where open interest falls) of the instrument to the sums.
void add(const Sight& sight, GreeksSum& sum, InstrumentId instrument, i128 units) {
    AccountRow one;
    one.compartment = sight.instrument(instrument).compartment;
    one.positions = {{instrument, amount_one, Cash(), risk::Flow()}};
    const UnderlyingId underlying = sight.instrument(instrument).series.underlying;
    const GreeksSum unit = greeks_of(sight, one, underlying);
    const auto times = [units](Cash greek) {
        return Cash::units(math::saturating_mul_div(size_of(greek).units(), units, i128{amount_one},
                                                    math::money_max, Round::up));
    };
    sum.delta += times(unit.delta);
    sum.gamma += times(unit.gamma);
    sum.vega += times(unit.vega);
}

bool limited(const GreeksLimits& limits) {
    return !limits.delta.zero() || !limits.gamma.zero() || !limits.vega.zero();
}

}  // namespace

GreeksSum open_interest_greeks(const Sight& sight, CompartmentId compartment,
                               UnderlyingId underlying) {
    GreeksSum sum;
    for (u32 id = 0; id < sight.state.instruments.size(); ++id) {
        const InstrumentRow& row = sight.state.instruments[id];
        if (row.compartment == compartment && row.series.underlying == underlying &&
            row.phase == Phase::open && row.open_interest != 0)
            add(sight, sum, InstrumentId{id}, row.open_interest);
    }
    return sum;
}

Result<void> check_compartment_greeks(const Facts& facts, const FillPlan& plan) {
    const House& house = facts.house;
    const CompartmentId compartment = plan.first.compartment;
    const GreeksLimits& limits = house.compartment(compartment).compartment_limits;
    if (!limited(limits)) return {};
    const AccountRow& first = house.state.accounts[plan.ticket.first.value()];
    const AccountRow& second = house.state.accounts[plan.ticket.second.value()];
    for (const UnderlyingId underlying : house.compartment(compartment).underlyings) {
        const GreeksSum before = open_interest_greeks(house, compartment, underlying);
        GreeksSum after = before;
        for (const Leg& leg : plan.ticket.legs)
            if (house.instrument(leg.instrument).series.underlying == underlying)
                add(house, after, leg.instrument,
                    longs(plan.first, leg.instrument) + longs(plan.second, leg.instrument) -
                        longs(first, leg.instrument) - longs(second, leg.instrument));
        BALLAST_CHECK(check_greeks(limits, before, after));
    }
    return {};
}

void watch_compartment(House& house, CompartmentId id) noexcept {
    const CompartmentTerms& terms = house.compartment(id);
    if (!limited(terms.compartment_limits)) return;
    bool over = false;
    for (const UnderlyingId underlying : terms.underlyings)
        over = over || !check_greeks(terms.compartment_limits, {},
                                     open_interest_greeks(house, id, underlying));
    if (over == house.state.compartments[id.value()].over_limit) return;
    house.books.compartments.edit(id.value()).over_limit = over;
    house.events.push_back({EventKind::compartment_greeks, id.value(), system_account::issuer,
                            AssetId{}, over ? 1 : 0, 0});
}

}  // namespace ballast::clearing
