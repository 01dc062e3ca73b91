/// The bookkeeping of margin accounts: what a trade, funding, a debt and a fee do to rows.  Nothing
/// here decides whether it may happen.  docs/methods/clearing.md, sections 1 to 3.
#pragma once

#include <ballast/base/event.hpp>
#include <ballast/clearing/state.hpp>
#include <ballast/clearing/terms.hpp>
#include <ballast/ledger/ledger.hpp>
#include <ballast/oracle/oracle.hpp>
#include <ballast/treasury/treasury.hpp>

#include <array>
#include <span>
#include <vector>

namespace ballast::clearing {

/// An underlying in this block.
struct UnderlyingNow {
    oracle::Quote spot;
    Price perp;                                           ///< Where perps trade.
    std::array<pricing::Fine, pillars_max> volatility{};  ///< By pillar.
    /// The worst of its feeds.  Halted: no instrument on it can be valued.
    oracle::Status status = oracle::Status::halted;
};

struct Market {
    std::vector<UnderlyingNow> underlyings;
    std::vector<pricing::Point> points;   ///< By instrument; of what is open and can be valued.
    std::vector<Price> fixed;             ///< By instrument: the part of its forward that the
                                          ///< settlement window has fixed already.
    std::vector<pricing::Greeks> greeks;  ///< By instrument, of one unit; likewise.
};

using Kinds = std::span<const risk::Kind>;

/// The layers behind the clearing house: the treasury, in which compartment c of the clearing house
/// stands at `first` + c.
struct Security {
    const treasury::Terms& terms;
    treasury::State& state;
    u16 first = 0;

    [[nodiscard]] VaultTypeId of(CompartmentId compartment) const {
        return VaultTypeId{static_cast<u16>(first + compartment.value())};
    }
};

/// What is there to be read in one block.
struct Sight {
    const Terms& terms;
    Kinds kinds;  ///< By Series::kind.
    const State& state;
    const ledger::Ledger& ledger;
    const oracle::Terms& oracle_terms;
    const oracle::State& oracle;
    const Market& market;
    u64 now;

    [[nodiscard]] const CompartmentTerms& compartment(CompartmentId id) const {
        return terms.compartments[id.value()];
    }
    [[nodiscard]] const InstrumentRow& instrument(InstrumentId id) const {
        return state.instruments[id.value()];
    }
    [[nodiscard]] const risk::Kind& kind(InstrumentId id) const {
        return kinds[instrument(id).series.kind];
    }
};

/// The same to be written: `books` is `state`, `money` is `ledger`.
struct House : Sight {
    State& books;
    ledger::Ledger& money;
    Events& events;
    Security security;
};

/// The compartments, and the liquidity pool's account, in a state that has none.  Called once, at
/// genesis.
void open_compartments(const Terms& terms, State& state, u64 now);

/// What the account owes: debt * index, rounded up.
[[nodiscard]] Amount owed(const AccountRow& account, const CompartmentRow& compartment);
/// What all accounts of the compartment owe together, and its part of the supply: rounded down.
[[nodiscard]] Amount book_value(const CompartmentRow& compartment);

/// size * price / 10^8, rounded down: what a buyer pays and the seller gets.  A sale of `size` is
/// minus that, never the value of minus `size`.
[[nodiscard]] Cash value_of(i64 size, Price price);

/// What one position has paid in funding since it last did, rounded up.
[[nodiscard]] Cash funding_due(const Position& position, risk::Flow funding);
/// Pays it for every position.
void settle_funding(const State& state, AccountRow& account);

/// What a change of a position costs.
struct Trade {
    InstrumentId instrument;
    i64 size = 0;          ///< Bought; negative: sold.
    Cash value;            ///< Paid for it; negative: received.
    bool upfront = false;  ///< Whether it is paid now.
};
/// Adds the trade to the account, whose funding is settled.  What is left of a position that has
/// become smaller keeps its average entry; the rest of its gain or loss goes to cash.
void add_trade(const State& state, AccountRow& account, const Trade& trade);

/// Turns every gain and loss that is not yet cash into cash, at the instruments' marks; gains
/// rounded down.
void realise(const State& state, Kinds kinds, AccountRow& account);

/// Cash less entries: what the account claims of what the compartment holds.
[[nodiscard]] Cash claim(const AccountRow& account);

/// Whether `size` more of the instrument makes the position larger or turns it over.
[[nodiscard]] bool adds_risk(const AccountRow& account, InstrumentId instrument, i64 size);
/// The account's position; size 0 if it has none.
[[nodiscard]] Position position_in(const AccountRow& account, InstrumentId instrument);
/// Its size where it is long, otherwise 0.
[[nodiscard]] i128 longs(const AccountRow& account, InstrumentId instrument);
/// Without its sign.
[[nodiscard]] constexpr Cash size_of(Cash cash) {
    return cash < Cash() ? -cash : cash;
}

/// Puts the row in place of the account's.  Cash under zero becomes debt, and cash pays debt as far
/// as it goes; open interest and totals follow.  Events: margin_debt_minted, margin_debt_repaid.
void store(House& house, MarginAccountId id, AccountRow next) noexcept;

/// Brings the compartments' debt indices to now and issues the growth to the surplus.  Events:
/// margin_fee_accrued.
void accrue_debt(House& house) noexcept;

}  // namespace ballast::clearing
