/// Ties a market's feeds to the venues that the price files hold.
#pragma once

#include <ballast/replay/stage.hpp>

namespace ballast::replay {

[[nodiscard]] std::string upper_case(std::string_view text);

/// Replaces publishers and sources of every feed by the venues of its asset, without keys, all of
/// weight 1, and lowers quorums to the number of venues.  A feed of a dollar without a price file
/// reports 1; any other feed without prices keeps a silent source, and so stays halted.  Fills
/// reporters and assets of the stage, and notes what it changes.
[[nodiscard]] files::Attempt<void> bind_market(Stage& stage);

/// Gives a feed the one source that always reports a dollar.
void report_at_par(Stage& stage, FeedId feed);

/// Finds the price of the stage's synthetic.
[[nodiscard]] files::Attempt<void> bind_synthetic(Stage& stage);

/// The price that the reporter gives at `block`, in what its feed is quoted in; 0: none.
[[nodiscard]] Price reported(const World& world, const Reporter& reporter, u64 block);

}  // namespace ballast::replay
