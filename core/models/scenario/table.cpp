// Prices a market under terms, and sets down for each instrument what an account's sum needs of it.
#include <ballast/math/money.hpp>
#include <ballast/pricing/pricing.hpp>
#include <ballast/scenario/moves.hpp>
#include <ballast/scenario/scenario.hpp>

#include <algorithm>
#include <tuple>

namespace ballast::scenario {
namespace {

using pricing::Point;

// Whether anything in the terms asks how an instrument moves with spot.
bool uses_delta(const Terms& terms) {
    const auto takes = [](const UnderlyingTerms& row) { return row.depth != 0; };
    return terms.floor.delta_net != Ratio{} || terms.floor.delta_hedged != Ratio{} ||
           terms.delay.deviations != Fine{} || terms.delay.jump != Ratio{} ||
           std::ranges::any_of(terms.underlyings, takes);
}

// Today, each scenario, and the forward alone up and down.
void set_points(const Terms& terms, const Instrument& instrument, std::span<Point> points) {
    const Moves moves = moves_of(terms, instrument);
    points[0] = moved(terms, instrument, fine_one);
    for (std::size_t i = 0; i < terms.scenarios.size(); ++i)
        points[i + 1] = shocked(terms, terms.scenarios[i], instrument, moves);
    points[points.size() - 2] = moved(terms, instrument, terms.basis.up);
    points[points.size() - 1] = moved(terms, instrument, terms.basis.down);
}

void set_prices(const Terms& terms, const Market& market, std::span<const risk::Kind> kinds,
                Table& table) {
    const bool deltas = uses_delta(terms);
    std::vector<Point> points(table.columns);
    std::vector<Price> values(table.columns);
    table.prices.assign(market.instruments.size() * table.columns, 0);
    for (std::size_t id = 0; id < market.instruments.size(); ++id) {
        if (!table.rows[id].listed) continue;
        const Instrument& instrument = market.instruments[id];
        const risk::Kind& kind = kinds[instrument.series.kind];
        set_points(terms, instrument, points);
        kind.value(instrument.series, points, values);
        for (u32 i = 0; i < table.columns; ++i)
            table.prices[id * table.columns + i] = values[i].units();
        if (deltas)
            table.rows[id].delta =
                kind.greeks(instrument.series, moved(terms, instrument, fine_one)).delta;
    }
}

void set_rows(const Market& market, std::span<const risk::Kind> kinds, Table& table) {
    table.rows.resize(market.instruments.size());
    for (std::size_t id = 0; id < table.rows.size(); ++id) {
        const Instrument& instrument = market.instruments[id];
        Table::Row& row = table.rows[id];
        row.listed = instrument.now.spot.units() > 0;
        BALLAST_ASSERT(instrument.series.kind < kinds.size());
        BALLAST_ASSERT(instrument.series.underlying.value() < market.underlyings.size());
        const risk::Kind& kind = kinds[instrument.series.kind];
        row.shape = kind.shape;
        row.upfront = kind.upfront;
        row.right = instrument.series.right;
        row.confidence =
            std::min(instrument.confidence,
                     market.underlyings[instrument.series.underlying.value()].confidence);
    }
}

Table::Group group_of(const Terms& terms, const Instrument& instrument, bool linear) {
    Table::Group group;
    group.underlying = instrument.series.underlying;
    group.expiry = instrument.series.expiry;
    group.linear = linear;
    if (linear) return group;
    const i128 years_in_fine = math::divide(i128{horizon(instrument)} * pricing::fine_one,
                                            i128{pricing::year_seconds}, Round::down);
    const Fine years =
        Fine::units(static_cast<i64>(std::min(years_in_fine, i128{fine_most.units()})));
    const Fine rate = std::max(instrument.now.rate, Fine{});
    const DiscountTerms& rule = terms.discount;
    const Fine long_rate = times(rate, rule.long_rate_scale) + rule.long_rate_add;
    const Fine short_rate = times(rate, rule.short_rate_scale) + rule.short_rate_add;
    group.long_discount = times(rule.long_base, pricing::exponential(-times(years, long_rate)));
    group.short_discount =
        std::min(pricing::exponential(times(years, rate)),
                 times(rule.short_base, pricing::exponential(times(years, short_rate))));
    group.basis = terms.basis.add + times(terms.basis.per_year, years);
    return group;
}

// Linear before options; of one underlying and expiry together, of one strike side by side.
auto place(const Market& market, const Table& table, u32 id) {
    const risk::Series& series = market.instruments[id].series;
    return std::tuple(series.underlying, table.rows[id].shape, series.expiry, series.period,
                      series.kind, series.strike, series.right, id);
}

void set_order(const Terms& terms, const Market& market, Table& table) {
    std::vector<u32> order(table.rows.size());
    for (u32 id = 0; id < order.size(); ++id) order[id] = id;
    std::ranges::sort(order, {}, [&](u32 id) { return place(market, table, id); });
    u32 strike = 0;
    for (u32 rank = 0; rank < order.size(); ++rank) {
        const u32 id = order[rank];
        const Instrument& instrument = market.instruments[id];
        bool same_group = rank > 0;
        bool same_strike = rank > 0;
        if (rank > 0) {
            const risk::Series& a = market.instruments[order[rank - 1]].series;
            const risk::Series& b = instrument.series;
            same_group = a.underlying == b.underlying && a.expiry == b.expiry &&
                         a.period == b.period &&
                         table.rows[order[rank - 1]].shape == table.rows[id].shape;
            same_strike = same_group && a.kind == b.kind && a.strike == b.strike;
        }
        Table::Row& row = table.rows[id];
        if (!same_group)
            table.groups.push_back(group_of(terms, instrument, row.shape == risk::Shape::linear));
        strike += same_strike ? 0 : 1;
        row.rank = rank;
        row.group = static_cast<u32>(table.groups.size() - 1);
        row.strike = strike;
    }
}

// Rounded up: it is a charge.
Ratio delay_of(const DelayTerms& terms, Fine volatility) {
    const Fine root = pricing::root_years(terms.seconds);
    const i128 move = times(times(terms.deviations, volatility), root).units();
    constexpr i128 fine_per_ratio = pricing::fine_one / ratio_one;
    return Ratio::units(static_cast<i64>(math::divide(move, fine_per_ratio, Round::up))) +
           terms.jump;
}

}  // namespace

Table build(const Terms& terms, const Market& market, std::span<const risk::Kind> kinds) {
    BALLAST_ASSERT(market.underlyings.size() <= limits::underlyings_max);
    Table table;
    table.scenarios = static_cast<u32>(terms.scenarios.size());
    table.columns = table.scenarios + 3;
    table.settlement_price = market.settlement_price;
    table.assets.assign(market.assets.begin(), market.assets.end());
    for (const Underlying& row : market.underlyings)
        table.spots.push_back({row.spot, row.confidence, delay_of(terms.delay, row.volatility)});
    set_rows(market, kinds, table);
    set_order(terms, market, table);
    set_prices(terms, market, kinds, table);
    return table;
}

}  // namespace ballast::scenario
