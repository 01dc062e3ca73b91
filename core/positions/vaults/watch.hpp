/// The fast way to the unhealthy vaults (L6) and to the riskiest ones.  Everything here is derived
/// from the tables and may be thrown away at any time: no answer depends on what is remembered,
/// only the time it takes.  docs/methods/bands.md.
#pragma once

#include <ballast/risk/bands.hpp>
#include <ballast/vaults/prices.hpp>
#include <ballast/vaults/sweep.hpp>

namespace ballast::vaults {

struct State;
struct TypeRow;

/// A vault type as the watch is asked about it.
struct Watched {
    VaultTypeId type;
    const VaultTypeTerms& terms;
    const TypePrices& prices;
};

/// A vault and its health: its value over what it must be worth at the liquidation ratio, rounded
/// down.  The order is the order of risk.
struct Ranked {
    Ratio health;
    VaultTypeId type;
    VaultId vault;
    friend constexpr auto operator<=>(const Ranked&, const Ranked&) = default;
};

class Watch {
public:
    /// The vault's row was pushed or is about to be written.
    void note(VaultId vault) { changed_.push_back(vault.value()); }
    /// The tables were rolled back: what was keyed since the last block may not be true.
    void rolled_back(const State& state);

    /// Appends the type's unhealthy vaults by ascending id: exactly those of `unhealthy_by_sweep`.
    /// Not to be called inside a batch.
    void unhealthy(const State& state, const Watched& watched, std::vector<VaultId>& out);

    /// Appends the `count` riskiest open vaults with debt of the type, the riskiest first.
    void riskiest(const State& state, const Watched& watched, u32 count, std::vector<Ranked>& out);

    /// Vaults that the last call of `unhealthy` or `riskiest` looked at one by one.
    [[nodiscard]] u32 looked_at() const { return looked_at_; }

private:
    struct Place {
        VaultTypeId type;
        u32 row = 0;
    };
    struct TypeWatch {
        Columns columns;
        std::vector<u32> vaults;  ///< By row, ascending.
        basket::Prices reference{};
        risk::Bands bands;
        bool stale = true;  ///< The bands must be built anew.
    };

    void catch_up(const State& state);
    void append(const State& state, u32 vault);
    void follow(const State& state, u32 vault);
    void forget_last();
    TypeWatch& ready(const State& state, const Watched& watched);
    void renew(TypeWatch& watch, const basket::Prices& reference);
    void find_candidates(const TypeWatch& watch, const Watched& watched, const TypeRow& type,
                         std::optional<u64> need);

    std::vector<TypeWatch> types_;
    std::vector<Place> places_;    ///< By vault.
    std::vector<u32> changed_;     ///< Since the last `unhealthy`; with repetitions.
    std::size_t followed_ = 0;     ///< How many of them are in the columns and bands.
    std::vector<u32> candidates_;  ///< Scratch.
    std::vector<u64> keys_;        ///< Scratch.
    u32 looked_at_ = 0;
};

/// The same vaults as Watch::unhealthy, by looking at each row of the table.
void unhealthy_by_sweep(const State& state, const Watched& watched, std::vector<VaultId>& out);

}  // namespace ballast::vaults
