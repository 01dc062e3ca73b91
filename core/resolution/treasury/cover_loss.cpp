#include <ballast/treasury/compartment.hpp>

namespace ballast::treasury {

Waterfall cover_loss(const Terms& terms, State& state, ledger::Ledger& ledger, const Booking& loss,
                     Events& events) noexcept {
    BALLAST_ASSERT(loss.amount >= Amount());
    if (loss.amount.zero()) return {};
    const u32 key = loss.compartment.value();
    Waterfall paid;
    paid.from_reserve = pay_from_reserve(terms, state, ledger, key, loss.amount);
    paid.from_surplus =
        pay_from_surplus(terms, state, ledger, key, loss.amount - paid.from_reserve);
    paid.booked = loss.amount - paid.from_reserve - paid.from_surplus;

    CompartmentRow& row = state.compartments.edit(key);
    row.bad_debt += paid.booked;
    row.lost += loss.amount;
    row.lost_to_reserve += paid.from_reserve;
    row.lost_to_surplus += paid.from_surplus;
    row.lost_to_bad_debt += paid.booked;

    const auto report = [&](EventKind kind, Amount amount) {
        if (amount.zero()) return;
        events.push_back({kind, key, system_account::issuer, terms.compartments[key].synthetic,
                          amount.units(), 0});
    };
    report(EventKind::loss_arose, loss.amount);
    report(EventKind::loss_from_reserve, paid.from_reserve);
    report(EventKind::loss_from_surplus, paid.from_surplus);
    report(EventKind::loss_booked, paid.booked);
    return paid;
}

}  // namespace ballast::treasury
