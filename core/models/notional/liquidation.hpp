/// The arithmetic of a liquidation at a price: who is in most danger, what a position may be sold
/// for, and what the sale owes to insurance or draws from it.  Pure functions on cash, in whatever
/// unit; they equal dYdX v4's of the same names (protocol/x/clob/keeper/liquidations.go) in its
/// unit of 10^-6 dollars.  docs/methods/notional_margin.md, section 6.
#pragma once

#include <ballast/base/quantity.hpp>

#include <compare>

namespace ballast::notional {

/// Of an account, or of one position: worth, everything counted, and maintenance requirement.
struct Danger {
    Cash net;
    Cash maintenance;  ///< >= 0.
};

/// Whether the account may be liquidated: it has a requirement and does not meet it.
[[nodiscard]] constexpr bool liquidatable(const Danger& account) {
    return account.maintenance > Cash() && account.maintenance > account.net;
}

/// Which account is in more danger (greater): the one whose worth is the smaller multiple of its
/// requirement; of equal ones the one that requires more, and then the one that is worth less.
/// An order of accounts that have either; one with neither equals every other in the first step.
[[nodiscard]] std::strong_ordering compare_danger(const Danger& a, const Danger& b);

/// What closing a part of a position must bring so that the account loses its worth in proportion
/// to the maintenance requirement that goes: -change(net) - account.net * change(maintenance) /
/// account.maintenance.  `before` and `after` are of the position, at its mark.  Rounded up.
/// Positive for what is sold, negative for what is bought back.  Requires account.maintenance > 0.
[[nodiscard]] Cash bankruptcy_value(const Danger& account, const Danger& before,
                                    const Danger& after);

struct FillableTerms {
    Ratio adjustment;  ///< How fast the spread opens as the account nears bankruptcy.
    Ratio spread;      ///< At most this part of the position's maintenance requirement.
};

/// How far under its mark a whole position may be sold (over it bought back): nothing while the
/// account meets its requirement, all of the spread where it is worth nothing.  Rounded up.
/// Requires account.maintenance > 0.
[[nodiscard]] Cash fillable_spread(const FillableTerms& terms, const Danger& account,
                                   Cash position_maintenance);

/// What a sale that brought `received` (negative: cost) pays into insurance: what is left over the
/// bankruptcy value, at most `fee_max` of what changed hands, rounded down; or what is missing,
/// negative.
[[nodiscard]] Cash insurance_delta(Cash received, Cash bankruptcy, Ratio fee_max);

struct Span {
    Cash least;
    Cash most;
};

/// How much of a notional one liquidation may take: at least `least` of it, at most `portion` of
/// it, and never more than there is.  Rounded down.
[[nodiscard]] Span liquidatable_notional(Cash notional, Cash least, Ratio portion);

}  // namespace ballast::notional
