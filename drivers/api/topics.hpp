/// What channels tell, computed from the state: rows with a name each, so that two states can be
/// compared.
#pragma once

#include <ballast/api/service.hpp>

namespace ballast::api {

/// The block whose state was seen.
struct Stamp {
    u64 height = 0;
    crypto::Digest root{};
    u64 time = 0;
};
[[nodiscard]] Stamp stamp_of(const engine::Machine& machine);
[[nodiscard]] Stamp stamp_of(const chain::Committed& block);
[[nodiscard]] Json stamped(const Stamp& stamp, Json data);

/// Rows of a topic, each with what names it: {"of": "vault", "number": 3}.
struct TopicRow {
    Json name;
    Json row;
};
struct TopicRows {
    Stamp stamp;
    std::map<std::string, TopicRow> rows;  ///< By the name's text.
    bool cut = false;                      ///< There were more than rows_max.
};
inline constexpr std::size_t rows_max = 10'000;

[[nodiscard]] TopicRows price_rows(Service& service, const std::optional<std::string>& feed);
[[nodiscard]] TopicRows auction_rows(Service& service);

/// Vaults and margin accounts whose health is under 1 and each of `withins`.  Looks once at all of
/// them, in parts so small that blocks need not wait; where a block comes in between, later parts
/// are of that one.
[[nodiscard]] std::map<Ratio, TopicRows> health_rows(Service& service,
                                                     const std::vector<Ratio>& withins);
/// What the channel health was asked for; an error that lists what it may be.
[[nodiscard]] Parsed<Ratio> health_within(const Json& given);
[[nodiscard]] Json health_row_schema();

/// How many vaults are unhealthy, likewise.
[[nodiscard]] u64 unhealthy_vaults(Service& service);

}  // namespace ballast::api
