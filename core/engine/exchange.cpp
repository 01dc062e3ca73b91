#include <ballast/engine/exchange.hpp>

namespace ballast::engine {
namespace {

/// Key of the account's shares in the pool; the table's size if it has none.
u32 find(const ExchangeState& state, AccountId owner, u16 pool) {
    u32 key = 0;
    while (key < state.shares.size() &&
           (state.shares[key].owner != owner || state.shares[key].pool != pool))
        ++key;
    return key;
}

Result<void> trade(Exchange& exchange, AccountId sender, u16 pool, const swap::Swap& plan) {
    const swap::Terms& terms = exchange.terms[pool];
    const bool first = plan.given == swap::Side::first;
    const AssetId given = first ? terms.first : terms.second;
    const AssetId taken = first ? terms.second : terms.first;
    if (exchange.ledger.balance(sender, given) < plan.in) return no(Reject::insufficient_balance);
    swap::apply(plan, exchange.state.pools.edit(pool));
    exchange.ledger.post({sender, system_account::liquidity, given, plan.in});
    exchange.ledger.post({system_account::liquidity, sender, taken, plan.out});
    exchange.events.push_back(
        {EventKind::swap_traded, pool, sender, given, plan.in.units(), plan.out.units()});
    return {};
}

}  // namespace

Result<void> act(Exchange& exchange, AccountId sender, const SwapExactIn& request) {
    if (request.pool >= exchange.terms.size()) return no(Reject::unknown_swap_pool);
    BALLAST_TRY(
        const swap::Swap plan,
        swap::check_exact_in(exchange.terms[request.pool], exchange.state.pools[request.pool],
                             request.given, request.in, request.out_min));
    return trade(exchange, sender, request.pool, plan);
}

Result<void> act(Exchange& exchange, AccountId sender, const SwapExactOut& request) {
    if (request.pool >= exchange.terms.size()) return no(Reject::unknown_swap_pool);
    BALLAST_TRY(
        const swap::Swap plan,
        swap::check_exact_out(exchange.terms[request.pool], exchange.state.pools[request.pool],
                              request.given, request.out, request.in_max));
    return trade(exchange, sender, request.pool, plan);
}

Result<void> act(Exchange& exchange, AccountId sender, const SwapAdd& request) {
    if (request.pool >= exchange.terms.size()) return no(Reject::unknown_swap_pool);
    const swap::Terms& terms = exchange.terms[request.pool];
    BALLAST_TRY(const swap::Liquidity plan,
                swap::check_add(exchange.state.pools[request.pool], request.first_max,
                                request.second_max, request.shares_min));
    if (exchange.ledger.balance(sender, terms.first) < plan.first ||
        exchange.ledger.balance(sender, terms.second) < plan.second)
        return no(Reject::insufficient_balance);
    const u32 key = find(exchange.state, sender, request.pool);
    if (key == exchange.state.shares.size())
        exchange.state.shares.push({sender, request.pool, Amount()});
    exchange.state.shares.edit(key).shares += plan.shares;
    swap::apply_add(plan, exchange.state.pools.edit(request.pool));
    exchange.ledger.post({sender, system_account::liquidity, terms.first, plan.first});
    exchange.ledger.post({sender, system_account::liquidity, terms.second, plan.second});
    exchange.events.push_back({EventKind::swap_added, request.pool, sender, terms.first,
                               plan.first.units(), plan.shares.units()});
    return {};
}

Result<void> act(Exchange& exchange, AccountId sender, const SwapRemove& request) {
    if (request.pool >= exchange.terms.size()) return no(Reject::unknown_swap_pool);
    const swap::Terms& terms = exchange.terms[request.pool];
    const u32 key = find(exchange.state, sender, request.pool);
    if (key == exchange.state.shares.size() || exchange.state.shares[key].shares < request.shares)
        return no(Reject::liquidity_shares_insufficient);
    BALLAST_TRY(const swap::Liquidity plan,
                swap::check_remove(exchange.state.pools[request.pool], request.shares,
                                   request.first_min, request.second_min));
    exchange.state.shares.edit(key).shares -= plan.shares;
    swap::apply_remove(plan, exchange.state.pools.edit(request.pool));
    exchange.ledger.post({system_account::liquidity, sender, terms.first, plan.first});
    exchange.ledger.post({system_account::liquidity, sender, terms.second, plan.second});
    exchange.events.push_back({EventKind::swap_removed, request.pool, sender, terms.first,
                               plan.first.units(), plan.shares.units()});
    return {};
}

}  // namespace ballast::engine
