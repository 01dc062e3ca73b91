/// The sums from which settlement prices are made.  docs/methods/oracle.md, section 7.
#pragma once

#include <ballast/oracle/follow.hpp>

namespace ballast::oracle {

/// Adds the seconds since the last block to the feed's sums, and takes a sample of them if one is
/// due.
void count_seconds(const Feed& feed, ledger::Table<SampleRow>& samples, u32 first_sample);

/// The row of the feed's first sample.
[[nodiscard]] u32 first_sample(const Terms& terms, u32 feed);

/// Reasons with which a second still counts.
inline constexpr u32 settles = reason::stale_sources | reason::outliers | reason::thin;

}  // namespace ballast::oracle
