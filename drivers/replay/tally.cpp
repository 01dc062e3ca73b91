#include <ballast/replay/tally.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::replay {

using auctions::AuctionKind;

namespace {

Amount share_of(Amount amount, u128 part, u128 whole) {
    if (part >= whole) return amount;
    return Amount::units(static_cast<i128>(
        *math::mul_div(static_cast<u128>(amount.units()), part, whole, Round::down)));
}

}  // namespace

Tally::Tally(const engine::Machine& machine, const Stage& stage)
    : machine_(machine), stage_(stage) {}

void Tally::follow(const Events& events, u64 block, Cash cost, bool on_grid) {
    block_ = block;
    on_grid_ = on_grid;
    redistributed_ = false;
    for (const Event& event : events) hear(event);
    clear_vaults();
    if (on_grid) add_row(cost);
}

void Tally::hear(const Event& event) {
    const Amount amount = Amount::units(event.amount);
    switch (event.kind) {
        case EventKind::report_rejected: ++totals_.reports_rejected; break;
        case EventKind::vault_unhealthy:
            if (unhealthy_.emplace(event.subject, machine_.height()).second && !on_grid_)
                ++totals_.unhealthy_at_start;
            break;
        case EventKind::vault_seized:
            totals_.liquidated.insert(event.subject);
            totals_.debt_liquidated += amount;
            break;
        case EventKind::auction_started: started(event); break;
        case EventKind::auction_taken: taken(event); break;
        case EventKind::auction_restarted:
            if (auto* record = find(event.subject)) ++record->restarts;
            break;
        case EventKind::auction_ended: ended(event, AuctionEnd::taken); break;
        case EventKind::auction_cancelled: ended(event, AuctionEnd::withdrawn); break;
        case EventKind::keeper_rewarded:
            totals_.rewards += amount;
            if (auto* record = find(event.subject)) record->reward += amount;
            break;
        case EventKind::pool_absorbed: absorbed(event); break;
        case EventKind::redistributed:
            redistributed_ = true;
            totals_.redistributed_debt += amount;
            totals_.redistributed_worth += Cash::units(event.value);
            break;
        default: hear_loss(event);
    }
}

void Tally::hear_loss(const Event& event) {
    const Amount amount = Amount::units(event.amount);
    if (event.kind == EventKind::loss_arose) totals_.lost += amount;
    if (event.kind == EventKind::loss_from_reserve) totals_.from_reserve += amount;
    if (event.kind == EventKind::loss_from_surplus) totals_.from_surplus += amount;
    if (event.kind == EventKind::loss_booked) totals_.booked += amount;
    if (event.kind == EventKind::bad_debt_paid) totals_.healed += amount;
}

// What the backstop took over: the owner lost what it was worth beyond the debt.
void Tally::absorbed(const Event& event) {
    const Amount amount = Amount::units(event.amount);
    const Cash value = Cash::units(event.value);
    totals_.pool_debt += amount;
    totals_.pool_worth += value;
    const Cash owed = math::worth(amount, synthetic(), Round::down);
    if (value > owed) totals_.borrowers_loss += value - owed;
}

AuctionRecord* Tally::find(u32 auction) {
    const auto found = index_.find(auction);
    return found == index_.end() ? nullptr : &auctions_[found->second];
}

void Tally::started(const Event& event) {
    const auctions::Auction& row = machine_.state().auctions.rows[event.subject];
    if (row.kind != AuctionKind::collateral && row.kind != AuctionKind::in_place) return;
    AuctionRecord record;
    record.id = AuctionId{event.subject};
    record.kind = row.kind;
    record.type = row.type;
    record.vault = row.vault;
    record.started = machine_.time();
    record.tab = Amount::units(event.amount);
    index_[event.subject] = auctions_.size();
    auctions_.push_back(record);
    left_[event.subject] = {row.lot, row.lot_units, row.debt};
}

Price Tally::price(AssetId asset) const {
    const auto found = stage_.assets[asset.value()];
    return found ? stage_.world.dollars[*found][block_] : Price();
}

// Of a lot, the slice of what was left.  In place the event has the worth at the marks, which is
// carried over to the outside prices in the proportion of what the vault's type holds.
Cash Tally::sold_worth(const AuctionRecord& record, const Event& event) {
    if (record.kind == AuctionKind::in_place) {
        const Marks marks = marks_of(machine_, record.type);
        const Marks there = outside(record.type);
        Cash at_mark, at_outside;
        const auto& locked = machine_.state().vaults.types[record.type.value()].locked;
        for (std::size_t slot = 0; slot < marks.collateral.size(); ++slot) {
            at_mark += math::worth(locked[slot], marks.collateral[slot], Round::down);
            at_outside += math::worth(locked[slot], there.collateral[slot], Round::down);
        }
        if (at_mark <= Cash()) return Cash::units(event.value);
        return math::portion(Cash::units(event.value),
                             math::ratio_of(at_outside.units(), at_mark.units(), Round::down),
                             Round::down);
    }
    Left& left = left_[event.subject];
    const u128 units = static_cast<u128>(event.value);
    Cash worth;
    for (std::size_t i = 0; i < left.lot.count; ++i) {
        auctions::LotPart& part = left.lot.parts[i];
        const Amount slice = share_of(part.amount, units, left.units);
        worth += math::worth(slice, price(part.asset), Round::down);
        part.amount -= slice;
    }
    left.units -= std::min(units, left.units);
    return worth;
}

void Tally::taken(const Event& event) {
    AuctionRecord* record = find(event.subject);
    if (record == nullptr) return;
    const Amount paid = Amount::units(event.amount);
    const Cash worth = sold_worth(*record, event);
    Left& left = left_[event.subject];
    const Amount covered = record->kind == AuctionKind::in_place ? paid : std::min(paid, left.debt);
    left.debt -= covered;
    record->paid += paid;
    record->covered += covered;
    record->sold += worth;
    ++record->takes;
    if (!record->first_take) record->first_take = machine_.time();
    record->ended = machine_.time();
    ++totals_.takes;
    if (record->kind != AuctionKind::in_place) return;
    totals_.liquidated.insert(record->vault.value());
    totals_.debt_liquidated += paid;
}

// An auction in place ends when its vault is healthy, which is a success if keepers made it so.
void Tally::ended(const Event& event, AuctionEnd end) {
    AuctionRecord* record = find(event.subject);
    if (record == nullptr) return;
    const bool in_place = record->kind == AuctionKind::in_place;
    record->end = in_place ? (record->takes > 0 ? AuctionEnd::taken : AuctionEnd::withdrawn) : end;
    if (!in_place && end == AuctionEnd::taken) record->uncovered = Amount::units(event.amount);
    record->ended = machine_.time();
    finish_auction(*record);
}

void Tally::finish_auction(AuctionRecord& record) {
    const Cash cancelled = math::worth(record.covered + record.uncovered, synthetic(), Round::down);
    if (record.sold > cancelled) totals_.borrowers_loss += record.sold - cancelled;
    left_.erase(record.id.value());
}

// A vault is cleared when nothing of it is at auction and what it still owes is healthy.
void Tally::clear_vaults() {
    if (unhealthy_.empty()) return;
    std::set<u32> busy;
    const auto& rows = machine_.state().auctions.rows;
    for (const auto& [id, left] : left_) busy.insert(rows[id].vault.value());
    for (auto entry = unhealthy_.begin(); entry != unhealthy_.end();) {
        const auto [vault, since] = *entry;
        const vaults::VaultRow& row = machine_.state().vaults.vaults[vault];
        const u16 type = row.type.value();
        const bool clear = !busy.contains(vault) &&
                           vaults::healthy(row, machine_.state().vaults.types[type],
                                           machine_.types()[type], machine_.prices()[type]);
        if (clear) totals_.clear_blocks.push_back(machine_.height() - since);
        entry = clear ? unhealthy_.erase(entry) : std::next(entry);
    }
}

Cash Tally::lot_worth(const auctions::Lot& lot) const {
    Cash sum;
    for (const auctions::LotPart& part : lot.assets())
        sum += math::worth(part.amount, price(part.asset), Round::down);
    return sum;
}

// Debt beyond what stands behind it, vault by vault and auction by auction.
Cash Tally::latent() const {
    const auto& state = machine_.state().vaults;
    std::vector<Marks> prices;
    for (u32 type = 0; type < state.types.size(); ++type)
        prices.push_back(outside(VaultTypeId{static_cast<u16>(type)}));
    constexpr u128 coarse = 1'000'000'000'000'000'000;  // An index in 10^-9 keeps the product
                                                        // within 128 bits.
    i128 sum = 0;                                       // In 10^-16 dollars.
    for (u32 i = 0; i < state.vaults.size(); ++i) {
        const vaults::VaultRow& vault = state.vaults[i];
        if (vault.debt.zero()) continue;
        const Marks& marks = prices[vault.type.value()];
        const i128 index =
            static_cast<i128>(state.types[vault.type.value()].index.units() / coarse);
        i128 gap = i128{vault.debt.units()} * index / ratio_one * marks.debt.units();
        for (std::size_t slot = 0; slot < marks.collateral.size(); ++slot)
            gap -= i128{vault.amounts[slot].units()} * marks.collateral[slot].units();
        if (gap > 0) sum += gap;
    }
    Cash total = Cash::units(sum / amount_one);
    for (const auto& [id, left] : left_) {
        const Cash owed = math::worth(left.debt, synthetic(), Round::up);
        const Cash worth = lot_worth(left.lot);
        const bool in_place = machine_.state().auctions.rows[id].kind == AuctionKind::in_place;
        if (!in_place && owed > worth) total += owed - worth;
    }
    return total;
}

Cash Tally::collateral_worth() const {
    Cash sum;
    const auto& types = machine_.state().vaults.types;
    for (u32 type = 0; type < types.size(); ++type) {
        if (stage_.elsewhere == VaultTypeId{static_cast<u16>(type)}) continue;
        const Marks marks = outside(VaultTypeId{static_cast<u16>(type)});
        for (std::size_t slot = 0; slot < marks.collateral.size(); ++slot)
            sum += math::worth(types[type].locked[slot], marks.collateral[slot], Round::down);
    }
    for (const auto& [id, left] : left_) sum += lot_worth(left.lot);
    return sum;
}

void Tally::add_row(Cash cost) {
    const engine::State& state = machine_.state();
    const VaultTypeId type = state.vaults.vaults[0].type;
    const Marks there = outside(type);
    BlockRow row;
    row.height = machine_.height();
    row.time = machine_.time();
    row.outside = there.collateral[0];
    row.mark = marks_of(machine_, type).collateral[0];
    row.status = machine_.prices()[type.value()].status;
    row.supply = state.ledger.supply(stage_.synthetic);
    for (u32 i = 0; i < state.vaults.types.size(); ++i) {
        if (machine_.types()[i].debt_asset != stage_.synthetic) continue;
        if (stage_.elsewhere == VaultTypeId{static_cast<u16>(i)}) {
            row.supply -= vaults::book_value(state.vaults.types[i]);
            continue;
        }
        row.vault_debt += vaults::book_value(state.vaults.types[i]);
        row.bad_debt += state.treasury.compartments[i].bad_debt;
    }
    row.auction_debt = auctions::at_auction(state.auctions, stage_.synthetic).debt;
    const Cash supply_worth = math::worth(row.supply, there.debt, Round::up);
    row.ratio = math::ratio_of(collateral_worth().units(), supply_worth.units(), Round::down);
    row.latent = latent();
    row.surplus = state.ledger.balance(system_account::surplus, stage_.synthetic);
    row.reserve = state.ledger.balance(system_account::reserve, stage_.synthetic);
    row.pool = backstop::total(machine_.genesis().backstop, state.backstop, stage_.synthetic);
    const Cash missing = row.latent + math::worth(row.bad_debt, there.debt, Round::up);
    const Cash funds = math::worth(row.surplus + row.reserve, there.debt, Round::down);
    row.shortfall = std::max(Cash(), missing - funds);
    row.open_auctions = static_cast<u32>(state.auctions.open.get().size());
    row.waiting = static_cast<u32>(unhealthy_.size());
    row.cost = cost;
    rows_.push_back(row);
}

}  // namespace ballast::replay
