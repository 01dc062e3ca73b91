#include <ballast/clearing/greeks.hpp>
#include <ballast/clearing/layers.hpp>
#include <ballast/clearing/liquidity.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::clearing {
namespace {

void advance_switch(House& house, u32 id, u64 height) {
    const Switch next = house.state.compartments[id].next;
    if (next.height == 0 || height < next.height) return;
    CompartmentRow& row = house.books.compartments.edit(id);
    if (next.start == 0) row.next.start = house.now;
    if (house.now - row.next.start < next.ramp) return;
    house.events.push_back(
        {EventKind::model_switched, id, system_account::issuer, AssetId{}, next.model, row.model});
    row.model = next.model;
    row.next = Switch{};
}

/// Pays fees that are due, as far as the compartment holds cash, to its treasury compartment.
void pay_fees(House& house, u32 id) {
    const Amount due =
        std::min(house.state.compartments[id].fees, house.state.compartments[id].held);
    if (due.zero()) return;
    CompartmentRow& row = house.books.compartments.edit(id);
    row.fees -= due;
    row.held -= due;
    const AssetId asset = house.terms.compartments[id].synthetic;
    house.money.post({system_account::clearing, system_account::surplus, asset, due});
    house.events.push_back(
        {EventKind::fill_fee_paid, id, system_account::surplus, asset, due.units(), 0});
    treasury::collect(house.security.terms, house.security.state, house.money,
                      {house.security.of(CompartmentId{static_cast<u16>(id)}), due}, house.events);
}

void start_auction(const Facts& facts, MarginAccountId id, const portfolio::Standing& standing) {
    House& house = facts.house;
    AccountRow account = house.state.accounts[id.value()];
    const auto opening =
        portfolio::open(house.compartment(account.compartment).auction, id, standing, house.now);
    if (!opening) return;
    const u32 key = house.books.auctions.push(opening->auction);
    account.in_auction = true;
    const Amount fee = Amount::units(opening->fee.units());
    account.cash -= fee;
    house.books.compartments.edit(account.compartment.value()).fees += fee;
    house.events.push_back({EventKind::account_auction_started, key, account.owner,
                            house.compartment(account.compartment).synthetic, standing.mark.units(),
                            standing.maintenance.units()});
    store(house, id, std::move(account));
}

void watch_greeks(const Facts& facts, MarginAccountId id) {
    House& house = facts.house;
    const AccountRow& account = house.state.accounts[id.value()];
    const CompartmentTerms& terms = house.compartment(account.compartment);
    bool over = false;
    for (const UnderlyingId underlying : terms.underlyings)
        over =
            over || !check_greeks(terms.account_limits, {}, greeks_of(house, account, underlying));
    if (over == account.over_limit) return;
    house.books.accounts.edit(id.value()).over_limit = over;
    if (over)
        house.events.push_back(
            {EventKind::greeks_over_limit, id.value(), account.owner, AssetId{}, 0, 0});
}

void set_unhealthy(House& house, MarginAccountId id, u64 since) {
    if (house.state.accounts[id.value()].unhealthy != since)
        house.books.accounts.edit(id.value()).unhealthy = since;
}

/// Its collateral waits for buyers; where none come in the time of an auction's fast leg, all of it
/// is auctioned.
void wait_for_buyers(const Facts& facts, MarginAccountId id, const portfolio::Standing& standing) {
    House& house = facts.house;
    const AccountRow& account = house.state.accounts[id.value()];
    if (account.unhealthy == 0) return set_unhealthy(house, id, house.now);
    const u64 patience = house.compartment(account.compartment).auction.fast_seconds;
    if (house.now - account.unhealthy < patience) return;
    set_unhealthy(house, id, 0);
    start_auction(facts, id, standing);
}

/// Looks at an account that is not being auctioned.
void look_after(const Facts& facts, MarginAccountId id) {
    House& house = facts.house;
    const AccountRow& account = house.state.accounts[id.value()];
    if (account.positions.empty() && account.debt.zero()) return set_unhealthy(house, id, 0);
    watch_greeks(facts, id);
    const auto standing = facts.risk.standing(house, account);
    if (!standing) return;
    if (standing->maintenance >= Cash()) return set_unhealthy(house, id, 0);
    house.events.push_back({EventKind::margin_unhealthy, id.value(), account.owner, AssetId{},
                            standing->equity.units(), standing->maintenance.units()});
    const portfolio::Standing now = seen(house, facts.risk, account, *standing);
    switch (remedy_of(house, facts.risk, account, *standing).remedy) {
        case portfolio::Remedy::none: return;
        case portfolio::Remedy::sell_collateral: return wait_for_buyers(facts, id, now);
        case portfolio::Remedy::isolated_market:
        case portfolio::Remedy::whole_portfolio: return start_auction(facts, id, now);
        case portfolio::Remedy::backstop: return close_out(facts, id);
    }
}

void end_auction(House& house, u32 key) {
    portfolio::Auction& auction = house.books.auctions.edit(key);
    const AccountRow& account = house.state.accounts[auction.account.value()];
    house.events.push_back({EventKind::account_auction_ended, key, account.owner,
                            house.compartment(account.compartment).synthetic, auction.paid.units(),
                            auction.drawn.units()});
    portfolio::close(auction);
    house.books.accounts.edit(auction.account.value()).in_auction = false;
}

/// Whether the insolvent leg has come to its end, or the layers are empty, so that nobody would
/// come.
bool given_up(const House& house, const portfolio::Auction& auction, const AccountRow& account) {
    if (auction.leg != portfolio::Leg::insolvent) return false;
    const u64 leg = house.compartment(account.compartment).auction.insolvent_seconds;
    return house.now - auction.started >= leg || available(house, account.compartment).zero();
}

void look_after_auction(const Facts& facts, u32 key) {
    House& house = facts.house;
    const portfolio::Auction auction = house.state.auctions[key];
    const AccountRow& account = house.state.accounts[auction.account.value()];
    const auto standing = facts.risk.standing(house, account);
    if (!standing) return;  // Waits for prices.
    const auto& terms = house.compartment(account.compartment).auction;
    const auto now = seen(house, facts.risk, account, *standing);
    switch (portfolio::next_step(terms, auction, now, house.now)) {
        case portfolio::Step::run: break;
        case portfolio::Step::restart:
            return portfolio::restart(house.books.auctions.edit(key), house.now);
        case portfolio::Step::turn:
            portfolio::turn(house.books.auctions.edit(key), house.now);
            house.events.push_back({EventKind::account_auction_turned, key, account.owner,
                                    house.compartment(account.compartment).synthetic,
                                    now.mark.units(), now.maintenance.units()});
            break;
        case portfolio::Step::end: return end_auction(house, key);
    }
    if (!given_up(house, house.state.auctions[key], account)) return;
    end_auction(house, key);
    close_out(facts, auction.account);
}

}  // namespace

void resolve(const Facts& facts) noexcept {
    House& house = facts.house;
    for (u32 id = 0; id < house.state.compartments.size(); ++id) {
        advance_switch(house, id, facts.height);
        pay_fees(house, id);
        watch_compartment(house, CompartmentId{static_cast<u16>(id)});
    }
    const u32 auctions = house.state.auctions.size();
    for (u32 key = 0; key < auctions; ++key)
        if (house.state.auctions[key].open) look_after_auction(facts, key);
    for (u32 id = 0; id < house.state.accounts.size(); ++id)
        if (!house.state.accounts[id].in_auction) look_after(facts, MarginAccountId{id});
    run_pool(facts);
}

}  // namespace ballast::clearing
