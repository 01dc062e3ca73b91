/// What a keeper bids for a part of a margin account that is for sale whole: its positions, cash
/// and collateral.  Pure, in exact integers.  docs/methods/keeper.md, section 6.
#pragma once

#include <ballast/keeper/decide.hpp>

namespace ballast::keeper {

/// A margin account at auction.  Sums of cash are in the compartment's synthetic, at the market's
/// marks.
struct Portfolio {
    AuctionId id;
    std::vector<Part> collateral;
    Cash collateral_worth;  ///< In dollars, at the marks.
    Cash worth;             ///< Of all that is for sale: positions, cash and collateral.
    Cash gross;             ///< Of the positions, without signs.
    Cash bid;               ///< What all of it costs; negative: who takes it is paid.
    Ratio most;             ///< The largest part that may be taken, from 0 to 1.
};

/// How a keeper gets rid of what he takes over.
struct Exit {
    Ratio slippage;  ///< Of the gross worth of positions: spread, impact, hedging.
    Ratio most;      ///< The largest part that he has the margin for, from 0 to 1.
};

/// Of the parts min(auction's largest, exit's largest) / 2^k, k from 0 to `halvings`, the bid with
/// the greatest gain, gain = proceeds - payment - margin * payment (where it is one) - cost, if it
/// gains profit_min and more than nothing.  Proceeds are what the part is worth at the marks, less
/// the slippage, its collateral as the outlets pay it.  Bid::units is the part in 10^-9, pay_max
/// the most it pays net; negative: the least that it is to be paid.
inline constexpr u32 halvings = 6;
[[nodiscard]] std::optional<Bid> decide(const Portfolio& portfolio, const Market& market,
                                        const Exit& exit, const Terms& terms);

}  // namespace ballast::keeper
