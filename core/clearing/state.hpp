/// What the clearing house remembers.  docs/methods/clearing.md has the laws that tie it together.
#pragma once

#include <ballast/base/limits.hpp>
#include <ballast/crypto/signature.hpp>
#include <ballast/ledger/table.hpp>
#include <ballast/pool/shares.hpp>
#include <ballast/portfolio/state.hpp>
#include <ballast/risk/series.hpp>

#include <array>
#include <vector>

namespace ballast::clearing {

enum class Phase : u8 {
    open,     ///< Trades.
    expired,  ///< Waits for its settlement price.
    settled,  ///< Has been paid out.
};
[[nodiscard]] constexpr bool valid(Phase phase) {
    return phase <= Phase::settled;
}

struct InstrumentRow {
    CompartmentId compartment;
    risk::Series series;
    Phase phase = Phase::open;
    Price mark;              ///< Of one unit; of a settled one, what it paid.
    risk::Flow funding;      ///< What one unit long has paid one unit short since listing.
    u64 accrued = 0;         ///< Until when; seconds since 1970.
    i128 open_interest = 0;  ///< Units long, 10^-8; as many are short (L7).

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.compartment), visit(row.series), visit(row.phase), visit(row.mark);
        visit(row.funding), visit(row.accrued), visit(row.open_interest);
    }
};

struct Position {
    InstrumentId instrument;
    i64 size = 0;        ///< 10^-8 units; negative: short; never 0.
    Cash entry;          ///< What gains are counted from: the sum of size * price of the trades it
                         ///< is left of.  0 of what is paid when traded.
    risk::Flow funding;  ///< The instrument's when this position last paid.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.instrument), visit(row.size), visit(row.entry), visit(row.funding);
    }
    friend bool operator==(const Position&, const Position&) = default;
};

using Collateral = std::array<Amount, limits::basket_max>;

/// One margin account: everything its owner holds and owes in one compartment, under one margin
/// number.
struct AccountRow {
    AccountId owner;
    CompartmentId compartment;
    crypto::PublicKey key{};  ///< Signs its fills.
    u64 ticket = 0;           ///< The smallest ticket number that its key may still sign.
    Collateral collateral{};  ///< By position in the compartment's list.
    Amount cash;              ///< Of the synthetic.
    Amount debt;              ///< Normalised: times the compartment's index it is what is owed.
    std::vector<Position> positions;  ///< Ascending by instrument.
    bool in_auction = false;
    bool over_limit = false;  ///< Some Greek is beyond its limit.
    u64 unhealthy = 0;  ///< Block time since which its collateral waits for buyers; 0: it does not.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.owner), visit(row.compartment), visit(row.key), visit(row.ticket);
        visit(row.collateral), visit(row.cash), visit(row.debt), visit(row.positions);
        visit(row.in_auction), visit(row.over_limit), visit(row.unhealthy);
    }
    friend bool operator==(const AccountRow&, const AccountRow&) = default;
};

/// A margin model on its way to replacing another.
struct Switch {
    u16 model = 0;
    u64 height = 0;  ///< From which on new risk must satisfy both models; 0: no switch is on its
                     ///< way.
    u64 start = 0;   ///< Block time at that height.
    u64 ramp = 0;    ///< Seconds after which only the new model counts.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.model), visit(row.height), visit(row.start), visit(row.ramp);
    }
};

struct CompartmentRow {
    u16 model = 0;
    Switch next;
    Amount held;  ///< Its part of system_account::clearing in the synthetic: the sum over accounts
                  ///< of cash less entries and funding due, fees, and dust from rounding.
    Amount fees;  ///< Charged to accounts, and not yet paid to the surplus.
    Collateral collateral{};          ///< Its part in the collaterals: the sums over accounts.
    Amount debt;                      ///< Sum of the accounts' normalised debts.
    Ray index = Ray::units(ray_one);  ///< Of debt.
    u64 accrued = 0;                  ///< Until when; seconds since 1970.
    Amount socialised;                ///< Total of losses that accounts have borne.
    bool over_limit = false;          ///< Some Greek of open interest is beyond its limit.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.model), visit(row.next), visit(row.held), visit(row.fees);
        visit(row.collateral);
        visit(row.debt), visit(row.index), visit(row.accrued), visit(row.socialised);
        visit(row.over_limit);
    }
};

/// A depositor of the liquidity pool.
struct HolderRow {
    AccountId owner;
    pool::HolderRow row;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.owner), visit(row.row);
    }
};

struct State {
    ledger::Table<InstrumentRow> instruments;
    ledger::Table<AccountRow> accounts;
    ledger::Table<CompartmentRow> compartments;
    ledger::Table<portfolio::Auction> auctions;
    ledger::Cell<pool::PoolRow> pool;
    ledger::Table<pool::EpochRow> pool_epochs;
    ledger::Table<HolderRow> pool_holders;

    template <class F>
    void each(F&& f) {
        f(instruments), f(accounts), f(compartments), f(auctions);
        f(pool), f(pool_epochs), f(pool_holders);
    }
    template <class F>
    void each(F&& f) const {
        f(instruments), f(accounts), f(compartments), f(auctions);
        f(pool), f(pool_epochs), f(pool_holders);
    }
};

}  // namespace ballast::clearing
