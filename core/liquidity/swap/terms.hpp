/// What a constant-product pool is configured to do, and the fee that pays for being a block late.
#pragma once

#include <ballast/base/ids.hpp>
#include <ballast/base/limits.hpp>
#include <ballast/base/quantity.hpp>
#include <ballast/base/result.hpp>
#include <ballast/base/terms_fault.hpp>

#include <optional>

namespace ballast::swap {

/// Largest fee that may be configured.
inline constexpr Ratio fee_max = Ratio::units(ratio_one / 10);
/// Largest volatility, 100 per year, and longest time between blocks, a day.
inline constexpr Ratio volatility_max = Ratio::units(100 * ratio_one);
inline constexpr u32 step_milliseconds_max = 86'400'000;

/// What a pool expects of its pair.  Declared, so that the fee can be judged.
struct Outlook {
    Ratio volatility;           ///< Of the one price in the other, per year.
    u32 step_milliseconds = 0;  ///< Mean time between blocks.
    Ratio turnover;             ///< Volume per day from who is not informed, over the pool's value.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.volatility), visit(row.step_milliseconds), visit(row.turnover);
    }
    friend bool operator==(const Outlook&, const Outlook&) = default;
};

struct Terms {
    AssetId first;
    AssetId second;
    Ratio fee;  ///< Of what is given; stays in the reserves.
    Outlook outlook;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.first), visit(row.second), visit(row.fee), visit(row.outlook);
    }
    friend bool operator==(const Terms&, const Terms&) = default;
};

/// The smallest fee at which what uninformed volume pays covers what arbitrageurs take between
/// blocks (Milionis, Moallemi, Roughgarden, "Automated market making and arbitrage profits in the
/// presence of fees"; docs/methods/liquidity.md, section 7).  Rounded up.  Rejects liquidity_fee
/// where none up to fee_max does.  The outlook is inside its
/// limits.
[[nodiscard]] Result<Ratio> covering_fee(const Outlook& outlook);

/// What is wrong with the terms of a pool in a market of `assets` assets, if anything is; also a
/// fee below covering_fee.
[[nodiscard]] std::optional<TermsFault> validate(const Terms& terms, u32 assets);

}  // namespace ballast::swap
