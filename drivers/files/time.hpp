/// Times are seconds since 1970-01-01T00:00:00Z, as the machine counts them; text is ISO 8601 in
/// UTC.
#pragma once

#include <ballast/base/integers.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ballast::files {

/// Reads unix seconds (digits only) or `YYYY-MM-DD[THH:MM[:SS]][Z]`, which is always UTC.  Nothing
/// when the text is neither, when a part is out of its range (there is no 30 February, no second
/// 60), or before 1970 or after 9999.
[[nodiscard]] std::optional<u64> parse_time(std::string_view text);

/// 2020-03-12T23:00:00Z.
[[nodiscard]] std::string time_text(u64 time);

/// 45 s, 12 min, 3 h, 2 days: the largest unit that comes out even, else the two largest (1 h 5
/// min).
[[nodiscard]] std::string duration_text(u64 seconds);

/// Reads 12, 12s, 5m, 1h, 1d as seconds; nothing when the text is none of these or zero.
[[nodiscard]] std::optional<u64> parse_duration(std::string_view text);

}  // namespace ballast::files
