#include <ballast/clearing/account.hpp>

#include <ballast/math/money.hpp>
#include <ballast/math/power.hpp>

#include <algorithm>

namespace ballast::clearing {
namespace {

constexpr i128 flow_per_cash = 10'000'000'000;  // 10^-18 in 10^-8.

Amount at_index(Amount debt, Ray index, Round round) {
    const auto amount = math::grow(debt, index, round);
    BALLAST_ASSERT(amount);
    return *amount;
}

auto find(std::vector<Position>& positions, InstrumentId instrument) {
    return std::lower_bound(
        positions.begin(), positions.end(), instrument,
        [](const Position& position, InstrumentId id) { return position.instrument < id; });
}

/// Adds `change` to the debt, and answers how the compartment's book value has changed.
Amount change_debt(CompartmentRow& compartment, AccountRow& account, Amount change) {
    const Amount before = book_value(compartment);
    account.debt += change;
    compartment.debt += change;
    BALLAST_ASSERT(account.debt.units() >= 0 && compartment.debt >= account.debt);
    return book_value(compartment) - before;
}

/// Mints what the account lacks.  Where the supply has no room, cash stays under zero.
void mint_shortfall(House& house, MarginAccountId id, AccountRow& account) {
    const AssetId asset = house.compartment(account.compartment).synthetic;
    CompartmentRow& compartment = house.books.compartments.edit(account.compartment.value());
    const Amount lack = -account.cash;
    const auto normal = math::shrink(lack, compartment.index, Round::up);
    if (!normal ||
        house.ledger.supply(asset) + lack + Amount::units(ratio_one) > limits::supply_max)
        return;
    const Amount grown = change_debt(compartment, account, *normal);
    house.money.post({system_account::issuer, system_account::clearing, asset, lack});
    house.money.post({system_account::issuer, system_account::surplus, asset, grown - lack});
    compartment.held += lack;
    account.cash = Amount();
    house.events.push_back({EventKind::margin_debt_minted, id.value(), account.owner, asset,
                            lack.units(), owed(account, compartment).units()});
}

/// Pays debt with cash.
void repay_debt(House& house, MarginAccountId id, AccountRow& account) {
    const AssetId asset = house.compartment(account.compartment).synthetic;
    CompartmentRow& compartment = house.books.compartments.edit(account.compartment.value());
    const Amount due = owed(account, compartment);
    const Amount paid = std::min({account.cash, due, compartment.held});
    if (paid.zero()) return;
    Amount normal = account.debt;
    if (paid < due) {
        const auto part = math::shrink(paid, compartment.index, Round::down);
        normal = std::min(normal, part ? *part : Amount());  // What fits as debt, fits in parts.
    }
    const Amount fallen = -change_debt(compartment, account, -normal);
    // What is paid beyond the fall of the book value is rounding, and income.
    const Amount burnt = std::min(fallen, paid);
    house.money.post({system_account::clearing, system_account::issuer, asset, burnt});
    house.money.post({system_account::clearing, system_account::surplus, asset, paid - burnt});
    compartment.held -= paid;
    account.cash -= paid;
    house.events.push_back({EventKind::margin_debt_repaid, id.value(), account.owner, asset,
                            paid.units(), owed(account, compartment).units()});
}

/// Open interest counts the longs.
void follow_open_interest(House& house, const AccountRow& account, i64 sign) {
    for (const Position& position : account.positions)
        if (position.size > 0)
            house.books.instruments.edit(position.instrument.value()).open_interest +=
                i128{sign} * position.size;
}

}  // namespace

void open_compartments(const Terms& terms, State& state, u64 now) {
    for (const CompartmentTerms& compartment : terms.compartments) {
        CompartmentRow row;
        row.model = compartment.model;
        row.accrued = now;
        state.compartments.push(row);
    }
    if (!terms.pool) return;
    AccountRow pool;
    pool.owner = system_account::liquidity;
    pool.compartment = terms.pool->compartment;
    state.accounts.push(pool);
}

Amount owed(const AccountRow& account, const CompartmentRow& compartment) {
    return at_index(account.debt, compartment.index, Round::up);
}

Amount book_value(const CompartmentRow& compartment) {
    return at_index(compartment.debt, compartment.index, Round::down);
}

Cash value_of(i64 size, Price price) {
    return Cash::units(math::divide(i128{size} * price.units(), i128{amount_one}, Round::down));
}

Cash funding_due(const Position& position, risk::Flow funding) {
    const i128 flow = funding.units() - position.funding.units();
    return Cash::units(math::saturating_mul_div(
        position.size, flow, i128{amount_one} * flow_per_cash, math::money_max, Round::up));
}

void settle_funding(const State& state, AccountRow& account) {
    for (Position& position : account.positions) {
        const risk::Flow funding = state.instruments[position.instrument.value()].funding;
        account.cash -= Amount::units(funding_due(position, funding).units());
        position.funding = funding;
    }
}

void add_trade(const State& state, AccountRow& account, const Trade& trade) {
    if (trade.upfront) account.cash -= Amount::units(trade.value.units());
    auto place = find(account.positions, trade.instrument);
    if (place == account.positions.end() || place->instrument != trade.instrument) {
        const risk::Flow funding = state.instruments[trade.instrument.value()].funding;
        place = account.positions.insert(place, {trade.instrument, 0, Cash(), funding});
    }
    const i64 before = place->size;
    const i64 after = before + trade.size;
    place->size = after;
    if (!trade.upfront) {
        const Cash whole = place->entry + trade.value;
        Cash kept = whole;
        // Of what shrinks, the average entry stays; of what turns over, the price of the trade.
        if (before != 0 && (before > 0) != (trade.size > 0)) {
            const bool turned = after != 0 && (after > 0) != (before > 0);
            const i128 of = turned ? trade.size : before;
            const i128 base = turned ? trade.value.units() : place->entry.units();
            kept = Cash::units(math::saturating_mul_div(base, of < 0 ? -i128{after} : i128{after},
                                                        of < 0 ? -of : of, math::money_max,
                                                        Round::down));
        }
        place->entry = kept;
        account.cash -= Amount::units((whole - kept).units());
    }
    if (after == 0) account.positions.erase(place);
}

void realise(const State& state, Kinds kinds, AccountRow& account) {
    for (Position& position : account.positions) {
        const InstrumentRow& row = state.instruments[position.instrument.value()];
        if (kinds[row.series.kind].upfront) continue;
        const Cash value = value_of(position.size, row.mark);
        account.cash += Amount::units((value - position.entry).units());
        position.entry = value;
    }
}

Cash claim(const AccountRow& account) {
    Cash sum = Cash::units(account.cash.units());
    for (const Position& position : account.positions) sum -= position.entry;
    return sum;
}

Position position_in(const AccountRow& account, InstrumentId instrument) {
    for (const Position& position : account.positions)
        if (position.instrument == instrument) return position;
    return {instrument, 0, Cash(), risk::Flow()};
}

i128 longs(const AccountRow& account, InstrumentId instrument) {
    const i64 size = position_in(account, instrument).size;
    return size > 0 ? size : 0;
}

bool adds_risk(const AccountRow& account, InstrumentId instrument, i64 size) {
    const i64 before = position_in(account, instrument).size;
    const i64 after = before + size;
    if (before == 0) return true;
    if (after == 0) return false;
    return (after > 0) != (before > 0) || (after > 0 ? after > before : after < before);
}

void store(House& house, MarginAccountId id, AccountRow next) noexcept {
    const AccountRow before = house.state.accounts[id.value()];
    const CompartmentRow& compartment = house.state.compartments[next.compartment.value()];
    if (next.cash < Amount()) mint_shortfall(house, id, next);
    if (next.cash > Amount() && !next.debt.zero()) repay_debt(house, id, next);
    if (before.collateral != next.collateral) {
        CompartmentRow& row = house.books.compartments.edit(next.compartment.value());
        for (std::size_t slot = 0; slot < next.collateral.size(); ++slot)
            row.collateral[slot] += next.collateral[slot] - before.collateral[slot];
    }
    if (before.positions != next.positions) {
        follow_open_interest(house, before, -1);
        follow_open_interest(house, next, 1);
    }
    BALLAST_ASSERT(compartment.held.units() >= 0);
    house.books.accounts.edit(id.value()) = std::move(next);
}

void accrue_debt(House& house) noexcept {
    for (u32 id = 0; id < house.state.compartments.size(); ++id) {
        if (house.state.compartments[id].accrued == house.now) continue;
        const CompartmentTerms& terms = house.terms.compartments[id];
        CompartmentRow& row = house.books.compartments.edit(id);
        const auto factor = math::power(terms.borrow_rate, house.now - row.accrued);
        row.accrued = house.now;
        if (!factor) continue;
        const auto index = math::mul_div(row.index.units(), factor->units(), ray_one, Round::up);
        if (!index || Ray::units(*index) > limits::index_max) continue;
        CompartmentRow next = row;
        next.index = Ray::units(*index);
        const Amount growth = book_value(next) - book_value(row);
        if (house.ledger.supply(terms.synthetic) + growth > limits::supply_max) continue;
        row.index = next.index;
        if (growth.zero()) continue;
        house.money.post(
            {system_account::issuer, system_account::surplus, terms.synthetic, growth});
        house.events.push_back({EventKind::margin_fee_accrued, id, system_account::surplus,
                                terms.synthetic, growth.units(),
                                static_cast<i128>(row.index.units())});
    }
}

}  // namespace ballast::clearing
