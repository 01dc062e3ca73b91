/// The kernel that looks at every vault of a type.
#pragma once

#include <ballast/basket/basket.hpp>

#include <span>
#include <vector>

namespace ballast::vaults {

/// One vault per row; of the amounts the first `width` columns are filled.  `debt` is the
/// normalised debt plus one, or 0 for a vault that has none or is not open.
struct Columns {
    std::array<std::vector<u64>, limits::basket_max> amounts;
    std::vector<u64> debt;
    u32 width = 0;  ///< Collaterals in use.

    /// Makes room for collateral `slot`: rows that had none of it hold 0.
    void widen(u32 slot);
    [[nodiscard]] u32 size() const { return static_cast<u32>(debt.size()); }
};

/// What one unit of `debt` in Columns needs at most: index * debt price * ratio, rounded up, in
/// units of Value.  Nothing if it exceeds 64 bits.
[[nodiscard]] std::optional<u64> need_per_unit(Ray index, Price debt, Ratio ratio);

/// Writes to `out` every row whose value at `weights` is less than debt * `need`, ascending, and
/// returns their number.  `out` has room for all rows.  Reads columns, writes one, branches on
/// nothing.  docs/methods/bands.md, section 2.
[[nodiscard]] u32 sweep(const Columns& columns, std::span<const Price> weights, u64 need,
                        std::span<u32> out);

}  // namespace ballast::vaults
