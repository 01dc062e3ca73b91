/// How the price of an auction falls.  Everything here is a pure function of numbers without a
/// kind, so that the same code prices our own auctions and answers in the units of a peer
/// (docs/methods/auctions.md, sections 1 and 2).
#pragma once

#include <ballast/base/codec.hpp>
#include <ballast/math/u256.hpp>

namespace ballast::auctions {

enum class CurveKind : u8 {
    linear,           ///< Falls in a straight line to zero at `duration_seconds`.
    stepped,          ///< Is multiplied by `cut` after every `step_seconds`.
    continuous,       ///< Is multiplied by `cut` every second.
    fixed_discount,   ///< In place, no clock: a bonus of `discount` on what the keeper repays.
    health_discount,  ///< In place, no clock: a discount of 1 - health, at most `discount`.
};
[[nodiscard]] constexpr bool valid(CurveKind kind) {
    return kind <= CurveKind::health_discount;
}

/// Whether a vault of this curve is resolved in place, by repayments against discounted collateral,
/// with no auction clock.
[[nodiscard]] constexpr bool in_place(CurveKind kind) {
    return kind == CurveKind::fixed_discount || kind == CurveKind::health_discount;
}

struct Curve {
    CurveKind kind = CurveKind::stepped;
    u64 duration_seconds = 0;   ///< linear: from the top to zero.
    u64 step_seconds = 0;       ///< stepped: between two cuts.
    Ray cut;                    ///< stepped, continuous: factor per step or second, at most 1.
    Ratio discount;             ///< fixed: bonus on what is repaid; health: cap of the discount.
    Ratio close_factor;         ///< in place: the part of the debt that one take may repay.
    Ratio full_close_health;    ///< in place: below this health all may be repaid; 0 is never.
    bool allow_spiral = false;  ///< in place: pay the bonus even where it worsens the vault.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.kind), visit(row.duration_seconds), visit(row.step_seconds), visit(row.cut);
        visit(row.discount), visit(row.close_factor), visit(row.full_close_health);
        visit(row.allow_spiral);
    }
};

/// The price `elapsed` seconds after it stood at `top`, rounded in the places in which Maker's
/// abaci.sol rounds, so that it is the same integer; `top` itself where the curve is in place.  It
/// does not rise with `elapsed`, as long as what one cut takes away exceeds the rounding of cut^n
/// (n units of the 27th decimal).  Rejects a product beyond 256 bits (overflow).
[[nodiscard]] Result<math::U256> price_after(const Curve& curve, const math::U256& top,
                                             u64 elapsed);

/// When an auction has run for too long (more than `tail` seconds) or too low (`price` / `top`
/// under `cusp`, the quotient rounded down to 27 decimals).  A price of zero is always too low.
/// `top` > 0.
struct RestartInput {
    u64 elapsed = 0;
    u64 tail = 0;
    math::U256 price;
    math::U256 top;
    Ray cusp;
};
[[nodiscard]] bool needs_restart(const RestartInput& input);

}  // namespace ballast::auctions
