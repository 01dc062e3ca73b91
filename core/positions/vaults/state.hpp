/// What the room remembers.
#pragma once

#include <ballast/ledger/ledger.hpp>
#include <ballast/ledger/table.hpp>
#include <ballast/vaults/terms.hpp>
#include <ballast/vaults/watch.hpp>

namespace ballast::vaults {

using basket::Amounts;
using basket::Held;
using basket::Holdings;
using basket::Value;

struct NormalKind;
/// Debt over its index: 1 unit is owed as index / 10^27 units of the debt asset.
using Normal = Quantity<NormalKind, i64>;
using NormalTotal = Quantity<NormalKind, i128>;

enum class VaultStatus : u8 { open, closed };
constexpr bool valid(VaultStatus status) {
    return status <= VaultStatus::closed;
}

struct VaultRow {
    AccountId owner;
    VaultTypeId type;
    VaultStatus status = VaultStatus::open;
    Normal debt;         ///< Normalised; 0 is no debt.
    Holdings amounts{};  ///< By position in the type's basket.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.owner), visit(row.type), visit(row.status), visit(row.debt), visit(row.amounts);
    }
    friend bool operator==(const VaultRow&, const VaultRow&) = default;
};

struct TypeRow {
    Ray index = Ray::units(ray_one);
    NormalTotal debt;        ///< Sum over the type's vaults.
    Amounts locked{};        ///< Sum over the type's vaults, by position in the basket.
    u64 updated = 0;         ///< Block time to which the index stands.
    u64 base_rate = 0;       ///< Redemption base rate, 10^-18, as it stood...
    u64 base_rate_time = 0;  ///< ...at this block time.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.index), visit(row.debt), visit(row.locked), visit(row.updated);
        visit(row.base_rate), visit(row.base_rate_time);
    }
    friend bool operator==(const TypeRow&, const TypeRow&) = default;
};

struct State {
    ledger::Table<VaultRow> vaults;
    ledger::Table<TypeRow> types;
    Watch watch;  ///< Derived from the tables, never hashed or saved.

    template <class F>
    void each(F&& f) {
        f(vaults), f(types);
    }
    template <class F>
    void each(F&& f) const {
        f(vaults), f(types);
    }

    /// The vault's row, to be written: the only way, so that the watch hears of it.
    [[nodiscard]] VaultRow& edit(VaultId vault) {
        watch.note(vault);
        return vaults.edit(vault.value());
    }
    /// To be called right after the tables were rolled back.
    void rolled_back() { watch.rolled_back(*this); }
    /// To be called right after the tables were replaced (restored from a snapshot).
    void restored() { watch = Watch(); }
};

/// The state at genesis: one row per type, no vault.
[[nodiscard]] State make_state(const Types& types, u64 now);

}  // namespace ballast::vaults
