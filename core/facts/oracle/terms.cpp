#include <ballast/oracle/terms.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace ballast::oracle {
namespace {

using Fault = std::optional<TermsFault>;

/// A number and the range that it must be in, both ends included.
struct Range {
    const char* key;
    i128 value;
    i128 least;
    i128 most;
    bool ratio = false;  ///< Counts 10^-9.
};

Fault check_range(const std::string& path, const Range& range) {
    if (!range.ratio) return outside(path + range.key, range.value, range.least, range.most);
    const auto ratio = [](i128 units) { return Ratio::units(static_cast<i64>(units)); };
    return outside(path + range.key, ratio(range.value), ratio(range.least), ratio(range.most));
}

Fault check_ranges(const std::string& path, std::span<const Range> ranges) {
    for (const Range& range : ranges)
        if (auto fault = check_range(path, range)) return fault;
    return {};
}

Fault check_name(const std::string& path, const std::string& name) {
    return check_range(path, {"name.size", static_cast<i128>(name.size()), 1, limits::name_max});
}

TermsFault same(const std::string& key, const std::string& other) {
    return {key, std::string("is the same as that of ").append(other)};
}

Fault check_publishers(const Terms& terms) {
    const auto& all = terms.publishers;
    if (auto fault = check_range(
            "", {"publishers.size", static_cast<i128>(all.size()), 0, limits::publishers_max}))
        return fault;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string path = at("publishers", i) + ".";
        if (auto fault = check_name(path, all[i].name)) return fault;
        for (std::size_t j = 0; j < i; ++j) {
            if (all[j].name == all[i].name) return same(path + "name", at("publishers", j));
            if (all[i].key && all[j].key == all[i].key)
                return same(path + "key", at("publishers", j));
        }
    }
    return {};
}

Fault check_sources(const std::string& path, const FeedTerms& feed, std::size_t publishers) {
    const auto& all = feed.sources;
    if (auto fault = check_range(
            path, {"sources.size", static_cast<i128>(all.size()), 1, limits::sources_max}))
        return fault;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string here = path + at("sources", i) + ".";
        const i128 last = static_cast<i128>(publishers) - 1;
        if (auto fault = check_range(here, {"publisher", all[i].publisher.value(), 0, last}))
            return fault;
        if (auto fault = check_range(here, {"weight", all[i].weight, 1, weight_max})) return fault;
        for (std::size_t j = 0; j < i; ++j)
            if (all[j].publisher == all[i].publisher)
                return same(here + "publisher", path + at("sources", j));
    }
    return {};
}

Fault check_aggregation(const std::string& path, const FeedTerms& feed) {
    const auto count = static_cast<i128>(feed.sources.size());
    i128 weight = 0;
    for (const Source& source : feed.sources) weight += source.weight;
    const std::array ranges{
        Range{"fresh_seconds", feed.fresh_seconds, 1, span_seconds_max},
        Range{"quorum_count", feed.quorum_count, 1, count},
        Range{"quorum_weight", feed.quorum_weight, 1, weight},
        Range{"live_count", feed.live_count, feed.quorum_count, count},
        Range{"outlier_deviations", feed.outlier_deviations.units(), ratio_one,
              limits::ratio_max.units(), true},
        Range{"outlier_floor", feed.outlier_floor.units(), 1, ratio_one, true},
        Range{"confidence_multiple", feed.confidence_multiple.units(), 0, limits::ratio_max.units(),
              true},
        Range{"dispersion_multiple", feed.dispersion_multiple.units(), 0, limits::ratio_max.units(),
              true},
        Range{"volatility_multiple", feed.volatility_multiple.units(), 0, limits::ratio_max.units(),
              true},
        Range{"volatility_memory_seconds", feed.volatility_memory_seconds, 1, span_seconds_max},
        Range{"volatility_floor_per_day", feed.volatility_floor_per_day.units(), 0, ratio_one,
              true},
        Range{"latency_seconds", feed.latency_seconds, 0, span_seconds_max},
        Range{"widen_max", feed.widen_max.units(), 0, ratio_one - 1, true},
    };
    return check_ranges(path, ranges);
}

Fault check_guards(const std::string& path, const FeedTerms& feed) {
    const auto count = static_cast<i128>(feed.sources.size());
    const std::array ranges{
        Range{"jump_max", feed.jump_max.units(), 1, limits::ratio_max.units(), true},
        Range{"reference_seconds", feed.reference_seconds, 1, span_seconds_max},
        Range{"breaker_confirm", feed.breaker_confirm, 1, breaker_confirm_max},
        Range{"breaker_confirm_seconds", feed.breaker_confirm_seconds, 0, span_seconds_max},
        Range{"breaker_walk_per_minute", feed.breaker_walk_per_minute.units(), 0, ratio_one, true},
        Range{"breaker_hold_seconds", feed.breaker_hold_seconds, feed.breaker_confirm_seconds,
              span_seconds_max},
        Range{"halt_seconds", feed.halt_seconds, 1, span_seconds_max},
        Range{"recovery_seconds", feed.recovery_seconds, 0, span_seconds_max},
        Range{"delay_seconds", feed.delay_seconds, 0, span_seconds_max},
        Range{"growth_per_day_max", feed.growth_per_day_max.units(), 0, ratio_one, true},
        Range{"growth_seconds_max", feed.growth_seconds_max, 1, span_seconds_max},
        Range{"settlement_seconds", feed.settlement_seconds, 0, span_seconds_max},
        Range{"settlement_count", feed.settlement_count, 1, count},
        Range{"settlement_cover", feed.settlement_cover.units(), 1, ratio_one, true},
    };
    return check_ranges(path, ranges);
}

Fault check_feed(const Terms& terms, std::size_t index) {
    const FeedTerms& feed = terms.feeds[index];
    const std::string path = at("feeds", index) + ".";
    if (auto fault = check_name(path, feed.name)) return fault;
    for (std::size_t j = 0; j < index; ++j)
        if (terms.feeds[j].name == feed.name) return same(path + "name", at("feeds", j));
    if (!valid(feed.kind)) return TermsFault{path + "kind", "is neither price nor rate"};
    const i128 last = static_cast<i128>(index) - 1;
    if (feed.quote)
        if (auto fault = check_range(path, {"quote", feed.quote->value(), 0, last})) return fault;
    if (auto fault = check_sources(path, feed, terms.publishers.size())) return fault;
    if (auto fault = check_aggregation(path, feed)) return fault;
    return check_guards(path, feed);
}

}  // namespace

std::optional<TermsFault> validate(const Terms& terms) {
    if (auto fault = check_publishers(terms)) return fault;
    const Range feeds{"feeds.size", static_cast<i128>(terms.feeds.size()), 0, limits::feeds_max};
    if (auto fault = check_range("", feeds)) return fault;
    for (std::size_t i = 0; i < terms.feeds.size(); ++i)
        if (auto fault = check_feed(terms, i)) return fault;
    return {};
}

}  // namespace ballast::oracle
