#include <ballast/math/money.hpp>
#include <ballast/treasury/treasury.hpp>

#include <algorithm>

namespace ballast::treasury {

void collect(const Terms& terms, State& state, ledger::Ledger& ledger, const Booking& income,
             Events& events) noexcept {
    BALLAST_ASSERT(income.amount >= Amount());
    if (income.amount.zero()) return;
    const u32 key = income.compartment.value();
    const CompartmentTerms& own = terms.compartments[key];
    const CompartmentRow& before = state.compartments[key];

    const Amount share = std::min(math::portion(income.amount, own.reserve_share, Round::down),
                                  std::max(own.reserve_target - before.reserve, Amount()));
    const Amount for_bad_debt =
        std::min(income.amount, std::max(before.bad_debt - before.reserve, Amount()));
    const Amount set_aside = std::max(share, for_bad_debt);
    const Amount paid_back = std::min(income.amount - set_aside, before.loss_let_out);
    if (set_aside.zero() && paid_back.zero()) return;

    CompartmentRow& row = state.compartments.edit(key);
    row.reserve += set_aside;
    row.loss_let_out -= paid_back;
    if (set_aside.zero()) return;
    ledger.post({system_account::surplus, system_account::reserve, own.synthetic, set_aside});
    events.push_back({EventKind::reserve_funded, key, system_account::issuer, own.synthetic,
                      set_aside.units(), 0});
}

}  // namespace ballast::treasury
