/// What the phases of a block work on: the market's terms, the state, this block's prices, time and
/// events.
#pragma once

#include <ballast/engine/block.hpp>
#include <ballast/engine/genesis.hpp>
#include <ballast/engine/state.hpp>
#include <ballast/oracle/oracle.hpp>
#include <ballast/treasury/treasury.hpp>
#include <ballast/vaults/vaults.hpp>

namespace ballast::engine {

struct Desk {
    const Genesis& genesis;
    const vaults::Types& types;
    State& state;
    const vaults::Prices& prices;
    u64 now;
    Events& events;
    /// By AssetId of a synthetic: whether an unhealthy vault that owes it waited in the resolve
    /// step, so that its pool may not be left.
    std::vector<bool>& waiting;
    clearing::House house;
    const clearing::Risk& risk;
    const crypto::Digest& chain;
    u64 height;

    [[nodiscard]] clearing::Facts clearing() { return {house, risk, chain, height}; }
    [[nodiscard]] access::Books keys() const {
        return {genesis.access, state.access, state.ledger, now, events};
    }
    [[nodiscard]] vaults::Books books() const {
        return {types, state.vaults, state.ledger, events};
    }
    [[nodiscard]] vaults::Facts facts() const {
        return {types, prices, state.vaults, state.ledger, now};
    }
    [[nodiscard]] const TypeTerms& type(VaultTypeId id) const { return genesis.types[id.value()]; }
    [[nodiscard]] const vaults::TypePrices& price(VaultTypeId id) const {
        return prices[id.value()];
    }
    [[nodiscard]] const vaults::TypeRow& type_row(VaultTypeId id) const {
        return state.vaults.types[id.value()];
    }
};

/// What the vault holds, by position in its type's basket.
[[nodiscard]] vaults::Amounts held_by(const vaults::VaultRow& vault);
/// What amounts of the type's basket are worth at the marks, charges aside; rounded down.
[[nodiscard]] Cash worth_at_mark(const Desk& desk, VaultTypeId type,
                                 const vaults::Amounts& amounts);
/// The mark of one unit of what the type's vaults owe; one dollar where it has no feed.
[[nodiscard]] Price debt_mark(const Desk& desk, VaultTypeId type);

/// The resolve step (resolve.cpp): heals, withdraws what has recovered, restarts what has run out,
/// starts what is due.
void resolve(Desk& desk);

/// The transact step for one transaction (transact.cpp).
[[nodiscard]] Receipt transact(Desk& desk, const Transaction& transaction, Verdict verdict);
/// The same as if whoever vouches for the sender asked: no nonce, no signature, no fee.
[[nodiscard]] Receipt attempt(Desk& desk, const Transaction& transaction);

/// A take, from an auction or in place (take.cpp).
[[nodiscard]] Result<void> take(Desk& desk, AccountId keeper, const auctions::Take& request);

/// The most that a keeper can be rewarded with for a payment that brings `penalty`: that, and what
/// the surplus holds and may be charged to the compartment (L10) (take.cpp).
[[nodiscard]] Amount reward_max(const Desk& desk, VaultTypeId type, Amount penalty);
/// What decides a repayment in place of up to `pay_max` (take.cpp).  The vault owes something.
[[nodiscard]] auctions::InPlaceInput in_place_input(const Desk& desk, VaultTypeId type,
                                                    VaultId vault, Amount pay_max);

/// The treasury's auctions (trade.cpp): starts what is due, restarts what has run out.
void trade(Desk& desk);
/// Restarts a treasury auction that has run out; leaves it where the governance token has no price.
void restart_trade(Desk& desk, AuctionId id);

}  // namespace ballast::engine
