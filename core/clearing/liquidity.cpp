#include <ballast/clearing/liquidity.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::clearing {
namespace {

/// What the pool holds, as its room is told.
struct ToldToPool {
    std::vector<pool::Position> positions;
    std::vector<pool::Underlying> underlyings;
    Cash margin;

    [[nodiscard]] pool::Portfolio portfolio() const { return {positions, underlyings, margin}; }
};

pool::Feed feed_of(oracle::Status status) {
    switch (status) {
        case oracle::Status::live: return pool::Feed::live;
        case oracle::Status::degraded: return pool::Feed::degraded;
        case oracle::Status::halted: return pool::Feed::halted;
    }
    return pool::Feed::halted;
}

/// The width of the spot's quote, as far as the instrument moves with it.
Price confidence_of(const UnderlyingNow& now, const pricing::Greeks& unit) {
    const i128 width = now.spot.high.units() - now.spot.mark.units();
    const i128 delta = unit.delta.units() < 0 ? -i128{unit.delta.units()} : unit.delta.units();
    return Price::units(static_cast<i64>(math::saturating_mul_div(
        width, delta, pricing::fine_one, limits::price_max.units(), Round::up)));
}

pool::Market market_of(const Sight& sight, InstrumentId id) {
    const InstrumentRow& row = sight.instrument(id);
    const UnderlyingNow& now = sight.market.underlyings[row.series.underlying.value()];
    const pricing::Greeks& unit = sight.market.greeks[id.value()];
    return {feed_of(now.status), now.spot.mark, row.mark, confidence_of(now, unit), unit};
}

ToldToPool tell(const Sight& sight, const AccountRow& account, Cash margin) {
    ToldToPool told{{}, {}, margin};
    std::vector<pool::Totals> totals(sight.terms.underlyings.size());
    for (const Position& position : account.positions) {
        const pool::Market market = market_of(sight, position.instrument);
        told.positions.push_back({position.size, market});
        const u16 underlying = sight.instrument(position.instrument).series.underlying.value();
        totals[underlying] = totals[underlying] + pool::totals(position.size, market.unit);
    }
    for (std::size_t i = 0; i < totals.size(); ++i)
        if (!sight.market.underlyings[i].spot.mark.zero())
            told.underlyings.push_back({sight.market.underlyings[i].spot.mark, totals[i]});
    return told;
}

/// What an account needs initially.
Cash margin_of(const Standing& standing) {
    return std::max(Cash(), standing.equity - standing.initial);
}

pool::Book book_of(const Facts& facts, InstrumentId instrument, Cash margin) {
    const House& house = facts.house;
    const AccountRow& account = house.state.accounts[pool_account.value()];
    const UnderlyingId underlying = house.instrument(instrument).series.underlying;
    pool::Book book{house.state.pool.get().standing, {}, 0, Cash(), margin};
    book.inventory = position_in(account, instrument).size;
    for (const Position& position : account.positions) {
        const pool::Market market = market_of(house, position.instrument);
        const Amount size =
            Amount::units(position.size < 0 ? -i128{position.size} : i128{position.size});
        book.notional += math::worth(size, market.spot, Round::up);
        if (house.instrument(position.instrument).series.underlying == underlying)
            book.greeks = book.greeks + pool::totals(position.size, market.unit);
    }
    return book;
}

/// Whether the pool's hedge in this perp asks for so much, which then trades at the mark.
bool hedges(const Facts& facts, const PoolTrade& request, const pool::Book& book) {
    const House& house = facts.house;
    if (house.kind(request.instrument).shape != risk::Shape::linear) return false;
    const pool::Market market = market_of(house, request.instrument);
    if (market.feed != pool::Feed::live || market.unit.delta <= pricing::Fine()) return false;
    const i64 wanted =
        pool::hedge_plan(house.terms.pool->terms, book, market.spot, market.unit.delta);
    const i64 gets = -request.size;
    return wanted != 0 && (wanted > 0) == (gets > 0) &&
           (wanted > 0 ? gets <= wanted : gets >= wanted);
}

pool::HolderRow holder_of(const State& state, AccountId owner) {
    for (const HolderRow& row : state.pool_holders.rows())
        if (row.owner == owner) return row.row;
    return {};
}

pool::HolderRow& edit_holder(State& state, AccountId owner) {
    for (u32 key = 0; key < state.pool_holders.size(); ++key)
        if (state.pool_holders[key].owner == owner) return state.pool_holders.edit(key).row;
    const u32 key = state.pool_holders.push({owner, {}});
    return state.pool_holders.edit(key).row;
}

AssetId cash_of(const Sight& sight) {
    return sight.compartment(sight.terms.pool->compartment).synthetic;
}

/// Moves cash between custody of requests and the pool's account; negative: out of it.
void move_cash(House& house, Amount amount) {
    AccountRow account = house.state.accounts[pool_account.value()];
    CompartmentRow& row = house.books.compartments.edit(account.compartment.value());
    const bool in = amount > Amount();
    const Amount size = in ? amount : -amount;
    house.money.post({in ? system_account::liquidity : system_account::clearing,
                      in ? system_account::clearing : system_account::liquidity, cash_of(house),
                      size});
    row.held += amount;
    account.cash += amount;
    store(house, pool_account, std::move(account));
}

void settle_requests(House& house, const pool::Valuation& valuation, Cash margin, u64 price_time) {
    const pool::Terms& terms = house.terms.pool->terms;
    const auto& epochs = house.state.pool_epochs;
    if (const auto due =
            pool::withdrawals_due(terms, house.state.pool.get(), epochs.rows(), price_time)) {
        const AccountRow& account = house.state.accounts[pool_account.value()];
        const Cash at_hand = Cash::units(
            std::min(account.cash, house.state.compartments[account.compartment.value()].held)
                .units());
        const Cash free =
            std::max(Cash(), std::min(pool::free_capital(terms, valuation, margin), at_hand));
        pool::EpochRow& epoch = house.books.pool_epochs.edit(*due);
        const Cash paid =
            pool::settle_withdrawals(terms, valuation, free, house.books.pool.edit(), epoch);
        house.events.push_back({EventKind::liquidity_withdrawals_settled, 0,
                                system_account::liquidity, cash_of(house), paid.units(),
                                epoch.burnt.units()});
        move_cash(house, Amount::units(-paid.units()));
        return;  // Deposits enter at a value that knows what has left: with the next block.
    }
    const auto due = pool::deposits_due(terms, house.state.pool.get(), epochs.rows(), price_time);
    if (!due) return;
    pool::EpochRow& epoch = house.books.pool_epochs.edit(*due);
    const Cash taken = pool::settle_deposits(terms, valuation, house.books.pool.edit(), epoch);
    house.events.push_back({EventKind::liquidity_deposits_settled, 0, system_account::liquidity,
                            cash_of(house), taken.units(), epoch.minted.units()});
    move_cash(house, Amount::units(taken.units()));
}

/// When the oldest of the prices that value the pool was observed; nothing if one is not live.
std::optional<u64> price_time(const House& house, const AccountRow& account) {
    u64 oldest = house.now;
    for (const Position& position : account.positions) {
        const u16 id = house.instrument(position.instrument).series.underlying.value();
        const UnderlyingNow& now = house.market.underlyings[id];
        if (now.status != oracle::Status::live) return {};
        oldest = std::min(oldest, now.spot.time);
    }
    return oldest;
}

}  // namespace

Result<PoolTradePlan> quote(const Facts& facts, const PoolTrade& request) {
    const House& house = facts.house;
    if (!house.terms.pool) return no(Reject::pool_absent);
    if (request.instrument.value() >= house.state.instruments.size())
        return no(Reject::unknown_instrument);
    const Price mark = house.instrument(request.instrument).mark;
    const Ticket ticket{
        request.account, pool_account, {{request.instrument, request.size, mark}}, house.now, 0, 0};
    PoolTradePlan plan;
    BALLAST_TRY(plan.fill, plan_fill(facts, ticket));
    const AccountRow& before = house.state.accounts[pool_account.value()];
    BALLAST_TRY(const Standing was, facts.risk.standing(house, before));
    BALLAST_TRY(const Standing now, facts.risk.standing(house, plan.fill.second));
    const pool::Book book = book_of(facts, request.instrument, margin_of(was));
    if (hedges(facts, request, book)) {
        plan.quote.worth = value_of(request.size, mark);
        plan.quote.price = mark;
        plan.hedge = true;
        return plan;
    }
    BALLAST_TRY(plan.quote,
                pool::quote(house.terms.pool->terms, book, market_of(house, request.instrument),
                            {request.size, margin_of(now)}));
    plan.fill.first.cash -= Amount::units(plan.quote.charge.units());
    plan.fill.second.cash += Amount::units(plan.quote.charge.units());
    return plan;
}

Result<PoolTradePlan> check(const Facts& facts, AccountId sender, const PoolTrade& request) {
    const House& house = facts.house;
    if (!house.terms.pool) return no(Reject::pool_absent);
    if (request.account.value() >= house.state.accounts.size())
        return no(Reject::unknown_margin_account);
    const AccountRow& before = house.state.accounts[request.account.value()];
    if (before.owner != sender) return no(Reject::not_owner);
    BALLAST_TRY(PoolTradePlan plan, quote(facts, request));
    if (request.size > 0 ? plan.quote.price > request.bound : plan.quote.price < request.bound)
        return no(Reject::price_over_bound);
    BALLAST_CHECK(check_side(facts, before, plan.fill.first));
    return plan;
}

void apply(House& house, PoolTradePlan plan) noexcept {
    const Leg leg = plan.fill.ticket.legs[0];
    if (plan.hedge)
        house.events.push_back({EventKind::liquidity_hedged, leg.instrument.value(),
                                plan.fill.first.owner, AssetId{}, -leg.size, 0});
    house.events.push_back({EventKind::liquidity_traded, leg.instrument.value(),
                            plan.fill.first.owner, AssetId{}, leg.size, plan.quote.charge.units()});
    pool::apply(plan.quote, house.books.pool.edit().standing);
    apply(house, std::move(plan.fill));
}

Result<LiquidityPlan> check(const Facts& facts, AccountId sender, const LiquidityDeposit& request) {
    const House& house = facts.house;
    if (!house.terms.pool) return no(Reject::pool_absent);
    BALLAST_TRY(const auto plan,
                pool::check_deposit(house.terms.pool->terms, house.state.pool_epochs.rows(),
                                    holder_of(house.state, sender),
                                    Cash::units(request.amount.units()), house.now));
    if (house.ledger.balance(sender, cash_of(house)) < request.amount)
        return no(Reject::insufficient_balance);
    return LiquidityPlan{sender, plan};
}

Result<LiquidityPlan> check(const Facts& facts, AccountId sender,
                            const LiquidityWithdraw& request) {
    const House& house = facts.house;
    if (!house.terms.pool) return no(Reject::pool_absent);
    BALLAST_TRY(const auto plan,
                pool::check_withdrawal(house.terms.pool->terms, house.state.pool_epochs.rows(),
                                       holder_of(house.state, sender), request.shares, house.now));
    return LiquidityPlan{sender, plan};
}

void apply(House& house, const LiquidityPlan& plan) noexcept {
    const pool::RequestPlan& request = plan.request;
    if (request.opens_epoch) {
        pool::EpochRow epoch;
        epoch.number = request.number;
        house.books.pool_epochs.push(epoch);
    }
    pool::apply(request, edit_holder(house.books, plan.owner),
                house.books.pool_epochs.edit(request.epoch));
    const Amount paid = Amount::units(request.deposit.units());
    house.money.post({plan.owner, system_account::liquidity, cash_of(house), paid});
    const bool deposit = !request.deposit.zero();
    house.events.push_back({deposit ? EventKind::liquidity_deposit_requested
                                    : EventKind::liquidity_withdrawal_requested,
                            0, plan.owner, cash_of(house),
                            deposit ? request.deposit.units() : request.withdrawal.units(), 0});
}

Result<CollectPlan> check(const Facts& facts, AccountId sender, const LiquidityCollect&) {
    const House& house = facts.house;
    if (!house.terms.pool) return no(Reject::pool_absent);
    BALLAST_TRY(const auto collection,
                pool::check_collect(house.state.pool.get(), house.state.pool_epochs.rows(),
                                    holder_of(house.state, sender)));
    return CollectPlan{sender, collection};
}

void apply(House& house, const CollectPlan& plan) noexcept {
    pool::apply(plan.collection, edit_holder(house.books, plan.owner));
    house.money.post({system_account::liquidity, plan.owner, cash_of(house),
                      Amount::units(plan.collection.cash.units())});
    house.events.push_back({EventKind::liquidity_collected, 0, plan.owner, cash_of(house),
                            plan.collection.cash.units(), plan.collection.shares.units()});
}

void run_pool(const Facts& facts) noexcept {
    House& house = facts.house;
    if (!house.terms.pool) return;
    AccountRow account = house.state.accounts[pool_account.value()];
    const auto observed = price_time(house, account);
    const auto standing = facts.risk.standing(house, account);
    if (!observed || !standing || account.in_auction) return;
    // Gains and losses become cash first, so that what leaves is there.
    if (!account.positions.empty()) {
        settle_funding(house.state, account);
        realise(house.state, house.kinds, account);
        store(house, pool_account, account);
    }
    const pool::Terms& terms = house.terms.pool->terms;
    const Cash margin = margin_of(*standing);
    const ToldToPool told = tell(house, account, margin);
    const auto value = pool::valuation(terms, standing->equity, told.portfolio());
    if (!value) return;
    settle_requests(house, *value, margin, *observed);
    const auto after = facts.risk.standing(house, house.state.accounts[pool_account.value()]);
    const auto renewed_value = pool::valuation(terms, after->equity, told.portfolio());
    if (!renewed_value) return;
    const auto renewed =
        pool::renew(terms, house.state.pool.get().standing, *renewed_value, told.portfolio());
    if (!renewed || *renewed == house.state.pool.get().standing) return;
    house.books.pool.edit().standing = *renewed;
    house.events.push_back({EventKind::liquidity_valued, 0, system_account::liquidity,
                            cash_of(house), renewed_value->low.units(),
                            renewed_value->high.units()});
}

}  // namespace ballast::clearing
