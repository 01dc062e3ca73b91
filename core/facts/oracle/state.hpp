/// What the oracle remembers.
#pragma once

#include <ballast/base/codec.hpp>
#include <ballast/ledger/table.hpp>

#include <array>

namespace ballast::oracle {

/// What may be done with a feed's price (L9).
///
///     live      everything
///     degraded  only what reduces risk; liquidations go on, at the firm range
///     halted    nothing that needs a price
enum class Status : u8 { live, degraded, halted };
constexpr bool valid(Status status) {
    return status <= Status::halted;
}

/// Why a quote is as it is; bits of Quote::reasons.  Bits of the first group may be set while the
/// feed is live.
namespace reason {
inline constexpr u32 stale_sources = 1u << 0;  ///< Some source has no fresh report.
inline constexpr u32 outliers = 1u << 1;       ///< Some fresh report was left out as an outlier.

inline constexpr u32 thin = 1u << 2;           ///< Quorum, but fewer sources than live_count.
inline constexpr u32 quorum_count = 1u << 3;   ///< Too few sources agree; the last mark is kept.
inline constexpr u32 quorum_weight = 1u << 4;  ///< Too little weight agrees; the last mark is kept.
inline constexpr u32 jump = 1u << 5;           ///< The aggregate is too far from the reference.
inline constexpr u32 breaker = 1u << 6;      ///< The breaker holds the mark back, or has halted the
                                             ///< feed.
inline constexpr u32 outage = 1u << 7;       ///< Halted for want of quorum.
inline constexpr u32 recovering = 1u << 8;   ///< Sources agree again, but not for long enough yet.
inline constexpr u32 growth_cap = 1u << 9;   ///< A rate grew faster than allowed; the mark is the
                                             ///< cap.
inline constexpr u32 quote_feed = 1u << 10;  ///< The feed in whose asset this one is quoted is not
                                             ///< live.
inline constexpr u32 delayed = 1u << 11;     ///< The first price has not waited long enough yet.
inline constexpr u32 never_reported = 1u << 12;  ///< There has never been a price.
inline constexpr u32 out_of_range = 1u << 13;  ///< The converted price exceeds limits::price_max or
                                               ///< rounds to zero.
}  // namespace reason

/// The price that the machine uses in this block, in the unit of account.  low <= firm_low <= mark
/// <= firm_high <= high.
struct Quote {
    Price mark;  ///< The weighted median; 0 if there has never been a price.
    Price low;   ///< What the asset is worth at least: for collateral that backs new risk.  Rounded
                 ///< down.
    Price high;  ///< What the asset is worth at most: for debt under new risk.  Rounded up.
    Price firm_low;   ///< As low, but an unconfirmed jump does not reach into it: for liquidations.
    Price firm_high;  ///< As high, but an unconfirmed jump does not reach into it: for
                      ///< liquidations.
    Status status = Status::halted;
    u32 reasons = reason::never_reported;
    u64 time = 0;  ///< When the mark was observed, seconds since 1970; of both feeds the older, if
                   ///< there is a quote feed.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.mark), visit(row.low), visit(row.high), visit(row.firm_low), visit(row.firm_high);
        visit(row.status), visit(row.reasons), visit(row.time);
    }
    friend bool operator==(const Quote&, const Quote&) = default;
};

/// Where a feed is in its life; the README has the table of transitions.
enum class Phase : u8 { unborn, following, holding, halted };
constexpr bool valid(Phase phase) {
    return phase <= Phase::halted;
}

/// A price on its way to being used, in the feed's own quote asset.
struct Level {
    Price mark;
    Price spread;  ///< Half-width from confidence and dispersion.
    u64 time = 0;  ///< When it was observed; 0: there is none.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.mark), visit(row.spread), visit(row.time);
    }
};

/// A run of aggregates that agree with one another: that a jump is real, or that a halt may end.
struct Streak {
    Price level;  ///< Jump: the aggregate of the run nearest to the reference.  Halt: the first of
                  ///< the run.
    u32 count = 0;       ///< Aggregates of different times; 0: no run.
    u64 first_time = 0;  ///< Observation time of the first.
    u64 last_time = 0;   ///< Observation time of the last.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.level), visit(row.count), visit(row.first_time), visit(row.last_time);
    }
};

struct FeedRow {
    Quote quote;
    Phase phase = Phase::unborn;
    Level last;           ///< The mark before delay and conversion.
    u64 seen = 0;         ///< Block time of the last `observe`.
    u64 quorum_seen = 0;  ///< Block time of the last quorum.
    u64 moved = 0;        ///< Block time at which the variance was last brought forward.
    u128 variance = 0;    ///< Of returns, per second, 10^-18.
    Streak streak;
    Price hold_from;         ///< The mark when the hold began.
    Price reach;             ///< The unconfirmed aggregate; 0 outside a hold.
    u64 hold_start = 0;      ///< Block time.
    u32 halt_reason = 0;     ///< reason::breaker or reason::outage while halted.
    Level next;              ///< Waits for its delay.
    Level current;           ///< Has waited.
    u64 hop = 0;             ///< Block time at which `next` began to wait.
    Price cap_base;          ///< A rate's growth is counted from here
    u64 cap_time = 0;        ///< and from this block time.
    u64 below_since = 0;     ///< Block time since which the rate is under cap_base; 0: it is not.
    i128 price_seconds = 0;  ///< Sum of mark times seconds that count for settlement.
    u64 good_seconds = 0;    ///< Seconds that count for settlement.
    bool counts = false;     ///< Seconds from `seen` on count for settlement.
    u32 references = 0;      ///< References ever sampled since the last reset.
    u32 samples = 0;         ///< Settlement samples ever taken.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.quote), visit(row.phase), visit(row.last), visit(row.seen),
            visit(row.quorum_seen);
        visit(row.moved), visit(row.variance), visit(row.streak), visit(row.hold_from),
            visit(row.reach);
        visit(row.hold_start), visit(row.halt_reason), visit(row.next), visit(row.current),
            visit(row.hop);
        visit(row.cap_base), visit(row.cap_time), visit(row.below_since), visit(row.price_seconds);
        visit(row.good_seconds), visit(row.counts), visit(row.references), visit(row.samples);
    }
};

/// The latest report of one publisher on one feed.  Rows stand in the order of feeds and of their
/// sources.
struct SourceRow {
    Price price;
    Price confidence;
    u64 time = 0;  ///< 0: never reported.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.price), visit(row.confidence), visit(row.time);
    }
};

inline constexpr u32 references_max = 15;  ///< Marks in one reference window.
inline constexpr u32 samples_max = 64;     ///< Settlement samples of one feed.

/// The recent marks of one feed: a ring, the n-th reference at n modulo references_max.
struct ReferenceRow {
    std::array<Price, references_max> marks{};
    std::array<u64, references_max> times{};  ///< Block times.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.marks), visit(row.times);
    }
};

/// The settlement sums of one feed as they stood at `time`: a ring of samples_max rows per feed
/// that settles.
struct SampleRow {
    u64 time = 0;
    i128 price_seconds = 0;
    u64 good_seconds = 0;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.time), visit(row.price_seconds), visit(row.good_seconds);
    }
};

struct State {
    ledger::Table<FeedRow> feeds;
    ledger::Table<SourceRow> sources;
    ledger::Table<ReferenceRow> references;
    ledger::Table<SampleRow> samples;

    template <class F>
    void each(F&& f) {
        f(feeds), f(sources), f(references), f(samples);
    }
    template <class F>
    void each(F&& f) const {
        f(feeds), f(sources), f(references), f(samples);
    }
};

}  // namespace ballast::oracle
