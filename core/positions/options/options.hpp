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

}  // namespace ballast::options
