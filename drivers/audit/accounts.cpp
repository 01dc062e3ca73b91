#include <ballast/audit/laws.hpp>
#include <ballast/audit/worth.hpp>

#include <algorithm>

namespace ballast::audit {
namespace {

constexpr u128 fine_per_cash = 1'000'000'000'000'000'000;  // Flows times sizes are 10^-26 dollars.

/// A sum of products without any rounding.
struct Exact {
    U256 plus;
    U256 minus;

    void add(i128 a, i128 b) {
        U256& side = (a < 0) == (b < 0) ? plus : minus;
        side += wide(a < 0 ? -a : a) * wide(b < 0 ? -b : b);
    }
    void add_cash(i128 cash) { add(cash, static_cast<i128>(fine_per_cash)); }
};

/// a <= b + cash.
bool at_most(const Exact& a, const Exact& b, i128 cash) {
    return a.plus + b.minus <= b.plus + a.minus + wide(cash) * U256(fine_per_cash);
}

/// Of one compartment, over its accounts.
struct Sums {
    /// Cash less entries and less funding that is due: what one account has been paid and another
    /// has not paid yet is nobody's.
    Exact claims;
    i128 debt = 0;
    std::array<i128, limits::basket_max> collateral{};
};

std::vector<Sums> sums_of(std::span<const clearing::AccountRow> accounts,
                          std::span<const clearing::InstrumentRow> instruments,
                          std::size_t houses) {
    std::vector<Sums> sums(houses);
    for (const clearing::AccountRow& account : accounts) {
        Sums& own = sums[account.compartment.value()];
        own.claims.add_cash(claim_of(account));
        for (const clearing::Position& position : account.positions) {
            const risk::Flow funding = instruments[position.instrument.value()].funding;
            own.claims.add(-i128{position.size}, (funding - position.funding).units());
        }
        own.debt += account.debt.units();
        for (std::size_t slot = 0; slot < own.collateral.size(); ++slot)
            own.collateral[slot] += account.collateral[slot].units();
    }
    return sums;
}

/// What the compartment holds beyond claims and fees.
Exact shared_dust(const clearing::CompartmentRow& row, const Sums& sums) {
    Exact dust{sums.claims.minus, sums.claims.plus};
    dust.add_cash(row.held.units());
    dust.add_cash(-row.fees.units());
    return dust;
}

/// How many roundings a block may have made: each request, event and passing of an instrument
/// rounds once per position of the accounts that it is about, and twice for the other side.
i128 roundings(const Scene& scene) {
    std::size_t positions = 1;
    for (const clearing::AccountRow& account : scene.before.accounts)
        positions = std::max(positions, account.positions.size() + 1);
    for (const clearing::AccountRow& account : scene.state().clearing.accounts.rows())
        positions = std::max(positions, account.positions.size() + 1);
    std::size_t moves = 1 + scene.outcome.events.size();
    for (const engine::Transaction& transaction : scene.block.transactions) {
        const auto* batch = std::get_if<engine::Batch>(&transaction.body);
        moves += batch == nullptr ? 1 : batch->actions.size();
    }
    return 2 * static_cast<i128>(positions) * static_cast<i128>(moves);
}

/// L7: what is bought is sold, and the row counts what is bought.
void check_open_interest(const Scene& scene, Findings& findings) {
    const clearing::State& state = scene.state().clearing;
    std::vector<i128> longs(state.instruments.size());
    std::vector<i128> shorts(state.instruments.size());
    for (const clearing::AccountRow& account : state.accounts.rows())
        for (const clearing::Position& position : account.positions) {
            auto& side = position.size > 0 ? longs : shorts;
            side[position.instrument.value()] += position.size;
        }
    for (u32 id = 0; id < state.instruments.size(); ++id) {
        const clearing::InstrumentRow& row = state.instruments[id];
        const auto of = [&](const char* what) { return what + text(i128{id}); };
        findings.equal(Law::l7, 0, longs[id] + shorts[id],
                       [&] { return of("longs less shorts of instrument "); });
        findings.equal(Law::l7, longs[id], row.open_interest,
                       [&] { return of("open interest of instrument "); });
        if (row.phase == clearing::Phase::settled)
            findings.equal(Law::l7, 0, longs[id],
                           [&] { return of("open interest of the settled instrument "); });
    }
}

/// Positions ascend by instrument, are not empty, and are of the account's compartment.
void check_rows(const Scene& scene, Findings& findings) {
    const clearing::State& state = scene.state().clearing;
    for (u32 id = 0; id < state.accounts.size(); ++id) {
        const clearing::AccountRow& account = state.accounts[id];
        i128 last = -1;
        bool good = account.debt.units() >= 0;
        for (const Amount amount : account.collateral) good = good && amount.units() >= 0;
        for (const clearing::Position& position : account.positions) {
            const clearing::InstrumentRow& row = state.instruments[position.instrument.value()];
            good = good && position.size != 0 && position.instrument.value() > last &&
                   row.compartment == account.compartment;
            last = position.instrument.value();
        }
        findings.holds(Law::l1, good,
                       [&] { return "margin account " + text(i128{id}) + " is in order"; });
    }
}

}  // namespace

void check_accounts(const Scene& scene, Findings& findings) {
    const clearing::State& state = scene.state().clearing;
    const auto& terms = scene.genesis().clearing.compartments;
    if (terms.empty()) return;
    const auto now = sums_of(state.accounts.rows(), state.instruments.rows(), terms.size());
    const auto then = sums_of(scene.before.accounts, scene.before.instruments, terms.size());
    const i128 dust_most = roundings(scene);
    for (u32 i = 0; i < terms.size(); ++i) {
        const clearing::CompartmentRow& row = state.compartments[i];
        const auto of = [&](const char* what) { return what + terms[i].name; };
        findings.equal(Law::l2, now[i].debt, row.debt.units(),
                       [&] { return of("debt of margin accounts of "); });
        for (std::size_t slot = 0; slot < row.collateral.size(); ++slot)
            findings.equal(Law::l1, now[i].collateral[slot], row.collateral[slot].units(),
                           [&] { return of("collateral of margin accounts of "); });
        const Exact dust = shared_dust(row, now[i]);
        const Exact was = shared_dust(scene.before.houses[i], then[i]);
        findings.holds(Law::l1, at_most({}, dust, 0),
                       [&] { return of("claims and fees are covered in "); });
        findings.holds(Law::l3, at_most(was, dust, 0),
                       [&] { return of("roundings stay with the compartment "); });
        findings.holds(Law::l1, at_most(dust, was, dust_most),
                       [&] { return of("what is held is claims, fees and roundings in "); });
    }
    check_open_interest(scene, findings);
    check_rows(scene, findings);
}

}  // namespace ballast::audit
