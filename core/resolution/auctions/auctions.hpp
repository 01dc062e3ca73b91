/// The door of the auction room: lots that anyone may take from, in part, at a price that falls
/// until somebody does.
///
/// The machine starts, restarts and withdraws auctions; keepers only take.  The room moves the
/// money of a take; the lot itself comes to system_account::auctions by the caller's posting before
/// `start`, and leaves it by the caller's postings after `end`.
#pragma once

#include <ballast/auctions/in_place.hpp>
#include <ballast/auctions/seize_size.hpp>
#include <ballast/auctions/state.hpp>
#include <ballast/auctions/take.hpp>
#include <ballast/auctions/terms.hpp>
#include <ballast/base/event.hpp>
#include <ballast/ledger/ledger.hpp>

namespace ballast::auctions {

/// A new auction of kind collateral, surplus or recapitalisation.
///
/// collateral: `owner` is the vault's owner, `debt` > 0, `tab` >= `debt` (see tab_of).
///
/// surplus: `owner` is system_account::surplus, `debt` and `tab` are zero; sold for what it brings.
///
/// recapitalisation: `owner` is system_account::issuer, so that unsold tokens are destroyed; `tab`
/// and `debt` are the booked bad debt that it shall pay.
struct Start {
    AuctionKind kind = AuctionKind::collateral;
    VaultTypeId type;
    VaultId vault;
    AccountId owner;
    AssetId pay_asset;
    Lot lot;             ///< Already held by system_account::auctions.
    u128 lot_units = 0;  ///< > 0.
    Amount debt;
    Amount tab;
    Ray top;  ///< > 0, see top_price.
};

/// Puts a lot up for sale.
AuctionId start(State& state, const Start& start, u64 now, Events& events) noexcept;

/// Declares that vault `vault` may be repaid in place from here on, until `end`.  Nothing is taken
/// into custody, and the debt stays the vault's.
struct StartInPlace {
    VaultTypeId type;
    VaultId vault;
    AccountId owner;
    AssetId pay_asset;
    Amount owed;
};
AuctionId start_in_place(State& state, const StartInPlace& start, u64 now, Events& events) noexcept;

/// Units of the pay asset per lot unit at which an auction starts: `worth` of the lot times the
/// buffer, over the pay asset's price and the units.  Rounds up.  Rejects with overflow what a Ray
/// cannot hold, and price_not_positive where `worth` is nothing.  `pay_price` > 0, `lot_units` > 0.
[[nodiscard]] Result<Ray> top_price(const AuctionTerms& terms, Cash worth, u128 lot_units,
                                    Price pay_price);

/// The price of an open auction at `now`.  `now` is not before its start.
[[nodiscard]] Result<Ray> price_now(const AuctionTerms& terms, const Auction& auction, u64 now);

/// A keeper's offer.
struct Take {
    AuctionId auction;
    Amount pay_max;  ///< The most he would pay in all.
    Ray price_max;   ///< The most he would pay per lot unit, in the pay asset's units.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.auction), visit(row.pay_max), visit(row.price_max);
    }
};

struct TakePlan {
    AuctionId auction;
    AccountId keeper;
    u128 units = 0;  ///< Lot units bought, > 0.
    Amount owe;      ///< Paid for them, > 0, at most pay_max.
    Amount reward;   ///< Earned by it, as far as the surplus can pay.
};

/// What `keeper`, who signed it, offers.
struct Offer {
    AccountId keeper;
    Take take;
};

/// Decides a take from an auction of kind collateral, surplus or recapitalisation.  Rejects, in
/// this order: amount_not_positive (pay_max), amount_over_limit, unknown_auction (also one in
/// place: those are decided by decide_in_place), auction_over, auction_needs_restart,
/// auction_price_over_limit, auction_leaves_dust, amount_not_positive (pay_max does not buy one
/// unit), insufficient_balance.
[[nodiscard]] Result<TakePlan> check_take(const AuctionTerms& terms, const State& state,
                                          const ledger::Ledger& ledger, const Offer& offer,
                                          u64 now);

/// What a take did, for the books of the caller.
struct TakeOutcome {
    AuctionKind kind = AuctionKind::collateral;
    VaultTypeId type;
    VaultId vault;
    bool ended = false;
    Amount paid;     ///< By the keeper, in all.
    Amount covered;  ///< Principal covered and destroyed; a recapitalisation paid bad debt with it.
    Amount penalty;  ///< What went to system_account::surplus.
    Amount reward;   ///< What came back out of it to the keeper.
    /// A collateral auction that ended: principal with no lot left for it, which the caller must
    /// place as a loss (L8).
    Amount uncovered;
};

/// Does what `check_take` planned on this very state.  Postings: the keeper's payment (up to the
/// debt to the issuer, which retires debt, the rest to system_account::surplus; in a surplus
/// auction all of it to the issuer), the slice of every asset of the lot to the keeper (amount *
/// units / units left, rounded down; everything to who takes all units), the reward, and, when the
/// tab is paid, what is left of the lot to the owner.
TakeOutcome apply_take(State& state, ledger::Ledger& ledger, const TakePlan& plan,
                       Events& events) noexcept;

/// Whether an open auction with a clock must be restarted before anyone may take from it.
[[nodiscard]] bool restart_due(const AuctionTerms& terms, const Auction& auction, u64 now);
/// Whether it has been restarted as often as the terms allow: withdraw it with `end` instead.
[[nodiscard]] bool restarts_spent(const AuctionTerms& terms, const Auction& auction);
/// Starts the clock again from `new_top` > 0.  It counts against the restarts allowed unless the
/// auction was paused.
void restart(State& state, AuctionId id, Ray new_top, u64 now, Events& events) noexcept;

/// Notes that nobody may take for a while, so that a restart is due as soon as somebody may.  The
/// caller refuses takes.
void pause(State& state, AuctionId id) noexcept;

/// What a withdrawn auction leaves to the caller.
struct Ended {
    AuctionKind kind = AuctionKind::collateral;
    VaultTypeId type;
    VaultId vault;
    AccountId owner;
    AssetId pay_asset;
    Lot lot;      ///< Still held by system_account::auctions: the caller posts it on.
    Amount debt;  ///< Principal uncovered, no longer in Totals: the caller's to place.
    Amount tab;
};

/// Withdraws an open auction of any kind, to hand it to the backstop or to call it off.
Ended end(State& state, AuctionId id, Events& events) noexcept;

}  // namespace ballast::auctions
