/// The arithmetic of a pool whose depositors share losses and gains pro rata, at a cost that does
/// not depend on how many they are.  Pure functions over integers; the pool itself, its rows and
/// its postings are in backstop.hpp.
///
/// One product P says what is left of a unit that was deposited when P was `precision`; one sum S
/// per collateral asset says what such a unit has gained.  A deposit remembers P and S of its day
/// and is never touched by a loss.  When P becomes small it is multiplied by `scale_factor` and a
/// new scale begins, with sums of its own. Formulas: docs/methods/backstop.md.
#pragma once

#include <ballast/math/u256.hpp>

#include <span>

namespace ballast::backstop {

/// How exactly the pool counts.
struct Rules {
    math::U256 precision;        ///< The number 1 in products, losses per unit and gains per unit.
    math::U256 scale_factor;     ///< P is kept at or above precision / scale_factor.
    u32 scale_changes_max = 1;   ///< Scale changes that one loss may cause.
    u32 scales_apart_max = 1;    ///< A deposit that is more scales old than this is worth nothing.
    bool carries_error = false;  ///< Whether a rounding error is made good in the next loss or
                                 ///< gain.
};

inline constexpr u128 ten_to_9 = 1'000'000'000;

/// Ballast's own: 27 digits, so that P keeps 18 of them at its lowest.  It is the finest at which
/// every product in this file fits 256 bits.  Errors are not carried: at 27 digits they are below a
/// tenth of a unit per loss, and without the carry the deposits can never sum to more than the pool
/// holds.
inline constexpr Rules ballast_rules{math::U256(ten_to_9 * ten_to_9 * ten_to_9),
                                     math::U256(ten_to_9), 3, 3, false};

/// Liquity V1 (StabilityPool.sol, liquity/dev 39f1f7f8), digit for digit.
inline constexpr Rules liquity_v1_rules{math::U256(ten_to_9 * ten_to_9), math::U256(ten_to_9), 1, 1,
                                        true};

/// Scales that a deposit can look ahead, its own included, under any rules.
inline constexpr u32 scales_seen_max = 4;

/// What a loss does to P (section 2).
struct Shrunk {
    math::U256 product;
    u32 scale_changes = 0;
    math::U256 error;  ///< To be carried into the next loss; zero where errors are not carried.
};

/// P after `debt` of `total` has been burnt.  0 < debt < total; what is left may not be under total
/// / precision.  The loss per unit is rounded up and P down, against the depositors.
[[nodiscard]] Shrunk shrink(const Rules& rules, const math::U256& product, u128 debt, u128 total,
                            const math::U256& error);

/// What a gain adds to S of the scale in which it arrives (section 3).
struct Added {
    math::U256 sum;
    math::U256 error;  ///< To be carried into the next gain of the same asset; zero where errors
                       ///< are not carried.
};

/// The addition to S when `gain` is shared among `total`, at the product before the loss that came
/// with it.  Rounded down, against the depositors.
[[nodiscard]] Added share(const Rules& rules, const math::U256& product, u128 gain, u128 total,
                          const math::U256& error);

/// What is left of a deposit (section 4) that was `initial` when the product was `then`,
/// `scales_apart` scales ago. Rounded down.
[[nodiscard]] u128 compounded(const Rules& rules, u128 initial, const math::U256& then,
                              const math::U256& now, u32 scales_apart);

/// One number out of the sums of consecutive scales: sums[0] is what S of the deposit's own scale
/// has grown since the deposit, sums[k] all of S of the k-th scale after it.  Scales beyond
/// scales_apart_max are not looked at.
[[nodiscard]] math::U256 grown(const Rules& rules, std::span<const math::U256> sums);

/// What a deposit has gained of one asset (section 5), given `grown`.  Rounded down.
[[nodiscard]] u128 gained(const Rules& rules, u128 initial, const math::U256& then,
                          const math::U256& grown);

/// What the pool can absorb without falling under its smallest remainder.
[[nodiscard]] constexpr u128 absorbable(u128 total, u128 remainder_min) {
    return total > remainder_min ? total - remainder_min : 0;
}

/// Whether `amount` can leave without the pool falling under its smallest remainder.
[[nodiscard]] constexpr bool may_leave(u128 total, u128 amount, u128 remainder_min) {
    return amount <= absorbable(total, remainder_min);
}

}  // namespace ballast::backstop
