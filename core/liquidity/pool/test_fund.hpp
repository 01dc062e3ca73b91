/// A pool with its holders, as clearing keeps it, for tests of shares.
#pragma once

#include <ballast/pool/shares.hpp>
#include <ballast/pool/test_pool.hpp>

#include <vector>

namespace ballast::pool::test {

class Fund {
public:
    Terms terms = sample_terms();
    PoolRow pool;
    std::vector<EpochRow> epochs;
    std::vector<HolderRow> holders = std::vector<HolderRow>(4);
    std::vector<Cash> balances = std::vector<Cash>(4);
    Cash custody;              ///< Of requests that are not collected.
    Cash cash_value;           ///< What the pool is worth at marks.
    Cash uncertainty;          ///< Either way.
    std::optional<Cash> free;  ///< What may leave; all if empty.
    u64 now = 0;

    Cash& balance(u32 who) { return balances[who]; }

    Result<void> deposit(u32 who, Cash amount) {
        BALLAST_TRY(const RequestPlan plan,
                    check_deposit(terms, epochs, holders[who], amount, now));
        balances[who] -= amount;
        custody += amount;
        write(who, plan);
        return {};
    }
    Result<void> withdraw(u32 who, Amount shares) {
        BALLAST_TRY(const RequestPlan plan,
                    check_withdrawal(terms, epochs, holders[who], shares, now));
        write(who, plan);
        return {};
    }
    Result<void> collect(u32 who) {
        BALLAST_TRY(const Collection due, check_collect(pool, epochs, holders[who]));
        apply(due, holders[who]);
        balances[who] += due.cash;
        custody -= due.cash;
        return {};
    }
    [[nodiscard]] Valuation value() const {
        return {cash_value - uncertainty, cash_value + uncertainty};
    }
    /// New prices, observed at `time`.
    void update(u64 time) {
        while (const auto due = withdrawals_due(terms, pool, epochs, time)) {
            const Cash paid =
                settle_withdrawals(terms, value(), free.value_or(cash_value), pool, epochs[*due]);
            cash_value -= paid;
            custody += paid;
        }
        while (const auto due = deposits_due(terms, pool, epochs, time)) {
            const Cash taken = settle_deposits(terms, value(), pool, epochs[*due]);
            cash_value += taken;
            custody -= taken;
        }
    }
    /// Lets the time pass in which everything is settled.
    void settle_all() {
        now += terms.epoch_seconds * (terms.withdrawal_delay_epochs + 1);
        update(now);
    }
    /// A deposit, from request to shares.
    void enter(u32 who, Cash amount) {
        balances[who] += amount;
        if (!deposit(who, amount)) return;
        settle_all();
        static_cast<void>(collect(who));
    }
    /// A withdrawal, from request to cash.
    void leave(u32 who, Amount shares) {
        if (!withdraw(who, shares)) return;
        settle_all();
        static_cast<void>(collect(who));
    }

private:
    void write(u32 who, const RequestPlan& plan) {
        if (plan.opens_epoch) epochs.push_back(fresh_epoch(plan));
        apply(plan, holders[who], epochs[plan.epoch]);
    }
};

}  // namespace ballast::pool::test
