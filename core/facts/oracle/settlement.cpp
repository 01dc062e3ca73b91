#include <ballast/oracle/settlement.hpp>

#include <ballast/math/mul_div.hpp>
#include <ballast/oracle/oracle.hpp>

#include <algorithm>

namespace ballast::oracle {
namespace {

/// Seconds between two samples: so that the ring holds the longest window and an interval at each
/// end of it.
u64 sample_spacing(const FeedTerms& terms) {
    return (terms.settlement_seconds + samples_max - 3) / (samples_max - 2);
}

/// The ring of one feed, and the sums as they stand now after its newest row.
struct Ring {
    const ledger::Table<SampleRow>& samples;
    const FeedRow& row;
    u32 first;

    [[nodiscard]] u32 oldest() const { return row.samples - std::min(row.samples, samples_max); }
    [[nodiscard]] SampleRow at(u32 index) const {
        if (index == row.samples) return {row.seen, row.price_seconds, row.good_seconds};
        return samples[first + index % samples_max];
    }
};

/// The sums at `time`, on the straight line between the samples around it; none if that is no
/// longer remembered.
std::optional<SampleRow> sums_at(const Ring& ring, u64 time) {
    if (ring.row.samples == 0 || time > ring.row.seen) return {};
    for (u32 index = ring.row.samples; index > ring.oldest(); --index) {
        const SampleRow before = ring.at(index - 1);
        if (before.time > time) continue;
        const SampleRow after = ring.at(index);
        if (after.time == before.time) return before;
        const i128 part = static_cast<i128>(time - before.time);
        const i128 whole = static_cast<i128>(after.time - before.time);
        const i128 price_seconds = (after.price_seconds - before.price_seconds) * part / whole;
        const i128 good_seconds =
            static_cast<i128>(after.good_seconds - before.good_seconds) * part / whole;
        return SampleRow{time, before.price_seconds + price_seconds,
                         before.good_seconds + static_cast<u64>(good_seconds)};
    }
    return {};
}

}  // namespace

u32 first_sample(const Terms& terms, u32 feed) {
    u32 rows = 0;
    for (u32 i = 0; i < feed; ++i) rows += terms.feeds[i].settlement_seconds > 0 ? samples_max : 0;
    return rows;
}

void count_seconds(const Feed& feed, ledger::Table<SampleRow>& samples, u32 first) {
    FeedRow& row = feed.row;
    // A price that nobody has confirmed for longer than it is fresh does not count, even if no
    // block said so.
    const u64 seconds = std::min(feed.now - row.seen, feed.terms.fresh_seconds);
    if (row.counts) {
        row.price_seconds += i128{row.quote.mark.units()} * seconds;
        row.good_seconds += seconds;
    }
    row.seen = feed.now;
    if (feed.terms.settlement_seconds == 0) return;
    if (row.samples > 0) {
        const SampleRow& newest = samples[first + (row.samples - 1) % samples_max];
        if (feed.now - newest.time < sample_spacing(feed.terms)) return;
    }
    samples.edit(first + row.samples % samples_max) = {feed.now, row.price_seconds,
                                                       row.good_seconds};
    ++row.samples;
}

Result<Price> settlement(const Terms& terms, const State& state, FeedId feed, u64 from, u64 to) {
    if (feed.value() >= terms.feeds.size()) return no(Reject::unknown_feed);
    const FeedTerms& feed_terms = terms.feeds[feed.value()];
    if (from >= to || to - from > feed_terms.settlement_seconds)
        return no(Reject::settlement_unavailable);

    const Ring ring{state.samples, state.feeds[feed.value()], first_sample(terms, feed.value())};
    const std::optional<SampleRow> start = sums_at(ring, from);
    const std::optional<SampleRow> end = sums_at(ring, to);
    if (!start || !end) return no(Reject::settlement_unavailable);

    const u64 good = end->good_seconds - start->good_seconds;
    const i128 cover = i128{feed_terms.settlement_cover.units()} * (to - from);
    if (good == 0 || i128{good} * ratio_one < cover) return no(Reject::settlement_unavailable);
    const i128 sum = end->price_seconds - start->price_seconds;
    return Price::units(static_cast<i64>(math::divide(sum, i128{good}, Round::down)));
}

}  // namespace ballast::oracle
