/// Many reports become one price.  docs/methods/oracle.md, section 1.
#pragma once

#include <ballast/oracle/state.hpp>
#include <ballast/oracle/terms.hpp>

#include <span>

namespace ballast::oracle {

/// A fresh report with the weight of its source.
struct Observation {
    Price price;
    Price confidence;
    u64 time = 0;
    u32 weight = 0;
};

struct Aggregate {
    Price mid;         ///< Lower weighted median of the accepted observations.
    Price spread;      ///< Half-width from their confidence and their dispersion; rounded up.
    u64 time = 0;      ///< Lower weighted median of their times.
    u32 accepted = 0;  ///< How many there are.
    u32 reasons = 0;   ///< stale_sources, outliers, quorum_count, quorum_weight, thin.
    bool quorum = false;
};

/// A number and how much it counts.
struct Weighted {
    i64 value = 0;
    u32 weight = 0;
};

/// Sorts `values` and returns the weighted median: the first value, counted from the side that
/// `round` names, at which half of the weight is reached.  Any order of the values gives the same
/// answer.  At least one value, weights > 0.
[[nodiscard]] i64 weighted_median(std::span<Weighted> values, Round round);

/// The price on which the fresh observations of one feed agree.  At most limits::sources_max
/// observations.
[[nodiscard]] Aggregate aggregate(const FeedTerms& terms, std::span<const Observation> fresh);

}  // namespace ballast::oracle
