/// How far the true price may be from the mark.  docs/methods/oracle.md, section 2.
#pragma once

#include <ballast/oracle/state.hpp>
#include <ballast/oracle/terms.hpp>

namespace ballast::oracle {

/// Largest return that the variance takes in: tenfold.
inline constexpr u64 return_max = 10 * static_cast<u64>(ratio_one);

/// The variance per second, 10^-18, `seconds` after it was `variance`, when the mark has moved from
/// `before` to `after` in between.  Both prices > 0.  Rounded up.
[[nodiscard]] u128 updated_variance(const FeedTerms& terms, u128 variance, Price before,
                                    Price after, u64 seconds);

/// What a price may move in `seconds`, as a fraction of itself: volatility_multiple standard
/// deviations.  Rounded up, at most limits::ratio_max.
[[nodiscard]] Ratio expected_move(const FeedTerms& terms, u128 variance, u64 seconds);

/// The price less its half-width: `spread` plus `move` of itself, at most widen_max of itself, so
/// that it stays positive. Rounded down.
[[nodiscard]] Price lowered(const FeedTerms& terms, Price price, Price spread, Ratio move);

/// The price plus the same half-width, at most twice limits::price_max.  Rounded up.
[[nodiscard]] Price raised(const FeedTerms& terms, Price price, Price spread, Ratio move);

}  // namespace ballast::oracle
