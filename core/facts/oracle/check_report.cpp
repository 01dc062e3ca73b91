#include <ballast/oracle/oracle.hpp>
#include <ballast/oracle/sources.hpp>

namespace ballast::oracle {
namespace {

Result<void> check_numbers(const Report& report) {
    if (report.price.units() <= 0) return no(Reject::price_not_positive);
    if (report.price > limits::price_max) return no(Reject::price_over_limit);
    if (report.confidence.units() < 0) return no(Reject::confidence_negative);
    if (report.confidence > report.price) return no(Reject::confidence_over_price);
    return {};
}

}  // namespace

Result<void> check_report(const Terms& terms, const State& state, const Report& report, u64 now,
                          const crypto::Digest& chain) {
    const u32 publisher = report.publisher.value();
    const u32 feed = report.feed.value();
    if (publisher >= terms.publishers.size()) return no(Reject::unknown_publisher);
    if (feed >= terms.feeds.size()) return no(Reject::unknown_feed);
    const std::optional<u32> place = place_of(terms.feeds[feed], report.publisher);
    if (!place) return no(Reject::publisher_not_on_feed);
    BALLAST_CHECK(check_numbers(report));
    if (report.time > now) return no(Reject::report_from_future);
    if (now - report.time > terms.feeds[feed].fresh_seconds) return no(Reject::report_stale);
    const SourceRow& row = state.sources[first_source(terms, feed) + *place];
    if (report.time <= row.time) return no(Reject::report_not_newer);

    const auto& key = terms.publishers[publisher].key;
    if (key && !crypto::verify(*key, signed_bytes(report, chain), report.signature))
        return no(Reject::bad_signature);
    return {};
}

}  // namespace ballast::oracle
