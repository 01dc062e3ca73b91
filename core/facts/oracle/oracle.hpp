/// The door: reports in, one quote per feed out.
#pragma once

#include <ballast/base/event.hpp>
#include <ballast/oracle/report.hpp>
#include <ballast/oracle/state.hpp>
#include <ballast/oracle/terms.hpp>

#include <span>

namespace ballast::oracle {

/// The state before the first block: every feed halted, because it was never reported.
[[nodiscard]] State make_state(const Terms& terms);

/// Whether this report may enter a block of time `now`; changes nothing.  Cheapest first:
/// unknown_publisher, unknown_feed, publisher_not_on_feed, price_not_positive, price_over_limit,
/// confidence_negative, confidence_over_price, report_from_future, report_stale, report_not_newer,
/// bad_signature.
[[nodiscard]] Result<void> check_report(const Terms& terms, const State& state,
                                        const Report& report, u64 now, const crypto::Digest& chain);

/// What a block brings to the oracle.
struct Arrival {
    std::span<const Report> reports;
    u64 now = 0;  ///< Block time.
    const crypto::Digest& chain;
};

/// The first step of a block, exactly once per block even without reports: keeps the good reports
/// (each of the others becomes an event report_rejected), brings every feed up to `now` in the
/// order of their ids, and reports each change of status or reasons.  `now` is never earlier than
/// at the last call.
void observe(const Terms& terms, State& state, const Arrival& arrival, Events& events);

/// The price to use in this block, widened for its age at the last `observe`.  Read `status` first:
/// of a halted feed the numbers are for display alone.  The feed exists.
[[nodiscard]] inline const Quote& quote(const State& state, FeedId feed) {
    return state.feeds[feed.value()].quote;
}

/// L9: whether risk may be added on this quote; feed_halted or feed_degraded if not.
[[nodiscard]] Result<void> allows_new_risk(const Quote& quote);

/// Whether risk may be reduced on this quote (liquidation, redemption); price_unavailable if it is
/// halted.
[[nodiscard]] Result<void> allows_use(const Quote& quote);

/// Time-weighted average of the mark over the seconds from `from` to `to` that count: in which a
/// quorum of settlement_count sources agreed and no breaker, cap or quote feed stood in the way.
/// Rounded down.  Rejects: unknown_feed; settlement_unavailable if the feed does not settle, `from`
/// < `to` does not hold, `to` is later than the last block, the window is longer than
/// settlement_seconds or older than what is remembered, or less than settlement_cover of it counts.
[[nodiscard]] Result<Price> settlement(const Terms& terms, const State& state, FeedId feed,
                                       u64 from, u64 to);

}  // namespace ballast::oracle
