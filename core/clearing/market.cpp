#include <ballast/clearing/market.hpp>

#include <ballast/math/money.hpp>
#include <ballast/math/power.hpp>

#include <algorithm>

namespace ballast::clearing {
namespace {

using pricing::Fine;
using pricing::Point;

oracle::Status worse(oracle::Status a, oracle::Status b) {
    return std::max(a, b);
}

UnderlyingNow look_at(const UnderlyingTerms& terms, const oracle::State& oracle) {
    UnderlyingNow now;
    now.spot = oracle::quote(oracle, terms.spot);
    now.status = now.spot.status;
    now.perp = now.spot.mark;
    if (terms.perp) {
        const oracle::Quote& perp = oracle::quote(oracle, *terms.perp);
        now.perp = perp.mark;
        now.status = worse(now.status, perp.status);
    }
    for (std::size_t i = 0; i < terms.pillars.size(); ++i) {
        const oracle::Quote& pillar = oracle::quote(oracle, terms.pillars[i].feed);
        // A Price of 10^-8 is a Fine of 10^-12.
        constexpr i64 fine_per_price = pricing::fine_one / amount_one;
        const i64 units = std::min(pillar.mark.units(), volatility_max.units() / fine_per_price);
        now.volatility[i] = Fine::units(units * fine_per_price);
        now.status = worse(now.status, pillar.status);
    }
    if (now.spot.mark.zero() || now.perp.zero()) now.status = oracle::Status::halted;
    return now;
}

/// Square of the volatility times seconds.
i128 total_variance(Fine volatility, u64 seconds) {
    return i128{volatility.units()} * volatility.units() * static_cast<i128>(seconds);
}

Fine at_the_money(const UnderlyingTerms& terms, const UnderlyingNow& now, u64 seconds) {
    const auto& pillars = terms.pillars;
    std::size_t above = 0;
    while (above < pillars.size() && pillars[above].seconds < seconds) ++above;
    if (above == 0) return now.volatility[0];
    if (above == pillars.size()) return now.volatility[above - 1];
    const u64 left = pillars[above - 1].seconds;
    const i128 low = total_variance(now.volatility[above - 1], left);
    const i128 high = total_variance(now.volatility[above], pillars[above].seconds);
    const auto part = math::mul_div(high - low, static_cast<i128>(seconds - left),
                                    static_cast<i128>(pillars[above].seconds - left), Round::down);
    const i128 variance = std::max<i128>(0, low + (part ? *part : 0));
    const u128 squared = static_cast<u128>(variance) / seconds;
    return Fine::units(static_cast<i64>(math::square_root(squared)));
}

/// The index, the perp's mark or the grown forward, by what the series is.
Price forward_of(const Sight& sight, const InstrumentRow& row, const UnderlyingNow& now,
                 u64 seconds) {
    const risk::Series& series = row.series;
    if (sight.kinds[series.kind].shape == risk::Shape::linear) return now.perp;
    if (series.expiry == 0) return now.spot.mark;
    const Fine rate = sight.terms.underlyings[series.underlying.value()].rate;
    const auto growth = math::mul_div(i128{rate.units()}, static_cast<i128>(seconds),
                                      static_cast<i128>(pricing::year_seconds), Round::down);
    const Fine factor = pricing::exponential(Fine::units(static_cast<i64>(growth ? *growth : 0)));
    return Price::units(static_cast<i64>(
        math::saturating_mul_div(now.spot.mark.units(), factor.units(), pricing::fine_one,
                                 limits::price_max.units(), Round::down)));
}

/// Inside the window, the average so far stands for the part that has passed.
void fix(const Sight& sight, const risk::Series& series, Point& point, Price& fixed) {
    const UnderlyingTerms& underlying = sight.terms.underlyings[series.underlying.value()];
    const u64 begin = series.expiry - std::min(series.expiry, underlying.settlement_window);
    if (sight.now <= begin || sight.now >= series.expiry) return;
    const auto average =
        oracle::settlement(sight.oracle_terms, sight.oracle, underlying.spot, begin, sight.now);
    if (!average) return;
    const i128 passed = static_cast<i128>(sight.now - begin);
    const i128 left = static_cast<i128>(series.expiry - sight.now);
    fixed = Price::units(
        static_cast<i64>(math::divide(average->units() * passed, passed + left, Round::down)));
    point.forward = fixed + Price::units(static_cast<i64>(math::divide(
                                point.forward.units() * left, passed + left, Round::down)));
}

Point point_of(const Sight& sight, const InstrumentRow& row, const UnderlyingNow& now) {
    const risk::Series& series = row.series;
    Point point;
    point.spot = now.spot.mark;
    point.rate = sight.terms.underlyings[series.underlying.value()].rate;
    point.seconds = series.expiry > sight.now ? series.expiry - sight.now : 0;
    point.forward = forward_of(sight, row, now, point.seconds);
    const u64 tenor = series.expiry != 0 ? point.seconds : series.period;
    const UnderlyingTerms& terms = sight.terms.underlyings[series.underlying.value()];
    if (sight.kinds[series.kind].shape == risk::Shape::option)
        point.volatility = volatility_at(terms, now, series.strike, point.forward, tenor);
    return point;
}

/// Pays every holder of a settled instrument.
void pay_out(House& house, InstrumentId id, Price price) {
    for (u32 holder = 0; holder < house.state.accounts.size(); ++holder) {
        const Position position = position_in(house.state.accounts[holder], id);
        if (position.size == 0) continue;
        AccountRow account = house.state.accounts[holder];
        settle_funding(house.state, account);
        const Cash value = value_of(position.size, price);
        const Amount received = Amount::units((value - position.entry).units());
        account.cash += received;
        std::erase_if(account.positions,
                      [id](const Position& held) { return held.instrument == id; });
        house.events.push_back({EventKind::position_settled, holder, account.owner,
                                house.compartment(account.compartment).synthetic, position.size,
                                received.units()});
        store(house, MarginAccountId{holder}, std::move(account));
    }
}

void settle(House& house, InstrumentId id) {
    const InstrumentRow row = house.instrument(id);
    const UnderlyingTerms& underlying = house.terms.underlyings[row.series.underlying.value()];
    const auto average =
        oracle::settlement(house.oracle_terms, house.oracle, underlying.spot,
                           row.series.expiry - underlying.settlement_window, row.series.expiry);
    if (!average) {
        if (row.phase == Phase::expired) return;
        house.books.instruments.edit(id.value()).phase = Phase::expired;
        house.events.push_back({EventKind::settlement_delayed, id.value(), system_account::issuer,
                                AssetId{}, static_cast<i128>(average.error()), 0});
        return;
    }
    const Price paid = house.kind(id).payoff(row.series, *average);
    InstrumentRow& next = house.books.instruments.edit(id.value());
    next.phase = Phase::settled;
    next.mark = paid;
    house.events.push_back({EventKind::instrument_expired, id.value(), system_account::issuer,
                            AssetId{}, 0, average->units()});
    house.events.push_back({EventKind::instrument_settled, id.value(), system_account::issuer,
                            AssetId{}, row.open_interest, paid.units()});
    pay_out(house, id, paid);
}

/// Brings the mark and the funding to now.  Time without a price pays no funding, and keeps the
/// mark; nor does time after expiry.
void mark(House& house, InstrumentId id) {
    const InstrumentRow& before = house.instrument(id);
    const UnderlyingNow& now = house.market.underlyings[before.series.underlying.value()];
    const risk::Kind& kind = house.kind(id);
    InstrumentRow& row = house.books.instruments.edit(id.value());
    const u64 elapsed = house.now - row.accrued;
    row.accrued = house.now;
    if (now.status == oracle::Status::halted) return;
    std::array<Price, 1> value{};
    kind.value(row.series, {&house.market.points[id.value()], 1}, value);
    row.mark = value[0];
    if (kind.funding == nullptr || row.phase != Phase::open) return;
    const UnderlyingTerms& terms = house.terms.underlyings[row.series.underlying.value()];
    row.funding += kind.funding(
        row.series, {now.spot.mark, row.mark, elapsed, terms.funding_interest, terms.funding_cap});
}

}  // namespace

Fine volatility_at(const UnderlyingTerms& terms, const UnderlyingNow& now, Price strike,
                   Price forward, u64 seconds) {
    if (terms.pillars.empty()) return {};
    const Fine money = at_the_money(terms, now, std::max<u64>(1, seconds));
    const Fine there = pricing::svi_volatility(terms.smile, strike, forward, pricing::year_seconds);
    const Fine centre =
        pricing::svi_volatility(terms.smile, forward, forward, pricing::year_seconds);
    if (centre.zero()) return money;
    return Fine::units(static_cast<i64>(math::saturating_mul_div(
        money.units(), there.units(), centre.units(), volatility_max.units(), Round::down)));
}

Market look(const Sight& sight) {
    Market market;
    for (const UnderlyingTerms& underlying : sight.terms.underlyings)
        market.underlyings.push_back(look_at(underlying, sight.oracle));
    market.points.resize(sight.state.instruments.size());
    market.fixed.resize(sight.state.instruments.size());
    market.greeks.resize(sight.state.instruments.size());
    for (u32 id = 0; id < sight.state.instruments.size(); ++id) {
        const InstrumentRow& row = sight.state.instruments[id];
        const UnderlyingNow& now = market.underlyings[row.series.underlying.value()];
        if (row.phase == Phase::settled || now.spot.mark.zero() || now.perp.zero()) continue;
        Point& point = market.points[id];
        point = point_of(sight, row, now);
        if (row.series.expiry != 0) fix(sight, row.series, point, market.fixed[id]);
        market.greeks[id] = sight.kinds[row.series.kind].greeks(row.series, point);
    }
    return market;
}

void accrue(House& house) noexcept {
    accrue_debt(house);
    for (u32 key = 0; key < house.state.instruments.size(); ++key) {
        const InstrumentRow& row = house.state.instruments[key];
        if (row.phase == Phase::settled) continue;
        const InstrumentId id{key};
        mark(house, id);
        if (row.series.expiry != 0 && house.now >= row.series.expiry) settle(house, id);
    }
}

}  // namespace ballast::clearing
