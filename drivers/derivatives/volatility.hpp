/// A path of implied volatility where the data have none.  docs/methods/derivatives_replay.md,
/// section 3.
#pragma once

#include <ballast/replay/prices.hpp>

#include <string>

namespace ballast::derivatives {

/// What HExp says of each candle from those before it, as the ticks of a price named `asset`: at
/// the first moment of each candle, and at the end of the last.  `before` is the volatility per
/// year ahead of the first candle, which counts as the whole past.
[[nodiscard]] replay::Series estimate(const replay::Series& spot, const std::string& asset,
                                      double before);

}  // namespace ballast::derivatives
