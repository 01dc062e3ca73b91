/// The moving reference of one feed: what its price has been of late.  docs/methods/oracle.md,
/// section 3.
#pragma once

#include <ballast/oracle/state.hpp>
#include <ballast/oracle/terms.hpp>

#include <optional>

namespace ballast::oracle {

/// The lower median of the marks remembered within reference_seconds before the newest of them;
/// none if none is.
[[nodiscard]] std::optional<Price> reference(const FeedTerms& terms, const ReferenceRow& ring,
                                             u32 count);

/// Whether a mark is due to be remembered: the newest is older than a references_max-th of the
/// window, or there is none.
[[nodiscard]] bool reference_due(const FeedTerms& terms, const ReferenceRow& ring, u32 count,
                                 u64 now);

/// Writes `mark` as the `count`-th one.
void remember(ReferenceRow& ring, u32 count, Price mark, u64 now);

}  // namespace ballast::oracle
