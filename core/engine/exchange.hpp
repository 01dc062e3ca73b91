/// The constant-product pools of a market: who owns shares of them, and what users may ask of them.
/// The rules are swap's (core/liquidity/swap); docs/methods/liquidity.md, sections 6 and 7.
#pragma once

#include <ballast/base/event.hpp>
#include <ballast/ledger/ledger.hpp>
#include <ballast/ledger/table.hpp>
#include <ballast/swap/swap.hpp>

#include <vector>

namespace ballast::engine {

/// Shares of one account in one pool.
struct SwapShareRow {
    AccountId owner;
    u16 pool = 0;
    Amount shares;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.owner), visit(row.pool), visit(row.shares);
    }
};

struct ExchangeState {
    ledger::Table<swap::PoolRow> pools;  ///< By position in Genesis::swaps.
    ledger::Table<SwapShareRow> shares;

    template <class F>
    void each(F&& f) {
        f(pools), f(shares);
    }
    template <class F>
    void each(F&& f) const {
        f(pools), f(shares);
    }
};

/// Gives exactly `in` of one asset for at least `out_min` of the other.  unknown_swap_pool, what
/// swap::check_exact_in rejects, insufficient_balance.
struct SwapExactIn {
    u16 pool = 0;
    swap::Side given = swap::Side::first;
    Amount in;
    Amount out_min;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.pool), visit(row.given), visit(row.in), visit(row.out_min);
    }
};

/// Takes exactly `out` for at most `in_max` of the other.  unknown_swap_pool, what
/// swap::check_exact_out rejects, insufficient_balance.
struct SwapExactOut {
    u16 pool = 0;
    swap::Side given = swap::Side::first;
    Amount out;
    Amount in_max;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.pool), visit(row.given), visit(row.out), visit(row.in_max);
    }
};

/// Adds liquidity for shares.  unknown_swap_pool, what swap::check_add rejects,
/// insufficient_balance.
struct SwapAdd {
    u16 pool = 0;
    Amount first_max;
    Amount second_max;
    Amount shares_min;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.pool), visit(row.first_max), visit(row.second_max), visit(row.shares_min);
    }
};

/// Takes liquidity out for shares.  unknown_swap_pool, liquidity_shares_insufficient, what
/// swap::check_remove rejects.
struct SwapRemove {
    u16 pool = 0;
    Amount shares;
    Amount first_min;
    Amount second_min;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.pool), visit(row.shares), visit(row.first_min), visit(row.second_min);
    }
};

/// What the actions work on.
struct Exchange {
    const std::vector<swap::Terms>& terms;
    ExchangeState& state;
    ledger::Ledger& ledger;
    Events& events;
};

/// Each decides and does, or changes nothing.  Events: swap_traded, swap_added, swap_removed.
[[nodiscard]] Result<void> act(Exchange& exchange, AccountId sender, const SwapExactIn& request);
[[nodiscard]] Result<void> act(Exchange& exchange, AccountId sender, const SwapExactOut& request);
[[nodiscard]] Result<void> act(Exchange& exchange, AccountId sender, const SwapAdd& request);
[[nodiscard]] Result<void> act(Exchange& exchange, AccountId sender, const SwapRemove& request);

}  // namespace ballast::engine
