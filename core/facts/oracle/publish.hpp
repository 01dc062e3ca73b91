/// The last steps to the quote: the delay and the quote asset.  docs/methods/oracle.md, sections 2
/// and 5.
#pragma once

#include <ballast/oracle/follow.hpp>

namespace ballast::oracle {

/// Passes the mark through the feed's delay: `current` becomes what may be used.
void pass_delay(const Feed& feed);

/// The feed's quote at `now`, for `reasons` as `follow` gave them.  `base` is the quote of the feed
/// in whose asset this one is quoted, if there is one.
[[nodiscard]] Quote quote_now(const Feed& feed, u32 reasons, const Quote* base);

}  // namespace ballast::oracle
