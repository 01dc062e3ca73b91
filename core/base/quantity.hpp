/// A counted thing with a kind.  Money is never a bare integer: an Amount, a Cash and a Price do
/// not mix, and turning one into another is a named function that states its rounding
/// (ballast/math/money.hpp).
#pragma once

#include <ballast/base/integers.hpp>

#include <compare>

namespace ballast {

/// Counts indivisible units of one Kind.  Can be compared, added to and subtracted from its own
/// kind, and negated; there is no multiplication, no division and no implicit conversion.  Sums
/// stay inside the representation because limits.hpp bounds every term.
template <class Kind, class Rep>
class Quantity {
public:
    using rep = Rep;
    constexpr Quantity() = default;
    static constexpr Quantity units(Rep count) { return Quantity(count); }
    [[nodiscard]] constexpr Rep units() const { return count_; }
    [[nodiscard]] constexpr bool zero() const { return count_ == 0; }

    friend constexpr auto operator<=>(Quantity, Quantity) = default;
    friend constexpr Quantity operator+(Quantity a, Quantity b) {
        return Quantity(static_cast<Rep>(a.count_ + b.count_));
    }
    friend constexpr Quantity operator-(Quantity a, Quantity b) {
        return Quantity(static_cast<Rep>(a.count_ - b.count_));
    }
    constexpr Quantity operator-() const { return Quantity(static_cast<Rep>(-count_)); }
    constexpr Quantity& operator+=(Quantity other) { return *this = *this + other; }
    constexpr Quantity& operator-=(Quantity other) { return *this = *this - other; }

private:
    constexpr explicit Quantity(Rep count) : count_(count) {}
    Rep count_ = 0;
};

struct AmountKind;
struct CashKind;
struct PriceKind;
struct RatioKind;
struct RayKind;

using Amount = Quantity<AmountKind, i128>;  ///< 1 unit = 10^-8 of a whole asset (of which asset,
                                            ///< the holder says).
using Cash = Quantity<CashKind, i128>;      ///< 1 unit = 10^-8 of the unit of account (the dollar).
using Price = Quantity<PriceKind, i64>;     ///< 1 unit = 10^-8 dollars per whole asset.
using Ratio = Quantity<RatioKind, i64>;     ///< 1 unit = 10^-9; 1.5 is Ratio::units(1'500'000'000).
using Ray = Quantity<RayKind, u128>;        ///< 1 unit = 10^-27; indices and per-second factors.

inline constexpr i64 amount_one = 100'000'000;   ///< Units in one whole asset, one dollar, one
                                                 ///< dollar of price.
inline constexpr i64 ratio_one = 1'000'000'000;  ///< Units in the ratio 1.
inline constexpr u128 ray_one = u128{1'000'000'000'000'000'000} * 1'000'000'000;  ///< Units in the
                                                                                  ///< ray 1.

/// Which way a division that does not come out even goes.  `down` is towards minus infinity, `up`
/// towards plus infinity.
enum class Round : u8 { down, up };

}  // namespace ballast
