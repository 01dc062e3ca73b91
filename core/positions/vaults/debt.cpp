#include <ballast/vaults/debt.hpp>

#include <ballast/math/money.hpp>

namespace ballast::vaults {
namespace {

/// Debt of a whole type: at most 10^27 units at an index of at most 10^9, which an Amount holds.
Amount at_index(i128 debt, Ray index, Round round) {
    const auto amount = math::grow(Amount::units(debt), index, round);
    BALLAST_ASSERT(amount);
    return *amount;
}

}  // namespace

State make_state(const Types& types, u64 now) {
    State state;
    for (std::size_t type = 0; type < types.size(); ++type) {
        TypeRow row;
        row.updated = now;
        row.base_rate_time = now;
        state.types.push(row);
    }
    return state;
}

Amount owed(const VaultRow& vault, const TypeRow& type) {
    return at_index(vault.debt.units(), type.index, Round::up);
}

Amount book_value(const TypeRow& type) {
    return at_index(type.debt.units(), type.index, Round::down);
}

Result<Normal> normalised(Amount amount, const TypeRow& type, Round round) {
    BALLAST_TRY(const Amount debt, math::shrink(amount, type.index, round));
    if (debt > limits::amount_max) return no(Reject::overflow);
    return Normal::units(static_cast<i64>(debt.units()));
}

Amount change_debt(State& state, VaultId vault, Normal change) noexcept {
    VaultRow& row = state.edit(vault);
    TypeRow& type = state.types.edit(row.type.value());
    const Amount before = book_value(type);
    row.debt += change;
    type.debt += NormalTotal::units(change.units());
    BALLAST_ASSERT(row.debt.units() >= 0);
    BALLAST_ASSERT(type.debt.units() >= row.debt.units());
    return book_value(type) - before;
}

void change_collateral(State& state, VaultId vault, u32 slot, Amount change) noexcept {
    VaultRow& row = state.edit(vault);
    TypeRow& type = state.types.edit(row.type.value());
    row.amounts[slot] += Held::units(static_cast<i64>(change.units()));
    type.locked[slot] += change;
    BALLAST_ASSERT(row.amounts[slot].units() >= 0);
    BALLAST_ASSERT(type.locked[slot].units() >= row.amounts[slot].units());
}

void accrue(const Types& types, State& state, ledger::Ledger& ledger, u64 now, Events& events) {
    for (u32 id = 0; id < types.size(); ++id) {
        const VaultTypeTerms& terms = types[id];
        if (state.types[id].updated == now) continue;
        TypeRow& row = state.types.edit(id);
        BALLAST_ASSERT(now > row.updated);
        TypeRow next = row;
        const auto index = rates::accrued_index(row.index, terms.fee_per_second, now - row.updated);
        BALLAST_ASSERT(index);
        next.index = *index;
        row.updated = now;
        const Amount growth = book_value(next) - book_value(row);
        if (ledger.supply(terms.debt_asset) + growth > issue_max) continue;
        row.index = next.index;
        if (growth.zero()) continue;
        ledger.post({system_account::issuer, system_account::surplus, terms.debt_asset, growth});
        events.push_back({EventKind::fee_accrued, id, system_account::surplus, terms.debt_asset,
                          growth.units(), static_cast<i128>(row.index.units())});
    }
}

}  // namespace ballast::vaults
