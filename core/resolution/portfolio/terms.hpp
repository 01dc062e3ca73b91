/// How the auctions of whole margin accounts run; part of a compartment's configuration.
#pragma once

#include <ballast/base/limits.hpp>
#include <ballast/base/terms_fault.hpp>

#include <optional>

namespace ballast::portfolio {

/// Largest magnitude of any cash that the room is asked about; more is rejected with overflow.
inline constexpr Cash cash_max = Cash::units(i128{1} << 100);

/// Longest leg of an auction: thirty days.
inline constexpr u64 leg_seconds_max = u64{30} * 86'400;

/// The defaults are Derive's in production (documentation and deployment of v2-core, 2025).
struct Terms {
    Ratio top = Ratio::units(950'000'000);   ///< Part of the mark-to-market at which a solvent
                                             ///< auction starts; at most 1.
    Ratio knee = Ratio::units(700'000'000);  ///< The part at which the fast leg ends; the slow leg
                                             ///< ends at nothing.
    u64 fast_seconds = 900;                  ///< Length of the fast leg, in seconds.
    u64 slow_seconds = 43'200;               ///< Length of the slow leg, in seconds; > 0.
    u64 insolvent_seconds = 3600;  ///< Time in which what the security layer pays grows to the
                                   ///< whole maintenance margin; > 0.
    Ratio buffer = Ratio::units(150'000'000);  ///< How far above maintenance margin an account is
                                               ///< restored, of its requirement.
    Ratio keeper_margin = Ratio::units(ratio_one);  ///< Cash that a taker must hold beside what he
                                                    ///< pays, of the requirement he takes over.
    Ratio fee;           ///< Of the worth that must be sold, at the start, from the account to
                         ///< insurance.
    Ratio fraction_min;  ///< Smallest fraction that may be taken, unless it is the largest.
    Cash remainder_min;  ///< An account whose positions are worth less than this, gross, is sold
                         ///< whole.
    Cash tip;            ///< What the security layer pays keepers for a whole auction.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.top), visit(row.knee), visit(row.fast_seconds), visit(row.slow_seconds);
        visit(row.insolvent_seconds), visit(row.buffer), visit(row.keeper_margin), visit(row.fee);
        visit(row.fraction_min), visit(row.remainder_min), visit(row.tip);
    }
};

/// The first thing that is wrong with `terms`, or nothing.
[[nodiscard]] std::optional<TermsFault> validate(const Terms& terms);

}  // namespace ballast::portfolio
