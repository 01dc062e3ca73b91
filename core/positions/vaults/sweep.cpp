#include <ballast/vaults/sweep.hpp>

#include <ballast/base/assert.hpp>
#include <ballast/math/mul_div.hpp>

namespace ballast::vaults {
namespace {

/// The kernel for `Width` collaterals.  Both sides are below 2^127: amounts and weights are below
/// 2^62, debt below 2^63 and need below 2^64.
template <u32 Width>
u32 sweep_width(const Columns& columns, std::span<const Price> weights, u64 need, u32* out) {
    std::array<const u64*, Width> amounts{};
    std::array<u64, Width> weight{};
    for (u32 k = 0; k < Width; ++k) {
        amounts[k] = columns.amounts[k].data();
        weight[k] = static_cast<u64>(weights[k].units());
    }
    const u64* const debt = columns.debt.data();
    const u32 rows = columns.size();
    u32 found = 0;
    for (u32 row = 0; row < rows; ++row) {
        u128 value = 0;
        for (u32 k = 0; k < Width; ++k) value += u128{amounts[k][row]} * weight[k];
        out[found] = row;
        found += value < u128{debt[row]} * need ? 1u : 0u;
    }
    return found;
}

}  // namespace

void Columns::widen(u32 slot) {
    for (; width <= slot; ++width) amounts[width].assign(debt.size(), 0);
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
    BALLAST_ASSERT(weights.size() >= columns.width);
    switch (columns.width) {
        case 0: return sweep_width<0>(columns, weights, need, out.data());
        case 1: return sweep_width<1>(columns, weights, need, out.data());
        case 2: return sweep_width<2>(columns, weights, need, out.data());
        case 3: return sweep_width<3>(columns, weights, need, out.data());
        case 4: return sweep_width<4>(columns, weights, need, out.data());
        case 5: return sweep_width<5>(columns, weights, need, out.data());
        case 6: return sweep_width<6>(columns, weights, need, out.data());
        case 7: return sweep_width<7>(columns, weights, need, out.data());
        default: return sweep_width<8>(columns, weights, need, out.data());
    }
}

}  // namespace ballast::vaults
