/// How the auctions of one vault type run; part of the market's configuration.
#pragma once

#include <ballast/auctions/curve.hpp>
#include <ballast/base/limits.hpp>
#include <ballast/base/terms_fault.hpp>

#include <optional>

namespace ballast::auctions {

/// Most restarts that may be configured.
inline constexpr u32 restarts_limit = 1000;

struct AuctionTerms {
    Curve curve;
    Ratio buffer;          ///< The top price is the feed's price times this; 1.2 starts 20 % above.
    u64 tail_seconds = 0;  ///< An auction that runs longer must be restarted.
    Ratio cusp;            ///< So must one whose price is under this part of its top.
    Ratio penalty;         ///< What the tab adds to the debt: 0.13 is 13 %.
    Amount tip;  ///< Reward for a whole auction; a take earns it in proportion to the tab.
    Ratio chip;  ///< Reward in proportion to what the keeper pays.
    Amount debt_at_auction_max;  ///< Most tab of this vault type at auction at one time.
    u32 restarts_max = 0;        ///< After so many restarts the auction goes to the backstop.
    Amount remainder_min;        ///< Smallest tab that a take may leave while a lot is left.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.curve), visit(row.buffer), visit(row.tail_seconds), visit(row.cusp);
        visit(row.penalty), visit(row.tip), visit(row.chip), visit(row.debt_at_auction_max);
        visit(row.restarts_max), visit(row.remainder_min);
    }
};

/// The first thing that is wrong with `terms`, or nothing.
[[nodiscard]] std::optional<TermsFault> validate(const AuctionTerms& terms);

/// debt * (1 + penalty), rounded up.  `debt` is at most limits::supply_max.
[[nodiscard]] Amount tab_of(const AuctionTerms& terms, Amount debt);

}  // namespace ballast::auctions
