#include <ballast/vaults/watch.hpp>

#include <ballast/math/money.hpp>
#include <ballast/vaults/health.hpp>

#include <algorithm>

namespace ballast::vaults {
namespace {

/// The bands are built anew once this many vaults were looked at for nothing.
std::size_t patience(std::size_t vaults) {
    return vaults / 16 + 64;
}

u64 key_of(const Columns& columns, const basket::Prices& reference, u32 row) {
    const u64 debt = columns.debt()[row];
    if (debt == 0) return risk::Bands::absent;
    u128 value = 0;
    for (u32 k = 0; k < columns.width(); ++k)
        value += u128{columns.amounts(k)[row]} * static_cast<u64>(reference[k].units());
    return static_cast<u64>(std::min(value / debt, u128{risk::Bands::absent - 1}));
}

/// The debt of a row in Columns.
u64 debt_of(const VaultRow& vault) {
    const bool owes = vault.status == VaultStatus::open && !vault.debt.zero();
    return owes ? static_cast<u64>(vault.debt.units()) + 1 : 0;
}

risk::Shift shift_of(const TypeRow& type, const basket::Prices& reference,
                     const basket::Prices& weights) {
    std::array<bool, limits::basket_max> used{};
    for (u32 k = 0; k < limits::basket_max; ++k) used[k] = !type.locked[k].zero();
    return risk::worst_shift(reference, weights, used);
}

/// The least health that a vault of this key can have.
Ratio certain_health(u64 key, risk::Shift shift, std::optional<u64> need) {
    if (!need) return Ratio::units(0);
    const u64 coverage = risk::certain_coverage(key, shift);
    return math::ratio_of(i128{coverage}, i128{*need}, Round::down);
}

}  // namespace

void Watch::append(const State& state, u32 vault) {
    const VaultTypeId type = state.vaults[vault].type;
    TypeWatch& watch = types_[type.value()];
    const u32 row = watch.columns.size();
    places_.push_back({type, row});
    watch.vaults.push_back(vault);
    watch.columns.push();
    follow(state, vault);
}

void Watch::follow(const State& state, u32 vault) {
    const Place place = places_[vault];
    TypeWatch& watch = types_[place.type.value()];
    const VaultRow& row = state.vaults[vault];
    watch.columns.write(place.row, row.amounts, debt_of(row));
    if (!watch.stale) watch.bands.set(place.row, key_of(watch.columns, watch.reference, place.row));
}

void Watch::forget_last() {
    const Place place = places_.back();
    TypeWatch& watch = types_[place.type.value()];
    if (!watch.stale) watch.bands.set(place.row, risk::Bands::absent);
    watch.columns.pop();
    watch.vaults.pop_back();
    places_.pop_back();
}

void Watch::rolled_back(const State& state) {
    while (places_.size() > state.vaults.size()) forget_last();
    followed_ = 0;
    // However often this happens between two blocks, the list stays as short as what it names.
    if (changed_.size() <= 2 * places_.size()) return;
    std::sort(changed_.begin(), changed_.end());
    changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
}

void Watch::catch_up(const State& state) {
    types_.resize(state.types.size());
    while (places_.size() < state.vaults.size()) append(state, static_cast<u32>(places_.size()));
    for (; followed_ < changed_.size(); ++followed_)
        if (changed_[followed_] < places_.size()) follow(state, changed_[followed_]);
}

void Watch::renew(TypeWatch& watch, const basket::Prices& reference) {
    watch.reference = reference;
    watch.stale = false;
    keys_.resize(watch.columns.size());
    for (u32 row = 0; row < watch.columns.size(); ++row)
        keys_[row] = key_of(watch.columns, reference, row);
    watch.bands.assign(keys_);
}

Watch::TypeWatch& Watch::ready(const State& state, const Watched& watched) {
    catch_up(state);
    TypeWatch& watch = types_[watched.type.value()];
    if (watch.stale) renew(watch, watched.prices.weight);
    return watch;
}

void Watch::find_candidates(const TypeWatch& watch, const Watched& watched, const TypeRow& type,
                            std::optional<u64> need) {
    candidates_.clear();
    const u32 rows = watch.columns.size();
    if (!need) {
        for (u32 row = 0; row < rows; ++row)
            if (watch.columns.debt()[row] != 0) candidates_.push_back(row);
        return;
    }
    const risk::Shift shift = shift_of(type, watch.reference, watched.prices.weight);
    if (const auto threshold = risk::threshold(*need, shift)) {
        watch.bands.below(*threshold, candidates_);
        std::sort(candidates_.begin(), candidates_.end());
        return;
    }
    candidates_.resize(rows);
    candidates_.resize(sweep(watch.columns, watched.prices.weight, *need, candidates_));
}

void Watch::unhealthy(const State& state, const Watched& watched, std::vector<VaultId>& out) {
    TypeWatch& watch = ready(state, watched);
    changed_.clear();
    followed_ = 0;
    const TypeRow& type = state.types[watched.type.value()];
    const auto need =
        need_per_unit(type.index, watched.prices.debt_firm, watched.terms.liquidation_ratio);
    find_candidates(watch, watched, type, need);
    looked_at_ = static_cast<u32>(candidates_.size());
    const std::size_t before = out.size();
    for (const u32 row : candidates_) {
        const VaultId vault{watch.vaults[row]};
        if (!healthy(state.vaults[vault.value()], type, watched.terms, watched.prices))
            out.push_back(vault);
    }
    if (looked_at_ - (out.size() - before) > patience(watch.bands.size()))
        renew(watch, watched.prices.weight);
}

void Watch::riskiest(const State& state, const Watched& watched, u32 count,
                     std::vector<Ranked>& out) {
    TypeWatch& watch = ready(state, watched);
    const TypeRow& type = state.types[watched.type.value()];
    const auto need =
        need_per_unit(type.index, watched.prices.debt_firm, watched.terms.liquidation_ratio);
    const risk::Shift shift = shift_of(type, watch.reference, watched.prices.weight);
    std::vector<Ranked> found;  // A heap, the riskiest on top.
    risk::Ascending ascending(watch.bands);
    looked_at_ = 0;
    u32 given = 0;
    while (given < count) {
        const auto next = ascending.peek();
        if (!next && found.empty()) break;
        const bool settled =
            !found.empty() &&
            (!next || found.front().health < certain_health(next->key, shift, need));
        if (settled) {
            std::pop_heap(found.begin(), found.end(), std::greater<>());
            out.push_back(found.back());
            found.pop_back();
            ++given;
            continue;
        }
        const VaultId vault{watch.vaults[next->slot]};
        found.push_back({health(state.vaults[vault.value()], type, watched.terms, watched.prices),
                         watched.type, vault});
        std::push_heap(found.begin(), found.end(), std::greater<>());
        ascending.advance();
        ++looked_at_;
    }
    if (found.size() > patience(watch.bands.size())) renew(watch, watched.prices.weight);
}

void unhealthy_by_sweep(const State& state, const Watched& watched, std::vector<VaultId>& out) {
    const TypeRow& type = state.types[watched.type.value()];
    for (u32 id = 0; id < state.vaults.size(); ++id) {
        const VaultRow& vault = state.vaults[id];
        const bool counts = vault.type == watched.type && vault.status == VaultStatus::open;
        if (counts && !healthy(vault, type, watched.terms, watched.prices))
            out.push_back(VaultId{id});
    }
}

}  // namespace ballast::vaults
