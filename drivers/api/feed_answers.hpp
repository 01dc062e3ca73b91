/// Prices in the words of the API.
#pragma once

#include <ballast/api/question.hpp>

namespace ballast::api {

/// The quote of a feed, and what is wrong with it.
[[nodiscard]] Json quote_json(const View& view, FeedId feed);
[[nodiscard]] std::vector<schema::Field> quote_fields();

/// Why the last report of a source does not count in the last block; empty: it counts.  By position
/// among the feed's sources.
[[nodiscard]] std::vector<std::string_view> source_verdicts(const oracle::FeedTerms& terms,
                                                            std::span<const oracle::SourceRow> rows,
                                                            u64 now);

}  // namespace ballast::api
