#include <ballast/audit/purses.hpp>

#include <algorithm>

namespace ballast::audit {
namespace {

bool free_of_charge(const engine::Genesis& genesis) {
    return genesis.access.fee.zero();
}

bool in_basket(const Scene& scene, VaultTypeId type) {
    const auto& basket = scene.genesis().types[type.value()].vault.basket;
    return std::any_of(basket.begin(), basket.end(), [&](const basket::CollateralTerms& terms) {
        return terms.asset == scene.genesis().access.fee_asset;
    });
}

bool in_basket(const Scene& scene, VaultId vault) {
    return in_basket(scene, scene.state().vaults.vaults[vault.value()].type);
}

/// Whether the asset may be in the auction's lot.
bool in_lot(const Scene& scene, const auctions::Auction& auction) {
    switch (auction.kind) {
        case auctions::AuctionKind::collateral:
        case auctions::AuctionKind::in_place: return in_basket(scene, auction.type);
        case auctions::AuctionKind::surplus:
        case auctions::AuctionKind::recapitalisation: return true;
    }
    std::unreachable();
}

}  // namespace

Purses::Purses(const engine::Machine& machine) {
    reload(machine);
}

void Purses::reload(const engine::Machine& machine) {
    if (free_of_charge(machine.genesis())) return;
    const ledger::Ledger& ledger = machine.state().ledger;
    ranges_.resize(ledger.accounts());
    for (u32 id = 0; id < ledger.accounts(); ++id) {
        const i128 held = ledger.balance(AccountId{id}, machine.genesis().access.fee_asset).units();
        ranges_[id] = {held, held};
    }
}

/// Nothing of the machine's own accounts is followed, and nothing of whom there is not.
Purses::Range* Purses::edit(u32 account) {
    if (account < system_accounts || account >= accounts_) return nullptr;
    if (account >= ranges_.size()) ranges_.resize(account + std::size_t{1});
    return &ranges_[account];
}

void Purses::move(u32 account, i128 units) {
    Range* range = edit(account);
    if (range == nullptr) return;
    range->low += units;
    range->high += units;
}

/// Nobody holds more than there may be.
void Purses::gain_some(u32 account) {
    if (Range* range = edit(account)) range->high = limits::supply_max.units();
}

void Purses::pay_some(u32 account) {
    if (Range* range = edit(account)) range->low = std::min(range->low, i128{0});
}

void Purses::begin(const Scene& scene) {
    event_ = 0;
    accounts_ = scene.state().ledger.accounts();
    if (!free_of_charge(scene.genesis())) follow_events(scene, system_account::issuer.value());
}

void Purses::follow(const Scene& scene, std::size_t position, i128 fee) {
    if (free_of_charge(scene.genesis())) return;
    const engine::Transaction& transaction = scene.block.transactions[position];
    const u32 sender = transaction.sender.value();
    move(sender, -fee);
    const Events& events = scene.outcome.events;
    if (event_ < events.size() && events[event_].kind == EventKind::fee_paid) ++event_;
    follow_events(scene, sender);
    if (!scene.outcome.receipts[position].accepted()) return;
    const auto follow_transfer = [&](const engine::Action& action) {
        const auto* transfer = std::get_if<engine::Transfer>(&action);
        if (transfer == nullptr || transfer->asset != scene.genesis().access.fee_asset) return;
        move(sender, -transfer->amount.units());
        move(transfer->to.value(), transfer->amount.units());
    };
    if (const auto* action = std::get_if<engine::Action>(&transaction.body))
        return follow_transfer(*action);
    for (const engine::Action& action : std::get<engine::Batch>(transaction.body).actions)
        follow_transfer(action);
}

/// Up to the fee of the next transaction that was tried.
void Purses::follow_events(const Scene& scene, u32 sender) {
    const Events& events = scene.outcome.events;
    for (; event_ < events.size() && events[event_].kind != EventKind::fee_paid; ++event_)
        follow(scene, events[event_], sender);
}

void Purses::follow(const Scene& scene, const Event& event, u32 sender) {
    const u32 account = event.account.value();
    const i128 units = event.asset == scene.genesis().access.fee_asset ? event.amount : 0;
    switch (event.kind) {
        case EventKind::collateral_deposited:
        case EventKind::debt_repaid:
        case EventKind::pool_deposited:
        case EventKind::liquidity_deposit_requested: return move(account, -units);
        case EventKind::margin_deposited: return move(sender, -units);
        case EventKind::collateral_withdrawn:
        case EventKind::debt_minted:
        case EventKind::keeper_rewarded:
        case EventKind::pool_withdrawn:
        case EventKind::pool_gain_paid:
        case EventKind::margin_withdrawn:
        case EventKind::liquidity_collected: return move(account, units);
        case EventKind::vault_redeemed:
            move(account, -units);
            if (in_basket(scene, VaultId{event.subject})) gain_some(account);
            return;
        // Of what was taken over, the owner may get something back.
        case EventKind::vault_seized:
            if (in_basket(scene, VaultId{event.subject})) gain_some(account);
            return;
        case EventKind::auction_taken:
        case EventKind::auction_ended:
        case EventKind::auction_cancelled:
        case EventKind::account_collateral_sold: return follow_sale(scene, event);
        case EventKind::swap_added:
        case EventKind::swap_removed:
        case EventKind::swap_traded: return follow_swap(scene, event);
        default: return;
    }
}

void Purses::follow_sale(const Scene& scene, const Event& event) {
    const u32 account = event.account.value();
    const AssetId asset = scene.genesis().access.fee_asset;
    const i128 units = event.asset == asset ? event.amount : 0;
    if (event.kind == EventKind::account_collateral_sold) {
        const auto house = scene.state().clearing.accounts[event.subject].compartment;
        const AssetId cash = scene.genesis().clearing.compartments[house.value()].synthetic;
        return move(account, units - (cash == asset ? event.value : 0));
    }
    const auctions::Auction& auction = scene.state().auctions.rows[event.subject];
    // What repays a vault in place is told as a repayment.
    if (event.kind == EventKind::auction_taken && auction.kind != auctions::AuctionKind::in_place)
        move(account, -units);
    if (in_lot(scene, auction)) gain_some(account);
}

/// Of the second asset of what is added or removed, events do not tell the amount.
void Purses::follow_swap(const Scene& scene, const Event& event) {
    const u32 account = event.account.value();
    const AssetId asset = scene.genesis().access.fee_asset;
    const swap::Terms& terms = scene.genesis().swaps[event.subject];
    const i128 units = event.asset == asset ? event.amount : 0;
    const bool other = event.asset != asset && (terms.first == asset || terms.second == asset);
    switch (event.kind) {
        case EventKind::swap_traded: return move(account, other ? event.value : -units);
        case EventKind::swap_added: return other ? pay_some(account) : move(account, -units);
        default: return other ? gain_some(account) : move(account, units);
    }
}

void Purses::compare(const Scene& scene, Findings& findings) {
    if (free_of_charge(scene.genesis())) return;
    const ledger::Ledger& ledger = scene.state().ledger;
    const AssetId asset = scene.genesis().access.fee_asset;
    for (u32 id = system_accounts; id < ledger.accounts(); ++id) {
        const i128 held = ledger.balance(AccountId{id}, asset).units();
        const auto what = [&] { return "what account " + text(i128{id}) + " pays fees from"; };
        findings.at_least(Law::authority, of(id).low, held, what);
        findings.at_most(Law::authority, of(id).high, held, what);
    }
    reload(scene.after);
}

}  // namespace ballast::audit
