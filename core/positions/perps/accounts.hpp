/// What funding and open interest are to the positions of accounts, of any kind of instrument.
/// docs/methods/instruments.md, section 2.
#pragma once

#include <ballast/base/result.hpp>
#include <ballast/risk/series.hpp>

namespace ballast::perps {

/// What a position of `size` (10^-8 units, negative: short) pays when one unit long has paid one
/// unit short `flow`; negative: receives.  Rounded up, so that every two sides of an open interest
/// pay together what they receive together, or at most one unit of cash each more.  |size| <=
/// limits::size_max.
[[nodiscard]] Cash funding_due(risk::Flow flow, i64 size);

/// By how much a position's change from `before` to `after` raises the units that are long in all.
/// The sum over the sides of a trade is what it adds to open interest.
[[nodiscard]] constexpr i64 long_change(i64 before, i64 after) {
    return (after > 0 ? after : 0) - (before > 0 ? before : 0);
}

/// Whether open interest of `open` may change by `change`, both in 10^-8 units, under `cap`.
/// Rejects with open_interest_over_cap what raises it to more than the cap; what lowers it is
/// always allowed.
[[nodiscard]] Result<void> check_open_interest(i128 cap, i128 open, i128 change);

}  // namespace ballast::perps
