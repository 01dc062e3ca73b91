#include <ballast/treasury/treasury.hpp>

#include <algorithm>

namespace ballast::treasury {

Amount chargeable(const Terms& terms, const State& state, VaultTypeId compartment) {
    const CompartmentRow& row = state.compartments[compartment.value()];
    return row.reserve + terms.compartments[compartment.value()].loss_out_max - row.loss_let_out;
}

void charge(const Terms& terms, State& state, ledger::Ledger& ledger, const Booking& cost,
            Events& events) noexcept {
    BALLAST_ASSERT(cost.amount >= Amount());
    BALLAST_ASSERT(cost.amount <= chargeable(terms, state, cost.compartment));
    if (cost.amount.zero()) return;
    const u32 key = cost.compartment.value();
    CompartmentRow& row = state.compartments.edit(key);
    const Amount by_reserve = std::min(cost.amount, row.reserve);
    row.reserve -= by_reserve;
    row.loss_let_out += cost.amount - by_reserve;
    ledger.post({system_account::reserve, system_account::surplus,
                 terms.compartments[key].synthetic, by_reserve});
    events.push_back({EventKind::cost_charged, key, system_account::issuer,
                      terms.compartments[key].synthetic, by_reserve.units(),
                      (cost.amount - by_reserve).units()});
}

}  // namespace ballast::treasury
