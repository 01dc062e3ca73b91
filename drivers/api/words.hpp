/// The machine's numbers in the words of the API: amounts, prices and ratios as decimal strings,
/// assets, feeds, types and publishers by name, accounts, vaults and auctions by number.
#pragma once

#include <ballast/api/schema.hpp>
#include <ballast/engine/machine.hpp>

#include <fmt/format.h>

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ballast::api {

using rpc::Error;
using rpc::Reply;
template <class T>
using Parsed = std::expected<T, Error>;

[[nodiscard]] std::string decimal(Amount value);  ///< "12.5"
[[nodiscard]] std::string decimal(Cash value);
[[nodiscard]] std::string decimal(Price value);
[[nodiscard]] std::string decimal(Ratio value);
[[nodiscard]] std::string decimal(Ray value);
[[nodiscard]] std::string decimal(pricing::Fine value);
[[nodiscard]] std::string hex(ByteView bytes);
[[nodiscard]] std::string size_text(i64 units);  ///< Of a position, 10^-8 units.

/// The bytes of lower- or upper-case hexadecimal; nothing where it is none.
[[nodiscard]] std::optional<Bytes> bytes_of(std::string_view hex);

/// A number that JSON can carry exactly, and as a string where it cannot.
[[nodiscard]] Json whole(i128 value);

[[nodiscard]] const std::string& name(const engine::Genesis& genesis, AssetId asset);
[[nodiscard]] const std::string& name(const engine::Genesis& genesis, FeedId feed);
[[nodiscard]] const std::string& name(const engine::Genesis& genesis, VaultTypeId type);
[[nodiscard]] const std::string& name(const engine::Genesis& genesis, PublisherId publisher);
[[nodiscard]] const std::string& name(const engine::Genesis& genesis, CompartmentId compartment);
[[nodiscard]] const std::string& name(const engine::Genesis& genesis, UnderlyingId underlying);
/// Compartments of the treasury: those of the vault types, then those of the clearing house.
[[nodiscard]] const std::string& treasury_name(const engine::Genesis& genesis, u32 compartment);

[[nodiscard]] std::string_view word(oracle::Status status);
[[nodiscard]] std::string_view word(engine::AssetKind kind);
[[nodiscard]] std::string_view word(auctions::AuctionKind kind);
[[nodiscard]] std::string_view word(auctions::CurveKind kind);
[[nodiscard]] std::string_view word(clearing::Phase phase);
[[nodiscard]] Json reasons(u32 bits);  ///< The words of oracle::reason.
[[nodiscard]] const std::vector<std::string>& status_words();
[[nodiscard]] const std::vector<std::string>& reason_words();

/// An error that says that a name or number is not there, with what is near and what there is.
[[nodiscard]] Error absent(std::string_view what, const Json& asked);
/// A field whose value means nothing.
[[nodiscard]] Error wrong(std::string_view field, const Json& value, std::string expected);
/// The machine said no.
[[nodiscard]] Error rejected(Reject reason);

/// Names to numbers; the error names the field, the value, what is near and what there is.
[[nodiscard]] Parsed<AssetId> asset_named(const engine::Genesis& genesis, const std::string& name);
[[nodiscard]] Parsed<FeedId> feed_named(const engine::Genesis& genesis, const std::string& name);
[[nodiscard]] Parsed<VaultTypeId> type_named(const engine::Genesis& genesis,
                                             const std::string& name);
[[nodiscard]] Parsed<CompartmentId> compartment_named(const engine::Genesis& genesis,
                                                      const std::string& name);
[[nodiscard]] Parsed<PublisherId> publisher_named(const engine::Genesis& genesis,
                                                  const std::string& name);

/// A ratio from 0 to limits::ratio_max; nothing where the text is none.
[[nodiscard]] std::optional<Ratio> ratio_of(const std::string& text);
inline constexpr const char* within_words = "a ratio from 0 to 1000, as \"0.1\"";

/// {"accepted", "code", "name", "sentence", "position"}.
[[nodiscard]] Json receipt_json(const engine::Receipt& receipt);
[[nodiscard]] Json receipt_schema();

/// What can be asked in pages: params, and where the page begins and ends.
[[nodiscard]] std::vector<schema::Field> paged(std::vector<schema::Field> fields);
struct Page {
    u64 after = 0;  ///< First number of the page.
    u64 limit = 0;
};
inline constexpr u64 page_default = 100;
inline constexpr u64 page_max = 1000;
/// Rows that one call looks at: a page may end early because of it.
inline constexpr u64 scan_max = 100'000;
[[nodiscard]] Page page_of(const Json& params);
/// {"items": [...], "next": number or null}.
[[nodiscard]] Json page_schema(const Json& item);

}  // namespace ballast::api
