/// How a feed's mark follows its aggregates: at once, held back by the circuit breaker, under a
/// growth cap, or not at all. The README has the table of transitions; docs/methods/oracle.md,
/// sections 3, 4 and 6, the formulas.
#pragma once

#include <ballast/oracle/aggregate.hpp>

namespace ballast::oracle {

/// One feed in one block.
struct Feed {
    const FeedTerms& terms;
    FeedRow& row;
    ledger::Table<ReferenceRow>& references;
    u32 id;
    u64 now;
};

/// Moves the phase, the mark (`last`) and all that depends on them by one aggregate.  Returns its
/// reasons and the feed's own.
[[nodiscard]] u32 follow(const Feed& feed, const Aggregate& aggregate);

/// The rate to believe when the sources say `mid`: no more than the cap, which is
/// growth_per_day_max a day from the last change on.  A rate that stays under that base for
/// breaker_confirm_seconds lowers it.  Rounded down.
[[nodiscard]] Price capped_rate(const FeedTerms& terms, FeedRow& row, Price mid, u64 now);

}  // namespace ballast::oracle
