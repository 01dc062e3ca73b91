#include "evidence.hpp"

namespace ballast::simulation {
namespace {

/// The first account for which `wanted` holds; none: the number of accounts.
template <class Wanted>
u32 account_where(const Evidence& evidence, Wanted&& wanted) {
    const auto& accounts = evidence.state.clearing.accounts;
    u32 id = 0;
    while (id < accounts.size() && !wanted(accounts[id])) ++id;
    return id;
}

template <class Wanted, class Change>
bool change_account(const Evidence& evidence, Wanted&& wanted, Change&& change) {
    auto& accounts = evidence.state.clearing.accounts;
    const u32 id = account_where(evidence, wanted);
    if (id == accounts.size()) return false;
    change(accounts.edit(id));
    return true;
}

bool holds(const clearing::AccountRow& account) {
    return !account.positions.empty();
}
bool any(const clearing::AccountRow&) {
    return true;
}

/// Cash from one account to another: every sum stays what it is.
bool misplace(const Evidence& evidence) {
    // A block in which neither is named, so that nothing explains it.
    for (const Event& event : evidence.outcome.events)
        if (static_cast<u16>(event.kind) >= 700) return false;
    auto& accounts = evidence.state.clearing.accounts;
    for (u32 id = 1; id < accounts.size(); ++id) {
        if (accounts[id].compartment != accounts[0].compartment) continue;
        accounts.edit(0).cash += Amount::units(1);
        accounts.edit(id).cash -= Amount::units(1);
        return true;
    }
    return false;
}

bool degrade(const Evidence& evidence) {
    if (evidence.find(EventKind::traded) == nullptr) return false;
    for (u32 feed = 0; feed < evidence.state.oracle.feeds.size(); ++feed)
        evidence.state.oracle.feeds.edit(feed).quote.status = oracle::Status::degraded;
    return true;
}

bool let_out(const Evidence& evidence) {
    auto& rows = evidence.state.treasury.compartments;
    rows.edit(rows.size() - 1).loss_let_out = limits::supply_max;
    return true;
}

/// A loss that somebody of another compartment is said to bear.
bool cross_over(const Evidence& evidence) {
    Event* event = evidence.find(EventKind::loss_socialised);
    if (event == nullptr) event = evidence.find(EventKind::position_deleveraged);
    if (event == nullptr) return false;
    const auto house = evidence.state.clearing.accounts[event->subject].compartment;
    const u32 other = account_where(evidence, [&](const clearing::AccountRow& account) {
        return account.compartment != house;
    });
    if (other == evidence.state.clearing.accounts.size()) return false;
    event->subject = other;
    return true;
}

const Case cases[] = {
    {"cash leaves the clearing house", Law::custody,
     [](const Evidence& e) { return e.steal(system_account::clearing); }},
    {"a claim that nobody holds cash for", Law::l1,
     [](const Evidence& e) {
         return change_account(e, any, [](auto& row) { row.cash += Amount::units(amount_one); });
     }},
    {"collateral that nobody paid in", Law::l1,
     [](const Evidence& e) {
         return change_account(e, any, [](auto& row) { row.collateral[0] += Amount::units(1); });
     }},
    {"a rounding in an account's favour", Law::l3,
     [](const Evidence& e) {
         return change_account(e, any, [](auto& row) { row.cash += Amount::units(1); });
     }},
    {"a position of nothing", Law::l1,
     [](const Evidence& e) {
         return change_account(e, holds, [](auto& row) { row.positions[0].size = 0; });
     }},
    {"a margin debt that its compartment does not count", Law::l2,
     [](const Evidence& e) {
         return change_account(e, any, [](auto& row) { row.debt += Amount::units(1); });
     }},
    {"a long without a short", Law::l7,
     [](const Evidence& e) {
         return change_account(e, holds, [](auto& row) { row.positions[0].size += 1; });
     }},
    {"an open interest that is not the longs'", Law::l7,
     [](const Evidence& e) {
         if (e.state.clearing.instruments.size() == 0) return false;
         e.state.clearing.instruments.edit(0).open_interest += 1;
         return true;
     }},
    {"a trade larger than was told", Law::l7,
     [](const Evidence& e) { return e.change(EventKind::filled, &Event::amount, 1); }},
    {"a trade in which more is paid than received", Law::l3,
     [](const Evidence& e) { return e.change(EventKind::filled, &Event::value, 1); }},
    {"a deposit that was not made", Law::l8,
     [](const Evidence& e) {
         Event* event = e.find(EventKind::margin_debt_minted);
         if (event != nullptr) event->amount += 1;
         return event != nullptr;
     }},
    {"cash moved between accounts", Law::l10, misplace},
    {"a haircut that the loss does not explain", Law::l8,
     [](const Evidence& e) {
         return e.change(EventKind::position_deleveraged, &Event::value,
                         i128{1'000'000} * amount_one);
     }},
    {"a loss written off that was not", Law::l8,
     [](const Evidence& e) {
         return e.change(EventKind::account_backstopped, &Event::amount, amount_one);
     }},
    {"a draw whose loss is not told", Law::l8,
     [](const Evidence& e) {
         if (e.find(EventKind::account_auction_taken) == nullptr) return false;
         const auto first = e.state.vaults.types.size();
         for (Event& event : e.outcome.events)
             if (event.kind == EventKind::loss_arose && event.subject >= first)
                 return event.amount += 1, true;
         return false;
     }},
    {"a loss borne by another compartment", Law::l10, cross_over},
    {"a loss of margin accounts beyond the limit", Law::l10, let_out},
    {"new positions on degraded feeds", Law::l9, degrade},
    {"an unhealthy account that is not seen", Law::l6,
     [](const Evidence& e) { return e.hide(EventKind::margin_unhealthy); }},
    {"a healthy account said to be unhealthy", Law::l6,
     [](const Evidence& e) {
         if (e.state.clearing.accounts.size() == 0 || e.find(EventKind::margin_opened) != nullptr ||
             e.find(EventKind::margin_unhealthy) != nullptr ||
             e.state.clearing.accounts[0].in_auction)
             return false;
         e.outcome.events.push_back({EventKind::margin_unhealthy, 0, {}, {}, 0, -1});
         return true;
     }},
    {"a mark other than what the margin was computed with", Law::l6,
     [](const Evidence& e) {
         auto& rows = e.state.clearing.instruments;
         const u32 id = account_where(e, holds);
         if (id == e.state.clearing.accounts.size()) return false;
         const auto& positions = e.state.clearing.accounts[id].positions;
         auto& row = rows.edit(positions[0].instrument.value());
         // A position that is paid upfront is worth its mark in the tables alone.
         if (row.series.kind == 0) return false;
         row.mark += Price::units(i64{1'000} * amount_one);
         return true;
     }},
};

TEST(Auditor, FindsEachLawOfMarginAccountsBroken) {
    expect_found(Play(5, true), cases, 700);
}

}  // namespace
}  // namespace ballast::simulation
