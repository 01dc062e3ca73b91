/// What a take from a running auction buys and costs: Maker's clip.take in any units
/// (docs/methods/auctions.md, section 3).
#pragma once

#include <ballast/base/result.hpp>
#include <ballast/math/u256.hpp>

namespace ballast::auctions {

/// `price` * units / `scale` is money.  Maker's units need a scale of 1 (wad times ray is rad),
/// ours 10^27.
struct TakeInput {
    math::U256 lot;     ///< Units left.
    math::U256 tab;     ///< Money left to collect.
    math::U256 price;   ///< Money times `scale` per unit.
    math::U256 wanted;  ///< Units the keeper would buy; more than the lot means all of it.
    math::U256 chost;   ///< Smallest tab that may be left over while units are left, unless it is
                        ///< zero.
    math::U256 scale = math::U256(1);
};

struct TakeDecision {
    math::U256 slice;  ///< Units bought, rounded down; at most `wanted` and at most the lot.
    math::U256 owe;    ///< Money owed for them, rounded up; at most the tab.
};

/// Buys what is wanted, but no more than pays the tab, and cut back where the tab left would be
/// under `chost`.  Rejects: auction_needs_restart (price zero), auction_leaves_dust (the whole tab
/// is within `chost`, and only part is wanted), overflow.
[[nodiscard]] Result<TakeDecision> decide_take(const TakeInput& input);

/// What a keeper earns for moving an auction of `tab` along: `tip` + `tab` * `chip` / `chip_scale`,
/// rounded down; nothing where the tab, or the lot at the feed's price (`lot_worth`), is under
/// `chost` and so not worth the effort.
struct RewardInput {
    math::U256 tip;
    math::U256 chip;
    math::U256 chip_scale;
    math::U256 tab;
    math::U256 lot_worth;
    math::U256 chost;
};
[[nodiscard]] Result<math::U256> reward(const RewardInput& input);

}  // namespace ballast::auctions
