#include <ballast/auctions/open_list.hpp>

#include <algorithm>

namespace ballast::auctions {

namespace {

Totals& edit_totals(ledger::Table<Totals>& table, u32 key) {
    while (table.size() <= key) table.push(Totals{});
    return table.edit(key);
}

void add_totals(State& state, const Auction& row, Amount debt, Amount tab) {
    // The debt behind the other kinds stays where it is booked, in the vault or as bad debt.
    if (row.kind != AuctionKind::collateral) return;
    for (Totals* totals : {&edit_totals(state.by_type, row.type.value()),
                           &edit_totals(state.by_asset, row.pay_asset.value())}) {
        totals->debt += debt;
        totals->tab += tab;
        BALLAST_ASSERT(totals->debt >= Amount() && totals->tab >= totals->debt);
    }
}

}  // namespace

AuctionId open_auction(State& state, const Auction& row) noexcept {
    BALLAST_ASSERT(state.rows.size() < limits::auctions_max);
    const AuctionId id(state.rows.push(row));
    state.open.edit().push_back(id);  // Ids only grow, so the list stays sorted.
    add_totals(state, row, row.debt, row.tab);
    return id;
}

void collect(State& state, AuctionId id, Amount debt, Amount tab) noexcept {
    Auction& row = state.rows.edit(id.value());
    BALLAST_ASSERT(debt <= row.debt && tab <= row.tab);
    row.debt -= debt;
    row.tab -= tab;
    add_totals(state, row, -debt, -tab);
}

void close_auction(State& state, AuctionId id) noexcept {
    Auction& row = state.rows.edit(id.value());
    BALLAST_ASSERT(row.open);
    add_totals(state, row, -row.debt, -row.tab);
    row.open = false;
    row.lot = Lot{};
    row.lot_units = 0;
    row.debt = row.tab = Amount();
    std::vector<AuctionId>& open = state.open.edit();
    const auto place = std::lower_bound(open.begin(), open.end(), id);
    BALLAST_ASSERT(place != open.end() && *place == id);
    open.erase(place);
}

}  // namespace ballast::auctions
