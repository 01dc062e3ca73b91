/// The rooms' states together, in the order in which they are hashed.
#pragma once

#include <ballast/access/state.hpp>
#include <ballast/auctions/state.hpp>
#include <ballast/backstop/state.hpp>
#include <ballast/clearing/state.hpp>
#include <ballast/engine/exchange.hpp>
#include <ballast/ledger/ledger.hpp>
#include <ballast/oracle/state.hpp>
#include <ballast/treasury/state.hpp>
#include <ballast/vaults/state.hpp>

namespace ballast::engine {

struct State {
    ledger::Ledger ledger;
    oracle::State oracle;
    vaults::State vaults;
    auctions::State auctions;
    backstop::State backstop;
    treasury::State treasury;
    clearing::State clearing;
    ExchangeState exchange;
    access::State access;

    /// Visits every table, the ledger first.  The order is part of the root and of the snapshot,
    /// and never changes.
    template <class F>
    void each(F&& f) {
        f(ledger);
        oracle.each(f), vaults.each(f), auctions.each(f), backstop.each(f), treasury.each(f);
        clearing.each(f), exchange.each(f), access.each(f);
    }
    template <class F>
    void each(F&& f) const {
        f(ledger);
        oracle.each(f), vaults.each(f), auctions.each(f), backstop.each(f), treasury.each(f);
        clearing.each(f), exchange.each(f), access.each(f);
    }
};

}  // namespace ballast::engine
