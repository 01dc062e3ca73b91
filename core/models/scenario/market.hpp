/// What a scenario model is told of the market and of an account.
#pragma once

#include <ballast/risk/series.hpp>

#include <span>

namespace ballast::scenario {

struct Underlying {
    Price spot;                                  ///< > 0.
    Ratio confidence = Ratio::units(ratio_one);  ///< Of the feed of spot, from 0 to 1.
    pricing::Fine volatility;                    ///< Per year, of spot: for the delay term alone.
};

struct Instrument {
    risk::Series series;
    /// Today.  A spot of 0: not listed any more, and worth nothing.
    pricing::Point now;
    /// Part of now.forward that the averaging of a settlement has fixed already; 0 <= it <=
    /// forward.  Scenarios move the rest.
    Price fixed;
    /// The least of the confidences of its own feeds (mark, forward, volatility, rate).
    Ratio confidence = Ratio::units(ratio_one);
};

struct Asset {
    Price price;  ///< Dollars.
    Ratio confidence = Ratio::units(ratio_one);
};

struct Market {
    std::span<const Underlying> underlyings;  ///< By UnderlyingId; at most underlyings_max.
    std::span<const Instrument> instruments;  ///< By InstrumentId.
    std::span<const Asset> assets;            ///< By AssetId.
    Price settlement_price = Price::units(amount_one);  ///< Dollars, of the asset that cash is in.
};

/// An asset that the account holds besides cash.
struct Holding {
    AssetId asset;
    Amount amount;  ///< >= 0.
};

struct Portfolio {
    /// Each instrument once, in any order; at most limits::positions_max.
    std::span<const risk::Exposure> positions;
    std::span<const Holding> holdings;  ///< Each asset once.
    /// Cash; and, of positions that are not paid upfront, the gain or loss against the entry and
    /// the funding that are not settled yet.
    Cash cash;
    std::span<const risk::Exposure> orders = {};  ///< Resting, not filled.
};

/// What is left over each requirement; negative: what is missing.
struct Margin {
    Cash mark_to_market;  ///< Cash, collateral at its full worth, positions paid upfront at marks.
    Cash initial;         ///< >= 0: new risk may be taken.
    Cash maintenance;     ///< >= 0: the account is healthy.  Never under `initial`.
    u32 worst = 0;  ///< Position of the worst scenario; as many as there are: the basis charge or
                    ///< the floor is worse than each of them.

    friend bool operator==(const Margin&, const Margin&) = default;
};

}  // namespace ballast::scenario
