#include "traders.hpp"

#include <sodium.h>

#include <algorithm>
#include <map>

namespace ballast::simulation {
namespace {

constexpr u32 accounts_most = 40;
constexpr u32 instruments_most = 80;
constexpr i64 one = amount_one;

}  // namespace

struct Traders::Floor {
    const engine::Machine& machine;

    [[nodiscard]] const clearing::State& state() const { return machine.state().clearing; }
    [[nodiscard]] const clearing::Terms& terms() const { return machine.genesis().clearing; }
    [[nodiscard]] bool exists(MarginAccountId id) const {
        return id.value() < state().accounts.size();
    }
    [[nodiscard]] const clearing::AccountRow& account(MarginAccountId id) const {
        return state().accounts[id.value()];
    }
    [[nodiscard]] Amount balance(AccountId who, AssetId asset) const {
        return machine.state().ledger.balance(who, asset);
    }
    [[nodiscard]] bool auctioning() const {
        for (const portfolio::Auction& auction : state().auctions.rows())
            if (auction.open) return true;
        return false;
    }
    /// An unhealthy account that is not being auctioned; the number of accounts if there is none.
    [[nodiscard]] u32 sick() const {
        u32 id = 0;
        while (id < state().accounts.size() &&
               (state().accounts[id].in_auction ||
                standing(MarginAccountId{id}).maintenance >= Cash()))
            ++id;
        return id;
    }
    [[nodiscard]] clearing::Standing standing(MarginAccountId id) const {
        if (!exists(id)) return {};
        const auto standing = machine.risk().standing(machine.clearing(), account(id));
        return standing ? *standing : clearing::Standing{};
    }
};

Traders::Traders(u64 seed) : random_(seed) {
    for (u32 user = 0; user < users; ++user) {
        std::array<u8, crypto_sign_SEEDBYTES> bytes{};
        for (u8& byte : bytes) byte = static_cast<u8>(random_.next());
        crypto_sign_seed_keypair(keys_[user].data(), secrets_[user].data(), bytes.data());
    }
}

AccountId Traders::somebody() {
    return AccountId{system_accounts + static_cast<u32>(random_.below(users))};
}

MarginAccountId Traders::some_account(const Floor& floor) {
    const u32 count = floor.state().accounts.size();
    if (count == 0 || random_.chance(5)) return MarginAccountId{count};
    return MarginAccountId{static_cast<u32>(random_.below(count))};
}

/// Mostly a part of it; sometimes what just is too much, or what nobody can mean.
Amount Traders::around(Amount about) {
    switch (random_.below(30)) {
        case 0: return Amount();
        case 1: return about + Amount::units(1);
        case 2: return limits::amount_max + Amount::units(1);
        case 3: return about;
        case 4: return limits::amount_max;
        default: return Amount::units(about.units() / 1000 * random_.between(1, 999) + 1);
    }
}

Traders::Wish Traders::open(const Floor& floor) {
    const AccountId sender = somebody();
    const u64 houses = floor.terms().compartments.size() + (random_.chance(50) ? 1 : 0);
    const CompartmentId house{static_cast<u16>(random_.below(houses))};
    return {sender, clearing::OpenMargin{house, keys_[sender.value() - system_accounts]}};
}

Traders::Wish Traders::deposit(const Floor& floor) {
    const MarginAccountId id = some_account(floor);
    const AccountId sender =
        floor.exists(id) && !random_.chance(50) ? floor.account(id).owner : somebody();
    constexpr std::array<AssetId, 3> assets{ether, usdc, dollar};
    AssetId asset = random_.one_of<AssetId>(assets);
    if (random_.chance(10)) asset = bitcoin;
    if (random_.chance(5)) asset = AssetId{static_cast<u16>(30)};
    const Amount held = asset.value() < 7 ? floor.balance(sender, asset) : Amount::units(one);
    const Amount amount = random_.chance(60) ? around(held) : Amount::units(held.units() / 40);
    return {sender, clearing::MarginDeposit{id, asset, amount}};
}

Traders::Wish Traders::withdraw(const Floor& floor) {
    const MarginAccountId id = some_account(floor);
    AccountId sender = somebody();
    AssetId asset = random_.chance(700) ? dollar : ether;
    if (random_.chance(10)) asset = token;
    if (random_.chance(5)) asset = AssetId{static_cast<u16>(30)};
    Amount about = Amount::units(one);
    if (floor.exists(id)) {
        const clearing::AccountRow& row = floor.account(id);
        if (!random_.chance(30)) sender = row.owner;
        const Amount free = Amount::units(std::max<i128>(floor.standing(id).initial.units(), 0));
        about = asset == ether ? row.collateral[0] : free;
    }
    return {sender, clearing::MarginWithdraw{id, asset, around(about)}};
}

risk::Series Traders::series(const Floor& floor) {
    risk::Series series;
    series.kind = static_cast<u8>(random_.below(random_.chance(10) ? 6 : 5));
    series.underlying = UnderlyingId{static_cast<u16>(random_.below(random_.chance(20) ? 3 : 2))};
    const bool on_bitcoin = series.underlying.value() == 1;
    const i64 spot = on_bitcoin ? 8'000 : 200;
    const i64 steps = spot * random_.between(60, 140) / 1'000;
    series.strike = Price::units(steps * 10 * one);
    if (random_.chance(20)) series.strike += Price::units(1);
    if (random_.chance(500)) series.right = pricing::Right::put;
    const u64 now = floor.machine.time();
    switch (series.kind) {
        case 0:
            series.strike = Price(), series.right = pricing::Right::call;
            series.period = 8 * 3'600;
            break;
        case 2: series.payout = Price::units(100 * one); [[fallthrough]];
        case 1:
            series.expiry = (now / 600 + 1 + random_.below(random_.chance(500) ? 3 : 20)) * 600;
            if (random_.chance(20)) series.expiry += 1;
            break;
        default: series.period = 86'400; break;
    }
    return series;
}

Traders::Wish Traders::list(const Floor& floor) {
    clearing::ListInstrument request;
    const u64 houses = floor.terms().compartments.size() + (random_.chance(20) ? 1 : 0);
    request.compartment = CompartmentId{static_cast<u16>(random_.below(houses))};
    request.series = series(floor);
    const auto& listed = floor.state().instruments;
    if (listed.size() > 0 && random_.chance(30)) {
        const auto& row = listed[static_cast<u32>(random_.below(listed.size()))];
        request = {row.compartment, row.series};
    }
    listed_ = true;
    return {somebody(), request};
}

/// A leg about as large as the smaller account can bear, at about the mark.
clearing::Leg Traders::leg(const Floor& floor, const clearing::Ticket& ticket) {
    const auto& instruments = floor.state().instruments;
    clearing::Leg leg;
    leg.instrument = InstrumentId{static_cast<u32>(random_.below(instruments.size() + 1))};
    for (u32 tries = 0; tries < 8 && floor.exists(ticket.first); ++tries) {
        if (leg.instrument.value() < instruments.size()) {
            const auto& row = instruments[leg.instrument.value()];
            const bool fits = row.compartment == floor.account(ticket.first).compartment;
            if (fits && row.phase == clearing::Phase::open && !row.mark.zero()) break;
        }
        leg.instrument = InstrumentId{static_cast<u32>(random_.below(instruments.size() + 1))};
    }
    if (listed_ && random_.chance(200)) leg.instrument = InstrumentId{instruments.size()};
    const i128 equity = std::min(floor.standing(ticket.first).equity.units(),
                                 floor.standing(ticket.second).equity.units());
    i64 mark = one;
    i64 spot = 200 * one;
    if (leg.instrument.value() < instruments.size()) {
        const auto& row = instruments[leg.instrument.value()];
        mark = std::max<i64>(row.mark.units(), 1);
        if (row.series.underlying.value() == 1) spot = 8'000 * one;
    }
    const i128 notional = std::max<i128>(equity, one) * random_.between(1, 90) / 10;
    const i128 size = notional * one / spot;
    leg.size = static_cast<i64>(std::clamp<i128>(size, 1, limits::size_max));
    if (random_.chance(500)) leg.size = -leg.size;
    leg.price = Price::units(
        static_cast<i64>(std::max<i128>(i128{mark} * random_.between(970, 1030) / 1000, 1)));
    return leg;
}

/// One of the ways in which a ticket can be no good before it is signed.
void Traders::spoil(const Floor& floor, clearing::Ticket& ticket) {
    switch (random_.below(16)) {
        case 0: ticket.legs.clear(); return;
        case 1: ticket.legs.assign(clearing::legs_max + 1, ticket.legs[0]); return;
        case 2: ticket.expires = floor.machine.time() - 1; return;
        case 3: ticket.second = ticket.first; return;
        case 4: ticket.legs[0].size = 0; return;
        case 5: ticket.legs[0].size = limits::size_max + 1; return;
        case 6: ticket.legs[0].price = Price(); return;
        case 7: ticket.legs[0].price = limits::price_max + Price::units(1); return;
        case 8:
            ticket.number_first = ticket.number_first == 0 ? ~u64{0} : ticket.number_first - 1;
            return;
        case 9:
            ticket.legs[0].size = ticket.legs[0].size < 0 ? -limits::size_max : limits::size_max;
            return;
        case 10: ticket.first = MarginAccountId{floor.state().accounts.size() + 5}; return;
        case 11:
            ticket.legs[0].instrument = InstrumentId{floor.state().instruments.size() + 3};
            return;
        case 12: ticket.number_second += 1 + random_.below(3); return;
        case 13: ticket.second = some_account(floor); return;
        case 14:
            ticket.legs[0].instrument =
                InstrumentId{static_cast<u32>(random_.below(floor.state().instruments.size()))};
            return;
        // Far too large for anybody's margin, or for the market.
        default: ticket.legs[0].size = ticket.legs[0].size > 0 ? 1'000'000 * one : -1'000'000 * one;
    }
}

void Traders::sign(const Floor& floor, clearing::Fill& fill) {
    const Bytes message = clearing::signed_bytes(floor.machine.chain(), fill.ticket);
    const auto sign_for = [&](MarginAccountId id, crypto::Signature& signature) {
        if (!floor.exists(id)) return;
        const u32 owner = floor.account(id).owner.value() - system_accounts;
        crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(),
                             secrets_[owner].data());
    };
    sign_for(fill.ticket.first, fill.by_first);
    sign_for(fill.ticket.second, fill.by_second);
}

Traders::Wish Traders::fill(const Floor& floor) {
    if (!filled_.empty() && random_.chance(20))
        return {somebody(), filled_[static_cast<std::size_t>(random_.below(filled_.size()))]};
    clearing::Fill fill;
    clearing::Ticket& ticket = fill.ticket;
    ticket.first = some_account(floor);
    ticket.second = some_account(floor);
    for (u32 tries = 0; tries < 8 && floor.exists(ticket.first); ++tries) {
        if (floor.exists(ticket.second) && ticket.second != ticket.first &&
            floor.account(ticket.second).compartment == floor.account(ticket.first).compartment)
            break;
        ticket.second = some_account(floor);
    }
    const u64 legs = random_.chance(700) ? 1 : 1 + random_.below(4);
    for (u64 i = 0; i < legs; ++i) ticket.legs.push_back(leg(floor, ticket));
    ticket.expires = floor.machine.time() + 3 * 86'400;
    if (floor.exists(ticket.first)) ticket.number_first = floor.account(ticket.first).ticket;
    if (floor.exists(ticket.second)) ticket.number_second = floor.account(ticket.second).ticket;
    if (random_.chance(120)) spoil(floor, ticket);
    sign(floor, fill);
    if (random_.chance(10)) fill.by_first[random_.below(64)] ^= 1;
    if (random_.chance(10)) fill.ticket.legs.push_back(leg(floor, ticket));
    if (filled_.size() < 50) filled_.push_back(fill);
    return {somebody(), std::move(fill)};
}

Traders::Wish Traders::take_portfolio(const Floor& floor) {
    clearing::TakePortfolio request;
    const auto& auctions = floor.state().auctions;
    request.auction = static_cast<u32>(random_.below(auctions.size() + 1));
    for (u32 id = 0; id < auctions.size(); ++id)
        if (auctions[id].open && !random_.chance(300)) request.auction = id;
    request.keeper = some_account(floor);
    for (u32 tries = 0; tries < 10 && request.auction < auctions.size(); ++tries) {
        const auto house = floor.account(auctions[request.auction].account).compartment;
        if (floor.exists(request.keeper) && floor.account(request.keeper).compartment == house &&
            floor.standing(request.keeper).initial > Cash::units(1'000 * i128{one}))
            break;
        request.keeper = some_account(floor);
    }
    request.take.wanted = {random_.between(1, 20), 20};
    if (random_.chance(20)) request.take.wanted = {2, 1};
    if (random_.chance(50)) request.take.wanted = {1, 1'000'000};
    request.take.pay_max = Cash::units(i128{1'000'000} * one);
    if (random_.chance(30)) request.take.pay_max = Cash::units(-i128{1'000'000} * one);
    const bool own = floor.exists(request.keeper) && !random_.chance(20);
    return {own ? floor.account(request.keeper).owner : somebody(), request};
}

Traders::Wish Traders::take_collateral(const Floor& floor) {
    clearing::TakeCollateral request;
    request.account = some_account(floor);
    i128 lack = i128{100} * one;
    if (const MarginAccountId sick{floor.sick()}; floor.exists(sick)) {
        request.account = sick;
        lack = -floor.standing(sick).maintenance.units() * random_.between(1, 40) / 10;
    }
    request.asset = random_.chance(600) ? ether : usdc;
    if (random_.chance(20)) request.asset = bitcoin;
    request.pay = random_.chance(100) ? around(Amount::units(lack)) : Amount::units(lack + 1);
    AccountId sender = somebody();
    for (u32 tries = 0; tries < 5 && floor.balance(sender, dollar) < request.pay; ++tries)
        sender = somebody();
    return {sender, request};
}

Traders::Wish Traders::switch_model(const Floor& floor) {
    clearing::SwitchModel request;
    const u64 houses = floor.terms().compartments.size() + (random_.chance(100) ? 1 : 0);
    request.compartment = CompartmentId{static_cast<u16>(random_.below(houses))};
    request.model = static_cast<u16>(random_.below(random_.chance(100) ? 6 : 4));
    request.height = floor.machine.height() + (random_.chance(100) ? 0 : 2 + random_.below(20));
    request.ramp = random_.chance(100) ? 10 : 300 + random_.below(2'000);
    return {random_.chance(900) ? *floor.terms().governor : somebody(), request};
}

Traders::Wish Traders::wish(const Floor& floor) {
    const u32 accounts = floor.state().accounts.size();
    const u32 instruments = floor.state().instruments.size();
    if (accounts < 8 || (accounts < accounts_most && random_.chance(20))) return open(floor);
    if (instruments < 6 || (instruments < instruments_most && random_.chance(40)))
        return list(floor);
    if (floor.auctioning() && random_.chance(200)) return take_portfolio(floor);
    if (floor.sick() < accounts && random_.chance(150)) return take_collateral(floor);
    const u64 kind = random_.below(100);
    if (kind < 20) return deposit(floor);
    if (kind < 35) return withdraw(floor);
    if (kind < 88) return fill(floor);
    if (kind < 94) return {somebody(), clearing::SettleMargin{some_account(floor)}};
    if (kind < 96) return take_portfolio(floor);
    if (kind < 98) return take_collateral(floor);
    if (kind < 99) return open(floor);
    return switch_model(floor);
}

void Traders::ask(const engine::Machine& machine, u64 most,
                  std::vector<engine::Transaction>& block) {
    const Floor floor{machine};
    if (floor.terms().compartments.empty()) return;
    listed_ = false;
    const auto& ledger = machine.state().ledger;
    std::map<u32, u64> next;
    const auto next_of = [&](AccountId sender) -> u64& {
        return next.try_emplace(sender.value(), ledger.nonce(sender)).first->second;
    };
    for (const engine::Transaction& transaction : block) {
        if (!ledger.exists(transaction.sender)) continue;
        u64& expected = next_of(transaction.sender);
        if (transaction.nonce == expected) ++expected;
    }
    const u64 count = std::min(random_.below(16), most);
    for (u64 i = 0; i < count; ++i) {
        Wish first = wish(floor);
        const u64 nonce = next_of(first.sender)++;
        if (!random_.chance(60)) {
            block.push_back({first.sender, nonce, engine::Action(std::move(first.action))});
            continue;
        }
        engine::Batch batch;
        batch.actions.push_back(std::move(first.action));
        for (u64 more = random_.below(3); more > 0; --more)
            batch.actions.push_back(wish(floor).action);
        block.push_back({first.sender, nonce, std::move(batch)});
    }
}

}  // namespace ballast::simulation
