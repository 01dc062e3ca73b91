/// What stands in JSON by name, and how a plain integer is meant.
#pragma once

#include <ballast/engine/genesis.hpp>
#include <ballast/files/fault.hpp>
#include <ballast/pricing/point.hpp>
#include <ballast/swap/swap.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace ballast::wire {

/// Things of a market that have names.
enum class List : u8 { asset, feed, type, publisher, underlying, compartment, model, kind };

/// "asset", "vault type", …
[[nodiscard]] std::string_view noun(List list);
/// The name at a position; nothing beyond the end.
[[nodiscard]] std::optional<std::string_view> name_at(const engine::Genesis& genesis, List list,
                                                      u64 position);
/// The position of a name; the fault says what is near, and what there is.
[[nodiscard]] files::Attempt<u64> position_of(const engine::Genesis& genesis, List list,
                                              std::string_view name);

/// The list in which an id is a position; ids of other types stand as numbers.
template <class Id>
inline constexpr std::optional<List> list_of = std::nullopt;
template <>
inline constexpr std::optional<List> list_of<AssetId> = List::asset;
template <>
inline constexpr std::optional<List> list_of<FeedId> = List::feed;
template <>
inline constexpr std::optional<List> list_of<VaultTypeId> = List::type;
template <>
inline constexpr std::optional<List> list_of<PublisherId> = List::publisher;
template <>
inline constexpr std::optional<List> list_of<UnderlyingId> = List::underlying;
template <>
inline constexpr std::optional<List> list_of<CompartmentId> = List::compartment;

/// How a plain integer is meant.
enum class Sense : u8 {
    count,   ///< As it is.
    size,    ///< 10^-8 units.
    model,   ///< A position in the list of margin models.
    kind,    ///< A position in the list of instrument kinds.
    rights,  ///< Bits of access::right.
};
/// By the name of the field.
[[nodiscard]] constexpr Sense sense_of(std::string_view field) {
    if (field == "size") return Sense::size;
    if (field == "model") return Sense::model;
    if (field == "kind") return Sense::kind;
    if (field == "rights") return Sense::rights;
    return Sense::count;
}

/// The words of access::right, by bit.
inline constexpr std::array<std::string_view, 3> rights_words{"trade", "withdraw", "manage"};

/// The words of an enum, by value.
template <class E>
struct EnumWords;
template <>
struct EnumWords<pricing::Right> {
    static constexpr std::array<std::string_view, 2> list{"call", "put"};
};
template <>
struct EnumWords<swap::Side> {
    static constexpr std::array<std::string_view, 2> list{"first", "second"};
};

inline constexpr u32 ray_decimals = 27;  ///< Digits after the point of a Ray.

/// Digits after the point of a quantity.
template <class Q>
inline constexpr u32 decimals_of = 8;
template <>
inline constexpr u32 decimals_of<Ratio> = 9;
template <>
inline constexpr u32 decimals_of<Ray> = ray_decimals;

/// A value of 10^-decimals in full, without trailing zeros.
[[nodiscard]] std::string decimal_of(i128 value, u32 decimals);
[[nodiscard]] std::string decimal_of(Ray value);
/// The value that a decimal says exactly: digits, perhaps a point and digits, perhaps a minus
/// before them, and nothing else.  Faults: no such number; more digits than `decimals`; beyond
/// `most` either way.
[[nodiscard]] files::Attempt<i128> value_of(std::string_view text, u32 decimals, i128 most);
[[nodiscard]] files::Attempt<Ray> ray_of(std::string_view text);

}  // namespace ballast::wire
