/// The liquidity pool at work: a margin account of the machine's own, with which anyone trades at
/// its quote, and in which anyone may own a share.  docs/methods/liquidity.md.
#pragma once

#include <ballast/clearing/transactions.hpp>
#include <ballast/pool/quote.hpp>

namespace ballast::clearing {

/// The pool's margin account, where the terms have a pool.
inline constexpr MarginAccountId pool_account{0};

/// Trades with the pool at its quote.  What its hedge asks for trades at the mark.  Rejects, in
/// this order: pool_absent, what plan_fill rejects, what pool::quote rejects, price_over_bound,
/// margin_under_initial after the charge.
struct PoolTrade {
    MarginAccountId account;
    InstrumentId instrument;
    i64 size = 0;  ///< What the account buys of the pool; negative: sells; 10^-8 units.
    Price bound;   ///< The most that it pays per unit; the least that it gets.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.account), visit(row.instrument), visit(row.size), visit(row.bound);
    }
};
struct PoolTradePlan {
    FillPlan fill;
    pool::Quote quote;
    bool hedge = false;  ///< The pool has asked for it.
};
/// Also rejects not_owner.
[[nodiscard]] Result<PoolTradePlan> check(const Facts& facts, AccountId sender,
                                          const PoolTrade& request);
void apply(House& house, PoolTradePlan plan) noexcept;
/// What the pool asks, without limits and ownership: for displays.
[[nodiscard]] Result<PoolTradePlan> quote(const Facts& facts, const PoolTrade& request);

/// Asks to put cash into the pool, or to take shares out; both happen at a later price.
/// pool_absent, insufficient_balance, what pool::check_deposit rejects.
struct LiquidityDeposit {
    Amount amount;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.amount);
    }
};
/// pool_absent, what pool::check_withdrawal rejects.
struct LiquidityWithdraw {
    Amount shares;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.shares);
    }
};
struct LiquidityPlan {
    AccountId owner;
    pool::RequestPlan request;
};
[[nodiscard]] Result<LiquidityPlan> check(const Facts& facts, AccountId sender,
                                          const LiquidityDeposit& request);
[[nodiscard]] Result<LiquidityPlan> check(const Facts& facts, AccountId sender,
                                          const LiquidityWithdraw& request);
void apply(House& house, const LiquidityPlan& plan) noexcept;

/// Collects what settled requests have become.  pool_absent, liquidity_nothing_due.
struct LiquidityCollect {
    template <class V, class R>
    static void fields(V&, R&) {}
};
struct CollectPlan {
    AccountId owner;
    pool::Collection collection;
};
[[nodiscard]] Result<CollectPlan> check(const Facts& facts, AccountId sender,
                                        const LiquidityCollect& request);
void apply(House& house, const CollectPlan& plan) noexcept;

/// Once per block on live prices: values the pool, settles requests that are due, and renews what
/// it quotes on.  Events: liquidity_valued, liquidity_withdrawals_settled,
/// liquidity_deposits_settled.
void run_pool(const Facts& facts) noexcept;

}  // namespace ballast::clearing
