/// The market as instruments see it in this block: facts turned into one Point per instrument.
#pragma once

#include <ballast/clearing/account.hpp>

namespace ballast::clearing {

/// What the oracle says of every underlying, and the point of every instrument on it.  Dated
/// forwards grow by the rate; inside the settlement window the part of the average that has passed
/// stands still.  Does not read sight.market.
[[nodiscard]] Market look(const Sight& sight);

/// The volatility of a strike: pillars interpolated linearly in total variance, flat outside, times
/// the smile.
[[nodiscard]] pricing::Fine volatility_at(const UnderlyingTerms& terms, const UnderlyingNow& now,
                                          Price strike, Price forward, u64 seconds);

/// The accrue step: debts, funding, marks; then expiries, which pay out where the oracle settles
/// and wait where it does not.  Events: margin_fee_accrued, instrument_expired, settlement_delayed,
/// instrument_settled, position_settled.
void accrue(House& house) noexcept;

}  // namespace ballast::clearing
