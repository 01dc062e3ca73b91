/// The door of the one room that computes in floating point: integers in, integers out.
///
/// What every function here promises:
///   - The same bits on every processor and from every compiler (docs/methods/pricing.md, 2).
///   - Never a NaN: what exceeds 4 * 10^18 units in size answers with 4 * 10^18 units.
///   - Any integers may come in.  A spot, a forward or a strike under one unit counts as one unit,
///     a negative volatility as zero, one over 1000 (100000 %) as 1000; rate * T is held between
///     -40 and 40.  Inside these bounds the errors stated hold.
///   - Values are rounded down, Greeks and rates to the nearest unit.
/// T is seconds / year_seconds, D is e^(-rate T).  Formulas: docs/methods/pricing.md, section 3.
#pragma once

#include <ballast/base/result.hpp>
#include <ballast/base/terms_fault.hpp>
#include <ballast/pricing/point.hpp>

#include <optional>
#include <span>

namespace ballast::pricing {

/// How far a value of this door may lie from the exact one, in either direction, for an instrument
/// whose strike (or payout) and forward are these: 2 units and 2^-50 of the greater.
[[nodiscard]] Price value_error(Price strike, Price forward);

// --- Europeans and binaries -------------------------------------------------------------------

/// D * E[max(+-(F - K), 0)], Black-76 on point.forward: between the discounted intrinsic value and
/// D * F (call) or D * K (put).  At seconds = 0 exactly the intrinsic value; at volatility 0 the
/// discounted one.  `out` is as long as `points`.
void european(Right right, Price strike, std::span<const Point> points, std::span<Price> out);

/// The same of one point, with delta and gamma in spot, the forward moving in proportion; vega per
/// 1.00; theta with forward and rate held: what the passing of a year brings, all else still.
[[nodiscard]] Greeks european_greeks(Right right, Price strike, const Point& point);

/// Pays `payout` at expiry if the underlying is at or above the strike (call), or below (put).
/// Call and put sum to D * payout, less up to 1 unit of rounding.
void cash_binary(Right right, Price strike, Price payout, std::span<const Point> points,
                 std::span<Price> out);
[[nodiscard]] Greeks cash_binary_greeks(Right right, Price strike, Price payout,
                                        const Point& point);

/// Pays the underlying itself on the same condition: its value is in D * F.
void asset_binary(Right right, Price strike, std::span<const Point> points, std::span<Price> out);
[[nodiscard]] Greeks asset_binary_greeks(Right right, Price strike, const Point& point);

/// The volatility at which `european` is worth `value`, to the nearest unit; 0 if it is worth its
/// discounted intrinsic value.  Point.volatility is not read.  Rejects, in this order, an option
/// that has expired (implied_expired), a value under the discounted intrinsic one
/// (implied_under_intrinsic), and one at or above D * F of a call or D * K of a put, or that no
/// volatility up to 1000 reaches (implied_over_bound).
[[nodiscard]] Result<Fine> implied_volatility(Right right, Price strike, Price value,
                                              const Point& point);

// --- Everlasting ------------------------------------------------------------------------------

/// Whether the mark is paid when a position opens (and so discounted), or is only margined.
enum class Style : u8 { premium, futures };
[[nodiscard]] constexpr bool valid(Style style) {
    return style <= Style::futures;
}

/// An option without an expiry, whose long pays (mark - payoff) / period as funding, continuously.
struct Everlasting {
    Right right = Right::call;
    Price strike;
    u64 period = 0;  ///< Seconds; > 0.  0 is the payoff itself.
    Style style = Style::futures;
};

/// The mark that makes funding fair.  Point.forward is the underlying's forward one period ahead:
/// its carry r - q is ln(forward / spot) per period, 0 where forward = spot, and held between -1/2
/// and 1/2.  Rate times period is held so too.  Point.seconds is not read.
void everlasting(const Everlasting& terms, std::span<const Point> points, std::span<Price> out);
/// Theta is what funding costs: -(mark - payoff) per period.
[[nodiscard]] Greeks everlasting_greeks(const Everlasting& terms, const Point& point);

/// Its payoff is `payout` if spot is at or above the strike (call) or below (put), else nothing.
void everlasting_binary(const Everlasting& terms, Price payout, std::span<const Point> points,
                        std::span<Price> out);
[[nodiscard]] Greeks everlasting_binary_greeks(const Everlasting& terms, Price payout,
                                               const Point& point);

// --- The volatility surface -------------------------------------------------------------------

/// One slice of a surface, in total variance: w(k) = a + b (rho (k - m) + sqrt((k - m)^2 +
/// sigma^2)), k = ln(strike / forward).
struct Svi {
    Fine a;
    Fine b;
    Fine rho;
    Fine m;
    Fine sigma;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.a), visit(row.b), visit(row.rho), visit(row.m), visit(row.sigma);
    }
    friend bool operator==(const Svi&, const Svi&) = default;
};

/// The first fault of a slice: |a| <= 1000, 0 <= b <= 1000, |rho| < 1, |m| <= 100, 0 < sigma <=
/// 100, and a smallest variance that is not negative.
[[nodiscard]] std::optional<TermsFault> validate(const Svi& svi);

/// sqrt(w(k) / T), rounded to the nearest unit.  0 where w is not positive or `seconds` is 0.
[[nodiscard]] Fine svi_volatility(const Svi& svi, Price strike, Price forward, u64 seconds);

/// Whether the slice gives no butterfly a negative price.  Rejects, in this order, a slice with a
/// fault (svi_bad_parameters), wings steeper than 2 (svi_wing_too_steep), and a density that is
/// negative somewhere on the grid of docs/methods/pricing.md, section 6 (svi_butterfly).
[[nodiscard]] Result<void> check_butterfly(const Svi& svi);

/// Whether total variance never falls from `near` to `far`: rejects where it does on that grid of
/// either (svi_calendar), and a slice with a fault (svi_bad_parameters).
[[nodiscard]] Result<void> check_calendar(const Svi& near, const Svi& far);

// --- For margin models and triggers -----------------------------------------------------------

/// (reference_seconds / seconds)^power; `seconds` of 0 counts as 1.
[[nodiscard]] Fine shock_power(u64 seconds, u64 reference_seconds, Fine power);
/// e^x.
[[nodiscard]] Fine exponential(Fine x);
/// base^exponent; a base under one unit counts as one unit.
[[nodiscard]] Fine power(Fine base, Fine exponent);
/// ln(a / b); prices under one unit count as one unit.
[[nodiscard]] Fine log_ratio(Price a, Price b);
/// sqrt(seconds / year_seconds).
[[nodiscard]] Fine root_years(u64 seconds);

/// Where a barrier that is watched continuously is crossed as often as `barrier` is when it is
/// watched every `step_seconds`: barrier * e^(+-0.5826 sigma sqrt(step)), up if the barrier lies
/// `above` the underlying, down if below.  Rounded down.  Source: Broadie, Glasserman and Kou 1997.
[[nodiscard]] Price discrete_barrier(Price barrier, Fine volatility, u64 step_seconds, bool above);

}  // namespace ballast::pricing
