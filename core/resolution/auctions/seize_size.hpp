/// How much of an unhealthy vault goes to auction while the debt at auction is limited: Maker's
/// dog.bark in any units (docs/methods/auctions.md, section 4).
#pragma once

#include <ballast/base/quantity.hpp>
#include <ballast/base/result.hpp>
#include <ballast/math/u256.hpp>

namespace ballast::auctions {

/// Debt is kept as `shares`; `shares` * `rate` / `rate_scale` is money.  `chop` / `chop_scale` is 1
/// + the penalty. Maker's units: rate_scale 1 (wad times ray is rad), chop_scale 10^18.  Ours:
/// whatever the vault keeps its debt in.
struct SeizeInput {
    math::U256 collateral;  ///< What the vault holds, in one unit (for a basket: its value).
    math::U256 shares;      ///< What it owes, in shares.  > 0.
    math::U256 rate;        ///< > 0.
    math::U256 rate_scale = math::U256(1);
    math::U256 room;  ///< Money that may still come to auction, penalty included: the smaller of
                      ///< the limits' rests.
    math::U256 debt_min;  ///< Money that a vault must owe if it owes anything.
    math::U256 chop;      ///< > 0.
    math::U256 chop_scale;
};

struct SeizeSize {
    math::U256 shares;      ///< Debt shares taken over.
    math::U256 collateral;  ///< Collateral that goes with them, in proportion, rounded down.
    math::U256 due;         ///< The debt they are, rounded up.
    math::U256 tab;         ///< What the auction must raise: due with the penalty, rounded down.
};

/// Takes what fits under the limits, and everything where the rest would owe less than `debt_min`.
/// Rejects: auction_no_room, auction_part_too_small (what fits owes less than `debt_min`),
/// auction_lot_empty, overflow.
[[nodiscard]] Result<SeizeSize> seize_size(const SeizeInput& input);

/// `amount` * `part` / `whole`, rounded down: one asset's share of a seizure.  `part` <= `whole`,
/// `whole` > 0.
[[nodiscard]] Amount seized(Amount amount, const math::U256& part, const math::U256& whole);

}  // namespace ballast::auctions
