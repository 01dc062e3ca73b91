/// What the backstop remembers.  Row numbers that may be absent are stored plus one, so that zero
/// means none.
///
/// Per pool the scales form a list from the oldest to the current one, and each scale has a list of
/// sums, one per asset that was gained in it.  Per account the deposits form a list, one per pool.
/// No list that an absorption walks grows with the number of depositors.
#pragma once

#include <ballast/base/ids.hpp>
#include <ballast/base/quantity.hpp>
#include <ballast/ledger/table.hpp>
#include <ballast/math/u256.hpp>

namespace ballast::backstop {

/// Scales that all pools together may begin; one costs a pool all but a billionth of itself.
inline constexpr u32 scales_max = 1'000'000;
/// Deposits that all pools together may hold.
inline constexpr u32 deposits_max = 100'000'000;

/// One pool; the key is its position in the terms.
struct PoolRow {
    Amount total;     ///< What it can pay out or burn: at least the sum of all compounded deposits.
    Amount absorbed;  ///< Debt it has burnt since genesis.
    math::U256 product;  ///< P.
    u32 scale = 0;       ///< Key of the current scale.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.total), visit(row.absorbed), visit(row.product), visit(row.scale);
    }
};

/// One scale of one pool.
struct ScaleRow {
    u32 next = 0;  ///< The pool's next scale, plus one.
    u32 sums = 0;  ///< Its newest sum, plus one.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.next), visit(row.sums);
    }
};

/// S of one asset in one scale.
struct SumRow {
    AssetId asset;
    math::U256 sum;
    u32 next = 0;  ///< The scale's next sum, plus one.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.asset), visit(row.sum), visit(row.next);
    }
};

/// One account in one pool, as it stood when it was last touched.
struct DepositRow {
    AccountId account;
    u32 pool = 0;
    Amount initial;      ///< What it was worth.
    math::U256 product;  ///< P.
    u32 scale = 0;       ///< Key of the scale.
    u32 snapshots = 0;   ///< Its newest snapshot, plus one.
    u32 next = 0;        ///< The account's next deposit, in another pool, plus one.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.account), visit(row.pool), visit(row.initial), visit(row.product);
        visit(row.scale), visit(row.snapshots), visit(row.next);
    }
};

/// S of one asset as it stood when the deposit was last touched; an asset without a snapshot stood
/// at zero.
struct SnapshotRow {
    AssetId asset;
    math::U256 sum;
    u32 next = 0;  ///< The deposit's next snapshot, plus one.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.asset), visit(row.sum), visit(row.next);
    }
};

/// The key is an account; every account has one from genesis on.
struct HeadRow {
    u32 deposit = 0;  ///< Its newest deposit, plus one.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.deposit);
    }
};

struct State {
    ledger::Table<PoolRow> pools;
    ledger::Table<ScaleRow> scales;
    ledger::Table<SumRow> sums;
    ledger::Table<DepositRow> deposits;
    ledger::Table<SnapshotRow> snapshots;
    ledger::Table<HeadRow> heads;

    template <class F>
    void each(F&& f) {
        f(pools), f(scales), f(sums), f(deposits), f(snapshots), f(heads);
    }
    template <class F>
    void each(F&& f) const {
        f(pools), f(scales), f(sums), f(deposits), f(snapshots), f(heads);
    }
};

}  // namespace ballast::backstop
