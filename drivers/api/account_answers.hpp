/// Accounts in the words of the API.
#pragma once

#include <ballast/api/question.hpp>

namespace ballast::api {

/// Everything about one account; of long lists the first `owned_max`.
[[nodiscard]] Json account_json(const View& view, AccountId account);
[[nodiscard]] Json account_schema();
inline constexpr u64 owned_max = 100;

/// {"USDB": "12.5", ...}: what the account holds, without zeros.
[[nodiscard]] Json balances_json(const View& view, AccountId account);

}  // namespace ballast::api
