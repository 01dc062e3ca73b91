#include <ballast/swap/terms.hpp>

#include <ballast/math/mul_div.hpp>
#include <ballast/math/power.hpp>

#include <algorithm>

namespace ballast::swap {

namespace {

constexpr u128 e12 = 1'000'000'000'000;
constexpr u128 e18 = e12 * 1'000'000;
constexpr u128 e30 = e12 * e18;
constexpr u128 year_milliseconds = u128{365} * 86'400'000;
constexpr u128 days = 365;

/// cosh(fee_max / 2), rounded up, in 10^-6: how much more than volatility^2 / 8 a pool can lose at
/// any allowed fee because its price trails by up to the fee.
constexpr u128 trailing = 1'001'251;

/// Above this the root is so large that its growth no longer matters; 10^-12.
constexpr u128 ratio_ceiling = e12 * 100'000'000'000'000;

std::optional<TermsFault> outlook_fault(const Outlook& outlook) {
    if (auto fault = outside("outlook.volatility", outlook.volatility, Ratio(), volatility_max))
        return fault;
    if (auto fault = outside("outlook.step_milliseconds", i128{outlook.step_milliseconds}, i128{1},
                             i128{step_milliseconds_max}))
        return fault;
    return outside("outlook.turnover", outlook.turnover, Ratio(), limits::ratio_max);
}

}  // namespace

// Section 7: with s = volatility * sqrt(step / 2), v the turnover and a = volatility^2 * F, the fee
// solves fee * v * (1 + fee / s) = a / 8, so fee = a / (4 v (1 + sqrt(1 + a / (2 s v)))).  All per
// year; each step is rounded so that the fee comes out higher.
Result<Ratio> covering_fee(const Outlook& outlook) {
    BALLAST_ASSERT(!outlook_fault(outlook));
    if (outlook.volatility.zero()) return Ratio();
    if (outlook.turnover.zero()) return no(Reject::liquidity_fee);
    const u128 sigma = math::magnitude(outlook.volatility.units());
    const u128 variance = sigma * sigma;   // 10^-18.
    BALLAST_TRY(const u128 step_variance,  // s^2, 10^-30.
                math::mul_div(variance, u128{outlook.step_milliseconds} * e12,
                              2 * year_milliseconds, Round::up));
    if (step_variance >= e30) return no(Reject::liquidity_fee);
    const u128 step = math::square_root(step_variance) + 1;  // s, 10^-15.
    BALLAST_TRY(const u128 loss,                             // a, 10^-18.
                math::mul_div(math::divide(variance * trailing, u128{1'000'000}, Round::up), e30,
                              e30 - math::divide(step_variance, u128{4}, Round::up), Round::up));
    const u128 turnover = math::magnitude(outlook.turnover.units()) * days;  // v, 10^-9.
    BALLAST_TRY(const u128 over, math::mul_div(loss, e18, 2 * step * turnover, Round::down));
    const u128 root = math::square_root((e12 + std::min(over, ratio_ceiling)) * e12);
    BALLAST_TRY(const u128 fee, math::mul_div(loss, e12, 4 * turnover * (e12 + root), Round::up));
    if (fee > math::magnitude(fee_max.units())) return no(Reject::liquidity_fee);
    return Ratio::units(static_cast<i64>(fee));
}

std::optional<TermsFault> validate(const Terms& terms, u32 assets) {
    if (terms.first.value() >= assets) return TermsFault{"first", "is no asset of the market"};
    if (terms.second.value() >= assets) return TermsFault{"second", "is no asset of the market"};
    if (terms.first == terms.second) return TermsFault{"second", "is the same asset as the first"};
    if (auto fault = outlook_fault(terms.outlook)) return fault;
    const auto least = covering_fee(terms.outlook);
    if (!least) return TermsFault{"outlook", "is such that no allowed fee covers the loss"};
    return outside("fee", terms.fee, *least, fee_max);
}

}  // namespace ballast::swap
