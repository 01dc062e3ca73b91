// The sum of models by scenarios (docs/methods/margin.md, sections 4 to 12) with every term at its
// worst over the zones.  docs/methods/account_bands.md, section 7, has the proof.
#include <ballast/sweep/zone.hpp>

#include <ballast/base/assert.hpp>
#include <ballast/math/money.hpp>
#include <ballast/math/power.hpp>

#include <algorithm>

namespace ballast::sweep {
namespace {

using math::portion;
using pricing::Fine;
using scenario::SkewRule;
using scenario::Terms;

constexpr u32 ends_count = 2;  // t = -1 and t = 1.
constexpr u32 columns_max = limits::scenarios_max + 3;

i128 times(i128 value, Fine factor, Round round) {
    return math::saturating_mul_div(value, factor.units(), pricing::fine_one, math::money_max,
                                    round);
}

i128 part(i128 value, Ratio ratio) {
    return portion(Cash::units(value), ratio, Round::down).units();
}

/// What positions of one group are worth, column by column, at one end of the region.
struct Worth {
    std::array<i128, columns_max> low{};
    std::array<i128, columns_max> high{};
};

/// One underlying of the account at one end of its region.
struct Side {
    i128 now = 0;    ///< Worth today, at least.
    i128 basis = 0;  ///< The same with the loss by basis.
    std::array<i128, limits::scenarios_max> profit{};
};

/// Each at its greatest, over all underlyings; counted above zero.
struct Charges {
    i128 linear = 0;
    i128 naked = 0;
    i128 collateral = 0;
    i128 others = 0;
    i128 floor = 0;
};

class Certifying {
public:
    Certifying(const Terms& terms, const scenario::Table& table, const Ends& ends,
               std::span<Zone* const> zones, const Held& held)
        : terms_(terms), table_(table), ends_(ends), zones_(zones), held_(held) {}

    std::optional<Cash> run();

private:
    struct Counts {
        i128 linear = 0;
        i128 shorts = 0;
        i128 rising = 0;
        i128 falling = 0;
        i128 net_low = 0;
        i128 net_high = 0;
    };

    const scenario::Table::Row& row(u32 place) const {
        return table_.rows[held_.positions[order_[place]].instrument.value()];
    }
    UnderlyingId underlying(u32 place) const { return table_.groups[row(place).group].underlying; }
    void sort_positions();
    bool add_underlying(UnderlyingId id, u32 first, u32 last);
    bool add_group(Zone& zone, u32 first, u32 last, Counts& counts);
    bool add_worth(Zone& zone, const risk::Exposure& exposure, Counts& counts);
    bool finish_group(const Zone& zone, const scenario::Table::Group& group, u32 position);
    bool finish_end(const Zone::Group& facts, bool linear, const Worth& worth, Side& side) const;
    void add_basis(const Zone::Group& facts, const Worth& worth, Side& side) const;
    void add_followers(UnderlyingId id, Counts& counts);
    void settle_underlying();
    void charge(const Zone& zone, UnderlyingId id, const Counts& counts);
    i128 concentration(const Zone& zone, UnderlyingId id, i128 delta) const;
    i128 collateral();
    i128 worth(const scenario::Holding& holding, const scenario::Market& prices,
               Price settlement) const;
    scenario::CollateralTerms collateral_terms(AssetId asset) const;

    const Terms& terms_;
    const scenario::Table& table_;
    const Ends& ends_;
    std::span<Zone* const> zones_;
    const Held& held_;
    std::array<u32, limits::positions_max> order_;
    std::array<Worth, ends_count> worth_;
    std::array<Side, ends_count> sides_;
    Charges charges_;
    i128 kept_ = 0;  // Of all underlyings, after the worst of their scenarios.
    i128 now_ = 0;   // Of all underlyings, today.
};

void Certifying::sort_positions() {
    const auto count = static_cast<u32>(held_.positions.size());
    BALLAST_ASSERT(count <= limits::positions_max);
    for (u32 i = 0; i < count; ++i) {
        const u32 rank = table_.rows[held_.positions[i].instrument.value()].rank;
        u32 place = i;
        for (; place > 0 && row(place - 1).rank > rank; --place) order_[place] = order_[place - 1];
        order_[place] = i;
    }
}

scenario::CollateralTerms Certifying::collateral_terms(AssetId asset) const {
    if (asset.value() < terms_.collateral.size()) return terms_.collateral[asset.value()];
    return {.maintenance = scenario::one, .initial = {}, .underlying = {}};
}

/// What is long at the low line, what is short at the high one and a unit over.
bool Certifying::add_worth(Zone& zone, const risk::Exposure& exposure, Counts& counts) {
    const Zone::Instrument& facts = zone.instrument(exposure.instrument);
    if (!facts.known) return false;
    const i128 size = exposure.size;
    const bool is_short = size < 0;
    for (u32 end = 0; end < ends_count; ++end)
        for (u32 i = 0; i < facts.bounds.size(); ++i) {
            const Bound& bound = facts.bounds[i];
            if (bound == unbounded) return false;
            const i128 line = end == 0 ? -i128{bound.tilt} : i128{bound.tilt};
            worth_[end].low[i] += size * ((is_short ? bound.high + 1 : bound.low) + line);
            worth_[end].high[i] += size * ((is_short ? bound.low : bound.high) + line);
        }
    const i128 low = magnitude(size) * zone.spot_low().units() / amount_one;
    const i128 high = magnitude(size) * zone.spot_high().units() / amount_one + 1;
    i128 least = math::i128_max;
    i128 most = math::i128_min;
    for (const i128 dollars : {low, high})
        for (const Fine delta : {facts.delta_low, facts.delta_high}) {
            const i128 value = times(is_short ? -dollars : dollars, delta, Round::down);
            least = std::min(least, value - 1);
            most = std::max(most, value + 1);
        }
    counts.net_low += least;
    counts.net_high += most;
    counts.rising += std::max<i128>(0, most);
    counts.falling += std::max<i128>(0, -least);
    return true;
}

void Certifying::add_basis(const Zone::Group& facts, const Worth& worth, Side& side) const {
    const u32 count = table_.scenarios;
    const i128 now = side.now;  // Of this group alone.
    i128 least = now;
    if (facts.basis > Fine{}) {
        // Beyond a factor of one, what is worth more today loses more.
        const bool over = part(times(pricing::fine_one, facts.basis, Round::up),
                               terms_.maintenance_factor) >= pricing::fine_one;
        const i128 from = over ? math::divide(worth.high[0], i128{amount_one}, Round::up) : now;
        for (const u32 column : {count + 1, count + 2}) {
            const i128 moved = math::divide(worth.low[column], i128{amount_one}, Round::down);
            const i128 loss = times(std::min<i128>(moved - from, 0), facts.basis, Round::down);
            const i128 kept = from + part(loss, terms_.maintenance_factor);
            if (over || moved < from) least = std::min(least, kept);
        }
    }
    side.basis = least;
}

/// One group at one end; `side` is empty before.
bool Certifying::finish_end(const Zone::Group& facts, bool linear, const Worth& worth,
                            Side& side) const {
    const auto cash = [](i128 raw, Round round) {
        return math::divide(raw, i128{amount_one}, round);
    };
    side.now = cash(worth.low[0], Round::down);
    for (u32 i = 0; i < table_.scenarios; ++i) {
        const i128 there = cash(worth.low[i + 1], Round::down);
        if (linear) {
            side.profit[i] = there - side.now;
            continue;
        }
        // The discounted worth is the lesser of both; so at its least it is, too.
        const i128 least = std::min(times(there, facts.long_low, Round::down),
                                    times(there, facts.short_high, Round::down));
        side.profit[i] = least - side.now;
        if (terms_.scenarios[i].skew == SkewRule::none) continue;
        // A gain counts as a loss.  The discounted worth is at most `long_high` times the worth.
        if (facts.long_high > facts.short_low) return false;
        const i128 top = cash(worth.high[i + 1], Round::up);
        const i128 gain = times(top, facts.long_high, Round::up) - side.now;
        side.profit[i] = std::min(side.profit[i], -gain);
    }
    add_basis(facts, worth, side);
    return true;
}

bool Certifying::finish_group(const Zone& zone, const scenario::Table::Group& group, u32 position) {
    for (u32 end = 0; end < ends_count; ++end) {
        Side own;
        if (!finish_end(zone.group(position), group.linear, worth_[end], own)) return false;
        sides_[end].now += own.now;
        sides_[end].basis += own.basis;
        for (u32 i = 0; i < table_.scenarios; ++i) sides_[end].profit[i] += own.profit[i];
    }
    return true;
}

bool Certifying::add_group(Zone& zone, u32 first, u32 last, Counts& counts) {
    worth_ = {};
    const u32 position = row(first).group;
    const scenario::Table::Group& group = table_.groups[position];
    for (u32 place = first; place < last; ++place) {
        const risk::Exposure& exposure = held_.positions[order_[place]];
        if (!add_worth(zone, exposure, counts)) return false;
        if (group.linear) counts.linear += magnitude(exposure.size);
        if (!group.linear && exposure.size < 0) counts.shorts += magnitude(exposure.size);
    }
    return finish_group(zone, group, position);
}

i128 Certifying::worth(const scenario::Holding& holding, const scenario::Market& prices,
                       Price settlement) const {
    return math::saturating_mul_div(holding.amount.units(),
                                    prices.assets[holding.asset.value()].price.units(),
                                    settlement.units(), math::money_max, Round::down);
}

void Certifying::add_followers(UnderlyingId id, Counts& counts) {
    for (const scenario::Holding& holding : held_.holdings) {
        const scenario::CollateralTerms terms = collateral_terms(holding.asset);
        if (terms.follow == scenario::Follow::none || terms.underlying != id) continue;
        const i128 low = worth(holding, ends_.low, ends_.high.settlement_price);
        const i128 high = worth(holding, ends_.high, ends_.low.settlement_price) + 1;
        const i128 least = part(low, terms.beta);
        const i128 most = part(high, terms.beta) + 1;
        for (u32 i = 0; i < table_.scenarios; ++i) {
            const Fine move = terms_.scenarios[i].spot - scenario::fine_one;
            i128 gain = times(move < Fine{} ? most : least, move, Round::down);
            if (terms.follow == scenario::Follow::losses) gain = std::min<i128>(gain, 0);
            for (Side& side : sides_) side.profit[i] += gain;
        }
        if (terms.follow != scenario::Follow::both) continue;
        counts.rising += most;
        counts.net_low += least;
        counts.net_high += most;
    }
}

/// The cost beyond the depth at the lowest spot (margin, section 12).
i128 Certifying::concentration(const Zone& zone, UnderlyingId id, i128 delta) const {
    if (id.value() >= terms_.underlyings.size()) return 0;
    const scenario::UnderlyingTerms& rule = terms_.underlyings[id.value()];
    const i128 depth = i128{rule.depth} * zone.spot_low().units() / amount_one;
    if (rule.depth == 0 || delta <= depth || depth == 0) return 0;
    const i128 over = delta - depth;
    const i128 stretch = math::saturating_mul_div(over, i128{ratio_one} * ratio_one, depth,
                                                  math::money_max, Round::up);
    const auto root = static_cast<i128>(math::square_root(static_cast<u128>(stretch)) + 1);
    const i128 cost = portion(Cash::units(over), rule.impact, Round::up).units();
    return math::saturating_mul_div(cost, root, ratio_one, math::money_max, Round::up);
}

void Certifying::charge(const Zone& zone, UnderlyingId id, const Counts& counts) {
    const auto up = [](i128 value, Ratio ratio) {
        return portion(Cash::units(value), ratio, Round::up).units();
    };
    const auto notional = [&](i128 units) {
        return math::worth(Amount::units(units), zone.spot_high(), Round::up).units();
    };
    const i128 net = std::max(magnitude(counts.net_low), magnitude(counts.net_high));
    const i128 hedged = std::min(counts.rising, counts.falling);
    charges_.linear += up(notional(counts.linear), terms_.contingency.linear_maintenance);
    // Every short counts as naked: covers are not looked for.
    charges_.naked += up(notional(counts.shorts), terms_.contingency.naked_maintenance);
    charges_.others += up(net, zone.delay()) + concentration(zone, id, net);
    charges_.floor += up(net, terms_.floor.delta_net) + up(hedged, terms_.floor.delta_hedged) +
                      up(notional(counts.shorts), terms_.floor.short_option);
}

/// The lesser end of each: what is kept is concave in t.
void Certifying::settle_underlying() {
    i128 kept = math::i128_max;
    i128 now = math::i128_max;
    for (const Side& side : sides_) {
        now = std::min(now, side.now);
        kept = std::min(kept, side.basis);
        for (u32 i = 0; i < table_.scenarios; ++i) {
            const i128 weighted = times(side.profit[i], terms_.scenarios[i].weight, Round::down);
            kept = std::min(kept, side.now + part(weighted, terms_.maintenance_factor));
        }
    }
    kept_ += kept;
    now_ += now;
}

bool Certifying::add_underlying(UnderlyingId id, u32 first, u32 last) {
    if (id.value() >= zones_.size() || zones_[id.value()] == nullptr) return false;
    Zone& zone = *zones_[id.value()];
    sides_ = {};
    Counts counts;
    for (u32 place = first; place < last;) {
        u32 end = place + 1;
        while (end < last && row(end).group == row(place).group) ++end;
        if (!add_group(zone, place, end, counts)) return false;
        place = end;
    }
    add_followers(id, counts);
    settle_underlying();
    charge(zone, id, counts);
    return true;
}

/// What all holdings are worth at least; what haircuts take of them is a charge.
i128 Certifying::collateral() {
    i128 sum = 0;
    for (const scenario::Holding& holding : held_.holdings) {
        const i128 high = worth(holding, ends_.high, ends_.low.settlement_price) + 1;
        const Ratio lost = collateral_terms(holding.asset).maintenance;
        sum += worth(holding, ends_.low, ends_.high.settlement_price);
        charges_.collateral += portion(Cash::units(high), lost, Round::up).units();
    }
    return sum;
}

std::optional<Cash> Certifying::run() {
    if (!Zone::covers(terms_)) return {};
    sort_positions();
    const auto count = static_cast<u32>(held_.positions.size());
    u64 followed = 0;
    for (const scenario::Holding& holding : held_.holdings) {
        const scenario::CollateralTerms terms = collateral_terms(holding.asset);
        if (terms.follow != scenario::Follow::none) followed |= u64{1} << terms.underlying.value();
    }
    u32 place = 0;
    for (u16 id = 0; id < table_.spots.size(); ++id) {
        const u32 first = place;
        while (place < count && underlying(place) == UnderlyingId(id)) ++place;
        if (first == place && (followed >> id & 1) == 0) continue;
        if (!add_underlying(UnderlyingId(id), first, place)) return {};
    }
    const i128 worth = collateral();
    i128 charges = charges_.linear + charges_.naked + charges_.collateral;
    if (terms_.contingency.scaled)
        charges = portion(Cash::units(charges), terms_.maintenance_factor, Round::up).units();
    const i128 floored = now_ + part(-charges_.floor, terms_.maintenance_factor);
    // More than every rounding, here and in the model, can come to.
    const i128 dust = 64 + 8 * static_cast<i128>(count + held_.holdings.size() + zones_.size());
    const i128 kept = std::min(kept_, floored) - charges - charges_.others - dust;
    return held_.cash + Cash::units(worth + kept);
}

}  // namespace

std::optional<Cash> certain_maintenance(const Terms& terms, const scenario::Table& table,
                                        const Ends& ends, std::span<Zone* const> zones,
                                        const Held& held) {
    return Certifying(terms, table, ends, zones, held).run();
}

}  // namespace ballast::sweep
