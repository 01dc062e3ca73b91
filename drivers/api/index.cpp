#include <ballast/api/index.hpp>

#include <algorithm>

namespace ballast::api {
namespace {

template <class Column, class Table, class OwnerOf>
void extend(Column& column, const Table& table, OwnerOf owner_of) {
    for (; column.seen < table.size(); ++column.seen)
        column.rows[owner_of(table[column.seen]).value()].push_back(column.seen);
}

}  // namespace

void Index::follow(const engine::State& state) {
    const std::lock_guard lock(mutex_);
    const auto column = [this](Of of) -> Column& { return columns_[static_cast<std::size_t>(of)]; };
    const auto owner = [](const auto& row) { return row.owner; };
    extend(column(Of::vaults), state.vaults.vaults, owner);
    extend(column(Of::margin_accounts), state.clearing.accounts, owner);
    extend(column(Of::swap_shares), state.exchange.shares, owner);
    extend(column(Of::liquidity), state.clearing.pool_holders, owner);
    // Row i belongs to account system_accounts + i; a parent is no child of its own.
    Column& children = column(Of::children);
    for (; children.seen < state.access.holders.size(); ++children.seen) {
        const u32 account = system_accounts + children.seen;
        const u32 parent = state.access.holders[children.seen].parent.value();
        if (parent != account) children.rows[parent].push_back(account);
    }
}

Index::Slice Index::owned(Of of, AccountId owner, u32 after, u64 limit, u32 size) const {
    const std::lock_guard lock(mutex_);
    const Column& column = columns_[static_cast<std::size_t>(of)];
    const auto found = column.rows.find(owner.value());
    Slice slice;
    if (found == column.rows.end()) return slice;
    const std::vector<u32>& rows = found->second;
    for (auto row = std::ranges::lower_bound(rows, after); row != rows.end(); ++row) {
        if (*row >= size) break;
        if (slice.rows.size() == limit) {
            slice.more = true;
            break;
        }
        slice.rows.push_back(*row);
    }
    return slice;
}

}  // namespace ballast::api
