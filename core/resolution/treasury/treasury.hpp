/// The door of the treasury: where income goes, which layer pays a loss, and what is booked when
/// none can.
///
/// The layers, in this order: the compartment's own reserve; shared surplus, as far as the
/// compartment's limit lets its losses out (L10); booked bad debt, which is paid down later by the
/// same two layers and by recapitalisation.
#pragma once

#include <ballast/base/event.hpp>
#include <ballast/ledger/ledger.hpp>
#include <ballast/treasury/state.hpp>
#include <ballast/treasury/terms.hpp>

#include <optional>

namespace ballast::treasury {

/// Who paid booked bad debt: the `value` of the event bad_debt_paid.
enum class Layer : u8 { reserve = 0, surplus = 1, recapitalisation = 2 };

/// An amount of a compartment's synthetic.
struct Booking {
    VaultTypeId compartment;
    Amount amount;
};

/// Which layer paid how much of one loss.  The three sum to the loss (L8).
struct Waterfall {
    Amount from_reserve;
    Amount from_surplus;
    Amount booked;
    friend bool operator==(const Waterfall&, const Waterfall&) = default;
};

/// Creates the compartments in a state that has none.  Called once, at genesis.
void open_compartments(const Terms& terms, State& state);

/// Covers `loss.amount` units of the synthetic that are in circulation and that no vault owes any
/// more.  What a layer pays is destroyed (a posting to the issuer), so that supply = debts + booked
/// bad debt holds again (L2).  Emits loss_arose and one event per layer that was used; nothing for
/// a loss of zero.
Waterfall cover_loss(const Terms& terms, State& state, ledger::Ledger& ledger, const Booking& loss,
                     Events& events) noexcept;

/// Divides a fee or penalty of a compartment that has arrived in system_account::surplus.  Its own
/// reserve takes reserve_share of it up to reserve_target (rounded down), or all of it up to its
/// booked bad debt, whichever is more. What stays in surplus pays back losses that were let out.
/// Emits reserve_funded where anything was set aside.
void collect(const Terms& terms, State& state, ledger::Ledger& ledger, const Booking& income,
             Events& events) noexcept;

/// The most that may be spent out of surplus on the compartment's account at this moment: its
/// reserve and what its limit still lets out (L10).
[[nodiscard]] Amount chargeable(const Terms& terms, const State& state, VaultTypeId compartment);

/// Books a cost of the compartment, such as a keeper's reward, that surplus has paid: its reserve
/// pays it back as far as it goes, the rest counts as a loss let out.  At most `chargeable`.  Emits
/// cost_charged.
void charge(const Terms& terms, State& state, ledger::Ledger& ledger, const Booking& cost,
            Events& events) noexcept;

/// Pays down booked bad debt of every compartment, in order of vault type, by its reserve and then
/// by shared surplus within its limit.  Once per block.  Emits bad_debt_paid.
void heal(const Terms& terms, State& state, ledger::Ledger& ledger, Events& events) noexcept;

/// Governance tokens are to be issued and sold until `raise` units of the synthetic have come in.
struct RecapitalisationOrder {
    AssetId synthetic;
    AssetId governance;
    Amount raise;
};

/// Whether a recapitalisation auction is due: bad debt of the synthetic, less `at_auction` (what
/// running recapitalisation auctions of it are still to raise), has reached the lot.  Heal first.
[[nodiscard]] std::optional<RecapitalisationOrder> recapitalisation_due(const Terms& terms,
                                                                        const State& state,
                                                                        AssetId synthetic,
                                                                        Amount at_auction);

/// `sell` units of the synthetic are to be sold out of system_account::surplus for governance
/// tokens.
struct SurplusOrder {
    AssetId synthetic;
    AssetId governance;
    Amount sell;
};

/// Whether a surplus auction is due: there is no bad debt of the synthetic, and the surplus would
/// not fall under its target by a lot.  What is already at auction has left
/// system_account::surplus, so several may run.
[[nodiscard]] std::optional<SurplusOrder> surplus_auction_due(const Terms& terms,
                                                              const State& state,
                                                              const ledger::Ledger& ledger,
                                                              AssetId synthetic);

/// What a recapitalisation auction raised.
struct Proceeds {
    AssetId synthetic;
    Amount paid;
    AccountId from;  ///< Holds it.
};

/// Takes the proceeds of a recapitalisation auction: destroys as much as there is bad debt of the
/// synthetic, compartments in order of vault type, and moves the rest into surplus.  Emits
/// bad_debt_paid.
void book_recapitalisation(const Terms& terms, State& state, ledger::Ledger& ledger,
                           const Proceeds& proceeds, Events& events) noexcept;

/// Booked and unpaid bad debt of all compartments that owe this synthetic: its part in L2.
[[nodiscard]] Amount bad_debt(const Terms& terms, const State& state, AssetId synthetic);

}  // namespace ballast::treasury
