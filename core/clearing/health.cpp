#include <ballast/clearing/health.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::clearing {
namespace {

using pricing::Fine;

/// 1 less the half-width of the quote over its mark.
Ratio confidence_of(const oracle::Quote& quote) {
    if (quote.mark.zero()) return {};
    const i128 width =
        std::max(quote.high.units() - quote.mark.units(), quote.mark.units() - quote.low.units());
    const Ratio part = math::ratio_of(width, quote.mark.units(), Round::up);
    return Ratio::units(std::max<i64>(0, ratio_one - part.units()));
}

/// What the models are told of the market.
struct Told {
    std::vector<margin::Underlying> underlyings;
    std::vector<margin::Instrument> instruments;
    std::vector<margin::Asset> assets;
    std::vector<Cash> open_interest;

    [[nodiscard]] margin::Market market() const { return {underlyings, instruments, assets}; }
};

void tell_assets(const Sight& sight, Told& told) {
    told.assets.resize(sight.ledger.assets());
    for (const CompartmentTerms& compartment : sight.terms.compartments)
        for (const CollateralTerms& collateral : compartment.collateral) {
            const oracle::Quote& quote = oracle::quote(sight.oracle, collateral.feed);
            told.assets[collateral.asset.value()] = {quote.firm_low, confidence_of(quote)};
        }
}

Told tell(const Sight& sight) {
    Told told;
    for (std::size_t i = 0; i < sight.market.underlyings.size(); ++i) {
        const UnderlyingNow& now = sight.market.underlyings[i];
        const Price spot = std::max(now.spot.mark, Price::units(1));
        told.underlyings.push_back({spot, confidence_of(now.spot), now.volatility[0]});
    }
    for (u32 id = 0; id < sight.state.instruments.size(); ++id) {
        const InstrumentRow& row = sight.state.instruments[id];
        const UnderlyingNow& now = sight.market.underlyings[row.series.underlying.value()];
        told.instruments.push_back(
            {row.series, sight.market.points[id], sight.market.fixed[id], confidence_of(now.spot)});
        told.open_interest.push_back(
            math::worth(Amount::units(row.open_interest), row.mark, Round::up));
    }
    tell_assets(sight, told);
    return told;
}

Cash blend(Cash before, Cash after, u64 elapsed, u64 ramp) {
    if (ramp == 0 || elapsed >= ramp) return after;
    const i128 change = after.units() - before.units();
    const auto moved =
        math::mul_div(change, static_cast<i128>(elapsed), static_cast<i128>(ramp), Round::down);
    return std::max(after, before + Cash::units(moved ? *moved : change));
}

Cash scaled(i64 size, i64 greek, i128 spot_power, i128 divisor) {
    const auto value = math::mul_div(i128{size} * greek, spot_power, divisor, Round::down);
    return Cash::units(value ? *value : math::money_max);
}

Result<void> within_limit(Cash limit, Cash before, Cash after) {
    const auto size = [](Cash cash) { return math::magnitude(cash.units()); };
    if (limit.zero() || size(after) <= size(limit) || size(after) <= size(before)) return {};
    return no(Reject::greeks_over_limit);
}

}  // namespace

Risk::Risk(const Sight& sight, std::optional<u16> also) : tables_(sight.terms.models.size()) {
    const Told told = tell(sight);
    const auto need = [&](u16 model) {
        if (tables_[model]) return;
        tables_[model] = margin::build(sight.terms.models[model], told.market(), sight.kinds,
                                       told.open_interest);
    };
    for (const CompartmentRow& row : sight.state.compartments.rows()) {
        need(row.model);
        if (row.next.height != 0) need(row.next.model);
    }
    if (also) need(*also);
}

Price Risk::collateral_price(const Sight& sight, CompartmentId compartment, u32 slot) const {
    const CollateralTerms& terms = sight.compartment(compartment).collateral[slot];
    return oracle::quote(sight.oracle, terms.feed).firm_low;
}

Result<void> Risk::priced(const Sight& sight, const AccountRow& account) const {
    for (const Position& position : account.positions) {
        const InstrumentRow& row = sight.instrument(position.instrument);
        const UnderlyingNow& now = sight.market.underlyings[row.series.underlying.value()];
        if (now.status == oracle::Status::halted) return no(Reject::feed_halted);
    }
    const CompartmentTerms& terms = sight.compartment(account.compartment);
    for (u32 slot = 0; slot < terms.collateral.size(); ++slot) {
        if (account.collateral[slot].zero()) continue;
        const oracle::Quote& quote = oracle::quote(sight.oracle, terms.collateral[slot].feed);
        if (!oracle::allows_use(quote)) return no(Reject::feed_halted);
    }
    return {};
}

Cash settled_cash(const Sight& sight, const AccountRow& account) {
    const CompartmentRow& compartment = sight.state.compartments[account.compartment.value()];
    Cash cash = Cash::units((account.cash - owed(account, compartment)).units());
    for (const Position& position : account.positions) {
        const InstrumentRow& row = sight.instrument(position.instrument);
        cash -= funding_due(position, row.funding);
        if (!sight.kind(position.instrument).upfront)
            cash += value_of(position.size, row.mark) - position.entry;
    }
    return cash;
}

Result<Standing> Risk::standing_under(const Sight& sight, const AccountRow& account,
                                      u16 model) const {
    BALLAST_CHECK(priced(sight, account));
    if (!tables_[model]) return no(Reject::unknown_model);
    std::array<risk::Exposure, limits::positions_max> positions;
    std::array<margin::Holding, limits::basket_max> holdings;
    BALLAST_ASSERT(account.positions.size() <= positions.size());
    for (std::size_t i = 0; i < account.positions.size(); ++i)
        positions[i] = {account.positions[i].instrument, account.positions[i].size};
    u32 held = 0;
    const CompartmentTerms& terms = sight.compartment(account.compartment);
    for (u32 slot = 0; slot < terms.collateral.size(); ++slot)
        if (!account.collateral[slot].zero())
            holdings[held++] = {terms.collateral[slot].asset, account.collateral[slot]};
    const margin::Portfolio portfolio{std::span(positions).first(account.positions.size()),
                                      std::span(holdings).first(held),
                                      settled_cash(sight, account)};
    margin::Workspace workspace;
    const margin::Margin margin =
        margin::evaluate(sight.terms.models[model], *tables_[model], portfolio, workspace);
    return Standing{margin.mark_to_market, margin.initial, margin.maintenance};
}

Result<Standing> Risk::standing(const Sight& sight, const AccountRow& account) const {
    const CompartmentRow& row = sight.state.compartments[account.compartment.value()];
    BALLAST_TRY(Standing now, standing_under(sight, account, row.model));
    if (row.next.height == 0 || row.next.start == 0) return now;
    BALLAST_TRY(const Standing next, standing_under(sight, account, row.next.model));
    now.maintenance =
        blend(now.maintenance, next.maintenance, sight.now - row.next.start, row.next.ramp);
    now.initial = std::min(now.initial, next.initial);
    return now;
}

std::vector<Fallen> would_fall(const Sight& sight, CompartmentId compartment, u16 model) {
    const Risk risk(sight, model);
    std::vector<Fallen> fallen;
    for (u32 id = 0; id < sight.state.accounts.size(); ++id) {
        const AccountRow& account = sight.state.accounts[id];
        if (account.compartment != compartment) continue;
        const auto before = risk.standing(sight, account);
        const auto after = risk.standing_under(sight, account, model);
        if (before && after && before->maintenance >= Cash() && after->maintenance < Cash())
            fallen.push_back({MarginAccountId{id}, *before, *after});
    }
    return fallen;
}

GreeksSum greeks_of(const Sight& sight, const AccountRow& account, UnderlyingId underlying) {
    const i128 spot = sight.market.underlyings[underlying.value()].spot.mark.units();
    constexpr i128 fine = pricing::fine_one;
    GreeksSum sum;
    for (const Position& position : account.positions) {
        const InstrumentRow& row = sight.instrument(position.instrument);
        if (row.series.underlying != underlying || row.phase == Phase::settled) continue;
        const pricing::Greeks& greeks = sight.market.greeks[position.instrument.value()];
        sum.delta += scaled(position.size, greeks.delta.units(), spot, fine * amount_one);
        // Per unit of spot squared, for one per cent of it.
        const auto squared = math::mul_div(spot, spot, i128{amount_one} * 100, Round::down);
        sum.gamma +=
            scaled(position.size, greeks.gamma.units(), squared ? *squared : 0, fine * amount_one);
        sum.vega += scaled(position.size, greeks.vega.units(), 1, i128{amount_one} * 100);
    }
    return sum;
}

Result<void> check_greeks(const GreeksLimits& limits, const GreeksSum& before,
                          const GreeksSum& after) {
    BALLAST_CHECK(within_limit(limits.delta, before.delta, after.delta));
    BALLAST_CHECK(within_limit(limits.gamma, before.gamma, after.gamma));
    return within_limit(limits.vega, before.vega, after.vega);
}

Result<void> allows_new_risk(const Sight& sight, const AccountRow& account) {
    for (const Position& position : account.positions) {
        const InstrumentRow& row = sight.instrument(position.instrument);
        const UnderlyingNow& now = sight.market.underlyings[row.series.underlying.value()];
        if (now.status == oracle::Status::halted) return no(Reject::feed_halted);
        if (now.status == oracle::Status::degraded) return no(Reject::feed_degraded);
    }
    const CompartmentTerms& terms = sight.compartment(account.compartment);
    for (u32 slot = 0; slot < terms.collateral.size(); ++slot)
        if (!account.collateral[slot].zero())
            BALLAST_CHECK(
                oracle::allows_new_risk(oracle::quote(sight.oracle, terms.collateral[slot].feed)));
    return {};
}

}  // namespace ballast::clearing
