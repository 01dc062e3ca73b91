/// The kernel that looks at every vault of a type.
#pragma once

#include <ballast/basket/basket.hpp>

#include <span>
#include <vector>

namespace ballast::vaults {

/// One vault per row, `amounts.size()` collaterals.  `debt` is the normalised debt plus one, or 0 for
/// a vault that has none or is not open.
struct Columns {
    std::array<std::vector<u64>, limits::basket_max> amounts;
    std::vector<u64> debt;
    u32 width = 0;  ///< Collaterals in use.

    [[nodiscard]] u32 size() const { return static_cast<u32>(debt.size()); }
};

/// Writes to `out` every row whose value at `weights` is less than debt * `need`, ascending, and
/// returns their number.  `out` has room for all rows.  Reads columns, writes one, branches on
/// nothing.  docs/methods/bands.md, section 2.
[[nodiscard]] u32 sweep(const Columns& columns, std::span<const Price> weights, u64 need,
                        std::span<u32> out);

}  // namespace ballast::vaults
