#include <ballast/treasury/compartment.hpp>

#include <algorithm>

namespace ballast::treasury {

Amount pay_from_reserve(const Terms& terms, State& state, ledger::Ledger& ledger, u32 compartment,
                        Amount owed) noexcept {
    const Amount paid = std::min(owed, state.compartments[compartment].reserve);
    if (paid.zero()) return paid;
    state.compartments.edit(compartment).reserve -= paid;
    ledger.post({system_account::reserve, system_account::issuer,
                 terms.compartments[compartment].synthetic, paid});
    return paid;
}

Amount pay_from_surplus(const Terms& terms, State& state, ledger::Ledger& ledger, u32 compartment,
                        Amount owed) noexcept {
    const CompartmentTerms& own = terms.compartments[compartment];
    const Amount let_out = state.compartments[compartment].loss_let_out;
    const Amount surplus = ledger.balance(system_account::surplus, own.synthetic);
    const Amount paid = std::min({owed, surplus, own.loss_out_max - let_out});
    if (paid.zero()) return paid;
    state.compartments.edit(compartment).loss_let_out += paid;
    ledger.post({system_account::surplus, system_account::issuer, own.synthetic, paid});
    return paid;
}

}  // namespace ballast::treasury
