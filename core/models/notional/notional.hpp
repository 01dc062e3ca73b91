/// Margin by notional: positions require a part of their notional, options of one expiry together
/// at most their worst payoff, collateral counts for a part of its worth.  One table of parameters
/// (terms.hpp) covers standard margin of Derive, dYdX and Drift.  Exact integers throughout; every
/// rounding goes against the account.  docs/methods/notional_margin.md.
#pragma once

#include <ballast/notional/terms.hpp>
#include <ballast/risk/series.hpp>

#include <span>

namespace ballast::notional {

/// What the market says of one underlying.
struct Underlying {
    Price spot;  ///< > 0.
};

/// What the market says of one instrument.
struct Instrument {
    risk::Series series;
    risk::Shape shape = risk::Shape::linear;
    bool upfront = false;  ///< As in risk::Kind.
    Price mark;            ///< Of one unit.
    Price forward;         ///< Of the underlying for this expiry; without an expiry, spot.
    /// The least of the confidences of the feeds that the mark is made of (spot among them), from
    /// 0 to 1.
    Ratio confidence = Ratio::units(ratio_one);
    Cash open_interest;  ///< Of one side, at mark.
};

/// Both by id: instruments[InstrumentId], underlyings[UnderlyingId].
struct Market {
    std::span<const Underlying> underlyings;
    std::span<const Instrument> instruments;
    /// Of the asset that `cash` is in.
    Price settlement_price = Price::units(amount_one);
};

/// An asset that the account holds besides cash.
struct Holding {
    AssetId asset;
    Amount amount;  ///< >= 0.
    Price price;    ///< In the asset that `cash` is in.
    Ratio confidence = Ratio::units(ratio_one);
};

struct Account {
    /// Each of a size other than 0, each instrument once, at most limits::positions_max of them.
    std::span<const risk::Exposure> positions;
    std::span<const Holding> collateral;
    /// Cash; and, of positions that are not paid upfront, the gain or loss against the entry and
    /// the funding that are not settled yet.
    Cash cash;
};

/// What is left over each requirement; negative: what is missing.
struct Margin {
    /// Cash, collateral at its price, and positions that were paid upfront at their marks.
    Cash mark_to_market;
    Cash initial;      ///< >= 0: new risk may be taken.
    Cash maintenance;  ///< >= 0: the account is healthy.

    friend bool operator==(const Margin&, const Margin&) = default;
};

/// The margin of `account`.  `terms` is valid, every id that the account names is in the market.
[[nodiscard]] Margin margin(const Terms& terms, const Market& market, const Account& account);

}  // namespace ballast::notional
