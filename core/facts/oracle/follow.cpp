#include <ballast/oracle/follow.hpp>

#include <ballast/math/money.hpp>
#include <ballast/oracle/reference.hpp>
#include <ballast/oracle/width.hpp>

#include <algorithm>

namespace ballast::oracle {
namespace {

bool too_far(const FeedTerms& terms, Price from, Price price) {
    const Price distance = price < from ? from - price : price - from;
    return distance > math::portion(from, terms.jump_max, Round::down);
}

std::optional<Price> reference_of(const Feed& feed) {
    return reference(feed.terms, feed.references[feed.id], feed.row.references);
}

void remember_if_due(const Feed& feed, Price mark) {
    if (!reference_due(feed.terms, feed.references[feed.id], feed.row.references, feed.now)) return;
    remember(feed.references.edit(feed.id), feed.row.references, mark, feed.now);
    ++feed.row.references;
}

/// Forgets what the price was: from here on it is compared with `level`.
void restart_reference(const Feed& feed, Price level) {
    feed.row.references = 0;
    remember_if_due(feed, level);
}

/// Sets the mark and lets the variance know of the move.
void move_mark(const Feed& feed, Price mark, const Aggregate& aggregate) {
    FeedRow& row = feed.row;
    if (row.moved != 0)
        row.variance =
            updated_variance(feed.terms, row.variance, row.last.mark, mark, feed.now - row.moved);
    row.moved = feed.now;
    row.last = {mark, aggregate.spread, aggregate.time};
}

/// The mark is what the sources say.
u32 accept(const Feed& feed, const Aggregate& aggregate) {
    FeedRow& row = feed.row;
    row.phase = Phase::following;
    row.streak = {};
    row.hold_from = row.reach = {};
    row.hold_start = 0;
    row.halt_reason = 0;
    const bool rate = feed.terms.kind == FeedKind::rate;
    const Price mark = rate ? capped_rate(feed.terms, row, aggregate.mid, feed.now) : aggregate.mid;
    move_mark(feed, mark, aggregate);
    remember_if_due(feed, mark);
    return mark < aggregate.mid ? reason::growth_cap : 0;
}

u32 halt(const Feed& feed, u32 why) {
    FeedRow& row = feed.row;
    row.phase = Phase::halted;
    row.halt_reason = why;
    row.streak = {};
    row.hold_from = row.reach = {};
    row.hold_start = 0;
    row.next = row.current = {};  // After the halt a price waits for its delay anew.
    return why;
}

void begin_hold(const Feed& feed, Price from) {
    feed.row.phase = Phase::holding;
    feed.row.hold_from = from;
    feed.row.hold_start = feed.now;
    feed.row.streak = {};
}

/// Adds the aggregate to the run of those that are too far from `reference` on the same side.
void extend_jump(Streak& streak, Price reference, const Aggregate& aggregate) {
    const bool falls = aggregate.mid < reference;
    if (streak.count == 0 || falls != (streak.level < reference)) {
        streak = {aggregate.mid, 1, aggregate.time, aggregate.time};
        return;
    }
    streak.level =
        falls ? std::max(streak.level, aggregate.mid) : std::min(streak.level, aggregate.mid);
    // The same reports seen again confirm nothing.
    if (aggregate.time <= streak.last_time) return;
    streak.last_time = aggregate.time;
    streak.count = std::min(streak.count + 1, breaker_confirm_max);
}

bool confirmed(const FeedTerms& terms, const Streak& streak) {
    return streak.count >= terms.breaker_confirm &&
           streak.last_time - streak.first_time >= terms.breaker_confirm_seconds;
}

/// The mark on its way from hold_from to the unconfirmed price, as far as the bounded pace has
/// brought it.
Price walked(const Feed& feed, Price mid) {
    const Price from = feed.row.hold_from;
    const i128 pace = i128{from.units()} * feed.terms.breaker_walk_per_minute.units();
    const u64 seconds = std::min(feed.now - feed.row.hold_start, span_seconds_max);
    const i128 way = pace * seconds / (i128{60} * ratio_one);
    const i128 whole = i128{mid.units()} - from.units();
    return Price::units(static_cast<i64>(from.units() + std::clamp(whole, -way, way)));
}

/// A quorum for a price feed that is following or holding.
u32 judge(const Feed& feed, const Aggregate& aggregate) {
    FeedRow& row = feed.row;
    Price base = reference_of(feed).value_or(aggregate.mid);
    if (!too_far(feed.terms, base, aggregate.mid)) return accept(feed, aggregate);

    if (row.phase != Phase::holding) begin_hold(feed, row.last.mark);
    extend_jump(row.streak, base, aggregate);
    if (confirmed(feed.terms, row.streak)) {
        // The price has gone at least as far as the level.  What lies beyond it must be confirmed
        // in its turn.
        base = row.streak.level;
        restart_reference(feed, base);
        if (!too_far(feed.terms, base, aggregate.mid)) return accept(feed, aggregate);
        begin_hold(feed, base);
        extend_jump(row.streak, base, aggregate);
    }
    row.reach = aggregate.mid;
    move_mark(feed, walked(feed, aggregate.mid), aggregate);
    if (feed.now - row.hold_start >= feed.terms.breaker_hold_seconds && feed.now > row.hold_start)
        return reason::jump | halt(feed, reason::breaker);
    return reason::jump | reason::breaker;
}

/// A quorum for a halted feed: the halt ends when aggregates agree for long enough.
u32 recover(const Feed& feed, const Aggregate& aggregate) {
    FeedRow& row = feed.row;
    Streak& streak = row.streak;
    if (streak.count == 0 || too_far(feed.terms, streak.level, aggregate.mid))
        streak = {aggregate.mid, 1, aggregate.time, aggregate.time};
    streak.last_time = std::max(streak.last_time, aggregate.time);
    if (streak.last_time - streak.first_time < feed.terms.recovery_seconds)
        return row.halt_reason | reason::recovering;
    restart_reference(feed, aggregate.mid);
    return accept(feed, aggregate);
}

/// No quorum: the last mark is kept for a while and ages.
u32 coast(const Feed& feed) {
    FeedRow& row = feed.row;
    switch (row.phase) {
        case Phase::unborn: return reason::never_reported;
        case Phase::halted: row.streak = {}; return row.halt_reason;
        case Phase::following:
        case Phase::holding: break;
    }
    if (feed.now - row.quorum_seen >= feed.terms.halt_seconds) return halt(feed, reason::outage);
    if (row.phase == Phase::following) return 0;
    row.streak = {};
    if (feed.now - row.hold_start >= feed.terms.breaker_hold_seconds)
        return halt(feed, reason::breaker);
    return reason::breaker;
}

}  // namespace

u32 follow(const Feed& feed, const Aggregate& aggregate) {
    if (!aggregate.quorum) return aggregate.reasons | coast(feed);
    feed.row.quorum_seen = feed.now;
    if (feed.row.phase == Phase::halted) return aggregate.reasons | recover(feed, aggregate);
    if (feed.terms.kind == FeedKind::rate) return aggregate.reasons | accept(feed, aggregate);
    return aggregate.reasons | judge(feed, aggregate);
}

}  // namespace ballast::oracle
