#include "measure.hpp"

#include <ballast/backstop/backstop.hpp>

#include <array>

namespace ballast::bench {
namespace {

constexpr AssetId ether{0};
constexpr AssetId dollar{1};

/// Seconds that one absorption takes with so many depositors.
double absorb_seconds(u32 depositors) {
    const backstop::Terms terms{{{dollar, Amount::units(amount_one), Ratio::units(0)}}};
    ledger::Ledger ledger(2);
    backstop::State state;
    Events events;
    for (u32 i = 0; i < depositors; ++i) ledger.open();
    backstop::open_pools(terms, state, ledger.accounts());
    for (u32 i = 0; i < depositors; ++i) {
        const AccountId account{system_accounts + i};
        const Amount amount = Amount::units(i128{1'000'000} * amount_one / depositors * 10);
        ledger.post({system_account::issuer, account, dollar, amount});
        const auto plan = backstop::check_deposit(terms, state, ledger, {account, dollar, amount});
        backstop::apply_deposit(state, ledger, *plan, events);
    }
    ledger.post({system_account::issuer, system_account::vaults, ether,
                 Amount::units(i128{amount_one} * 1'000'000)});
    const std::array<backstop::Portion, 1> portion{{{ether, Amount::units(amount_one)}}};
    const backstop::Absorption absorption{
        dollar, Amount::units(100 * i128{amount_one}), portion, system_account::vaults, 0, Cash()};
    constexpr u32 rounds = 1'000;
    return median_seconds(
               21, [&] { events.clear(); },
               [&] {
                   for (u32 i = 0; i < rounds; ++i)
                       backstop::absorb(terms, state, ledger, absorption, events);
               }) /
           rounds;
}

}  // namespace

Rows pools() {
    Rows rows;
    double least = 0;
    for (const u32 depositors : {10u, 1'000u, 100'000u, 1'000'000u}) {
        const double seconds = absorb_seconds(depositors);
        if (rows.empty()) least = seconds;
        rows.push_back({"pool absorbs a vault, " + std::to_string(depositors) + " depositors",
                        time_of(seconds), time_of(least) + " with 10", figure(seconds / least, "x"),
                        "<= 2 x", seconds <= 2 * least});
    }
    return rows;
}

}  // namespace ballast::bench
