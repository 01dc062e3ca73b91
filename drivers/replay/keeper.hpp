/// Keepers: who takes what is offered, how much of it, and at most at which price.  Pure functions
/// of what a keeper sees and of his own means.  docs/methods/replay.md, section 6.
#pragma once

#include <ballast/base/ids.hpp>
#include <ballast/replay/outside.hpp>

namespace ballast::replay {

/// One asset of what is offered.
struct OfferPart {
    std::size_t asset = 0;  ///< In the world.
    Amount amount;
};

/// Something that can be taken: paying `pay` gets the parts, paying a share of it gets that share
/// of them.
struct Offer {
    AuctionId auction;
    Amount pay;        ///< For everything, > 0.
    Amount reward;     ///< What the machine pays him on top, for everything.
    Amount remainder;  ///< A smaller payment must leave at least this to pay.
    Ray price;         ///< Per lot unit.
    Price pay_price;   ///< Dollars per unit of what is paid in.
    std::vector<OfferPart> parts;
};

/// What could be seen at one block.
struct Sight {
    u64 height = 0;
    Cash cost;  ///< Of an action.
    std::vector<Book> books;
    std::vector<Offer> offers;
};

/// What a keeper decides to do.
struct Order {
    AuctionId auction;
    Amount pay_max;
    Ray price_max;  ///< The price at which he would break even with his margin.
    Cash profit;    ///< What he expects.
};

/// The orders of one keeper who holds `purse` to pay with, best first, at most `keeper_orders_max`.
/// He takes an offer as far as the next dollar's worth still sells, after slippage, for more than
/// it costs with his margin, if the whole then earns profit_min after the cost of the action; what
/// he plans to sell thins the books for his later orders.
[[nodiscard]] std::vector<Order> decide(const KeeperTerms& terms, Amount purse, const Sight& sight);

inline constexpr std::size_t keeper_orders_max = 16;

/// The age in blocks of what keeper `index` of terms.count sees: from latency_blocks, evenly up to
/// latency_spread more.
[[nodiscard]] u32 latency_of(const KeeperTerms& terms, u32 index);

}  // namespace ballast::replay
