#include <ballast/backstop/account.hpp>

namespace ballast::backstop {

Result<Plan> check_claim(const Terms& terms, const State& state, const Request& request) {
    const auto pool = pool_behind(terms, request.asset);
    if (!pool) return no(Reject::unknown_pool);
    if (!find_deposit(state, *pool, request.account)) return no(Reject::pool_deposit_insufficient);
    return Plan{*pool, request.account, request.asset, {}};
}

void apply_claim(State& state, ledger::Ledger& ledger, const Plan& plan, Events& events) noexcept {
    const auto deposit = find_deposit(state, plan.pool, plan.account);
    BALLAST_ASSERT(deposit);
    settle(state, ledger, *deposit, {}, events);
}

}  // namespace ballast::backstop
