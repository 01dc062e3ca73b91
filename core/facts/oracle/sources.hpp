/// Where the rows of a feed stand in the tables of the state.
#pragma once

#include <ballast/oracle/terms.hpp>

namespace ballast::oracle {

/// The row of the feed's first source.
[[nodiscard]] inline u32 first_source(const Terms& terms, u32 feed) {
    std::size_t rows = 0;
    for (u32 i = 0; i < feed; ++i) rows += terms.feeds[i].sources.size();
    return static_cast<u32>(rows);
}

/// The publisher's place among the feed's sources, if it has one.
[[nodiscard]] inline std::optional<u32> place_of(const FeedTerms& feed, PublisherId publisher) {
    for (u32 i = 0; i < feed.sources.size(); ++i)
        if (feed.sources[i].publisher == publisher) return i;
    return {};
}

}  // namespace ballast::oracle
