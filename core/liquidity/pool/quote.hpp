/// The door to trading with a liquidity pool: what it asks for a fill, and what it wants to hedge.
/// Pure functions of numbers that the caller reads from the pool's margin account.
///
/// A pool prices risk by a potential: an integer function of what it holds, zero where it holds
/// nothing.  A fill pays what it adds to the potential and is paid a part of what it takes away, on
/// top of a spread in proportion to its size.  So no order gains by being split, no round trip at
/// one market gains at all, and over any history the pool pays no more for being relieved of risk
/// than it was paid for taking it (docs/methods/liquidity.md, sections 1 to 4).
#pragma once

#include <ballast/base/integers.hpp>
#include <ballast/base/quantity.hpp>
#include <ballast/base/result.hpp>
#include <ballast/pool/terms.hpp>
#include <ballast/pricing/point.hpp>

#include <span>

namespace ballast::pool {

/// How far prices can be trusted (L9).
enum class Feed : u8 {
    live,
    degraded,  ///< Only what shrinks a position of the pool is quoted, and without a rebate.
    halted,    ///< Nothing is quoted.
};

/// Greeks of a book, summed exactly, so that the sum after a fill is the sum before it plus the
/// fill's.
struct Totals {
    i128 delta = 0;  ///< 10^-20 units of the underlying.
    i128 gamma = 0;  ///< 10^-20 units of the underlying per dollar.
    i128 vega = 0;   ///< 10^-16 dollars per 1.00 of volatility.

    friend constexpr Totals operator+(Totals a, Totals b) {
        return {a.delta + b.delta, a.gamma + b.gamma, a.vega + b.vega};
    }
    friend bool operator==(const Totals&, const Totals&) = default;
};

/// Of `size` (10^-8 units, negative: short) of an instrument.
[[nodiscard]] constexpr Totals totals(i64 size, const pricing::Greeks& unit) {
    return {i128{size} * unit.delta.units(), i128{size} * unit.gamma.units(),
            i128{size} * unit.vega.units()};
}

/// The instrument and its underlying, as of the latest prices.
struct Market {
    Feed feed = Feed::halted;
    Price spot;            ///< Of the underlying; > 0.
    Price mark;            ///< Of the instrument; may be negative.
    Price confidence;      ///< How far the mark may be wrong, either way; >= 0.
    pricing::Greeks unit;  ///< Of one unit; only delta, gamma and vega are looked at.
};

/// What a pool counts with from one price update to the next.  Were capital to follow every fill,
/// splitting an order over a fee that has just come in would pay.
struct Standing {
    Cash capital;   ///< Valuation::low of the latest update.
    Cash fund;      ///< What takers have paid for the risk that the pool still holds: all that
                    ///< rebates are paid from.
    Ratio backing;  ///< The fund over the potential at the latest update; at most 1.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.capital), visit(row.fund), visit(row.backing);
    }
    friend bool operator==(const Standing&, const Standing&) = default;
};

/// The pool before the fill.
struct Book {
    Standing standing;
    Totals greeks;      ///< Of all its positions in the underlying.
    i64 inventory = 0;  ///< Its position in the instrument, 10^-8 units.
    Cash notional;      ///< Sum of |size| * spot over all its positions.
    Cash margin;        ///< Its initial margin.
};

struct Request {
    i64 size = 0;       ///< What the taker gets, 10^-8 units; negative: what it gives.
    Cash margin_after;  ///< The pool's initial margin after the fill.
};

/// The taker pays `worth + charge`; where that is negative, it is paid.
struct Quote {
    Cash worth;   ///< size * mark, rounded up.
    Cash charge;  ///< What comes on top: spread + added - rebate.  Negative where the pool pays for
                  ///< being relieved.
    Cash added;   ///< The price of the risk that the fill brings.
    Cash rebate;  ///< What is paid for the risk that it takes away.
    Price price;  ///< (worth + charge) / size, rounded against the taker: for limits and displays.
                  ///< A fill books the instrument at the mark and posts `charge` apart.

    friend bool operator==(const Quote&, const Quote&) = default;
};

/// What the pool asks for the fill.  Never better than the mark where the fill raises the pool's
/// potential.  Rejects, in this order: amount_not_positive (no size), amount_over_limit (the size
/// or the pool's position after it is over limits::size_max), price_not_positive, feed_halted,
/// feed_degraded, pool_without_capital, pool_delta_budget, pool_gamma_budget, pool_vega_budget,
/// pool_notional_budget, pool_margin_budget; and overflow, wherever it arises.
[[nodiscard]] Result<Quote> quote(const Terms& terms, const Book& book, const Market& market,
                                  const Request& request);

/// The fund after a fill at this quote.
constexpr void apply(const Quote& quote, Standing& standing) noexcept {
    standing.fund += quote.added - quote.rebate;
}

/// How many units of a perp, whose unit has the delta `perp_delta` > 0, the pool wants to buy
/// (negative: sell) so that its delta is back at the target; 0 inside the band.  Rounded towards
/// zero, at most limits::size_max.  `spot` > 0.
[[nodiscard]] i64 hedge_plan(const Terms& terms, const Book& book, Price spot,
                             pricing::Fine perp_delta);

/// One position of the pool, for its valuation.
struct Position {
    i64 size = 0;  ///< 10^-8 units.
    Market market;
};

/// One underlying of the pool, for its valuation.
struct Underlying {
    Price spot;     ///< > 0.
    Totals greeks;  ///< Of all positions in it.
};

/// What a pool is worth, from below and from above.
struct Valuation {
    Cash low;   ///< What it is worth to who leaves, and what it quotes on.
    Cash high;  ///< What it costs who enters.

    friend bool operator==(const Valuation&, const Valuation&) = default;
};

/// Everything a pool holds.
struct Portfolio {
    std::span<const Position> positions;
    std::span<const Underlying> underlyings;
    Cash margin;  ///< Initial margin of all of it.
};

/// The potential of all that the pool holds, at this capital.  `capital` > 0.  Rejects overflow.
[[nodiscard]] Result<Cash> potential(const Terms& terms, Cash capital, const Portfolio& portfolio);

/// `value` (all the pool owns less all it owes, at marks) less and plus what leaving every position
/// could cost: base spread, confidence, and the whole potential of the book at that value, the
/// unrealised price of its risk.  Rounded away from `value`.  Rejects overflow.
[[nodiscard]] Result<Valuation> valuation(const Terms& terms, Cash value,
                                          const Portfolio& portfolio);

/// What the pool counts with after a price update: capital at the low value, the fund cut to the
/// potential (what exceeds it has been earned), the backing.  Rejects overflow.
[[nodiscard]] Result<Standing> renew(const Terms& terms, const Standing& old,
                                     const Valuation& valuation, const Portfolio& portfolio);

}  // namespace ballast::pool
