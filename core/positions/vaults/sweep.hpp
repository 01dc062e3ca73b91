/// The kernel that looks at every vault of a type.
#pragma once

#include <ballast/basket/basket.hpp>

#include <span>
#include <vector>

namespace ballast::vaults {

/// The vaults of a type as columns, one vault per row.  `debt` is the normalised debt plus one, or
/// 0 for a vault that has none or is not open.  Only collaterals that some vault holds take room.
class Columns {
public:
    [[nodiscard]] u32 size() const { return static_cast<u32>(debt_.size()); }
    [[nodiscard]] u32 width() const { return width_; }
    [[nodiscard]] std::span<const u64> debt() const { return debt_; }
    /// `slot` < width.
    [[nodiscard]] std::span<const u64> amounts(u32 slot) const { return amounts_[slot]; }
    /// No value of the column needs more bits.
    [[nodiscard]] u32 debt_bits() const;
    [[nodiscard]] u32 amount_bits(u32 slot) const;

    /// Appends a row that holds and owes nothing.
    void push();
    /// Removes the last row.
    void pop();
    void write(u32 row, std::span<const basket::Held, limits::basket_max> amounts, u64 debt);

private:
    std::array<std::vector<u64>, limits::basket_max> amounts_;
    std::vector<u64> debt_;
    std::array<u64, limits::basket_max> amount_union_{};  ///< All values ever written, or-ed.
    u64 debt_union_ = 0;
    u32 width_ = 0;  ///< Columns in use.
};

/// What one unit of `debt` in Columns needs at most: index * debt price * ratio, rounded up, in
/// units of Value.  Nothing if it exceeds 64 bits.
[[nodiscard]] std::optional<u64> need_per_unit(Ray index, Price debt, Ratio ratio);

/// Writes to `out` every row whose value at `weights` is less than debt * `need`, ascending, and
/// returns their number.  `out` has room for all rows.  docs/methods/bands.md, section 4.
[[nodiscard]] u32 sweep(const Columns& columns, std::span<const Price> weights, u64 need,
                        std::span<u32> out);

}  // namespace ballast::vaults
