/// What the treasury remembers.  Shared surplus is not here: it is what system_account::surplus
/// holds of the synthetic.
#pragma once

#include <ballast/base/quantity.hpp>
#include <ballast/ledger/table.hpp>

namespace ballast::treasury {

/// One compartment; the key is its vault type.  The totals count since genesis.
struct CompartmentRow {
    Amount reserve;       ///< Its share of system_account::reserve.
    Amount bad_debt;      ///< Uncovered debt that is booked and not yet paid (L2, L8).
    Amount loss_let_out;  ///< Losses paid by shared surplus and not yet paid back; never over
                          ///< loss_out_max (L10).

    Amount lost;               ///< Total of uncovered debt that arose: the sum of the next three.
    Amount lost_to_reserve;    ///< Of it, paid by the reserve when it arose.
    Amount lost_to_surplus;    ///< Of it, paid by shared surplus when it arose.
    Amount lost_to_bad_debt;   ///< Of it, booked.
    Amount healed_by_reserve;  ///< Total of booked bad debt that the reserve paid.
    Amount healed_by_surplus;  ///< Total of booked bad debt that shared surplus paid.
    Amount healed_by_recapitalisation;  ///< Total of booked bad debt that issued governance tokens
                                        ///< paid.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.reserve), visit(row.bad_debt), visit(row.loss_let_out), visit(row.lost);
        visit(row.lost_to_reserve), visit(row.lost_to_surplus), visit(row.lost_to_bad_debt);
        visit(row.healed_by_reserve), visit(row.healed_by_surplus),
            visit(row.healed_by_recapitalisation);
    }
};

struct State {
    ledger::Table<CompartmentRow> compartments;

    template <class F>
    void each(F&& f) {
        f(compartments);
    }
    template <class F>
    void each(F&& f) const {
        f(compartments);
    }
};

}  // namespace ballast::treasury
