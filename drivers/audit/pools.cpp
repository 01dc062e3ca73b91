#include <ballast/audit/pools.hpp>

namespace ballast::audit {
namespace {

constexpr u32 fraction_bits = 64;

U256 fraction(i128 units) {
    return wide(units) << fraction_bits;
}
i128 whole(const U256& amount) {
    return static_cast<i128>((amount >> fraction_bits).to_u128());
}

/// amount * part / of, rounded up.
U256 share(const U256& amount, i128 part, i128 of) {
    const U256 product = amount * wide(part);
    const U256 quotient = product / wide(of);
    return quotient * wide(of) == product ? quotient : quotient + U256(1);
}

std::string of_account(const char* what, u32 account) {
    return std::string(what) + " of account " + text(account);
}

}  // namespace

Pools::Pools(const engine::Machine& machine) {
    const backstop::Terms& terms = machine.genesis().backstop;
    const backstop::State& state = machine.state().backstop;
    for (const backstop::PoolTerms& pool : terms.pools)
        pools_.push_back({pool.asset, backstop::total(terms, state, pool.asset).units(), {}});
    for (const backstop::DepositRow& row : state.deposits.rows()) {
        Pool& pool = pools_[row.pool];
        const auto left = backstop::deposit_of(terms, state, row.account, pool.asset);
        // The machine rounds down what is owed, so the share may be a unit more.
        pool.deposits[row.account.value()].amount = fraction(left.units() + 1);
        for (const auto& gain : backstop::gains_of(terms, state, row.account, pool.asset))
            gains_[{row.account.value(), gain.asset.value()}].amount +=
                fraction(gain.amount.units() + 1);
    }
}

Pools::Pool* Pools::behind(AssetId asset) {
    for (Pool& pool : pools_)
        if (pool.asset == asset) return &pool;
    return nullptr;
}

void Pools::absorb(Pool& pool, i128 debt) {
    const i128 left = pool.total - debt;
    for (auto& [account, deposit] : pool.deposits) {
        deposit.amount = share(deposit.amount, left, pool.total);
        ++deposit.roundings;
    }
    pool.total = left;
}

void Pools::gain(Pool& pool, AssetId asset, i128 amount) {
    for (const auto& [account, deposit] : pool.deposits) {
        Gain& row = gains_[{account, asset.value()}];
        row.amount += share(deposit.amount, amount, pool.total);
        row.slack += share(fraction(deposit.roundings + 1), amount, pool.total) + fraction(1);
    }
}

void Pools::pay(const Event& event, Findings& findings) {
    Gain& row = gains_[{event.account.value(), event.asset.value()}];
    findings.at_most(Law::l3, whole(row.amount), event.amount,
                     [&] { return of_account("gain paid to the account", event.account.value()); });
    const U256 paid = fraction(event.amount);
    row.amount = row.amount > paid ? row.amount - paid : U256();
    row.slack += fraction(1);
}

void Pools::follow(const Event& event, Findings& findings) {
    Pool* pool = behind(event.asset);
    switch (event.kind) {
        case EventKind::pool_deposited:
            pool->total += event.amount;
            pool->deposits[event.account.value()].amount += fraction(event.amount);
            ++pool->deposits[event.account.value()].roundings;
            return;
        case EventKind::pool_withdrawn: {
            Deposit& deposit = pool->deposits[event.account.value()];
            findings.at_most(Law::l3, whole(deposit.amount), event.amount, [&] {
                return of_account("withdrawal from the pool", event.account.value());
            });
            const U256 taken = fraction(event.amount);
            deposit.amount = deposit.amount > taken ? deposit.amount - taken : U256();
            ++deposit.roundings;
            pool->total -= event.amount;
            return;
        }
        case EventKind::pool_gained:
            if (Pool* of = behind(AssetId{static_cast<u16>(event.value)}))
                gain(*of, event.asset, event.amount);
            return;
        case EventKind::pool_absorbed: return absorb(*pool, event.amount);
        case EventKind::pool_gain_paid: return pay(event, findings);
        default: return;
    }
}

void Pools::compare(const Scene& scene, Findings& findings) const {
    const backstop::Terms& terms = scene.genesis().backstop;
    const backstop::State& state = scene.state().backstop;
    std::map<std::pair<u32, u16>, i128> unpaid;
    for (const Pool& pool : pools_) {
        findings.equal(Law::l3, pool.total, backstop::total(terms, state, pool.asset).units(),
                       [] { return std::string("total of a pool"); });
        for (const auto& [account, deposit] : pool.deposits) {
            const AccountId id{account};
            const i128 found = backstop::deposit_of(terms, state, id, pool.asset).units();
            findings.at_most(Law::l3, whole(deposit.amount), found,
                             [&] { return of_account("deposit in the pool", account); });
            findings.at_least(Law::l3, whole(deposit.amount) - deposit.roundings - 1, found,
                              [&] { return of_account("deposit in the pool", account); });
            for (const auto& gain : backstop::gains_of(terms, state, id, pool.asset))
                unpaid[{account, gain.asset.value()}] += gain.amount.units();
        }
    }
    for (const auto& [key, gain] : gains_) {
        const i128 found = unpaid[key];
        findings.at_most(Law::l3, whole(gain.amount), found,
                         [&] { return of_account("gains in the pool", key.first); });
        findings.at_least(Law::l3, whole(gain.amount) - whole(gain.slack) - 1, found,
                          [&] { return of_account("gains in the pool", key.first); });
    }
}

void Pools::check(const Scene& scene, Findings& findings) {
    for (const Event& event : scene.outcome.events) follow(event, findings);
    compare(scene, findings);
}

}  // namespace ballast::audit
