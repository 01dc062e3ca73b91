/// Decimal text to scaled integers and back, exactly: no binary fraction ever stands between a file
/// and the machine.
#pragma once

#include <ballast/base/integers.hpp>
#include <ballast/base/quantity.hpp>

#include <expected>
#include <string>
#include <string_view>

namespace ballast::files {

/// Why a text is not the number that was asked for.
enum class DecimalFault : u8 {
    empty,       ///< There is no text.
    not_finite,  ///< nan, inf, infinity in any case and with any sign.
    malformed,   ///< Anything else that is not [+-]digits[.digits][e[+-]digits].
    too_large,   ///< The scaled value does not fit the limit.
};

/// The fault as the end of a sentence: "is not a number", "is empty", …
[[nodiscard]] std::string_view phrase(DecimalFault fault);

inline constexpr u32 money_decimals = 8;  ///< Digits after the point of Amount, Cash and Price.
inline constexpr u32 ratio_decimals = 9;  ///< Digits after the point of Ratio.

/// `text` times 10^decimals, rounded as told where the text has more digits than that.  The
/// result's magnitude is at most `limit` (which is not negative).  Digits of any number are read;
/// nothing is lost silently except through `round`.
[[nodiscard]] std::expected<i128, DecimalFault> parse_decimal(std::string_view text, u32 decimals,
                                                              Round round, i128 limit);

/// `value` / 10^decimals as text with at most `shown` digits after the point (cut towards zero),
/// without trailing zeros.
[[nodiscard]] std::string decimal_text(i128 value, u32 decimals, u32 shown);

/// The same with exactly `shown` digits after the point and the thousands set apart by commas:
/// 1,234,567.80.
[[nodiscard]] std::string grouped_text(i128 value, u32 decimals, u32 shown);

}  // namespace ballast::files
