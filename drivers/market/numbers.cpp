#include <ballast/market/numbers.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/files/time.hpp>
#include <ballast/math/power.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace ballast::market {
namespace {

constexpr i128 scaled_max = std::numeric_limits<i128>::max();

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Underscores are for the eye, between digits only.
std::string without_underscores(std::string_view text) {
    const auto digit = [&](std::size_t at) {
        return at < text.size() && text[at] >= '0' && text[at] <= '9';
    };
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at)
        if (text[at] != '_' || at == 0 || !digit(at - 1) || !digit(at + 1)) plain += text[at];
    return plain;
}

}  // namespace

Read<i128> read_scaled(std::string_view text, u32 decimals) {
    const std::string plain = without_underscores(trimmed(text));
    const auto down = files::parse_decimal(plain, decimals, Round::down, scaled_max);
    if (!down) return complaint(files::phrase(down.error()));
    if (files::parse_decimal(plain, decimals, Round::up, scaled_max) != down)
        return complaint(fmt::format("has more than {} digits after the point", decimals));
    return *down;
}

Read<i128> read_fraction(std::string_view text, u32 decimals) {
    text = trimmed(text);
    if (!text.ends_with('%')) return read_scaled(text, decimals);
    text.remove_suffix(1);
    return read_scaled(text, decimals - 2);
}

Read<u64> read_count(std::string_view text, u64 most) {
    const auto value = read_scaled(text, 0);
    if (!value) return complaint("is not a whole number");
    if (*value < 0 || *value > i128{most})
        return complaint(fmt::format("must be from 0 to {}", most));
    return static_cast<u64>(*value);
}

Read<u64> read_seconds(std::string_view text) {
    std::string plain = without_underscores(trimmed(text));
    std::erase(plain, ' ');
    if (plain == "0" || plain == "0s") return u64{0};
    if (const auto seconds = files::parse_duration(plain)) return *seconds;
    return complaint("is not a duration: write seconds, or \"90s\", \"15m\", \"1h\", \"2d\"");
}

Read<Ray> read_yearly_fee(std::string_view text) {
    BALLAST_TRY(const i128 fee, read_fraction(text, ray_decimals));
    const auto one = static_cast<i128>(ray_one);
    if (fee < 0 || fee > 100 * one) return complaint("must be from 0 to 10000 % per year");
    return math::root(Ray::units(static_cast<u128>(fee + one)), year_seconds);
}

std::string scaled_text(i128 value, u32 decimals) {
    return files::decimal_text(value, decimals, decimals);
}

std::string percent_text(i128 value, u32 decimals) {
    return files::decimal_text(value, decimals - 2, decimals - 2) + " %";
}

std::string seconds_text(u64 seconds) {
    constexpr std::array<std::pair<u64, char>, 3> units{{{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}}};
    for (const auto& [size, letter] : units)
        if (seconds != 0 && seconds % size == 0)
            return fmt::format("\"{}{}\"", seconds / size, letter);
    return fmt::format("{}", seconds);
}

}  // namespace ballast::market
