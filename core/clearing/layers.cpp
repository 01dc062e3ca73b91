#include <ballast/clearing/layers.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::clearing {
namespace {

using deleverage::Candidate;

Cash worth_of_collateral(const Sight& house, const Risk& risk, const AccountRow& account,
                         u32 slot) {
    const Price price = risk.collateral_price(house, account.compartment, slot);
    return math::worth(account.collateral[slot], price, Round::down);
}

Cash gross_positions(const Sight& house, const AccountRow& account) {
    Cash gross;
    for (const Position& position : account.positions)
        gross += size_of(value_of(position.size, house.instrument(position.instrument).mark));
    return gross;
}

/// Everything at the marks, less what is owed.
Cash equity_of(const House& house, const Risk& risk, const AccountRow& account) {
    Cash equity = settled_cash(house, account);
    for (const Position& position : account.positions)
        if (house.kind(position.instrument).upfront)
            equity += value_of(position.size, house.instrument(position.instrument).mark);
    const CompartmentTerms& terms = house.compartment(account.compartment);
    for (u32 slot = 0; slot < terms.collateral.size(); ++slot)
        equity += worth_of_collateral(house, risk, account, slot);
    return equity;
}

std::vector<Candidate> candidates_for(const House& house, const Risk& risk, MarginAccountId id,
                                      const Position& bankrupt) {
    std::vector<Candidate> candidates;
    const CompartmentId compartment = house.state.accounts[id.value()].compartment;
    for (u32 key = 0; key < house.state.accounts.size(); ++key) {
        const AccountRow& account = house.state.accounts[key];
        if (key == id.value() || account.compartment != compartment) continue;
        const Position position = position_in(account, bankrupt.instrument);
        if (position.size == 0 || (position.size > 0) == (bankrupt.size > 0)) continue;
        const Cash value = value_of(position.size, house.instrument(position.instrument).mark);
        candidates.push_back({MarginAccountId{key}, position.size, value - position.entry,
                              equity_of(house, risk, account), gross_positions(house, account)});
    }
    return candidates;
}

/// `share` of the account's deficit per unit on top of the mark, against the other side.
Price bankruptcy_price(const Position& position, Price mark, Cash share) {
    const i128 units = position.size < 0 ? -i128{position.size} : i128{position.size};
    const i128 most = limits::price_max.units();
    const i128 worse = math::saturating_mul_div(share.units(), amount_one, units, most, Round::up);
    const i128 price = position.size > 0 ? mark.units() + worse : mark.units() - worse;
    return Price::units(static_cast<i64>(std::clamp<i128>(price, 0, most)));
}

/// Closes one side of a position at the mark, and moves `haircut` (negative: to it) off its cash.
void close_at_mark(House& house, MarginAccountId id, InstrumentId instrument, i64 size,
                   Cash haircut) {
    AccountRow account = house.state.accounts[id.value()];
    settle_funding(house.state, account);
    const i64 bought = size;
    // Both sides use the value of the magnitude, so that what one pays the other gets.
    const Cash value = value_of(bought < 0 ? -bought : bought, house.instrument(instrument).mark);
    add_trade(house.state, account,
              {instrument, bought, bought < 0 ? -value : value, house.kind(instrument).upfront});
    account.cash -= Amount::units(haircut.units());
    store(house, id, std::move(account));
}

void carry_out(House& house, MarginAccountId id, const Position& position,
               const deleverage::Plan& plan) {
    for (const deleverage::Closure& closure : plan.closures) {
        const i64 units = closure.at_bankruptcy + closure.at_mark;
        const i64 bought = position.size > 0 ? units : -units;
        close_at_mark(house, closure.account, position.instrument, bought, closure.haircut);
        close_at_mark(house, id, position.instrument, -bought, -closure.haircut);
        const AccountRow& account = house.state.accounts[closure.account.value()];
        house.events.push_back({EventKind::position_deleveraged, closure.account.value(),
                                account.owner, house.compartment(account.compartment).synthetic,
                                bought, closure.haircut.units()});
    }
}

/// Closes every position; those that share the deficit do so by their worth.
void deleverage_all(const Facts& facts, MarginAccountId id) {
    House& house = facts.house;
    const AccountRow before = house.state.accounts[id.value()];
    const Cash lack = std::max(Cash(), -equity_of(house, facts.risk, before));
    const Cash gross = gross_positions(house, before);
    for (const Position& position : before.positions) {
        const Price mark = house.instrument(position.instrument).mark;
        const Cash worth = size_of(value_of(position.size, mark));
        const Cash share =
            gross.zero()
                ? Cash()
                : Cash::units(math::saturating_mul_div(lack.units(), worth.units(), gross.units(),
                                                       math::money_max, Round::up));
        const auto candidates = candidates_for(house, facts.risk, id, position);
        const auto plan = deleverage::plan(
            house.compartment(before.compartment).ranking,
            {position.size, mark, bankruptcy_price(position, mark, share)}, candidates);
        if (plan) carry_out(house, id, position, *plan);
    }
}

/// Accounts with equity bear `lack` of the account together.  Returns what they do not.
Cash socialise(const Facts& facts, MarginAccountId id, Cash lack) {
    House& house = facts.house;
    const CompartmentId compartment = house.state.accounts[id.value()].compartment;
    std::vector<deleverage::Holder> holders;
    for (u32 key = 0; key < house.state.accounts.size(); ++key) {
        const AccountRow& account = house.state.accounts[key];
        if (key == id.value() || account.compartment != compartment) continue;
        const Cash equity = equity_of(house, facts.risk, account);
        if (equity > Cash()) holders.push_back({MarginAccountId{key}, equity});
    }
    const auto shared = deleverage::socialise(lack, holders);
    if (!shared) return lack;
    Amount borne;
    for (const deleverage::Share& share : shared->shares) {
        AccountRow account = house.state.accounts[share.account.value()];
        account.cash -= Amount::units(share.cash.units());
        borne += Amount::units(share.cash.units());
        house.events.push_back({EventKind::loss_socialised, share.account.value(), account.owner,
                                house.compartment(compartment).synthetic, share.cash.units(),
                                id.value()});
        store(house, share.account, std::move(account));
    }
    AccountRow account = house.state.accounts[id.value()];
    account.cash += borne;
    store(house, id, std::move(account));
    house.books.compartments.edit(compartment.value()).socialised += borne;
    return shared->booked;
}

/// What is left of an account without positions that is worth nothing: collateral to the surplus,
/// cash to the fees that are due to it, debt to the layers and the books.
void write_off(House& house, MarginAccountId id) {
    AccountRow account = house.state.accounts[id.value()];
    CompartmentRow& row = house.books.compartments.edit(account.compartment.value());
    const CompartmentTerms& terms = house.compartment(account.compartment);
    for (u32 slot = 0; slot < terms.collateral.size(); ++slot) {
        house.money.post({system_account::clearing, system_account::surplus,
                          terms.collateral[slot].asset, account.collateral[slot]});
        account.collateral[slot] = Amount();
    }
    // Cash is left where the compartment held too little to take it for the debt.  It comes with
    // what others owe, and then pays for the loss as any income does.
    const Amount left = std::max(Amount(), account.cash);
    account.cash -= left;
    row.fees += left;
    const Amount before = book_value(row);
    row.debt -= account.debt;
    account.debt = Amount();
    const Amount lost = before - book_value(row);
    house.events.push_back({EventKind::account_backstopped, id.value(), account.owner,
                            terms.synthetic, lost.units(), left.units()});
    store(house, id, std::move(account));
    treasury::cover_loss(house.security.terms, house.security.state, house.money,
                         {house.security.of(house.state.accounts[id.value()].compartment), lost},
                         house.events);
}

}  // namespace

Amount available(const House& house, CompartmentId compartment) {
    const VaultTypeId place = house.security.of(compartment);
    const treasury::CompartmentRow& row = house.security.state.compartments[place.value()];
    const Amount out = house.security.terms.compartments[place.value()].loss_out_max;
    const AssetId asset = house.compartment(compartment).synthetic;
    const Amount surplus = house.ledger.balance(system_account::surplus, asset);
    return row.reserve + std::min(surplus, std::max(Amount(), out - row.loss_let_out));
}

void draw(House& house, CompartmentId compartment, Amount amount) noexcept {
    if (amount.zero()) return;
    const AssetId asset = house.compartment(compartment).synthetic;
    house.money.post({system_account::issuer, system_account::clearing, asset, amount});
    house.books.compartments.edit(compartment.value()).held += amount;
    treasury::cover_loss(house.security.terms, house.security.state, house.money,
                         {house.security.of(compartment), amount}, house.events);
}

portfolio::Standing seen(const Sight& house, const Risk& risk, const AccountRow& account,
                         const Standing& standing) {
    Cash gross = gross_positions(house, account);
    const CompartmentTerms& terms = house.compartment(account.compartment);
    for (u32 slot = 0; slot < terms.collateral.size(); ++slot)
        gross += worth_of_collateral(house, risk, account, slot);
    return {standing.equity, std::min(standing.equity, standing.maintenance), gross};
}

portfolio::Choice remedy_of(const Sight& house, const Risk& risk, const AccountRow& account,
                            const Standing& standing) {
    std::vector<portfolio::Holding> holdings;
    const CompartmentTerms& terms = house.compartment(account.compartment);
    for (u32 slot = 0; slot < terms.collateral.size(); ++slot)
        if (!account.collateral[slot].zero())
            holdings.push_back({terms.collateral[slot].asset,
                                worth_of_collateral(house, risk, account, slot),
                                terms.collateral[slot].haircut});
    std::sort(holdings.begin(), holdings.end(),
              [](const auto& a, const auto& b) { return a.asset < b.asset; });
    return portfolio::choose_remedy(
        terms.auction, terms.economics,
        {seen(house, risk, account, standing), Cash(), holdings, terms.underlyings.size() == 1});
}

void close_out(const Facts& facts, MarginAccountId id) noexcept {
    House& house = facts.house;
    const CompartmentId compartment = house.state.accounts[id.value()].compartment;
    const auto lack = [&] {
        return -equity_of(house, facts.risk, house.state.accounts[id.value()]);
    };
    if (lack() > Cash()) {
        const Amount paid = std::min(Amount::units(lack().units()), available(house, compartment));
        draw(house, compartment, paid);
        AccountRow account = house.state.accounts[id.value()];
        account.cash += paid;
        store(house, id, std::move(account));
    }
    deleverage_all(facts, id);
    if (lack() > Cash()) (void)socialise(facts, id, lack());
    const AccountRow& account = house.state.accounts[id.value()];
    // What it owes and what it holds are worth the same now, but for roundings, or nobody covers
    // it.
    const Cash dust = Cash::units(2 + 2 * static_cast<i128>(limits::positions_max));
    if (account.positions.empty() && !account.debt.zero() && -lack() <= dust) write_off(house, id);
}

}  // namespace ballast::clearing
