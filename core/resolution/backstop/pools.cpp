#include <ballast/backstop/account.hpp>

namespace ballast::backstop {

void open_pools(const Terms& terms, State& state, u32 accounts) {
    BALLAST_ASSERT(state.pools.size() == 0);
    for (std::size_t pool = 0; pool < terms.pools.size(); ++pool) {
        PoolRow row;
        row.product = ballast_rules.precision;
        row.scale = state.scales.push({});
        state.pools.push(row);
    }
    for (u32 account = 0; account < accounts; ++account) open_account(state);
}

void open_account(State& state) {
    state.heads.push({});
}

Amount total(const Terms& terms, const State& state, AssetId asset) {
    const auto pool = pool_behind(terms, asset);
    return pool ? state.pools[*pool].total : Amount();
}

Amount deposit_of(const Terms& terms, const State& state, AccountId account, AssetId asset) {
    const auto pool = pool_behind(terms, asset);
    if (!pool) return {};
    const auto deposit = find_deposit(state, *pool, account);
    return deposit ? worth_of(state, state.deposits[*deposit]) : Amount();
}

std::vector<Portion> gains_of(const Terms& terms, const State& state, AccountId account,
                              AssetId asset) {
    const auto pool = pool_behind(terms, asset);
    if (!pool) return {};
    const auto deposit = find_deposit(state, *pool, account);
    return deposit ? unpaid(state, state.deposits[*deposit]) : std::vector<Portion>{};
}

}  // namespace ballast::backstop
