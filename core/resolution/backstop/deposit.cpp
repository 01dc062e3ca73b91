#include <ballast/backstop/account.hpp>
#include <ballast/base/limits.hpp>

namespace ballast::backstop {

namespace {

// The account's deposit in the pool, created empty where there is none.
u32 deposit_row(State& state, u32 pool, AccountId account) {
    if (const auto found = find_deposit(state, pool, account)) return *found;
    DepositRow row;
    row.account = account;
    row.pool = pool;
    row.product = state.pools[pool].product;
    row.scale = state.pools[pool].scale;
    row.next = state.heads[account.value()].deposit;
    const u32 key = state.deposits.push(row);
    state.heads.edit(account.value()).deposit = key + 1;
    return key;
}

}  // namespace

Result<Plan> check_deposit(const Terms& terms, const State& state, const ledger::Ledger& ledger,
                           const Request& request) {
    if (request.amount <= Amount()) return no(Reject::amount_not_positive);
    if (request.amount > limits::amount_max) return no(Reject::amount_over_limit);
    const auto pool = pool_behind(terms, request.asset);
    if (!pool) return no(Reject::unknown_pool);
    if (ledger.balance(request.account, request.asset) < request.amount)
        return no(Reject::insufficient_balance);
    if (state.pools[*pool].total + request.amount < terms.pools[*pool].remainder_min)
        return no(Reject::pool_remainder);
    if (state.deposits.size() >= deposits_max && !find_deposit(state, *pool, request.account))
        return no(Reject::table_full);
    return Plan{*pool, request.account, request.asset, request.amount};
}

void apply_deposit(State& state, ledger::Ledger& ledger, const Plan& plan,
                   Events& events) noexcept {
    settle(state, ledger, deposit_row(state, plan.pool, plan.account), plan.amount, events);
    state.pools.edit(plan.pool).total += plan.amount;
    ledger.post({plan.account, system_account::backstop, plan.asset, plan.amount});
    events.push_back(
        {EventKind::pool_deposited, 0, plan.account, plan.asset, plan.amount.units(), 0});
}

}  // namespace ballast::backstop
