// One account against a table: its positions group by group, its underlyings one after the other.
// docs/methods/margin.md, sections 4 to 13.
#include <ballast/scenario/sum.hpp>

#include <ballast/math/money.hpp>
#include <ballast/math/power.hpp>
#include <ballast/scenario/decimal.hpp>

#include <algorithm>

namespace ballast::scenario {
namespace {

// Units of price times units of size, as cash, rounded down.
i128 cash_of(i128 raw) {
    return floor_by<amount_one>(raw);
}

// Down; a product beyond 128 bits saturates.
i128 times(i128 value, Fine factor) {
    if (factor == fine_one) return value;
    i128 product = 0;
    if (__builtin_mul_overflow(value, i128{factor.units()}, &product)) [[unlikely]]
        return math::saturating_mul_div(value, factor.units(), pricing::fine_one, math::money_max,
                                        Round::down);
    return floor_by<pricing::fine_one>(product);
}

// Down; factors of 0 are common.
Cash part_down(Cash value, Ratio ratio) {
    i128 product = 0;
    if (__builtin_mul_overflow(value.units(), i128{ratio.units()}, &product)) [[unlikely]]
        return math::portion(value, ratio, Round::down);
    return Cash::units(floor_by<ratio_one>(product));
}

Cash part_up(Cash value, Ratio ratio) {
    if (ratio == Ratio{} || value.zero()) return {};
    return -part_down(-value, ratio);
}

Cash notional(i128 units, Price spot) {
    return math::worth(Amount::units(units), spot, Round::up);
}

i128 magnitude(i128 value) {
    return value < 0 ? -value : value;
}

// What one underlying of an account adds up to besides its scenarios.
struct Counts {
    i128 linear = 0;   // Units, of either sign.
    i128 naked = 0;    // Units of short options without a cover.
    i128 shorts = 0;   // Units of short options.
    i128 rising = 0;   // Dollars of delta, 10^-8, that gain when spot rises,
    i128 falling = 0;  // and those that lose; >= 0.
    Ratio linear_confidence = one;
};

class Summing {
public:
    Summing(const Terms& terms, const Table& table, const Portfolio& portfolio,
            Workspace& workspace, const Selection& selection, Breakdown* record)
        : terms_(terms),
          table_(table),
          portfolio_(portfolio),
          work_(workspace),
          pick_(selection),
          record_(record) {}

    Sum run();

private:
    const risk::Exposure& position(std::size_t place) const {
        return portfolio_.positions[work_.order[place]];
    }
    const Table::Row& row(std::size_t place) const {
        return table_.rows[position(place).instrument.value()];
    }
    UnderlyingId underlying(std::size_t place) const {
        return table_.groups[row(place).group].underlying;
    }

    void sort_positions();
    std::size_t end_of_group(std::size_t first) const;
    void add_underlying(UnderlyingId id, std::size_t first, std::size_t last);
    void add_group(std::size_t first, std::size_t last, Counts& counts);
    void add_row(const risk::Exposure& exposure);
    void count_options(std::size_t first, std::size_t last, Counts& counts) const;
    i128 discounted(i128 value, const Table::Group& group) const;
    void finish_group(const Table::Group& group);
    void add_followers(UnderlyingId id, Counts& counts);
    void weigh(UnderlyingId id);
    void charge_underlying(UnderlyingId id, const Counts& counts);
    void charge_confidence(Cash part, Ratio confidence);
    void charge_concentration(Cash delta, UnderlyingId id);
    void charge_holdings();
    void charge_orders();
    void find_worst();
    Cash settle(Breakdown::Level& level) const;
    CollateralTerms collateral_terms(AssetId asset) const;
    UnderlyingTerms underlying_terms(UnderlyingId id) const;
    Cash worth(const Holding& holding) const;
    void charge(Charge charge, Cash maintenance, Cash initial);
    void note_group(const Table::Group& group, i128 now);

    const Terms& terms_;
    const Table& table_;
    const Portfolio& portfolio_;
    Workspace& work_;
    const Selection& pick_;
    Breakdown* record_;
    Sum sum_;
    i128 own_loss_ = 0;  // Of the parts of the underlyings' moves that are not common.
    Ratio least_spot_confidence_ = one;
};

CollateralTerms Summing::collateral_terms(AssetId asset) const {
    if (asset.value() < terms_.collateral.size()) return terms_.collateral[asset.value()];
    return {.maintenance = one, .initial = {}, .underlying = {}};
}

UnderlyingTerms Summing::underlying_terms(UnderlyingId id) const {
    return id.value() < terms_.underlyings.size() ? terms_.underlyings[id.value()]
                                                  : UnderlyingTerms{};
}

Cash Summing::worth(const Holding& holding) const {
    const Price price = table_.assets[holding.asset.value()].price;
    return Cash::units(math::saturating_mul_div(holding.amount.units(), price.units(),
                                                table_.settlement_price.units(), math::money_max,
                                                Round::down));
}

void Summing::charge(Charge charge, Cash maintenance, Cash initial) {
    const auto place = static_cast<std::size_t>(charge);
    sum_.maintenance.charges[place] += maintenance;
    sum_.initial.charges[place] += maintenance + initial;
}

// By rank; accounts are short and often sorted, so by insertion.
void Summing::sort_positions() {
    const auto count = static_cast<u32>(portfolio_.positions.size());
    BALLAST_ASSERT(count <= limits::positions_max);
    for (u32 i = 0; i < count; ++i) {
        const u32 rank = table_.rows[portfolio_.positions[i].instrument.value()].rank;
        u32 place = i;
        for (; place > 0 && row(place - 1).rank > rank; --place)
            work_.order[place] = work_.order[place - 1];
        work_.order[place] = i;
    }
}

std::size_t Summing::end_of_group(std::size_t first) const {
    std::size_t last = first + 1;
    while (last < portfolio_.positions.size() && row(last).group == row(first).group) ++last;
    return last;
}

// The columns of the workspace: the scenarios, basis up and down, today.
void Summing::add_row(const risk::Exposure& exposure) {
    const auto prices = table_.row(exposure.instrument);
    const i128 size = exposure.size;
    const i64 over = exposure.size < 0 ? 1 : 0;  // What is owed is worth up to a unit more.
    i128* const sums = work_.group.data();
    const u32 count = pick_.count;
    if (pick_.picked.empty())
        for (u32 i = 0; i < count; ++i) sums[i] += size * (prices[i + 1] + over);
    else
        for (u32 i = 0; i < count; ++i) sums[i] += size * (prices[pick_.picked[i] + 1u] + over);
    sums[count] += size * (prices[table_.scenarios + 1] + over);
    sums[count + 1] += size * (prices[table_.scenarios + 2] + over);
    sums[count + 2] += size * (prices[0] + over);
}

i128 Summing::discounted(i128 value, const Table::Group& group) const {
    return times(value, value < 0 ? group.short_discount : group.long_discount);
}

void Summing::note_group(const Table::Group& group, i128 now) {
    if (record_ == nullptr) return;
    auto& part = record_->groups.emplace_back();
    part.underlying = group.underlying;
    part.expiry = group.expiry;
    part.linear = group.linear;
    part.now = Cash::units(now);
    part.profit.resize(pick_.count);
}

void Summing::finish_group(const Table::Group& group) {
    const u32 count = pick_.count;
    const i128 now = cash_of(work_.group[count + 2]);
    note_group(group, now);
    for (u32 i = 0; i < count; ++i) {
        i128 profit = cash_of(work_.group[i]);
        if (!group.linear) profit = discounted(profit, group);
        profit -= now;
        if (!group.linear && terms_.scenarios[pick_.scenario(i)].skew != SkewRule::none)
            profit = -magnitude(profit);
        work_.own[i] += profit;
        if (record_ != nullptr) record_->groups.back().profit[i] = Cash::units(profit);
    }
    if (group.basis == Fine{}) return;
    const i128 up = cash_of(work_.group[count]) - now;
    const i128 down = cash_of(work_.group[count + 1]) - now;
    const i128 loss = times(std::min({up, down, i128{0}}), group.basis);
    work_.own[count] += loss;
    sum_.basis += Cash::units(loss);
}

// Shorts of each strike that the opposite right does not cover.
void Summing::count_options(std::size_t first, std::size_t last, Counts& counts) const {
    for (std::size_t place = first; place < last;) {
        i128 by_right[2] = {0, 0};
        const u32 strike = row(place).strike;
        for (; place < last && row(place).strike == strike; ++place)
            by_right[static_cast<std::size_t>(row(place).right)] += position(place).size;
        for (std::size_t side = 0; side < 2; ++side) {
            const i128 owed = std::max(-by_right[side], i128{0});
            const i128 cover = std::max(by_right[1 - side], i128{0});
            counts.shorts += owed;
            counts.naked += std::max(owed - cover, i128{0});
        }
    }
}

void Summing::add_group(std::size_t first, std::size_t last, Counts& counts) {
    const Table::Group& group = table_.groups[row(first).group];
    const Price spot = table_.spots[group.underlying.value()].price;
    std::fill_n(work_.group.begin(), pick_.count + 3, i128{0});
    i128 paid = 0;
    i128 units = 0;
    Ratio confidence = counts.linear_confidence;
    for (std::size_t place = first; place < last; ++place) {
        const risk::Exposure& exposure = position(place);
        const Table::Row& facts = row(place);
        add_row(exposure);
        const i64 over = exposure.size < 0 ? 1 : 0;
        if (facts.upfront)
            paid += i128{exposure.size} * (table_.row(exposure.instrument)[0] + over);
        units += magnitude(exposure.size);
        confidence = std::min(confidence, facts.confidence);
        if (facts.delta == Fine{}) continue;
        const i128 delta = cash_of(i128{exposure.size} * spot.units());
        const i128 dollars = times(delta, facts.delta);
        (dollars < 0 ? counts.falling : counts.rising) += magnitude(dollars);
    }
    sum_.positions += Cash::units(cash_of(paid));
    finish_group(group);
    if (group.linear) {
        counts.linear += units;
        counts.linear_confidence = confidence;
        charge_confidence(notional(units, spot), confidence);
        return;
    }
    count_options(first, last, counts);
    charge_confidence(notional(units, spot), confidence);
}

void Summing::charge_confidence(Cash part, Ratio confidence) {
    if (confidence >= terms_.confidence.threshold) return;
    const Cash unsure = part_up(part, one - confidence);
    charge(Charge::confidence, {}, part_up(unsure, terms_.confidence.factor));
}

void Summing::add_followers(UnderlyingId id, Counts& counts) {
    for (const Holding& holding : portfolio_.holdings) {
        const CollateralTerms terms = collateral_terms(holding.asset);
        if (terms.follow == Follow::none || terms.underlying != id) continue;
        const Cash moving = part_down(worth(holding), terms.beta);
        for (u32 i = 0; i < pick_.count; ++i) {
            const Fine move = terms_.scenarios[pick_.scenario(i)].spot - fine_one;
            const i128 gain = times(moving.units(), move);
            work_.own[i] += terms.follow == Follow::losses ? std::min(gain, i128{0}) : gain;
        }
        if (terms.follow == Follow::both) counts.rising += moving.units();
    }
}

// The part of its own stands alone; the common part meets that of the other underlyings.
void Summing::weigh(UnderlyingId id) {
    const u32 count = pick_.count;
    for (u32 i = 0; i < count; ++i)
        work_.own[i] = times(work_.own[i], terms_.scenarios[pick_.scenario(i)].weight);
    i128 worst = work_.own[count];
    for (u32 i = 0; i <= count; ++i) {
        worst = std::min(worst, work_.own[i]);
        work_.total[i] += work_.own[i];
    }
    const Ratio common = underlying_terms(id).common;
    if (common == Ratio{}) {
        own_loss_ += worst;
        return;
    }
    own_loss_ += part_down(Cash::units(worst), one - common).units();
    for (u32 i = 0; i <= count; ++i)
        work_.common[i] += part_down(Cash::units(work_.own[i]), common).units();
}

void Summing::charge_concentration(Cash delta, UnderlyingId id) {
    const UnderlyingTerms terms = underlying_terms(id);
    if (terms.depth == 0) return;
    const Cash depth =
        math::worth(Amount::units(terms.depth), table_.spots[id.value()].price, Round::down);
    if (delta <= depth || depth.zero()) return;
    const Cash over = delta - depth;
    const i128 stretch = math::saturating_mul_div(over.units(), i128{ratio_one} * ratio_one,
                                                  depth.units(), math::money_max, Round::up);
    u128 root = math::square_root(static_cast<u128>(stretch));
    if (root * root < static_cast<u128>(stretch)) ++root;
    const Cash cost = part_up(over, terms.impact);
    const Cash scaled = Cash::units(math::saturating_mul_div(
        cost.units(), static_cast<i128>(root), ratio_one, math::money_max, Round::up));
    charge(Charge::concentration, scaled, {});
}

void Summing::charge_underlying(UnderlyingId id, const Counts& counts) {
    const Table::Spot& spot = table_.spots[id.value()];
    const ContingencyTerms& rule = terms_.contingency;
    const Cash linear = notional(counts.linear, spot.price);
    charge(Charge::linear, part_up(linear, rule.linear_maintenance),
           part_up(linear, rule.linear_initial));
    const Cash naked = notional(counts.naked, spot.price);
    charge(Charge::naked, part_up(naked, rule.naked_maintenance),
           part_up(naked, rule.naked_initial));
    const Cash net = Cash::units(magnitude(counts.rising - counts.falling));
    const Cash hedged = Cash::units(std::min(counts.rising, counts.falling));
    charge(Charge::delay, part_up(net, spot.delay), {});
    charge_concentration(net, id);
    const Cash shorts = notional(counts.shorts, spot.price);
    sum_.floor -= part_up(net, terms_.floor.delta_net);
    sum_.floor -= part_up(hedged, terms_.floor.delta_hedged);
    sum_.floor -= part_up(shorts, terms_.floor.short_option);
}

void Summing::add_underlying(UnderlyingId id, std::size_t first, std::size_t last) {
    std::fill_n(work_.own.begin(), pick_.count + 1, i128{0});
    Counts counts;
    for (std::size_t place = first; place < last;) {
        const std::size_t end = end_of_group(place);
        add_group(place, end, counts);
        place = end;
    }
    add_followers(id, counts);
    weigh(id);
    charge_underlying(id, counts);
    least_spot_confidence_ = std::min(least_spot_confidence_, table_.spots[id.value()].confidence);
}

void Summing::charge_holdings() {
    for (const Holding& holding : portfolio_.holdings) {
        const CollateralTerms terms = collateral_terms(holding.asset);
        const Cash value = worth(holding);
        sum_.collateral += value;
        charge(Charge::collateral, part_up(value, terms.maintenance),
               part_up(value, terms.initial));
        const Ratio own = table_.assets[holding.asset.value()].confidence;
        charge_confidence(value, std::min(own, least_spot_confidence_));
    }
}

void Summing::charge_orders() {
    for (const risk::Exposure& order : portfolio_.orders) {
        const Table::Row& facts = table_.rows[order.instrument.value()];
        const UnderlyingId id = table_.groups[facts.group].underlying;
        const Cash part = notional(magnitude(order.size), table_.spots[id.value()].price);
        charge(Charge::orders, {}, part_up(part, terms_.order_reserve));
    }
}

void Summing::find_worst() {
    const u32 count = pick_.count;
    const auto least = std::min_element(work_.common.begin(), work_.common.begin() + count + 1);
    Cash loss = Cash::units(own_loss_ + *least);
    const auto worst = std::min_element(work_.total.begin(), work_.total.begin() + count + 1);
    const auto place = static_cast<u32>(worst - work_.total.begin());
    sum_.margin.worst = place == count ? table_.scenarios : pick_.scenario(place);
    if (sum_.floor < loss) {
        loss = sum_.floor;
        sum_.margin.worst = table_.scenarios;
    }
    sum_.initial.loss = loss;
    sum_.maintenance.loss = loss;
    if (record_ == nullptr) return;
    for (u32 i = 0; i < count; ++i) record_->profit.push_back(Cash::units(work_.total[i]));
}

// What is left of the account when the level has taken its part.
Cash Summing::settle(Breakdown::Level& level) const {
    Cash left = sum_.margin.mark_to_market + part_down(level.loss, level.factor);
    for (std::size_t place = 0; place < charge_count; ++place) {
        const auto kind = static_cast<Charge>(place);
        const bool scaled = terms_.contingency.scaled && kind <= Charge::collateral;
        Cash& charge = level.charges[place];
        if (scaled) charge = part_up(charge, level.factor);
        left -= charge;
    }
    return left;
}

Sum Summing::run() {
    sort_positions();
    std::fill_n(work_.common.begin(), pick_.count + 1, i128{0});
    std::fill_n(work_.total.begin(), pick_.count + 1, i128{0});
    u64 followed = 0;
    for (const Holding& holding : portfolio_.holdings) {
        const CollateralTerms terms = collateral_terms(holding.asset);
        if (terms.follow != Follow::none) followed |= u64{1} << terms.underlying.value();
    }
    std::size_t place = 0;
    for (u16 id = 0; id < table_.spots.size(); ++id) {
        const std::size_t first = place;
        while (place < portfolio_.positions.size() && underlying(place) == UnderlyingId(id))
            ++place;
        if (first != place || (followed >> id & 1) != 0)
            add_underlying(UnderlyingId(id), first, place);
    }
    charge_holdings();
    charge_orders();
    find_worst();
    sum_.margin.mark_to_market = portfolio_.cash + sum_.collateral + sum_.positions;
    const Price lacks = std::max(terms_.depeg.threshold - table_.settlement_price, Price{});
    const Ratio depeg = Ratio::units(static_cast<i64>(
        math::saturating_mul_div(lacks.units(), terms_.depeg.factor.units(), amount_one,
                                 limits::ratio_max.units(), Round::up)));
    sum_.initial.factor = terms_.initial_factor + depeg;
    sum_.maintenance.factor = terms_.maintenance_factor;
    sum_.margin.initial = settle(sum_.initial);
    sum_.margin.maintenance = settle(sum_.maintenance);
    return sum_;
}

}  // namespace

Sum sum(const Terms& terms, const Table& table, const Portfolio& portfolio, Workspace& workspace,
        const Selection& selection, Breakdown* record) {
    return Summing(terms, table, portfolio, workspace, selection, record).run();
}

}  // namespace ballast::scenario
