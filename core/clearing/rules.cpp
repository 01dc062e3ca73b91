#include <ballast/clearing/transactions.hpp>

#include <algorithm>

namespace ballast::clearing {

Result<InstrumentRow> check(const Facts& facts, AccountId, const ListInstrument& request) {
    const House& house = facts.house;
    const risk::Series& series = request.series;
    if (request.compartment.value() >= house.terms.compartments.size())
        return no(Reject::unknown_compartment);
    const auto& cleared = house.compartment(request.compartment).underlyings;
    if (std::find(cleared.begin(), cleared.end(), series.underlying) == cleared.end())
        return no(Reject::underlying_not_cleared);
    if (series.kind >= house.kinds.size()) return no(Reject::unknown_instrument);
    BALLAST_CHECK(house.kinds[series.kind].check(series));
    const UnderlyingTerms& terms = house.terms.underlyings[series.underlying.value()];
    if (terms.strike_step.zero() ? !series.strike.zero()
                                 : series.strike.units() % terms.strike_step.units() != 0)
        return no(Reject::strike_off_grid);
    if (series.expiry != 0 &&
        (series.expiry <= house.now || series.expiry - house.now > terms.expiry_max ||
         terms.expiry_step == 0 || series.expiry % terms.expiry_step != 0 ||
         series.expiry <= terms.settlement_window))
        return no(Reject::expiry_off_grid);
    for (const InstrumentRow& row : house.state.instruments.rows())
        if (row.compartment == request.compartment && row.series == series)
            return no(Reject::instrument_listed);
    if (house.state.instruments.size() >= limits::instruments_max) return no(Reject::table_full);
    InstrumentRow row;
    row.compartment = request.compartment;
    row.series = series;
    row.accrued = house.now;
    return row;
}

InstrumentId apply(House& house, const InstrumentRow& row) noexcept {
    house.events.push_back({EventKind::instrument_listed, house.state.instruments.size(),
                            system_account::issuer, AssetId{}, 0, row.compartment.value()});
    return InstrumentId{house.books.instruments.push(row)};
}

Result<SwitchModel> check(const Facts& facts, AccountId sender, const SwitchModel& request) {
    const House& house = facts.house;
    if (!house.terms.governor || *house.terms.governor != sender) return no(Reject::not_owner);
    if (request.compartment.value() >= house.terms.compartments.size())
        return no(Reject::unknown_compartment);
    if (request.model >= house.terms.models.size()) return no(Reject::unknown_model);
    const CompartmentRow& row = house.state.compartments[request.compartment.value()];
    if (request.height <= facts.height || row.next.height != 0) return no(Reject::switch_too_early);
    if (request.ramp < house.terms.ramp_min) return no(Reject::ramp_too_short);
    return request;
}

void apply(House& house, const SwitchModel& plan) noexcept {
    house.books.compartments.edit(plan.compartment.value()).next = {plan.model, plan.height, 0,
                                                                    plan.ramp};
    house.events.push_back({EventKind::model_switch_begun, plan.compartment.value(),
                            *house.terms.governor, AssetId{}, plan.model,
                            static_cast<i128>(plan.height)});
}

}  // namespace ballast::clearing
