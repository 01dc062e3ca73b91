/// Dated European options, paid for when traded, settled in cash by the average of the index over
/// the settlement window.  docs/methods/instruments.md, section 4.
#pragma once

#include <ballast/risk/series.hpp>

namespace ballast::options {

/// Calls and puts.  One unit is worth Black's formula on the forward, discounted.
///
/// check: strike_not_positive, strike_over_limit, payout_not_allowed, expiry_missing,
/// expiry_over_limit, period_not_allowed.
/// payoff: what the settlement price is in the money by.
[[nodiscard]] const risk::Kind& kind();

/// A forward inside the settlement window: the part that the average holds already, which no shock
/// moves, and the part that is still to come.
struct WindowForward {
    Price fixed;
    Price variable;
};

/// Splits the forward of an average over `window` seconds of which `left` are still to come
/// (Derive: the last 30 minutes): fixed = average * (window - left) / window, variable = forward *
/// left / window, both rounded down.  With `left` >= window, as before the window, nothing is
/// fixed. `average` is that of the seconds gone; it is not read if there are none.  Prices >= 0.
[[nodiscard]] WindowForward window_forward(Price average, Price forward, u64 window, u64 left);

}  // namespace ballast::options
