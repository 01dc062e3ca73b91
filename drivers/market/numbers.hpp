/// The values of a market file as text, read exactly and written back exactly.
#pragma once

#include <ballast/base/quantity.hpp>
#include <ballast/base/result.hpp>

#include <expected>
#include <string>
#include <string_view>

namespace ballast::market {

inline constexpr u32 ray_decimals = 27;            ///< Digits after the point of a Ray.
inline constexpr u32 fine_decimals = 12;           ///< Of volatilities, rates and shocks.
inline constexpr u32 wad_decimals = 18;            ///< Of a number of 10^-18.
inline constexpr u64 year_seconds = 365 * 86'400;  ///< A year of a stability fee.

/// What is wrong with a text, as the end of a sentence: "is not a decimal number".
struct Complaint {
    std::string what;
};
[[nodiscard]] inline std::unexpected<Complaint> complaint(std::string_view what) {
    return std::unexpected(Complaint{std::string(what)});
}
template <class T>
using Read = std::expected<T, Complaint>;

/// A decimal number with at most `decimals` digits after the point, as an integer of 10^-decimals.
/// Underscores may stand between digits.  More digits than that are a complaint, never rounded.
[[nodiscard]] Read<i128> read_scaled(std::string_view text, u32 decimals);

/// The same, or a percentage: "150 %" is 1.5.
[[nodiscard]] Read<i128> read_fraction(std::string_view text, u32 decimals);

/// A whole number from 0 to `most`.
[[nodiscard]] Read<u64> read_count(std::string_view text, u64 most);

/// Seconds: 90, "90s", "15m", "1h", "2d"; 0 is allowed.
[[nodiscard]] Read<u64> read_seconds(std::string_view text);

/// The factor per second of a fee per year ("5 %"): the largest 10^-27 whose power to the seconds
/// of 365 days is at most 1 + fee.
[[nodiscard]] Read<Ray> read_yearly_fee(std::string_view text);

/// `value` of 10^-decimals in full, without trailing zeros.
[[nodiscard]] std::string scaled_text(i128 value, u32 decimals);
/// A ratio as a percentage in full: "150 %".
[[nodiscard]] std::string percent_text(i128 value, u32 decimals);
/// Seconds as they would be written: "15m", or 90 where no unit comes out even.
[[nodiscard]] std::string seconds_text(u64 seconds);

}  // namespace ballast::market

namespace ballast {

/// Lets BALLAST_TRY and BALLAST_CHECK hand a Complaint upwards as they do a Reject.
[[nodiscard]] inline std::unexpected<market::Complaint> no(market::Complaint complaint) {
    return std::unexpected(std::move(complaint));
}

}  // namespace ballast
