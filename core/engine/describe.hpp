/// The words for everything that users may ask for: names of actions and of their fields, once, for
/// wallets, JSON, the wire format and the command line alike.
#pragma once

#include <ballast/engine/genesis.hpp>
#include <ballast/engine/transaction.hpp>

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace ballast::engine {

/// The name of an action, in snake_case, as it stands in JSON and on the command line
/// ("open_vault"); by position in the variant Action.
[[nodiscard]] std::span<const std::string_view> action_names();

/// A list of names, for field_lists.
template <class... Names>
[[nodiscard]] constexpr auto list_names(Names... names) {
    return std::array<std::string_view, sizeof...(Names)>{std::string_view(names)...};
}

/// The names of the fields of T as an array, where T is an action or a struct that stands in one.
template <class T>
inline constexpr auto field_list = nullptr;

template <>
inline constexpr auto field_list<Transfer> = list_names("to", "asset", "amount");
template <>
inline constexpr auto field_list<vaults::OpenVault> = list_names("type");
template <>
inline constexpr auto field_list<vaults::Deposit> = list_names("vault", "asset", "amount");
template <>
inline constexpr auto field_list<vaults::Withdraw> = list_names("vault", "asset", "amount");
template <>
inline constexpr auto field_list<vaults::Mint> = list_names("vault", "amount");
template <>
inline constexpr auto field_list<vaults::Repay> = list_names("vault", "amount");
template <>
inline constexpr auto field_list<vaults::Close> = list_names("vault");
template <>
inline constexpr auto field_list<vaults::Redeem> = list_names("asset", "amount", "fee_max");
template <>
inline constexpr auto field_list<auctions::Take> = list_names("auction", "pay_max", "price_max");
template <>
inline constexpr auto field_list<PoolDeposit> = list_names("asset", "amount");
template <>
inline constexpr auto field_list<PoolWithdraw> = list_names("asset", "amount");
template <>
inline constexpr auto field_list<PoolClaim> = list_names("asset");
template <>
inline constexpr auto field_list<clearing::OpenMargin> = list_names("compartment", "key");
template <>
inline constexpr auto field_list<clearing::MarginDeposit> =
    list_names("account", "asset", "amount");
template <>
inline constexpr auto field_list<clearing::MarginWithdraw> =
    list_names("account", "asset", "amount");
template <>
inline constexpr auto field_list<clearing::ListInstrument> = list_names("compartment", "series");
template <>
inline constexpr auto field_list<risk::Series> =
    list_names("kind", "underlying", "right", "strike", "payout", "expiry", "period");
template <>
inline constexpr auto field_list<clearing::Fill> = list_names("ticket", "by_first", "by_second");
template <>
inline constexpr auto field_list<clearing::Ticket> =
    list_names("first", "second", "legs", "expires", "number_first", "number_second");
template <>
inline constexpr auto field_list<clearing::Leg> = list_names("instrument", "size", "price");
template <>
inline constexpr auto field_list<clearing::SettleMargin> = list_names("account");
template <>
inline constexpr auto field_list<clearing::TakeCollateral> = list_names("account", "asset", "pay");
template <>
inline constexpr auto field_list<clearing::TakePortfolio> = list_names("auction", "keeper", "take");
template <>
inline constexpr auto field_list<portfolio::Take> = list_names("wanted", "pay_max");
template <>
inline constexpr auto field_list<portfolio::Fraction> = list_names("numerator", "denominator");
template <>
inline constexpr auto field_list<clearing::SwitchModel> =
    list_names("compartment", "model", "height", "ramp");
template <>
inline constexpr auto field_list<clearing::PoolTrade> =
    list_names("account", "instrument", "size", "bound");
template <>
inline constexpr auto field_list<clearing::LiquidityDeposit> = list_names("amount");
template <>
inline constexpr auto field_list<clearing::LiquidityWithdraw> = list_names("shares");
template <>
inline constexpr auto field_list<clearing::LiquidityCollect> = list_names();
template <>
inline constexpr auto field_list<SwapExactIn> = list_names("pool", "given", "in", "out_min");
template <>
inline constexpr auto field_list<SwapExactOut> = list_names("pool", "given", "out", "in_max");
template <>
inline constexpr auto field_list<SwapAdd> =
    list_names("pool", "first_max", "second_max", "shares_min");
template <>
inline constexpr auto field_list<SwapRemove> =
    list_names("pool", "shares", "first_min", "second_min");
template <>
inline constexpr auto field_list<access::OpenAccount> = list_names("key");
template <>
inline constexpr auto field_list<access::GrantKey> = list_names("key", "rights", "expires");
template <>
inline constexpr auto field_list<access::RevokeKey> = list_names("key");
template <>
inline constexpr auto field_list<access::Authorisation> = list_names("key", "signature");
template <>
inline constexpr auto field_list<crypto::Key> = list_names("scheme", "bytes");

/// The names of the fields that `T::fields` visits, in that order.
template <class T>
[[nodiscard]] constexpr std::span<const std::string_view> field_names() {
    return field_list<T>;
}

/// One line per action, in words and decimals and with the names of assets, feeds and types:
/// "transfer to=17 asset=USD amount=12.5"; those of a batch begin with "1 of 2: ".  Different
/// bodies give different lines, so that who signs the lines signs the body.
[[nodiscard]] std::vector<std::string> describe(const Transaction& transaction,
                                                const Genesis& genesis);

/// Seconds since 1970 as "2020-03-12T00:00:00Z"; "never" for 0.
[[nodiscard]] std::string describe_time(u64 time);

}  // namespace ballast::engine
