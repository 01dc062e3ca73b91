/// Reading of JSON cases.  Figures beyond 64 bits stand in strings; fractions are read as the
/// decimals that they are written in, never as floating point.
#pragma once

#include <ballast/conformance/tally.hpp>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace ballast::conformance {

using Json = nlohmann::json;

/// Throws Malformed where the file is no JSON object.
[[nodiscard]] Json read_json(const std::filesystem::path& file);

/// Each throws Malformed where the key is missing or holds something else.
[[nodiscard]] const Json& array_of(const Json& object, std::string_view key);
[[nodiscard]] std::string text_of(const Json& object, std::string_view key);
/// A whole number, as a number or in a string.
[[nodiscard]] math::U256 number_of(const Json& value);
[[nodiscard]] math::U256 number_of(const Json& object, std::string_view key);
[[nodiscard]] math::U256 number_or(const Json& object, std::string_view key,
                                   const math::U256& otherwise);
[[nodiscard]] u64 small_of(const Json& value);
[[nodiscard]] u64 small_or(const Json& object, std::string_view key, u64 otherwise);

/// A number that may have decimals, times `unit`, which is a power of ten with at least as many
/// zeros; a string holds the product itself.
[[nodiscard]] math::U256 scaled_of(const Json& value, const math::U256& unit);

}  // namespace ballast::conformance
