/// What a keeper makes of an account that is being resolved.  docs/methods/derivatives_replay.md,
/// section 5.
#pragma once

#include <ballast/derivatives/stage.hpp>
#include <ballast/engine/machine.hpp>

#include <optional>

namespace ballast::derivatives {

/// What is seen by a keeper at one block.
struct Sight {
    const engine::Machine& machine;
    const Stage& stage;
    const std::vector<replay::Book>& books;  ///< Outside, by asset of the world.
    const replay::KeeperTerms& terms;
    Cash action_cost;
    double vol_spread = 0;
};

/// What it costs to get rid of `part` of what the account holds: spot, perps and options' delta at
/// the slippage of the books, vega at the spread.
[[nodiscard]] double unwinding_cost(const Sight& sight, const clearing::AccountRow& account,
                                    double part);

/// The account as the auction sees it.
[[nodiscard]] portfolio::Standing seen(const Sight& sight, const clearing::AccountRow& account,
                                       const clearing::Standing& standing);

/// The take of an auction that earns a keeper with `free` initial margin most, if one earns enough
/// at the next block.
[[nodiscard]] std::optional<portfolio::Take> wish(const Sight& sight,
                                                  const portfolio::Auction& auction, Cash free);

/// A sale of collateral of an unhealthy account that earns enough.
struct Purchase {
    AssetId asset;
    Amount pay;
};
[[nodiscard]] std::optional<Purchase> purchase(const Sight& sight, MarginAccountId account,
                                               Amount purse);

}  // namespace ballast::derivatives
