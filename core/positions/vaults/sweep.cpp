#include <ballast/vaults/sweep.hpp>

#include <ballast/base/assert.hpp>
#include <ballast/math/mul_div.hpp>

#include <algorithm>
#include <bit>

namespace ballast::vaults {
namespace {

/// What a kernel reads beside the columns.  Wide: weights and need as they are.  Narrow: both
/// without their lowest bits, so that every sum fits 64 bits.
struct Factors {
    std::array<u64, limits::basket_max> weight{};
    u64 need = 0;
};

/// Rows whose value is less than debt * need, in sums of type Sum.  Branches on nothing.
template <u32 Width, class Sum>
u32 select(const Columns& columns, const Factors& factors, u32* out) {
    std::array<const u64*, Width> amounts{};
    for (u32 k = 0; k < Width; ++k) amounts[k] = columns.amounts(k).data();
    const u64* const debt = columns.debt().data();
    const u32 rows = columns.size();
    u32 found = 0;
    for (u32 row = 0; row < rows; ++row) {
        Sum value = 0;
        for (u32 k = 0; k < Width; ++k) value += Sum{amounts[k][row]} * factors.weight[k];
        out[found] = row;
        found += value < Sum{debt[row]} * factors.need ? 1u : 0u;
    }
    return found;
}

template <class Sum>
u32 select(const Columns& columns, const Factors& factors, u32* out) {
    switch (columns.width()) {
        case 0: return select<0, Sum>(columns, factors, out);
        case 1: return select<1, Sum>(columns, factors, out);
        case 2: return select<2, Sum>(columns, factors, out);
        case 3: return select<3, Sum>(columns, factors, out);
        case 4: return select<4, Sum>(columns, factors, out);
        case 5: return select<5, Sum>(columns, factors, out);
        case 6: return select<6, Sum>(columns, factors, out);
        case 7: return select<7, Sum>(columns, factors, out);
        default: return select<8, Sum>(columns, factors, out);
    }
}

/// Keeps those of `rows` whose exact value is less than debt * need, and returns their number.
u32 confirm(const Columns& columns, const Factors& factors, std::span<u32> rows) {
    u32 kept = 0;
    for (const u32 row : rows) {
        u128 value = 0;
        for (u32 k = 0; k < columns.width(); ++k)
            value += u128{columns.amounts(k)[row]} * factors.weight[k];
        rows[kept] = row;
        kept += value < u128{columns.debt()[row]} * factors.need ? 1u : 0u;
    }
    return kept;
}

u32 bits(u64 value) {
    return static_cast<u32>(std::bit_width(value));
}

/// How many of the lowest bits weights and need must lose for sums of 64 bits: every product of an
/// amount keeps 61 of them, so that eight fit, that of a debt 63.
u32 bits_to_lose(const Columns& columns, const Factors& wide) {
    u32 most = columns.debt_bits() + bits(wide.need) + 1;
    for (u32 k = 0; k < columns.width(); ++k)
        most = std::max(most, columns.amount_bits(k) + bits(wide.weight[k]) + 3);
    return most > 64 ? most - 64 : 0;
}

/// Below this many bits of need, too many rows would be selected for nothing.
constexpr u32 narrow_bits_min = 12;

}  // namespace

u32 Columns::debt_bits() const {
    return bits(debt_union_);
}
u32 Columns::amount_bits(u32 slot) const {
    return bits(amount_union_[slot]);
}

void Columns::push() {
    for (u32 k = 0; k < width_; ++k) amounts_[k].push_back(0);
    debt_.push_back(0);
}

void Columns::pop() {
    for (u32 k = 0; k < width_; ++k) amounts_[k].pop_back();
    debt_.pop_back();
}

void Columns::write(u32 row, std::span<const basket::Held, limits::basket_max> amounts, u64 debt) {
    for (u32 k = width_; k < limits::basket_max; ++k) {
        if (amounts[k].zero()) continue;
        for (; width_ <= k; ++width_) amounts_[width_].assign(debt_.size(), 0);
    }
    for (u32 k = 0; k < width_; ++k) {
        amounts_[k][row] = static_cast<u64>(amounts[k].units());
        amount_union_[k] |= amounts_[k][row];
    }
    debt_[row] = debt;
    debt_union_ |= debt;
}

std::optional<u64> need_per_unit(Ray index, Price debt, Ratio ratio) {
    constexpr u128 scale = ray_one * u128{ratio_one};
    const u128 price = static_cast<u128>(i128{debt.units()} * ratio.units());
    const auto need = math::mul_div(index.units(), price, scale, Round::up);
    if (!need || *need > ~u64{0}) return std::nullopt;
    return static_cast<u64>(*need);
}

u32 sweep(const Columns& columns, std::span<const Price> weights, u64 need, std::span<u32> out) {
    BALLAST_ASSERT(out.size() >= columns.size());
    BALLAST_ASSERT(weights.size() >= columns.width());
    Factors wide;
    wide.need = need;
    for (u32 k = 0; k < columns.width(); ++k) wide.weight[k] = static_cast<u64>(weights[k].units());
    const u32 lost = bits_to_lose(columns, wide);
    if (bits(need) < lost + narrow_bits_min) return select<u128>(columns, wide, out.data());

    // Value is rounded down and debt up, so whoever is covered in the narrow sums is covered.
    Factors narrow;
    narrow.need = lost == 0 ? need : (need >> lost) + 1;
    for (u32 k = 0; k < columns.width(); ++k) narrow.weight[k] = wide.weight[k] >> lost;
    const u32 found = select<u64>(columns, narrow, out.data());
    return confirm(columns, wide, out.first(found));
}

}  // namespace ballast::vaults
