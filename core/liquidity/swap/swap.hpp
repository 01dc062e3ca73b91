/// The door of the constant-product pools for spot: two collateral assets, a price that is the
/// ratio of the reserves, a fee that stays in them.  A route for keepers when a market is thin.
/// Pure functions over one row per pool.
///
/// first * second never falls by a swap, and first * second / shares^2 never by anything
/// (docs/methods/liquidity.md, section 6).
#pragma once

#include <ballast/base/ids.hpp>
#include <ballast/base/quantity.hpp>
#include <ballast/base/result.hpp>
#include <ballast/swap/terms.hpp>

namespace ballast::swap {

/// Shares of the first liquidity that nobody owns, so that a share can never be made dear.
inline constexpr Amount dead_shares = Amount::units(1000);

/// One pool.
struct PoolRow {
    Amount first;   ///< Reserve of SwapTerms::first.
    Amount second;  ///< Reserve of SwapTerms::second.
    Amount shares;  ///< All of them, dead ones included; 0 in a pool that nobody has filled yet.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.first), visit(row.second), visit(row.shares);
    }
    friend bool operator==(const PoolRow&, const PoolRow&) = default;
};

/// What is given.
enum class Side : u8 { first, second };
[[nodiscard]] constexpr bool valid(Side side) {
    return side <= Side::second;
}

/// A swap that has been found to be allowed.
struct Swap {
    Side given = Side::first;
    Amount in;   ///< From the caller, of the asset that is given.
    Amount out;  ///< To the caller, of the other.

    friend bool operator==(const Swap&, const Swap&) = default;
};

/// Gives exactly `in`.  What comes out is rounded down.  Rejects, in this order:
/// amount_not_positive, amount_over_limit (of the amount or of the reserve after it),
/// liquidity_empty, amount_not_positive (nothing comes out), swap_under_minimum (less than
/// `out_min`).
[[nodiscard]] Result<Swap> check_exact_in(const Terms& terms, const PoolRow& pool, Side given,
                                          Amount in, Amount out_min);
/// Takes exactly `out` of the asset that is not given.  What goes in is rounded up.  Rejects, in
/// this order: amount_not_positive, liquidity_empty, swap_drains, amount_over_limit,
/// swap_over_maximum (more than `in_max`).
[[nodiscard]] Result<Swap> check_exact_out(const Terms& terms, const PoolRow& pool, Side given,
                                           Amount out, Amount in_max);
void apply(const Swap& plan, PoolRow& pool) noexcept;

/// A change of liquidity that has been found to be allowed.
struct Liquidity {
    Amount first;
    Amount second;
    Amount shares;  ///< To or from the caller.
    Amount dead;    ///< Shares that come into being with the first liquidity and go to nobody.

    friend bool operator==(const Liquidity&, const Liquidity&) = default;
};

/// Adds as much of both as their maxima allow at the reserves' ratio; all of both to an empty pool.
/// Shares are rounded down, amounts up.  Rejects, in this order: amount_not_positive (a maximum),
/// amount_over_limit (a maximum), liquidity_small (no share would come of it), amount_over_limit
/// (a reserve), swap_under_minimum (fewer shares
/// than `shares_min`).
[[nodiscard]] Result<Liquidity> check_add(const PoolRow& pool, Amount first_max, Amount second_max,
                                          Amount shares_min);
void apply_add(const Liquidity& plan, PoolRow& pool) noexcept;

/// Takes out what `shares` are a part of, rounded down.  The caller has found that the account owns
/// them.  Rejects, in this order: amount_not_positive, liquidity_shares_insufficient (more than
/// there are living ones), swap_under_minimum (less of either than `first_min`, `second_min`).
[[nodiscard]] Result<Liquidity> check_remove(const PoolRow& pool, Amount shares, Amount first_min,
                                             Amount second_min);
void apply_remove(const Liquidity& plan, PoolRow& pool) noexcept;

}  // namespace ballast::swap
