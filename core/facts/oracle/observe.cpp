#include <ballast/oracle/oracle.hpp>
#include <ballast/oracle/publish.hpp>
#include <ballast/oracle/settlement.hpp>
#include <ballast/oracle/sources.hpp>

#include <array>

namespace ballast::oracle {
namespace {

void store(const Terms& terms, State& state, const Report& report) {
    const u32 feed = report.feed.value();
    const u32 row = first_source(terms, feed) + *place_of(terms.feeds[feed], report.publisher);
    state.sources.edit(row) = {report.price, report.confidence, report.time};
}

Event rejected(const Report& report, Reject reason) {
    return {.kind = EventKind::report_rejected,
            .subject = report.feed.value(),
            .account = AccountId(report.publisher.value()),
            .asset = {},
            .amount = std::to_underlying(reason),
            .value = 0};
}

/// What the sources of one feed say that is fresh at `now`.
Aggregate aggregate_fresh(const FeedTerms& terms, std::span<const SourceRow> rows, u64 now) {
    std::array<Observation, limits::sources_max> fresh;
    std::size_t count = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const SourceRow& row = rows[i];
        if (row.time == 0 || now - row.time > terms.fresh_seconds) continue;
        fresh[count++] = {row.price, row.confidence, row.time, terms.sources[i].weight};
    }
    return aggregate(terms, std::span(fresh).first(count));
}

void report_change(u32 feed, const Quote& before, const Quote& after, Events& events) {
    const auto change = [&](EventKind kind, i128 old_value, i128 new_value) {
        if (old_value == new_value) return;
        events.push_back({.kind = kind,
                          .subject = feed,
                          .account = {},
                          .asset = {},
                          .amount = old_value,
                          .value = new_value});
    };
    change(EventKind::feed_status, std::to_underlying(before.status),
           std::to_underlying(after.status));
    change(EventKind::feed_reasons, before.reasons, after.reasons);
}

}  // namespace

State make_state(const Terms& terms) {
    State state;
    for (const FeedTerms& feed : terms.feeds) {
        state.feeds.push({});
        state.references.push({});
        for (std::size_t i = 0; i < feed.sources.size(); ++i) state.sources.push({});
        for (u32 i = 0; feed.settlement_seconds > 0 && i < samples_max; ++i) state.samples.push({});
    }
    return state;
}

void observe(const Terms& terms, State& state, const Arrival& arrival, Events& events) {
    const u64 now = arrival.now;
    for (const Report& report : arrival.reports) {
        const Result<void> good = check_report(terms, state, report, now, arrival.chain);
        if (good)
            store(terms, state, report);
        else
            events.push_back(rejected(report, good.error()));
    }

    u32 source = 0;
    u32 sample = 0;
    for (u32 id = 0; id < terms.feeds.size(); ++id) {
        const FeedTerms& feed_terms = terms.feeds[id];
        const auto count = static_cast<u32>(feed_terms.sources.size());
        const Feed feed{feed_terms, state.feeds.edit(id), state.references, id, now};
        count_seconds(feed, state.samples, sample);

        const Aggregate sum =
            aggregate_fresh(feed_terms, state.sources.rows().subspan(source, count), now);
        const u32 reasons = follow(feed, sum);
        pass_delay(feed);
        const Quote* base =
            feed_terms.quote ? &state.feeds[feed_terms.quote->value()].quote : nullptr;
        const Quote next = quote_now(feed, reasons, base);
        report_change(id, feed.row.quote, next, events);
        feed.row.quote = next;
        feed.row.counts =
            (next.reasons & ~settles) == 0 && sum.accepted >= feed_terms.settlement_count;

        source += count;
        sample += feed_terms.settlement_seconds > 0 ? samples_max : 0;
    }
}

Result<void> allows_use(const Quote& quote) {
    if (quote.status == Status::halted) return no(Reject::price_unavailable);
    return {};
}

Result<void> allows_new_risk(const Quote& quote) {
    switch (quote.status) {
        case Status::live: return {};
        case Status::degraded: return no(Reject::feed_degraded);
        case Status::halted: return no(Reject::feed_halted);
    }
    return no(Reject::feed_halted);
}

}  // namespace ballast::oracle
