#include <ballast/treasury/compartment.hpp>

#include <algorithm>
#include <utility>

namespace ballast::treasury {

namespace {

struct Payment {
    u32 compartment;
    Layer layer;
    Amount amount;
};

// Takes what a layer paid off the compartment's bad debt, on to the layer's total, and reports it.
void book(State& state, AssetId synthetic, const Payment& payment, Events& events) {
    const Amount paid = payment.amount;
    if (paid.zero()) return;
    CompartmentRow& row = state.compartments.edit(payment.compartment);
    row.bad_debt -= paid;
    switch (payment.layer) {
        case Layer::reserve: row.healed_by_reserve += paid; break;
        case Layer::surplus: row.healed_by_surplus += paid; break;
        case Layer::recapitalisation: row.healed_by_recapitalisation += paid; break;
    }
    events.push_back({EventKind::bad_debt_paid, payment.compartment, system_account::issuer,
                      synthetic, paid.units(), std::to_underlying(payment.layer)});
}

}  // namespace

void heal(const Terms& terms, State& state, ledger::Ledger& ledger, Events& events) noexcept {
    for (u32 key = 0; key < terms.compartments.size(); ++key) {
        const AssetId synthetic = terms.compartments[key].synthetic;
        const Amount owed = state.compartments[key].bad_debt;
        if (owed.zero()) continue;
        const Amount by_reserve = pay_from_reserve(terms, state, ledger, key, owed);
        book(state, synthetic, {key, Layer::reserve, by_reserve}, events);
        const Amount by_surplus = pay_from_surplus(terms, state, ledger, key, owed - by_reserve);
        book(state, synthetic, {key, Layer::surplus, by_surplus}, events);
    }
}

void book_recapitalisation(const Terms& terms, State& state, ledger::Ledger& ledger,
                           const Proceeds& proceeds, Events& events) noexcept {
    BALLAST_ASSERT(proceeds.paid >= Amount());
    Amount left = proceeds.paid;
    for (u32 key = 0; key < terms.compartments.size(); ++key) {
        if (terms.compartments[key].synthetic != proceeds.synthetic) continue;
        const Amount paid = std::min(left, state.compartments[key].bad_debt);
        book(state, proceeds.synthetic, {key, Layer::recapitalisation, paid}, events);
        ledger.post({proceeds.from, system_account::issuer, proceeds.synthetic, paid});
        left -= paid;
    }
    ledger.post({proceeds.from, system_account::surplus, proceeds.synthetic, left});
}

}  // namespace ballast::treasury
