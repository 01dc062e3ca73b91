#include <ballast/backstop/account.hpp>

#include <algorithm>
#include <array>

namespace ballast::backstop {

using math::U256;

namespace {

// The scales that a deposit sees: its own, and those after it as far as the rules look ahead.
struct Seen {
    std::array<u32, scales_seen_max> scales{};
    u32 count = 0;
    bool current = false;  // Whether the last of them is the pool's current scale.
};

Seen seen_from(const State& state, const DepositRow& deposit) {
    static_assert(ballast_rules.scales_apart_max < scales_seen_max);
    Seen seen;
    seen.scales[seen.count++] = deposit.scale;
    u32 next = state.scales[deposit.scale].next;
    while (next != 0 && seen.count <= ballast_rules.scales_apart_max) {
        seen.scales[seen.count++] = next - 1;
        next = state.scales[next - 1].next;
    }
    seen.current = next == 0;
    return seen;
}

// The sums of one asset in the scales seen.
struct Growth {
    AssetId asset;
    std::array<U256, scales_seen_max> sums{};
};

Growth& growth_of(std::vector<Growth>& all, AssetId asset) {
    const auto place = std::ranges::lower_bound(all, asset, {}, &Growth::asset);
    if (place != all.end() && place->asset == asset) return *place;
    return *all.insert(place, Growth{asset, {}});
}

std::vector<Growth> growth_since(const State& state, const DepositRow& deposit) {
    const Seen seen = seen_from(state, deposit);
    std::vector<Growth> all;
    for (u32 k = 0; k < seen.count; ++k) {
        for (u32 at = state.scales[seen.scales[k]].sums; at != 0; at = state.sums[at - 1].next)
            growth_of(all, state.sums[at - 1].asset).sums[k] = state.sums[at - 1].sum;
    }
    for (u32 at = deposit.snapshots; at != 0; at = state.snapshots[at - 1].next) {
        const SnapshotRow& snapshot = state.snapshots[at - 1];
        if (!snapshot.sum.zero()) growth_of(all, snapshot.asset).sums[0] -= snapshot.sum;
    }
    return all;
}

bool has_snapshot(const State& state, const DepositRow& deposit, AssetId asset) {
    for (u32 at = deposit.snapshots; at != 0; at = state.snapshots[at - 1].next)
        if (state.snapshots[at - 1].asset == asset) return true;
    return false;
}

// Lets every snapshot of the deposit say what the sums of `scale` are.
void take_snapshots(State& state, u32 deposit, u32 scale) {
    for (u32 at = state.deposits[deposit].snapshots; at != 0; at = state.snapshots[at - 1].next) {
        const auto key = find_sum(state, scale, state.snapshots[at - 1].asset);
        const U256 sum = key ? state.sums[*key].sum : U256();
        if (state.snapshots[at - 1].sum != sum) state.snapshots.edit(at - 1).sum = sum;
    }
    for (u32 at = state.scales[scale].sums; at != 0; at = state.sums[at - 1].next) {
        const SumRow& sum = state.sums[at - 1];
        if (has_snapshot(state, state.deposits[deposit], sum.asset)) continue;
        const u32 next = state.deposits[deposit].snapshots;
        const u32 key = state.snapshots.push(SnapshotRow{sum.asset, sum.sum, next});
        state.deposits.edit(deposit).snapshots = key + 1;
    }
}

}  // namespace

std::optional<u32> pool_behind(const Terms& terms, AssetId asset) {
    for (u32 pool = 0; pool < terms.pools.size(); ++pool)
        if (terms.pools[pool].asset == asset) return pool;
    return std::nullopt;
}

std::optional<u32> find_deposit(const State& state, u32 pool, AccountId account) {
    for (u32 at = state.heads[account.value()].deposit; at != 0; at = state.deposits[at - 1].next)
        if (state.deposits[at - 1].pool == pool) return at - 1;
    return std::nullopt;
}

std::optional<u32> find_sum(const State& state, u32 scale, AssetId asset) {
    for (u32 at = state.scales[scale].sums; at != 0; at = state.sums[at - 1].next)
        if (state.sums[at - 1].asset == asset) return at - 1;
    return std::nullopt;
}

Amount worth_of(const State& state, const DepositRow& deposit) {
    if (deposit.initial.zero()) return {};
    const Seen seen = seen_from(state, deposit);
    const u32 apart = seen.current ? seen.count - 1 : seen.count;
    const u128 left = compounded(ballast_rules, static_cast<u128>(deposit.initial.units()),
                                 deposit.product, state.pools[deposit.pool].product, apart);
    return Amount::units(static_cast<i128>(left));
}

std::vector<Portion> unpaid(const State& state, const DepositRow& deposit) {
    std::vector<Portion> portions;
    if (deposit.initial.zero()) return portions;
    const auto initial = static_cast<u128>(deposit.initial.units());
    for (const Growth& growth : growth_since(state, deposit)) {
        const u128 gain =
            gained(ballast_rules, initial, deposit.product, grown(ballast_rules, growth.sums));
        if (gain > 0) portions.push_back({growth.asset, Amount::units(static_cast<i128>(gain))});
    }
    return portions;
}

void settle(State& state, ledger::Ledger& ledger, u32 deposit, Amount change,
            Events& events) noexcept {
    const AccountId account = state.deposits[deposit].account;
    for (const Portion& gain : unpaid(state, state.deposits[deposit])) {
        ledger.post({system_account::backstop, account, gain.asset, gain.amount});
        events.push_back(
            {EventKind::pool_gain_paid, 0, account, gain.asset, gain.amount.units(), 0});
    }

    const Amount left = worth_of(state, state.deposits[deposit]) + change;
    BALLAST_ASSERT(left >= Amount());
    DepositRow& row = state.deposits.edit(deposit);
    const PoolRow& pool = state.pools[row.pool];
    row.initial = left;
    row.product = pool.product;
    row.scale = pool.scale;
    if (!left.zero()) take_snapshots(state, deposit, pool.scale);
}

}  // namespace ballast::backstop
