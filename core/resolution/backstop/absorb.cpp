#include <ballast/backstop/account.hpp>

namespace ballast::backstop {

using math::U256;

namespace {

u128 count(Amount amount) {
    return static_cast<u128>(amount.units());
}

// Adds to S of the asset in the pool's current scale.
void add_to_sum(State& state, u32 scale, AssetId asset, const U256& addition) {
    if (const auto key = find_sum(state, scale, asset)) {
        state.sums.edit(*key).sum += addition;
        return;
    }
    const u32 key = state.sums.push(SumRow{asset, addition, state.scales[scale].sums});
    state.scales.edit(scale).sums = key + 1;
}

// Begins the pool's next scale.
void begin_scale(State& state, u32 pool) {
    const u32 key = state.scales.push({});
    state.scales.edit(state.pools[pool].scale).next = key + 1;
    state.pools.edit(pool).scale = key;
}

}  // namespace

Amount available(const Terms& terms, const State& state, AssetId asset) {
    const auto pool = pool_behind(terms, asset);
    if (!pool || state.scales.size() + ballast_rules.scale_changes_max > scales_max) return {};
    return Amount::units(static_cast<i128>(
        absorbable(count(state.pools[*pool].total), count(terms.pools[*pool].remainder_min))));
}

bool accepts(const Terms& terms, AssetId asset, Ratio ratio) {
    const auto pool = pool_behind(terms, asset);
    return pool && ratio >= terms.pools[*pool].floor;
}

void absorb(const Terms& terms, State& state, ledger::Ledger& ledger, const Absorption& absorption,
            Events& events) noexcept {
    const auto key = pool_behind(terms, absorption.asset);
    BALLAST_ASSERT(key && absorption.debt > Amount());
    BALLAST_ASSERT(absorption.debt <= available(terms, state, absorption.asset));
    const PoolRow before = state.pools[*key];
    for (const Portion& portion : absorption.collateral) {
        if (portion.amount.zero()) continue;
        const Added added = share(ballast_rules, before.product, count(portion.amount),
                                  count(before.total), U256());
        add_to_sum(state, before.scale, portion.asset, added.sum);
        ledger.post({absorption.from, system_account::backstop, portion.asset, portion.amount});
        events.push_back({EventKind::pool_gained, absorption.subject, system_account::backstop,
                          portion.asset, portion.amount.units(), absorption.asset.value()});
    }

    const Shrunk shrunk =
        shrink(ballast_rules, before.product, count(absorption.debt), count(before.total), U256());
    for (u32 change = 0; change < shrunk.scale_changes; ++change) begin_scale(state, *key);
    PoolRow& pool = state.pools.edit(*key);
    pool.product = shrunk.product;
    pool.total -= absorption.debt;
    pool.absorbed += absorption.debt;
    ledger.post(
        {system_account::backstop, system_account::issuer, absorption.asset, absorption.debt});
    events.push_back({EventKind::pool_absorbed, absorption.subject, system_account::issuer,
                      absorption.asset, absorption.debt.units(), absorption.worth.units()});
}

}  // namespace ballast::backstop
