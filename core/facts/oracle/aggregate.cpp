#include <ballast/oracle/aggregate.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>
#include <array>

namespace ballast::oracle {
namespace {

/// Room for one number per source.
using Column = std::array<Weighted, limits::sources_max>;

/// The weighted median of `number(observation)`.
template <class Number>
i64 median_of(std::span<const Observation> rows, Round round, Number number) {
    Column column;
    for (std::size_t i = 0; i < rows.size(); ++i) column[i] = {number(rows[i]), rows[i].weight};
    return weighted_median(std::span(column).first(rows.size()), round);
}

Price median_price(std::span<const Observation> rows) {
    return Price::units(
        median_of(rows, Round::down, [](const Observation& o) { return o.price.units(); }));
}

Price distance(Price a, Price b) {
    return a < b ? b - a : a - b;
}

/// The weighted median of the distances from `centre`.
Price deviation(std::span<const Observation> rows, Price centre, Round round) {
    return Price::units(median_of(
        rows, round, [&](const Observation& o) { return distance(o.price, centre).units(); }));
}

Price median_confidence(std::span<const Observation> rows, Round round) {
    return Price::units(
        median_of(rows, round, [](const Observation& o) { return o.confidence.units(); }));
}

/// How far from the median an observation may be.
Price tolerance(const FeedTerms& terms, std::span<const Observation> rows, Price median) {
    const Price unit =
        std::max({deviation(rows, median, Round::down), median_confidence(rows, Round::down),
                  math::portion(median, terms.outlier_floor, Round::up)});
    return math::portion(unit, terms.outlier_deviations, Round::down);
}

/// Half-width from what the accepted observations say of themselves and of one another, at most
/// price_max.
Price spread(const FeedTerms& terms, std::span<const Observation> rows, Price mid) {
    const Price confidence =
        math::portion(median_confidence(rows, Round::up), terms.confidence_multiple, Round::up);
    const Price dispersion =
        math::portion(deviation(rows, mid, Round::up), terms.dispersion_multiple, Round::up);
    return std::min(confidence + dispersion, limits::price_max);
}

}  // namespace

i64 weighted_median(std::span<Weighted> values, Round round) {
    BALLAST_ASSERT(!values.empty());
    u64 total = 0;
    for (const Weighted& value : values) total += value.weight;
    std::sort(values.begin(), values.end(), [round](const Weighted& a, const Weighted& b) {
        return round == Round::down ? a.value < b.value : a.value > b.value;
    });
    u64 reached = 0;
    for (const Weighted& value : values) {
        reached += value.weight;
        if (2 * reached >= total) return value.value;
    }
    return values.back().value;
}

Aggregate aggregate(const FeedTerms& terms, std::span<const Observation> fresh) {
    BALLAST_ASSERT(fresh.size() <= limits::sources_max);
    Aggregate result;
    if (fresh.size() < terms.sources.size()) result.reasons |= reason::stale_sources;
    if (fresh.empty()) {
        result.reasons |= reason::quorum_count | reason::quorum_weight;
        return result;
    }

    const Price median = median_price(fresh);
    const Price most = tolerance(terms, fresh, median);
    std::array<Observation, limits::sources_max> kept;
    u64 weight = 0;
    for (const Observation& row : fresh) {
        if (distance(row.price, median) > most) continue;
        kept[result.accepted++] = row;
        weight += row.weight;
    }
    if (result.accepted < fresh.size()) result.reasons |= reason::outliers;
    if (result.accepted < terms.quorum_count) result.reasons |= reason::quorum_count;
    if (weight < terms.quorum_weight) result.reasons |= reason::quorum_weight;
    if (result.accepted < terms.live_count) result.reasons |= reason::thin;
    result.quorum = (result.reasons & (reason::quorum_count | reason::quorum_weight)) == 0;

    const auto accepted = std::span<const Observation>(kept).first(result.accepted);
    result.mid = median_price(accepted);
    result.spread = spread(terms, accepted, result.mid);
    result.time = static_cast<u64>(median_of(
        accepted, Round::down, [](const Observation& o) { return static_cast<i64>(o.time); }));
    return result;
}

}  // namespace ballast::oracle
