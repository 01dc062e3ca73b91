#include <ballast/backstop/account.hpp>

namespace ballast::backstop {

Result<Plan> check_withdraw(const Terms& terms, const State& state, const Request& request,
                            bool liquidation_waiting) {
    if (request.amount <= Amount()) return no(Reject::amount_not_positive);
    const auto pool = pool_behind(terms, request.asset);
    if (!pool) return no(Reject::unknown_pool);
    if (liquidation_waiting) return no(Reject::pool_withdrawal_blocked);
    const auto deposit = find_deposit(state, *pool, request.account);
    if (!deposit || worth_of(state, state.deposits[*deposit]) < request.amount)
        return no(Reject::pool_deposit_insufficient);
    if (!may_leave(static_cast<u128>(state.pools[*pool].total.units()),
                   static_cast<u128>(request.amount.units()),
                   static_cast<u128>(terms.pools[*pool].remainder_min.units())))
        return no(Reject::pool_remainder);
    return Plan{*pool, request.account, request.asset, request.amount};
}

void apply_withdraw(State& state, ledger::Ledger& ledger, const Plan& plan,
                    Events& events) noexcept {
    const auto deposit = find_deposit(state, plan.pool, plan.account);
    BALLAST_ASSERT(deposit);
    settle(state, ledger, *deposit, -plan.amount, events);
    state.pools.edit(plan.pool).total -= plan.amount;
    ledger.post({system_account::backstop, plan.account, plan.asset, plan.amount});
    events.push_back(
        {EventKind::pool_withdrawn, 0, plan.account, plan.asset, plan.amount.units(), 0});
}

}  // namespace ballast::backstop
