#include <ballast/pool/shares.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::pool {

namespace {

/// a * b / c of quantities that are not negative; `c` > 0.
i128 part(i128 a, i128 b, i128 c, Round round) {
    return math::saturating_mul_div(a, b, c, math::money_max, round);
}

bool ended(const Terms& terms, u64 epochs, u64 price_time) {
    return u128{epochs} * terms.epoch_seconds <= price_time;
}

/// The epoch of `now`, as a plan for a request that is still empty.  Rejects table_full.
Result<RequestPlan> join(const Terms& terms, std::span<const EpochRow> epochs, u64 now) {
    RequestPlan plan;
    plan.number = now / terms.epoch_seconds;
    plan.opens_epoch = epochs.empty() || epochs.back().number < plan.number;
    if (plan.opens_epoch && epochs.size() >= epochs_max) return no(Reject::table_full);
    plan.epoch = static_cast<u32>(epochs.size()) - (plan.opens_epoch ? 0 : 1);
    return plan;
}

/// What the deposits would become, if `taken` of them goes in.
Amount shares_for(const Terms& terms, const Valuation& valuation, const PoolRow& pool, Cash taken) {
    const Cash net = taken - math::portion(taken, terms.deposit_fee, Round::up);
    const i128 value = valuation.high.units() + dead_shares.units();
    return Amount::units(part(net.units(), pool.shares.units(), value, Round::down));
}

bool deposit_settled(const PoolRow& pool, const HolderRow& holder) {
    return !holder.deposit.zero() && holder.deposit_epoch < pool.deposits_settled;
}

bool withdrawal_settled(const PoolRow& pool, const HolderRow& holder) {
    return !holder.withdrawal.zero() && holder.withdrawal_epoch < pool.withdrawals_settled;
}

}  // namespace

Result<RequestPlan> check_deposit(const Terms& terms, std::span<const EpochRow> epochs,
                                  const HolderRow& holder, Cash cash, u64 now) {
    if (cash.units() <= 0) return no(Reject::amount_not_positive);
    if (cash.units() > limits::amount_max.units()) return no(Reject::amount_over_limit);
    if (cash < terms.deposit_min) return no(Reject::liquidity_deposit_small);
    BALLAST_TRY(RequestPlan plan, join(terms, epochs, now));
    if (!holder.deposit.zero() && holder.deposit_epoch != plan.epoch)
        return no(Reject::liquidity_request_pending);
    plan.deposit = cash;
    return plan;
}

Result<RequestPlan> check_withdrawal(const Terms& terms, std::span<const EpochRow> epochs,
                                     const HolderRow& holder, Amount shares, u64 now) {
    if (shares.units() <= 0) return no(Reject::amount_not_positive);
    if (shares > holder.shares) return no(Reject::liquidity_shares_insufficient);
    BALLAST_TRY(RequestPlan plan, join(terms, epochs, now));
    if (!holder.withdrawal.zero() && holder.withdrawal_epoch != plan.epoch)
        return no(Reject::liquidity_request_pending);
    plan.withdrawal = shares;
    return plan;
}

void apply(const RequestPlan& plan, HolderRow& holder, EpochRow& epoch) noexcept {
    BALLAST_ASSERT(epoch.number == plan.number);
    if (!plan.deposit.zero()) {
        holder.deposit += plan.deposit;
        holder.deposit_epoch = plan.epoch;
        epoch.deposits += plan.deposit;
    }
    if (!plan.withdrawal.zero()) {
        holder.shares -= plan.withdrawal;
        holder.withdrawal += plan.withdrawal;
        holder.withdrawal_epoch = plan.epoch;
        epoch.withdrawals += plan.withdrawal;
    }
}

std::optional<u32> deposits_due(const Terms& terms, const PoolRow& pool,
                                std::span<const EpochRow> epochs, u64 price_time) {
    const u32 next = pool.deposits_settled;
    if (next >= epochs.size()) return {};
    if (!ended(terms, epochs[next].number + 1, price_time)) return {};
    return next;
}

std::optional<u32> withdrawals_due(const Terms& terms, const PoolRow& pool,
                                   std::span<const EpochRow> epochs, u64 price_time) {
    const u32 next = pool.withdrawals_settled;
    if (next >= epochs.size()) return {};
    if (!ended(terms, epochs[next].number + 1 + terms.withdrawal_delay_epochs, price_time))
        return {};
    return next;
}

Cash settle_deposits(const Terms& terms, const Valuation& valuation, PoolRow& pool,
                     EpochRow& epoch) noexcept {
    pool.deposits_settled += 1;
    const bool ruined =
        valuation.low.units() < 0 || (valuation.low.zero() && pool.shares > dead_shares);
    if (ruined) return Cash();
    const Cash room = std::max(terms.capital_max - valuation.high, Cash());
    const Cash taken = std::min(epoch.deposits, room);
    const Amount minted = shares_for(terms, valuation, pool, taken);
    if (minted.zero() || pool.shares + minted > limits::supply_max) return Cash();
    epoch.taken = taken;
    epoch.minted = minted;
    pool.shares += minted;
    return taken;
}

Cash settle_withdrawals(const Terms& terms, const Valuation& valuation, Cash free, PoolRow& pool,
                        EpochRow& epoch) noexcept {
    pool.withdrawals_settled += 1;
    const i128 value = std::max(valuation.low, Cash()).units();
    if (epoch.withdrawals.zero() || value == 0) return Cash();
    const i128 most = std::max(std::min(free.units(), value), i128{0});
    const i128 asked = epoch.withdrawals.units();
    const i128 whole = part(asked, value, pool.shares.units(), Round::down);
    const i128 burnt = whole <= most ? asked : part(asked, most, whole, Round::down);
    const Cash worth =
        Cash::units(std::min(most, part(burnt, value, pool.shares.units(), Round::down)));
    epoch.burnt = Amount::units(burnt);
    epoch.paid = worth - math::portion(worth, terms.withdrawal_fee, Round::up);
    pool.shares -= epoch.burnt;
    return epoch.paid;
}

Cash free_capital(const Terms& terms, const Valuation& valuation, Cash margin) {
    if (margin.units() <= 0) return std::max(valuation.low, Cash());
    if (terms.budgets.margin.zero()) return Cash();
    const Cash needed =
        Cash::units(part(margin.units(), ratio_one, terms.budgets.margin.units(), Round::up));
    return std::max(valuation.low - needed, Cash());
}

Result<Collection> check_collect(const PoolRow& pool, std::span<const EpochRow> epochs,
                                 const HolderRow& holder) {
    Collection due;
    due.deposit = deposit_settled(pool, holder);
    due.withdrawal = withdrawal_settled(pool, holder);
    if (!due.deposit && !due.withdrawal) return no(Reject::liquidity_nothing_due);
    if (due.deposit) {
        const EpochRow& epoch = epochs[holder.deposit_epoch];
        const i128 own = holder.deposit.units();
        const i128 all = epoch.deposits.units();
        due.shares += Amount::units(part(own, epoch.minted.units(), all, Round::down));
        due.cash += Cash::units(own - part(own, epoch.taken.units(), all, Round::up));
    }
    if (due.withdrawal) {
        const EpochRow& epoch = epochs[holder.withdrawal_epoch];
        const i128 own = holder.withdrawal.units();
        const i128 all = epoch.withdrawals.units();
        due.shares += Amount::units(own - part(own, epoch.burnt.units(), all, Round::up));
        due.cash += Cash::units(part(own, epoch.paid.units(), all, Round::down));
    }
    return due;
}

void apply(const Collection& collection, HolderRow& holder) noexcept {
    holder.shares += collection.shares;
    if (collection.deposit) holder.deposit = Cash();
    if (collection.withdrawal) holder.withdrawal = Amount();
}

}  // namespace ballast::pool
