/// The layers behind a compartment, and the end of an account that nobody took.  docs/methods/
/// clearing.md, section 6.
#pragma once

#include <ballast/clearing/transactions.hpp>

namespace ballast::clearing {

/// What the compartment's insurance and the treasury's surplus, as far as the compartment's limit
/// lets losses out (L10), could pay now.
[[nodiscard]] Amount available(const House& house, CompartmentId compartment);

/// Pays `amount`, which is at most what is available, into the compartment's cash.  The caller
/// gives it to an account.  Events: those of treasury::cover_loss.
void draw(House& house, CompartmentId compartment, Amount amount) noexcept;

/// The account as the rooms of resolution see it.
[[nodiscard]] portfolio::Standing seen(const Sight& house, const Risk& risk,
                                       const AccountRow& account, const Standing& standing);

/// Which remedy the account gets.
[[nodiscard]] portfolio::Choice remedy_of(const Sight& house, const Risk& risk,
                                          const AccountRow& account, const Standing& standing);

/// Ends an account under water that nobody takes: the layers pay what it lacks; its positions close
/// against others by the compartment's ranking; what that does not cover accounts with equity
/// share; what nobody covers is booked.  Collateral that is left goes to the surplus.  Events:
/// position_deleveraged, loss_socialised, account_backstopped, those of treasury::cover_loss.
void close_out(const Facts& facts, MarginAccountId id) noexcept;

/// The resolve step for margin accounts: switches of models, auctions, remedies.  Events:
/// model_switched, margin_unhealthy, greeks_over_limit, account_auction_started,
/// account_auction_turned, account_auction_ended.
void resolve(const Facts& facts) noexcept;

}  // namespace ballast::clearing
