/// What an instrument is to the machine: a listing (Series), and the functions that give it meaning
/// (Kind).  A folder of positions/ that is an instrument offers one Kind; the engine's registry is
/// the closed list of them.
#pragma once

#include <ballast/base/codec.hpp>
#include <ballast/base/ids.hpp>
#include <ballast/base/reject.hpp>
#include <ballast/base/result.hpp>
#include <ballast/pricing/point.hpp>

#include <span>
#include <string_view>

namespace ballast::risk {

/// One listing.  What a kind does not use is 0.
struct Series {
    u8 kind = 0;  ///< Position in the registry.
    UnderlyingId underlying;
    pricing::Right right = pricing::Right::call;
    Price strike;
    Price payout;    ///< Of a binary, per unit.
    u64 expiry = 0;  ///< Seconds since 1970; 0: never.
    u64 period = 0;  ///< Over which funding is paid once, seconds; 0: no funding.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.kind), visit(row.underlying), visit(row.right), visit(row.strike);
        visit(row.payout), visit(row.expiry), visit(row.period);
    }
    friend bool operator==(const Series&, const Series&) = default;
};

/// What a series is to a margin model, which does not know kinds.
enum class Shape : u8 {
    linear,  ///< Its value is its forward: perps, futures.
    option,  ///< Bounded loss for who is long; a strike.
};

/// Dollars per unit, 10^-18: funding of short intervals is small.
using Flow = Quantity<struct FlowKind, i128>;

struct FundingInput {
    Price index;             ///< Of the underlying.
    Price mark;              ///< Of the instrument.
    u64 elapsed = 0;         ///< Seconds.
    pricing::Fine interest;  ///< Of a perp, per period, on top of the premium.
    pricing::Fine cap;       ///< Of a perp: the largest rate per period, either way; >= 0.
};

/// A range of the market.  Every low <= its high; each range holds its ends.
struct Box {
    pricing::Point low;
    pricing::Point high;
};
struct Range {
    Price low;
    Price high;
};

struct Kind {
    std::string_view name;
    Shape shape = Shape::linear;
    /// Whether the price is paid when traded; otherwise gains and losses against the entry are.
    bool upfront = false;
    /// Whether the listing makes sense; the rejections stand with each kind.
    Result<void> (*check)(const Series&) = nullptr;
    /// One unit at each point, rounded down; `out` is as long as the points.
    void (*value)(const Series&, std::span<const pricing::Point>, std::span<Price> out) = nullptr;
    pricing::Greeks (*greeks)(const Series&, const pricing::Point&) = nullptr;
    /// Bounds on `value` at every point of the box (certified: docs/methods/account_bands.md).
    Range (*range)(const Series&, const Box&) = nullptr;
    /// What one unit long pays one unit short for the time elapsed; 0 without funding.
    Flow (*funding)(const Series&, const FundingInput&) = nullptr;
    /// What one unit is worth at expiry, when the underlying settles at this price.
    Price (*payoff)(const Series&, Price settlement) = nullptr;
};

/// A position, as a risk row: how many units of which instrument.  Negative: short.
struct Exposure {
    InstrumentId instrument;
    i64 size = 0;  ///< 10^-8 units; at most limits::size_max either way.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.instrument), visit(row.size);
    }
    friend bool operator==(const Exposure&, const Exposure&) = default;
};

}  // namespace ballast::risk
