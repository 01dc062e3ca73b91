/// What a margin account is worth, by the auditor's own arithmetic.
#pragma once

#include <ballast/audit/exact.hpp>
#include <ballast/audit/view.hpp>

namespace ballast::audit {

/// a * b / c, towards minus infinity.
[[nodiscard]] i128 product_floor(i128 a, i128 b, i128 c);

/// Cash less the entries of all positions: what the account claims of the compartment's cash.
[[nodiscard]] i128 claim_of(const clearing::AccountRow& account);

/// size * price, rounded down.
[[nodiscard]] i128 value_of(i64 size, Price price);

/// What positions are worth at the marks without their signs.
[[nodiscard]] i128 gross_of(const Scene& scene, const clearing::AccountRow& account);

/// Everything at the marks of this block, less funding that is due and what is owed; collateral at
/// the firm low price.
[[nodiscard]] i128 equity_of(const Scene& scene, const clearing::AccountRow& account);

/// Collateral alone.
[[nodiscard]] i128 collateral_worth(const Scene& scene, const clearing::AccountRow& account);

/// The most by which roundings may move the worth of an account: a few units for each thing in it,
/// and a unit of price for each unit of a position.
[[nodiscard]] i128 dust_of(const clearing::AccountRow& account);

/// The worst status among the feeds of an underlying.
[[nodiscard]] oracle::Status status_of(const Scene& scene, UnderlyingId underlying);

}  // namespace ballast::audit
