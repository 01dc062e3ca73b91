/// Margin accounts and instruments in the words of the API.
#pragma once

#include <ballast/api/question.hpp>

namespace ballast::api {

/// Everything about one margin account; with `stress` also at which prices it would be liquidated.
[[nodiscard]] Json margin_json(const View& view, MarginAccountId account, bool stress);
[[nodiscard]] Json margin_schema();

/// Finds out at which prices the account would be liquidated: what it needs is copied here, and the
/// search itself, which takes long, may come when the state is no longer held.  The machine must
/// still be there.
[[nodiscard]] std::function<Json()> liquidation_search(const View& view, MarginAccountId account);

/// What the account holds of every collateral asset, by name.
[[nodiscard]] Json collateral_json(const View& view, const clearing::AccountRow& account);

/// Equity over required maintenance margin, rounded down; nothing where nothing is required or
/// something has no price.
[[nodiscard]] std::optional<Ratio> margin_health(const View& view, MarginAccountId account);

/// "ETH-20260327-3000-C", "ETH-perp": underlying, expiry, strike and right, or what the kind is.
[[nodiscard]] std::string instrument_name(const View& view, InstrumentId instrument);

}  // namespace ballast::api
