/// What a keeper bids: how much of an auction he takes and at most at which price.  Pure functions
/// of what he sees and of his own means, in exact integers.  docs/methods/keeper.md has the
/// formulas.
#pragma once

#include <ballast/base/ids.hpp>
#include <ballast/base/quantity.hpp>

#include <optional>
#include <span>
#include <vector>

namespace ballast::keeper {

/// What is for sale; each kind has numbers of its own.
enum class Of : u8 {
    auction,     ///< A lot of a vault or of the treasury.
    portfolio,   ///< A margin account, whole: the number is the auction's.
    collateral,  ///< Collateral of a margin account: the number is the account's.
};

/// One asset of what is for sale.
struct Part {
    AssetId asset;
    Amount amount;
};

/// An auction as it stands.  Paying `price` per unit buys units of the lot; a unit is that share of
/// every part.
struct Auction {
    AuctionId id;
    std::vector<Part> parts;
    u128 units = 0;    ///< Units left.
    Ray price;         ///< Pay-asset units per unit of the lot, now.
    Amount tab;        ///< What may still be paid in all.
    Amount pay_most;   ///< What one take may pay: the tab, or less under a close factor.
    Amount remainder;  ///< A take that leaves units must leave nothing of the tab, or this much.
    Amount reward;     ///< What the machine pays on top for the whole tab; a part earns its share.
    Of of = Of::auction;
};

/// The next `size` of an asset sells at `discount` under its price.
struct Rung {
    Amount size;
    Ratio discount;  ///< From 0 to 1.
};

/// Where one asset is sold again.
struct Outlet {
    AssetId asset;
    Price price;              ///< Outside, in dollars; 0: nobody buys.
    std::vector<Rung> depth;  ///< Rising discounts; behind the last rung nobody buys.
    Amount sold;              ///< What is on its way there already: the first rungs are used up.
};

/// The world outside.
struct Market {
    std::vector<Outlet> outlets;  ///< An asset without one brings nothing.
    Price pay_price;              ///< Dollars per unit of what auctions are paid in.
};

/// What the keeper may spend, in the pay asset.
struct Purse {
    Amount free;
};

/// What the keeper asks for.
struct Terms {
    Cash cost;        ///< Of one take, whatever becomes of it: fees and the work.
    Cash profit_min;  ///< Least profit of a bid, after its cost.
    Ratio margin;     ///< Least profit per dollar paid, of the last dollar too.
};

struct Bid {
    AuctionId auction;
    Amount pay_max;  ///< The most it pays.
    Ray price_max;   ///< The highest price at which what is asked for is still earned.
    u128 units = 0;  ///< What it buys at the price seen.
    Cash proceeds;   ///< What they bring outside.
    Cash profit;     ///< Proceeds and reward less payment and cost, at the price seen.
    Of of = Of::auction;
};

/// What selling `amount` brings, behind what is sold already; rounded down.
[[nodiscard]] Cash proceeds_of(const Outlet& outlet, Amount amount);

/// The bid with the greatest gain, gain = proceeds - (1 + margin) * payment - cost, if it gains
/// profit_min and more than nothing.  It respects the purse, the close factor and the remainder as
/// the machine would, so that it is never cut back.  Of two equal gains the smaller payment.
[[nodiscard]] std::optional<Bid> decide(const Auction& auction, const Market& market,
                                        const Purse& purse, const Terms& terms);

/// The bids to make now, best first, at most `most` of them: after each one the purse is smaller
/// and the outlets are fuller.  Equal profits fall to the lower id.
[[nodiscard]] std::vector<Bid> plan(std::span<const Auction> auctions, Market market, Purse purse,
                                    const Terms& terms, std::size_t most);

}  // namespace ballast::keeper
