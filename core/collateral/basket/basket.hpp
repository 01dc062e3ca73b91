/// What may back a debt, and how much of it counts.  docs/methods/basket.md.
///
/// There is one definition of the value of a basket, for slow and fast paths alike: the sum of
/// amount times weight, in exact integers, linear in the amounts.
#pragma once

#include <ballast/base/codec.hpp>
#include <ballast/base/limits.hpp>
#include <ballast/base/terms_fault.hpp>

#include <array>
#include <optional>
#include <span>

namespace ballast::basket {

struct ValueKind;
/// 1 unit = 10^-16 dollars: units of an asset times units of a price, so that nothing is rounded.
using Value = Quantity<ValueKind, i128>;
/// An Amount in 64 bits, for the rows there are millions of: between 0 and limits::amount_max.
using Held = Quantity<AmountKind, i64>;
/// One amount per collateral, in the order of the vault type's basket; unused places are 0.
using Amounts = std::array<Amount, limits::basket_max>;
using Holdings = std::array<Held, limits::basket_max>;
using Prices = std::array<Price, limits::basket_max>;

/// One collateral of a vault type.
struct CollateralTerms {
    AssetId asset;
    FeedId feed;  ///< Price of the asset, or of what `rate_feed` converts it to.
    std::optional<FeedId> rate_feed;  ///< For an asset that earns: units of that per unit of this.
    Ratio haircut;                    ///< Share of the price that never counts.
    Amount cap;                       ///< Most of it in all vaults of the type together.
    Ratio concentration_charge;       ///< Charged in full once `concentration_depth` is locked...
    Amount concentration_depth;       ///< ...and in proportion before.
    Ratio correlation_charge;         ///< For collateral that falls when the debt it backs rises.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.asset), visit(row.feed), visit(row.rate_feed), visit(row.haircut), visit(row.cap);
        visit(row.concentration_charge), visit(row.concentration_depth);
        visit(row.correlation_charge);
    }
    friend bool operator==(const CollateralTerms&, const CollateralTerms&) = default;
};

/// The first fault of one collateral's terms; keys are relative to it ("haircut").  Whether asset
/// and feeds exist is for the caller.
[[nodiscard]] std::optional<TermsFault> validate(const CollateralTerms& terms);

/// The concentration charge while `locked` units are in the type: charge * locked / depth, rounded
/// up, at most the whole charge.
[[nodiscard]] Ratio concentration(const CollateralTerms& terms, Amount locked);

/// What one unit counts for: price * (1 - haircut - concentration - correlation), rounded down to
/// 10^-8 dollars per whole asset.  Assets of which a whole one costs less than a cent lose more
/// than 10^-6 of their value to that rounding.
[[nodiscard]] Price weight(const CollateralTerms& terms, Price price, Amount locked);

/// The value of `amounts` at `weights`: the sum of the products, exact.  Equal lengths, none over
/// limits::basket_max; amounts within limits::amount_max and weights within limits::price_max.
[[nodiscard]] constexpr Value value(std::span<const Held> amounts, std::span<const Price> weights) {
    i128 sum = 0;
    for (std::size_t k = 0; k < amounts.size(); ++k)
        sum += i128{amounts[k].units()} * weights[k].units();
    return Value::units(sum);
}

}  // namespace ballast::basket
