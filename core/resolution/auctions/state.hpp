/// What the machine remembers about auctions.
#pragma once

#include <ballast/base/codec.hpp>
#include <ballast/base/limits.hpp>
#include <ballast/ledger/table.hpp>

#include <array>
#include <span>
#include <type_traits>
#include <vector>

namespace ballast::auctions {

/// What is sold, and for what.
enum class AuctionKind : u8 {
    collateral,        ///< Seized collateral for the synthetic; leftovers go back to the owner.
    in_place,          ///< A vault that anyone may repay for discounted collateral; no custody.
    surplus,           ///< The treasury's synthetic for governance tokens, which are destroyed.
    recapitalisation,  ///< New governance tokens for the synthetic, which pays booked bad debt.
};
[[nodiscard]] constexpr bool valid(AuctionKind kind) {
    return kind <= AuctionKind::recapitalisation;
}

struct LotPart {
    AssetId asset;
    Amount amount;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.asset), visit(row.amount);
    }
};

/// What is for sale.  A basket is sold in slices of all its assets at once.
struct Lot {
    std::array<LotPart, limits::basket_max> parts{};
    u8 count = 0;

    [[nodiscard]] std::span<const LotPart> assets() const { return {parts.data(), count}; }
    /// Appends an asset; at most limits::basket_max of them.
    void add(AssetId asset, Amount amount) {
        BALLAST_ASSERT(count < parts.size());
        parts[count++] = {asset, amount};
    }

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.parts), visit(row.count);
        if constexpr (std::is_same_v<V, Reader>)
            if (row.count > row.parts.size()) visit.fail(Reject::bad_encoding);
    }
};

struct Auction {
    AuctionKind kind = AuctionKind::collateral;
    bool open = false;
    VaultTypeId type;    ///< collateral, in_place, recapitalisation: whose debt it is.
    VaultId vault;       ///< collateral, in_place.
    AccountId owner;     ///< Who gets what is left of the lot when the tab is paid.
    AssetId pay_asset;   ///< What keepers pay: the synthetic; for surplus the governance token.
    Lot lot;             ///< What is left of it, held by system_account::auctions.
    u128 lot_units = 0;  ///< Units left: the asset's own, or a basket's starting value in cash.
    Amount debt;         ///< Principal not yet covered.
    Amount tab;          ///< Debt and penalty still to be collected.
    Amount tab_start;    ///< The tab when it started, by which shares of the tip are measured.
    Ray top;             ///< Pay-asset units per lot unit when it started or restarted.
    u64 started = 0;     ///< Block time of the start or of the last restart.
    u32 restarts = 0;
    bool paused = false;  ///< Takes are refused; it starts again from the top once they are not.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.kind), visit(row.open), visit(row.type), visit(row.vault), visit(row.owner);
        visit(row.pay_asset), visit(row.lot), visit(row.lot_units), visit(row.debt), visit(row.tab);
        visit(row.tab_start), visit(row.top), visit(row.started), visit(row.restarts);
        visit(row.paused);
    }
};

/// What is at auction, over the open auctions of kind `collateral`.
struct Totals {
    Amount debt;  ///< Principal: a term of L2, supply = debts of vaults + debts at auction + booked
                  ///< bad debt.
    Amount tab;   ///< With the penalty: what the limits on debt at auction bound.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.debt), visit(row.tab);
    }
};

struct State {
    ledger::Table<Auction> rows;     ///< By AuctionId; ended auctions stay, closed and empty.
    ledger::Table<Totals> by_type;   ///< By VaultTypeId; grows when a type's first auction starts.
    ledger::Table<Totals> by_asset;  ///< By the AssetId of the synthetic, likewise.
    ledger::Cell<std::vector<AuctionId>> open;  ///< Every open auction, in order of id.

    template <class F>
    void each(F&& f) {
        f(rows), f(by_type), f(by_asset), f(open);
    }
    template <class F>
    void each(F&& f) const {
        f(rows), f(by_type), f(by_asset), f(open);
    }
};

/// What is at auction of one vault type, or of one synthetic; zero where nothing ever was.
[[nodiscard]] inline Totals at_auction(const State& state, VaultTypeId type) {
    return type.value() < state.by_type.size() ? state.by_type[type.value()] : Totals{};
}
[[nodiscard]] inline Totals at_auction(const State& state, AssetId synthetic) {
    return synthetic.value() < state.by_asset.size() ? state.by_asset[synthetic.value()] : Totals{};
}

}  // namespace ballast::auctions
