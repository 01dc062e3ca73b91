/// The arithmetic of one requirement: how ratios grow with open interest and size, and what a ratio
/// asks of a notional.  docs/methods/notional_margin.md, sections 2 and 4.
#pragma once

#include <ballast/math/money.hpp>
#include <ballast/notional/terms.hpp>

namespace ballast::notional {

/// The initial ratio at a notional of open interest: `initial` up to `open_interest_low`, 1 from
/// `open_interest_high`, a line between.  Cut to `step`; rounded up where that is 0.
[[nodiscard]] Ratio initial_at(const LinearTerms& terms, Cash open_interest, Ratio step);

/// `ratio` for a position of `size` (10^-8 units, of either sign): 4/5 of it plus
/// premium * sqrt(units), and at least itself.  Cut to `step`; rounded up where that is 0.
[[nodiscard]] Ratio grown(Ratio ratio, Ratio premium, i64 size, Ratio step);

/// `weight` for `amount` of collateral: at most 1.1 / (1 + discount * sqrt(units)).  Cut to `step`;
/// rounded down to 10^-9 where that is 0.
[[nodiscard]] Ratio shrunk(Ratio weight, Ratio discount, Amount amount, Ratio step);

/// What `ratio` asks of a notional of either sign, rounded up.
[[nodiscard]] constexpr Cash required(Cash notional, Ratio ratio) {
    return math::portion(notional < Cash() ? -notional : notional, ratio, Round::up);
}

/// What `size` (10^-8 units) is worth at `price`.
[[nodiscard]] constexpr Cash worth(i64 size, Price price, Round round) {
    return math::worth(Amount::units(size), price, round);
}

}  // namespace ballast::notional
