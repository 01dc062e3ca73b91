/// The door of the auctions of margin accounts: a keeper takes a fraction of everything that an
/// account holds, of every position and of its cash alike, at a discount from the mark that grows
/// until somebody does.  docs/methods/account_resolution.md, sections 1 to 4.
///
/// The room knows numbers, not accounts: who keeps the accounts asks it for a plan and moves
/// positions and cash by it.  All cash is in one unit, of whatever size.
#pragma once

#include <ballast/base/result.hpp>
#include <ballast/portfolio/fraction.hpp>
#include <ballast/portfolio/state.hpp>
#include <ballast/portfolio/terms.hpp>

namespace ballast::portfolio {

/// What an account is worth, everything counted, the reserved cash of its auction too.
struct Standing {
    Cash mark;         ///< Mark-to-market: cash and every position at its mark.
    Cash maintenance;  ///< `mark` minus the maintenance requirement; an account whose is negative
                       ///< is unhealthy.  At most `mark`.
    Cash gross;        ///< The positions' worth without their signs; only `remainder_min` asks.
};

/// Buffer margin: maintenance + (maintenance - mark) * buffer.  Rounded down.  An account in
/// auction is restored when it is no longer negative.
[[nodiscard]] Cash buffer_margin(const Terms& terms, const Standing& standing);

/// The part of the mark-to-market that a solvent auction asks `elapsed` seconds after it began.
/// Does not rise with time; nothing from the end of the slow leg on.  Rounded up.
[[nodiscard]] Ray discount(const Terms& terms, u64 elapsed);

/// What a taker pays for the whole account but its reserved cash: positive to the account, negative
/// from the security layer.  Rounded against the taker.  Solvent: (mark - reserved) * discount, not
/// less than nothing.  Insolvent: from min(mark, 0) down to min(maintenance, 0) over the leg, both
/// without the reserved cash.  `now` is not before the leg's start.
[[nodiscard]] Cash bid(const Terms& terms, const Auction& auction, const Standing& standing,
                       u64 now);

/// The largest fraction that may be taken: the one after which the buffer margin is zero,
/// BM / (BM - reserved - bid), and 1 where that is more, where the account is insolvent, or where
/// it is smaller than `remainder_min`; 0 where the buffer margin is not negative.
[[nodiscard]] Fraction fraction_max(const Terms& terms, const Auction& auction,
                                    const Standing& standing, u64 now);

/// What an auction does next.
enum class Step : u8 {
    run,      ///< It goes on.
    restart,  ///< It begins anew: the reserved cash is all that the account is still worth.
    turn,     ///< It becomes insolvent: the account is worth nothing, or nobody came to the end.
    end,      ///< The account is healthy: of a solvent leg the buffer margin is not negative, of an
              ///< insolvent one the maintenance margin.
};
[[nodiscard]] Step next_step(const Terms& terms, const Auction& auction, const Standing& standing,
                             u64 now);

struct Opening {
    Auction auction;
    Cash fee;  ///< From the account to insurance; never more than its mark-to-market.
};
/// Starts an auction of `account`, solvent where its mark-to-market is positive.  Rejects:
/// account_healthy (its maintenance margin is not negative), overflow.
[[nodiscard]] Result<Opening> open(const Terms& terms, MarginAccountId account,
                                   const Standing& standing, u64 now);

/// Begins the solvent leg anew, with the reserved cash for sale again.
void restart(Auction& auction, u64 now) noexcept;

/// Begins the insolvent leg.  The reserved cash is for sale again: what the account still owns is
/// lost before the security layer pays.
void turn(Auction& auction, u64 now) noexcept;

/// Closes the row.
void close(Auction& auction) noexcept;

/// A keeper's wish.
struct Take {
    Fraction wanted;  ///< Of what is left of the account; more than the largest means the largest.
    Cash pay_max;  ///< The most he would pay, net of what he is paid; negative: the least he wants.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.wanted), visit(row.pay_max);
    }
};

struct TakePlan {
    Fraction fraction;  ///< Of every position, and of the cash but the reserved: see `cut`.
    Cash reserved;      ///< Cash of the account that stays whatever is taken (before this take).
    Cash paid;          ///< By the taker to the account, >= 0; rounded up.
    Cash drawn;         ///< From the security layer to the taker, >= 0; rounded down.
    Cash tip;  ///< Likewise, as far as the layer can pay: of the tip not yet paid, the part taken
               ///< of the largest fraction.
    Cash cash_required;  ///< What the taker must hold: what he pays net, and his part of the
                         ///< requirement, times keeper_margin.
    bool ends = false;   ///< The largest fraction is taken: the auction is over.
};

/// A wish, and what who wishes it holds and has free in cash.
struct Offer {
    Take take;
    Cash cash;
};

/// Decides a take.  Rejects, in this order: overflow (a figure beyond cash_max), bad_encoding
/// (`wanted` is no fraction), account_auction_over, account_auction_waits (next_step is not to
/// run), account_take_too_small (nothing, or under fraction_min while the largest is not),
/// account_price_over_limit, account_keeper_margin.
[[nodiscard]] Result<TakePlan> check_take(const Terms& terms, const Auction& auction,
                                          const Standing& standing, u64 now, const Offer& offer);

/// Books the take on the auction's row.
void apply_take(Auction& auction, const TakePlan& plan) noexcept;

}  // namespace ballast::portfolio
