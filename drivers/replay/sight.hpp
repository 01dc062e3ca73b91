/// What anybody can see of the machine after a block: what is on offer, what things are worth.
#pragma once

#include <ballast/engine/machine.hpp>
#include <ballast/replay/keeper.hpp>
#include <ballast/replay/stage.hpp>

namespace ballast::replay {

/// Every open auction of vaults' collateral that could be taken from at the machine's time, as
/// offers.  Those that wait for a restart or for their feed are left out, and so are the treasury's
/// own auctions.  What is paid is valued at the outside price of the synthetic at `block`.
[[nodiscard]] std::vector<Offer> offers(const engine::Machine& machine, const Stage& stage,
                                        u64 block);

/// Dollars per unit of the stage's synthetic outside.
[[nodiscard]] Price synthetic_price(const Stage& stage, u64 block);

/// The marks of a vault type's collateral, by position in its basket, and of what it owes.
struct Marks {
    std::vector<Price> collateral;
    Price debt;
};
[[nodiscard]] Marks marks_of(const engine::Machine& machine, VaultTypeId type);

/// The outside prices of the same.  Where the world has no price, the mark.
[[nodiscard]] Marks outside_of(const Stage& stage, const engine::Machine& machine, VaultTypeId type,
                               u64 block);

}  // namespace ballast::replay
