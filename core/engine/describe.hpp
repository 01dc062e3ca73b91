/// The words for everything that users may ask for: names of actions and of their fields, once, for
/// wallets, JSON, the wire format and the command line alike.
#pragma once

#include <ballast/engine/genesis.hpp>
#include <ballast/engine/transaction.hpp>

#include <span>
#include <string>
#include <string_view>

namespace ballast::engine {

/// The name of an action, in snake_case, as it stands in JSON and on the command line
/// ("open_vault"); by position in the variant Action.
[[nodiscard]] std::span<const std::string_view> action_names();

/// The names of the fields that `T::fields` visits, in that order.  T is an action, or a struct
/// that stands in one.
template <class T>
[[nodiscard]] constexpr std::span<const std::string_view> field_names();

/// One line per action, in words and decimals and with the names of assets, feeds and types:
/// "transfer to=17 asset=USD amount=12.5".
[[nodiscard]] std::vector<std::string> describe(const Transaction& transaction,
                                                const Genesis& genesis);

}  // namespace ballast::engine
