/// Vaults in the words of the API: how one stands, and at which prices it would be liquidated.
#pragma once

#include <ballast/api/question.hpp>

namespace ballast::api {

/// Everything about one vault.
[[nodiscard]] Json vault_json(const View& view, VaultId vault);
[[nodiscard]] Json vault_schema();

/// Value over required value at the liquidation ratio; nothing where the vault owes nothing or a
/// price has never been there.
[[nodiscard]] std::optional<Ratio> vault_health(const View& view, VaultId vault);

}  // namespace ballast::api
