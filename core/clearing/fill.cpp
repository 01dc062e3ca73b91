#include <ballast/clearing/greeks.hpp>

#include <ballast/math/money.hpp>

#include <string_view>

namespace ballast::clearing {
namespace {

Result<void> check_accounts(const Facts& facts, const Ticket& ticket) {
    const auto& accounts = facts.house.state.accounts;
    if (ticket.first.value() >= accounts.size() || ticket.second.value() >= accounts.size())
        return no(Reject::unknown_margin_account);
    if (ticket.first == ticket.second) return no(Reject::self_transfer);
    if (accounts[ticket.first.value()].compartment != accounts[ticket.second.value()].compartment)
        return no(Reject::other_compartment);
    if (ticket.legs.empty()) return no(Reject::fill_empty);
    if (ticket.legs.size() > legs_max) return no(Reject::fill_too_long);
    if (accounts[ticket.first.value()].in_auction || accounts[ticket.second.value()].in_auction)
        return no(Reject::margin_in_auction);
    return {};
}

Result<void> check_leg(const Facts& facts, const Leg& leg, CompartmentId compartment) {
    const House& house = facts.house;
    if (leg.instrument.value() >= house.state.instruments.size())
        return no(Reject::unknown_instrument);
    const InstrumentRow& row = house.instrument(leg.instrument);
    if (row.compartment != compartment) return no(Reject::other_compartment);
    if (row.phase != Phase::open || (row.series.expiry != 0 && house.now >= row.series.expiry))
        return no(Reject::instrument_not_open);
    // What was listed in this block has no price before the next one.
    if (leg.instrument.value() >= house.market.points.size()) return no(Reject::not_priced);
    if (leg.size == 0) return no(Reject::amount_not_positive);
    if (leg.size > limits::size_max || leg.size < -limits::size_max)
        return no(Reject::amount_over_limit);
    if (leg.price <= Price()) return no(Reject::price_not_positive);
    if (leg.price > limits::price_max) return no(Reject::price_over_limit);
    return {};
}

/// L9: on a degraded feed every leg must make both positions smaller.
Result<void> check_feed(const Facts& facts, const AccountRow& first, const AccountRow& second,
                        const Leg& leg) {
    const risk::Series& series = facts.house.instrument(leg.instrument).series;
    const oracle::Status status = facts.house.market.underlyings[series.underlying.value()].status;
    if (status == oracle::Status::halted) return no(Reject::feed_halted);
    if (status == oracle::Status::live) return {};
    const bool reduces = !adds_risk(first, leg.instrument, leg.size) &&
                         !adds_risk(second, leg.instrument, -leg.size);
    return reduces ? Result<void>{} : no(Reject::feed_degraded);
}

Amount fee_of(const Facts& facts, const Leg& leg, Ratio rate) {
    const Price mark = facts.house.instrument(leg.instrument).mark;
    const i128 size = leg.size < 0 ? -i128{leg.size} : i128{leg.size};
    const Cash notional = math::worth(Amount::units(size), mark, Round::up);
    return Amount::units(math::portion(notional, rate, Round::up).units());
}

/// One side's row after all legs.  `sign` is 1 for who buys what the legs say, -1 for the other.
AccountRow after_legs(const Facts& facts, AccountRow row, const std::vector<Leg>& legs, i64 sign) {
    const House& house = facts.house;
    settle_funding(house.state, row);
    for (const Leg& leg : legs) {
        const Cash value = value_of(leg.size, leg.price);
        add_trade(house.state, row,
                  {leg.instrument, sign * leg.size, sign > 0 ? value : -value,
                   house.kind(leg.instrument).upfront});
        row.cash -= fee_of(facts, leg, house.compartment(row.compartment).fill_fee);
    }
    return row;
}

Result<void> check_sizes(const AccountRow& row) {
    if (row.positions.size() > limits::positions_max) return no(Reject::positions_full);
    for (const Position& position : row.positions)
        if (position.size > limits::size_max || position.size < -limits::size_max)
            return no(Reject::amount_over_limit);
    return {};
}

Result<void> check_open_interest(const Facts& facts, const Ticket& ticket, const FillPlan& plan) {
    const House& house = facts.house;
    const AccountRow& first = house.state.accounts[ticket.first.value()];
    const AccountRow& second = house.state.accounts[ticket.second.value()];
    const Cash most = house.compartment(first.compartment).open_interest_max;
    for (const Leg& leg : ticket.legs) {
        const i128 change = longs(plan.first, leg.instrument) + longs(plan.second, leg.instrument) -
                            longs(first, leg.instrument) - longs(second, leg.instrument);
        if (change <= 0) continue;
        const InstrumentRow& row = house.instrument(leg.instrument);
        const Amount open = Amount::units(row.open_interest + change);
        if (open > limits::supply_max || math::worth(open, row.mark, Round::up) > most)
            return no(Reject::open_interest_over_limit);
    }
    return {};
}

void report_side(House& house, MarginAccountId id, const AccountRow& row, const Leg& leg,
                 i64 sign) {
    const Cash value = value_of(leg.size, leg.price);
    house.events.push_back({EventKind::filled, id.value(), row.owner,
                            house.compartment(row.compartment).synthetic, sign * leg.size,
                            sign * value.units()});
}

}  // namespace

Bytes signed_bytes(const crypto::Digest& chain, const Ticket& ticket) {
    constexpr std::string_view name = "ballast fill 1";
    Bytes bytes(name.begin(), name.end());
    Writer writer(bytes);
    writer(chain), writer(ticket);
    return bytes;
}

Result<void> check_side(const Facts& facts, const AccountRow& before, const AccountRow& after) {
    const House& house = facts.house;
    const CompartmentTerms& terms = house.compartment(after.compartment);
    BALLAST_CHECK(check_sizes(after));
    for (const UnderlyingId underlying : terms.underlyings)
        BALLAST_CHECK(check_greeks(terms.account_limits, greeks_of(house, before, underlying),
                                   greeks_of(house, after, underlying)));
    BALLAST_TRY(const Standing now, facts.risk.standing(house, after));
    if (now.initial >= Cash()) return {};
    BALLAST_TRY(const Standing was, facts.risk.standing(house, before));
    if (now.initial > was.initial && now.maintenance >= was.maintenance) return {};
    return no(Reject::margin_under_initial);
}

Result<FillPlan> plan_fill(const Facts& facts, const Ticket& ticket) {
    BALLAST_CHECK(check_accounts(facts, ticket));
    const House& house = facts.house;
    const AccountRow& first = house.state.accounts[ticket.first.value()];
    const AccountRow& second = house.state.accounts[ticket.second.value()];
    for (const Leg& leg : ticket.legs) {
        BALLAST_CHECK(check_leg(facts, leg, first.compartment));
        BALLAST_CHECK(check_feed(facts, first, second, leg));
    }
    FillPlan plan{ticket,
                  after_legs(facts, first, ticket.legs, 1),
                  after_legs(facts, second, ticket.legs, -1),
                  {}};
    for (const Leg& leg : ticket.legs)
        plan.fee += fee_of(facts, leg, house.compartment(first.compartment).fill_fee);
    BALLAST_CHECK(check_open_interest(facts, ticket, plan));
    BALLAST_CHECK(check_compartment_greeks(facts, plan));
    BALLAST_CHECK(check_side(facts, first, plan.first));
    BALLAST_CHECK(check_side(facts, second, plan.second));
    return plan;
}

Result<FillPlan> check(const Facts& facts, AccountId, const Fill& request) {
    const Ticket& ticket = request.ticket;
    BALLAST_CHECK(check_accounts(facts, ticket));
    if (facts.house.now > ticket.expires) return no(Reject::fill_expired);
    const AccountRow& first = facts.house.state.accounts[ticket.first.value()];
    const AccountRow& second = facts.house.state.accounts[ticket.second.value()];
    if (ticket.number_first < first.ticket || ticket.number_second < second.ticket ||
        ticket.number_first == ~u64{0} || ticket.number_second == ~u64{0})
        return no(Reject::ticket_used);
    const Bytes message = signed_bytes(facts.chain, ticket);
    if (!crypto::verify(first.key, message, request.by_first) ||
        !crypto::verify(second.key, message, request.by_second))
        return no(Reject::bad_signature);
    BALLAST_TRY(FillPlan plan, plan_fill(facts, ticket));
    plan.first.ticket = ticket.number_first + 1;
    plan.second.ticket = ticket.number_second + 1;
    return plan;
}

void apply(House& house, FillPlan plan) noexcept {
    const Ticket& ticket = plan.ticket;
    for (const Leg& leg : ticket.legs) {
        report_side(house, ticket.first, plan.first, leg, 1);
        report_side(house, ticket.second, plan.second, leg, -1);
        house.events.push_back({EventKind::traded, leg.instrument.value(), system_account::issuer,
                                AssetId{}, leg.size, leg.price.units()});
    }
    CompartmentRow& row = house.books.compartments.edit(plan.first.compartment.value());
    row.fees += plan.fee + plan.fee;
    store(house, ticket.first, std::move(plan.first));
    store(house, ticket.second, std::move(plan.second));
}

}  // namespace ballast::clearing
