/// The door for depositors: who owns what part of a pool, and how parts change hands with the pool.
///
/// Nobody enters or leaves at a price that is known.  A request joins the epoch in which it is made
/// and is settled, with all others of that epoch, at the first prices that are newer than the
/// epoch's end: deposits at the pool's high value, withdrawals `withdrawal_delay_epochs` later at
/// its low one (docs/methods/liquidity.md, section 4).  Settling costs the same for any number of
/// holders; each collects its part later.
///
/// The caller keeps the rows: one PoolRow, the EpochRows in order, one HolderRow per account.  Cash
/// of requests that are not settled, and of settled ones that are not collected, is in custody and
/// no part of the pool's value.
#pragma once

#include <ballast/base/integers.hpp>
#include <ballast/base/quantity.hpp>
#include <ballast/base/result.hpp>
#include <ballast/pool/quote.hpp>
#include <ballast/pool/terms.hpp>

#include <optional>
#include <span>

namespace ballast::pool {

/// Shares that a pool is born with and nobody owns: one cent's worth.  To make a share unit so dear
/// that rounding takes one unit from the next depositor, a million units must be given away.
inline constexpr Amount dead_shares = Amount::units(1'000'000);

/// Epochs in which something was requested that one pool may have.
inline constexpr u32 epochs_max = 10'000'000;

/// A pool is born with `PoolRow{}`.
struct PoolRow {
    Amount shares = dead_shares;  ///< All shares, dead and uncollected ones included.
    Standing standing;            ///< What quotes count with; the caller renews it once per price
                                  ///< update.
    u32 deposits_settled = 0;     ///< Epoch rows whose deposits are settled.
    u32 withdrawals_settled = 0;  ///< Epoch rows whose withdrawals are settled.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.shares), visit(row.standing);
        visit(row.deposits_settled), visit(row.withdrawals_settled);
    }
    friend bool operator==(const PoolRow&, const PoolRow&) = default;
};

/// An epoch in which something was requested.  Rows are in order of `number`.
struct EpochRow {
    u64 number = 0;      ///< Time over Terms::epoch_seconds, rounded down.
    Cash deposits;       ///< Requested;
    Cash taken;          ///< of that, what went into the pool once settled,
    Amount minted;       ///< and the shares it became.
    Amount withdrawals;  ///< Requested, in shares;
    Amount burnt;        ///< of that, what left the pool once settled,
    Cash paid;           ///< and the cash it became, after the fee.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.number), visit(row.deposits), visit(row.taken), visit(row.minted);
        visit(row.withdrawals), visit(row.burnt), visit(row.paid);
    }
    friend bool operator==(const EpochRow&, const EpochRow&) = default;
};

/// One account in one pool.
struct HolderRow {
    Amount shares;             ///< Without those it has asked to withdraw.
    Cash deposit;              ///< Asked to deposit and not collected,
    u32 deposit_epoch = 0;     ///< in the epoch with this key.
    Amount withdrawal;         ///< Asked to withdraw and not collected,
    u32 withdrawal_epoch = 0;  ///< in the epoch with this key.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.shares), visit(row.deposit), visit(row.deposit_epoch);
        visit(row.withdrawal), visit(row.withdrawal_epoch);
    }
    friend bool operator==(const HolderRow&, const HolderRow&) = default;
};

/// A request that has been found to be allowed.
struct RequestPlan {
    u64 number = 0;            ///< Of its epoch.
    u32 epoch = 0;             ///< Key of the row of that epoch.
    bool opens_epoch = false;  ///< The caller first pushes fresh_epoch, which gets that key.
    Cash deposit;
    Amount withdrawal;
};

/// The row of an epoch that `plan` opens.
[[nodiscard]] constexpr EpochRow fresh_epoch(const RequestPlan& plan) {
    EpochRow row;
    row.number = plan.number;
    return row;
}

/// Whether the holder may ask to deposit `cash`, which then goes from it into custody.  Rejects, in
/// this order: amount_not_positive, amount_over_limit, liquidity_deposit_small,
/// table_full, liquidity_request_pending (an earlier deposit is not collected).
[[nodiscard]] Result<RequestPlan> check_deposit(const Terms& terms,
                                                std::span<const EpochRow> epochs,
                                                const HolderRow& holder, Cash cash, u64 now);
/// Whether the holder may ask to withdraw `shares`, which bear the pool's risk until settled.
/// Rejects, in this order: amount_not_positive, liquidity_shares_insufficient,
/// table_full, liquidity_request_pending (an earlier withdrawal is not collected).
[[nodiscard]] Result<RequestPlan> check_withdrawal(const Terms& terms,
                                                   std::span<const EpochRow> epochs,
                                                   const HolderRow& holder, Amount shares, u64 now);
/// Writes down either request; `epoch` is the row with the plan's key.
void apply(const RequestPlan& plan, HolderRow& holder, EpochRow& epoch) noexcept;

/// The key of the next epoch whose deposits may be settled at prices observed at `price_time`, if
/// there is one.  Epochs are settled in order.
[[nodiscard]] std::optional<u32> deposits_due(const Terms& terms, const PoolRow& pool,
                                              std::span<const EpochRow> epochs, u64 price_time);
/// The same for withdrawals.
[[nodiscard]] std::optional<u32> withdrawals_due(const Terms& terms, const PoolRow& pool,
                                                 std::span<const EpochRow> epochs, u64 price_time);

/// Settles the deposits of the epoch that is due and returns what moves from custody into the pool
/// (EpochRow::taken): all of them, or what capital_max leaves room for, or nothing where the pool
/// is worth nothing to its holders (they are then handed back on collection).  Only on live prices.
/// Shares are rounded down.
[[nodiscard]] Cash settle_deposits(const Terms& terms, const Valuation& valuation, PoolRow& pool,
                                   EpochRow& epoch) noexcept;
/// Settles the withdrawals of the epoch that is due and returns what moves from the pool into
/// custody (EpochRow::paid), at most `free`; shares for which there is no cash go back to their
/// holders pro rata, all of them where the pool is worth nothing.  Only on live prices.  Cash is
/// rounded down.
[[nodiscard]] Cash settle_withdrawals(const Terms& terms, const Valuation& valuation, Cash free,
                                      PoolRow& pool, EpochRow& epoch) noexcept;

/// What may leave a pool worth `valuation` that needs `margin`, at the largest utilisation.
[[nodiscard]] Cash free_capital(const Terms& terms, const Valuation& valuation, Cash margin);

/// What a holder is due of its settled requests.
struct Collection {
    Amount shares;  ///< Minted for it, and those that could not be withdrawn.
    Cash cash;      ///< Paid to it out of custody: withdrawn, and what of a deposit was not taken.
    bool deposit = false;     ///< Its deposit is settled.
    bool withdrawal = false;  ///< Its withdrawal is settled.

    friend bool operator==(const Collection&, const Collection&) = default;
};

/// What the holder may collect; shares and cash rounded down.  Rejects liquidity_nothing_due.
[[nodiscard]] Result<Collection> check_collect(const PoolRow& pool,
                                               std::span<const EpochRow> epochs,
                                               const HolderRow& holder);
/// Gives the shares; the caller posts the cash.
void apply(const Collection& collection, HolderRow& holder) noexcept;

}  // namespace ballast::pool
