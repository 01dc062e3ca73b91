#include <ballast/sweep/zone.hpp>

#include <ballast/base/assert.hpp>
#include <ballast/math/money.hpp>
#include <ballast/pricing/pricing.hpp>
#include <ballast/scenario/moves.hpp>

#include <algorithm>

namespace ballast::sweep {
namespace {

using pricing::Fine;
using scenario::fine_one;
using scenario::Moves;
using scenario::Terms;

constexpr u32 nowhere = ~u32{0};
constexpr u32 parts = 8;

bool uses_delta(const Terms& terms) {
    const auto takes = [](const scenario::UnderlyingTerms& row) { return row.depth != 0; };
    return terms.floor.delta_net != Ratio{} || terms.floor.delta_hedged != Ratio{} ||
           terms.delay.deviations != Fine{} || terms.delay.jump != Ratio{} ||
           std::ranges::any_of(terms.underlyings, takes);
}

/// A number that lies somewhere from low to high.
struct Span {
    i128 low;
    i128 high;
};

/// a * b / c over all of a, b and c > 0: the extremes are at corners.  A unit for the rounding.
Span ratio_of(const Span& a, const Span& b, const Span& c) {
    Span out{math::i128_max, math::i128_min};
    for (const i128 x : {a.low, a.high})
        for (const i128 y : {b.low, b.high})
            for (const i128 z : {c.low, c.high}) {
                const i128 value = math::saturating_mul_div(x, y, z, math::money_max, Round::down);
                out.low = std::min(out.low, value - 3);
                out.high = std::max(out.high, value + 3);
            }
    return out;
}

/// The multiplier 1 + m of docs/methods/margin.md, section 3, m = moneyness * cap / width held to
/// the cap.
Span skew_of(const Span& moneyness, const Span& cap, const Span& width) {
    const Span move = ratio_of(moneyness, cap, width);
    const i128 most = std::max(magnitude(cap.low), magnitude(cap.high));
    // A cap of zero or more holds the move within it; one under zero holds it out.
    const bool within = cap.low >= 0;
    const i128 low = within ? std::max(move.low, -most) : std::min(move.low, -most);
    const i128 high = within ? std::min(move.high, most) : std::max(move.high, most);
    return {std::max<i128>(0, fine_one.units() + low), std::max<i128>(0, fine_one.units() + high)};
}

Fine fine(i128 units) {
    const i128 most = scenario::fine_most.units();
    return Fine::units(static_cast<i64>(std::clamp(units, -most, most)));
}

void set_skew(const scenario::SkewTerms& terms, const scenario::Instrument& low,
              const scenario::Instrument& high, Moves& least, Moves& most) {
    const Span root{pricing::root_years(horizon(low)).units() - 2,
                    pricing::root_years(horizon(high)).units() + 2};
    const Span one{fine_one.units(), fine_one.units()};
    const auto line = [&](Fine base, Fine slope) {
        const Span moved = ratio_of(root, {slope.units(), slope.units()}, one);
        return Span{base.units() + moved.low, base.units() + moved.high};
    };
    const Span deviation = line(terms.volatility_static, terms.volatility_slope);
    const Span scaled = ratio_of(root, {terms.width_scale.units(), terms.width_scale.units()}, one);
    const Span product = ratio_of(scaled, deviation, one);
    const i128 narrowest = std::max<i128>(1, terms.width_minimum.units());
    const Span width{std::max(product.low, narrowest), std::max(product.high, narrowest)};
    const Span moneyness{pricing::log_ratio(low.series.strike, high.now.forward).units() - 2,
                         pricing::log_ratio(low.series.strike, low.now.forward).units() + 2};
    const bool both_sides = moneyness.low < 0 && moneyness.high > 0;
    const i128 far = std::max(moneyness.high, -moneyness.low);
    const Span size{both_sides ? 0 : std::max(moneyness.low, -moneyness.high), far};
    const Span linear = skew_of(moneyness, line(terms.linear_cap, terms.linear_slope), width);
    const Span absolute = skew_of(size, line(terms.absolute_cap, terms.absolute_slope), width);
    least.linear = fine(linear.low), most.linear = fine(linear.high);
    least.absolute = fine(absolute.low), most.absolute = fine(absolute.high);
}

/// The least and the greatest multipliers: the stretch of section 2 falls as time grows.
void moves_between(const Terms& terms, const scenario::Instrument& low,
                   const scenario::Instrument& high, Moves& least, Moves& most) {
    const Moves near = moves_of(terms, low);
    const Moves far = moves_of(terms, high);
    const Fine slack = Fine::units(8);
    least = {std::min(near.up, far.up) - slack, std::min(near.down, far.down) - slack, {}, {}};
    most = {std::max(near.up, far.up) + slack, std::max(near.down, far.down) + slack, {}, {}};
    least.up = std::max(least.up, Fine{}), least.down = std::max(least.down, Fine{});
    set_skew(terms.skew, low, high, least, most);
}

Price scaled(Price price, Price part, Price whole, Round round) {
    return Price::units(static_cast<i64>(math::saturating_mul_div(
        price.units(), part.units(), whole.units(), limits::price_max.units(), round)));
}

/// `spot` from there on, the forward following.
scenario::Instrument with_spot(scenario::Instrument instrument, Price spot, Round round) {
    instrument.now.forward = scaled(instrument.now.forward, spot, instrument.now.spot, round);
    instrument.now.spot = spot;
    return instrument;
}

/// Extends low to high by a discount and what its exponential may be off by.
void widen(Fine& low, Fine& high, Fine discount, bool first) {
    const Fine slack = discount == fine_one ? Fine{} : Fine::units(16);
    low = first ? discount - slack : std::min(low, discount - slack);
    high = first ? discount + slack : std::max(high, discount + slack);
}

}  // namespace

bool Zone::covers(const Terms& terms) {
    const auto& rule = terms.discount;
    const bool weights = std::ranges::all_of(terms.scenarios, [&](const scenario::Scenario& row) {
        const i128 product = i128{row.weight.units()} * terms.maintenance_factor.units();
        return row.weight >= Fine{} && product <= i128{pricing::fine_one} * ratio_one;
    });
    return weights && rule.long_rate_scale >= Fine{} && rule.long_rate_add >= Fine{} &&
           rule.short_rate_scale >= Fine{} && rule.short_rate_add >= Fine{} &&
           terms.volatility.power_short >= Fine{} && terms.volatility.power_long >= Fine{};
}

Zone::Zone(const Terms& terms, const Ends& ends, Kinds kinds, std::span<const Curve> curves,
           UnderlyingId underlying)
    : terms_(&terms),
      kinds_(kinds),
      curves_(curves),
      underlying_(underlying),
      spot_low_(ends.low.underlyings[underlying.value()].spot),
      spot_high_(ends.high.underlyings[underlying.value()].spot),
      place_(ends.low.instruments.size(), nowhere) {
    for (u32 id = 0; id < place_.size(); ++id) {
        const scenario::Instrument& low = ends.low.instruments[id];
        if (low.series.underlying != underlying || low.now.spot.zero()) continue;
        place_[id] = static_cast<u32>(listings_.size());
        listings_.push_back({low, ends.high.instruments[id], {}});
    }
    set_groups(ends);
}

/// What the model makes of groups at the corners of time and rate; each discount moves one way with
/// either.  Asked of the model itself, over a market in which only this underlying is priced.
void Zone::set_groups(const Ends& ends) {
    Terms probe = *terms_;
    probe.scenarios.resize(1);
    probe.quick.clear();
    std::vector<scenario::Instrument> all(ends.low.instruments.begin(), ends.low.instruments.end());
    for (scenario::Instrument& instrument : all) instrument.now.spot = Price{};
    for (u32 corner = 0; corner < 4; ++corner) {
        for (u32 id = 0; id < all.size(); ++id) {
            const auto& low = ends.low.instruments[id].now;
            const auto& high = ends.high.instruments[id].now;
            all[id].now.seconds = (corner & 1) == 0 ? low.seconds : high.seconds;
            all[id].now.rate = (corner & 2) == 0 ? low.rate : high.rate;
        }
        const scenario::Market market{ends.high.underlyings, all, {}, ends.low.settlement_price};
        const scenario::Table table = scenario::build(probe, market, kinds_);
        if (corner == 0) groups_.resize(table.groups.size());
        delay_ = std::max(delay_, table.spots[underlying_.value()].delay);
        for (u32 i = 0; i < groups_.size(); ++i) {
            Group& group = groups_[i];
            const scenario::Table::Group& from = table.groups[i];
            widen(group.long_low, group.long_high, from.long_discount, corner == 0);
            widen(group.short_low, group.short_high, from.short_discount, corner == 0);
            group.basis = std::max(group.basis, from.basis);
        }
    }
}

Zone::Slices Zone::slices(const Listing& listing) const {
    Slices out;
    const bool convex = curves_[listing.low.series.kind] == Curve::convex;
    const i64 low = listing.low.now.spot.units();
    const i128 width = i128{listing.high.now.spot.units()} - low;
    out.count = convex ? 3 : parts;
    for (i64 i = 0; i < i64{out.count}; ++i) {
        const i128 cuts = convex ? 2 : parts;
        const i64 first = low + static_cast<i64>(math::divide(width * i, cuts, Round::down));
        const i64 last =
            convex ? first : low + static_cast<i64>(math::divide(width * (i + 1), cuts, Round::up));
        const auto at = static_cast<std::size_t>(2 * i);
        out.ends[at] = with_spot(listing.low, Price::units(first), Round::down);
        out.ends[at + 1] = with_spot(listing.high, Price::units(last), Round::up);
    }
    return out;
}

void Zone::fill(Listing& listing) {
    Instrument& made = listing.made;
    made.filled = true;
    made.known = listing.high.fixed.zero() && listing.low.now.forward > Price{};
    if (!made.known) return;
    Moves least;
    Moves most;
    moves_between(*terms_, listing.low, listing.high, least, most);
    const Slices cut = slices(listing);
    const risk::Series& series = listing.low.series;
    const auto bound = [&](const auto& low_point, const auto& high_point) {
        std::array<risk::Box, parts> boxes;
        for (u32 i = 0; i < cut.count; ++i)
            boxes[i] = {low_point(cut.ends[2 * i]), high_point(cut.ends[2 * i + 1])};
        return bound_of(kinds_[series.kind], series, curves_[series.kind],
                        std::span(boxes).first(cut.count));
    };
    const auto at_factor = [&](Fine factor) {
        const auto point = [&](const scenario::Instrument& end) {
            return moved(*terms_, end, factor);
        };
        made.bounds.push_back(bound(point, point));
    };
    at_factor(fine_one);
    for (const scenario::Scenario& row : terms_->scenarios)
        made.bounds.push_back(
            bound([&](const auto& end) { return shocked(*terms_, row, end, least); },
                  [&](const auto& end) { return shocked(*terms_, row, end, most); }));
    at_factor(terms_->basis.up);
    at_factor(terms_->basis.down);
    if (uses_delta(*terms_)) fill_delta(listing);
}

/// The slope of a convex function is at least that of any chord to its left, and at most that of
/// any to its right.
void Zone::fill_delta(Listing& listing) const {
    Instrument& made = listing.made;
    const risk::Series& series = listing.low.series;
    if (curves_[series.kind] != Curve::convex) {
        made.known = false;
        return;
    }
    const auto range = [&](i64 spot) {
        const auto low = with_spot(listing.low, Price::units(spot), Round::down);
        const auto high = with_spot(listing.high, Price::units(spot), Round::up);
        return kinds_[series.kind].range(
            series, {moved(*terms_, low, fine_one), moved(*terms_, high, fine_one)});
    };
    constexpr i64 reach = 20;  // A twentieth of the spot: the region's width matters little then.
    const i64 below = listing.low.now.spot.units();
    const i64 above = listing.high.now.spot.units();
    const i128 slack = pricing::fine_one / 1'000'000;
    const auto slope = [](Price rise, i64 run) {
        return math::saturating_mul_div(rise.units(), pricing::fine_one, run, math::money_max,
                                        Round::down);
    };
    made.delta_low =
        fine(slope(range(below).low - range(below - below / reach).high, below / reach) - slack);
    made.delta_high =
        fine(slope(range(above + above / reach).high - range(above).low, above / reach) + slack);
}

const Zone::Instrument& Zone::instrument(InstrumentId id) {
    BALLAST_ASSERT(place_[id.value()] != nowhere);
    Listing& listing = listings_[place_[id.value()]];
    if (!listing.made.filled) fill(listing);
    return listing.made;
}

}  // namespace ballast::sweep
