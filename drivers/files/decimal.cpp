#include <ballast/files/decimal.hpp>

#include <algorithm>
#include <array>

namespace ballast::files {
namespace {

constexpr u32 digits_max = 38;  // 10^38 < 2^127

constexpr std::array<u128, digits_max + 1> powers = [] {
    std::array<u128, digits_max + 1> table{};
    table[0] = 1;
    for (u32 i = 1; i <= digits_max; ++i) table[i] = table[i - 1] * 10;
    return table;
}();

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// A decimal number taken apart: value = digits * 10^exponent, plus something when `sticky`.
struct Parts {
    bool negative = false;
    u128 digits = 0;
    u32 count = 0;  // Significant digits held in `digits`.
    i64 exponent = 0;
    bool sticky = false;  // Nonzero digits were dropped behind the last one held.
};

void take(Parts& parts, char c, bool fraction) {
    const u32 digit = static_cast<u32>(c - '0');
    if (parts.count == digits_max) {
        parts.sticky = parts.sticky || digit != 0;
        parts.exponent += fraction ? 0 : 1;
        return;
    }
    parts.digits = parts.digits * 10 + digit;
    parts.count += parts.digits != 0 ? 1 : 0;
    parts.exponent -= fraction ? 1 : 0;
}

bool not_finite(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower == "nan" || lower == "inf" || lower == "infinity";
}

// Reads [e[+-]digits] at `at` to the end of the text.
bool read_exponent(std::string_view text, std::size_t at, Parts& parts) {
    if (at == text.size()) return true;
    if (text[at] != 'e' && text[at] != 'E') return false;
    ++at;
    bool negative = false;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) negative = text[at++] == '-';
    if (at == text.size()) return false;
    i64 value = 0;
    for (; at < text.size(); ++at) {
        if (!is_digit(text[at])) return false;
        value = std::min<i64>(value * 10 + (text[at] - '0'), 100'000);
    }
    parts.exponent += negative ? -value : value;
    return true;
}

std::expected<Parts, DecimalFault> take_apart(std::string_view text) {
    Parts parts;
    if (text.empty()) return std::unexpected(DecimalFault::empty);
    std::size_t at = 0;
    if (text[at] == '+' || text[at] == '-') parts.negative = text[at++] == '-';
    if (not_finite(text.substr(at))) return std::unexpected(DecimalFault::not_finite);
    std::size_t seen = 0;
    for (; at < text.size() && is_digit(text[at]); ++at, ++seen) take(parts, text[at], false);
    if (at < text.size() && text[at] == '.')
        for (++at; at < text.size() && is_digit(text[at]); ++at, ++seen)
            take(parts, text[at], true);
    if (seen == 0 || !read_exponent(text, at, parts))
        return std::unexpected(DecimalFault::malformed);
    return parts;
}

}  // namespace

std::string_view phrase(DecimalFault fault) {
    switch (fault) {
        case DecimalFault::empty: return "is empty";
        case DecimalFault::not_finite: return "is not a finite number";
        case DecimalFault::malformed: return "is not a decimal number";
        case DecimalFault::too_large: return "is too large";
    }
    return "is wrong";
}

std::expected<i128, DecimalFault> parse_decimal(std::string_view text, u32 decimals, Round round,
                                                i128 limit) {
    const auto parts = take_apart(text);
    if (!parts) return std::unexpected(parts.error());
    const i64 shift = parts->exponent + i64{decimals};
    u128 magnitude = parts->digits;
    bool inexact = parts->sticky;
    if (shift >= 0 && magnitude != 0) {
        const u128 most = static_cast<u128>(limit);
        if (shift > i64{digits_max}) return std::unexpected(DecimalFault::too_large);
        const u128 factor = powers[static_cast<u32>(shift)];
        if (magnitude > most / factor) return std::unexpected(DecimalFault::too_large);
        magnitude *= factor;
    } else if (shift < 0) {
        const u128 divisor = powers[static_cast<u32>(std::min<i64>(-shift, digits_max))];
        const bool all_gone = -shift > i64{digits_max};
        inexact = inexact || (all_gone ? magnitude != 0 : magnitude % divisor != 0);
        magnitude = all_gone ? 0 : magnitude / divisor;
    }
    // Cutting has moved the value towards zero; `down` means towards minus infinity.
    if (inexact && parts->negative == (round == Round::down)) ++magnitude;
    if (magnitude > static_cast<u128>(limit)) return std::unexpected(DecimalFault::too_large);
    const i128 value = static_cast<i128>(magnitude);
    return parts->negative ? -value : value;
}

namespace {

std::string digits_of(u128 value) {
    std::string text;
    do {
        text.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value != 0);
    std::reverse(text.begin(), text.end());
    return text;
}

struct Halves {
    bool negative;
    std::string whole;
    std::string fraction;
};

Halves split(i128 value, u32 decimals, u32 shown) {
    const u128 magnitude = value < 0 ? -static_cast<u128>(value) : static_cast<u128>(value);
    const std::string behind = digits_of(magnitude % powers[decimals]);
    std::string fraction(decimals - std::min<std::size_t>(behind.size(), decimals), '0');
    fraction.append(behind);
    fraction.resize(shown, '0');
    Halves halves{value < 0, digits_of(magnitude / powers[decimals]), std::move(fraction)};
    const bool zero =
        halves.whole == "0" && halves.fraction.find_first_not_of('0') == std::string::npos;
    if (zero) halves.negative = false;
    return halves;
}

std::string join(const Halves& halves) {
    std::string text;
    if (halves.negative) text.push_back('-');
    text.append(halves.whole);
    if (halves.fraction.empty()) return text;
    text.push_back('.');
    text.append(halves.fraction);
    return text;
}

}  // namespace

std::string decimal_text(i128 value, u32 decimals, u32 shown) {
    Halves halves = split(value, decimals, shown);
    while (!halves.fraction.empty() && halves.fraction.back() == '0') halves.fraction.pop_back();
    return join(halves);
}

std::string grouped_text(i128 value, u32 decimals, u32 shown) {
    Halves halves = split(value, decimals, shown);
    for (std::size_t at = halves.whole.size(); at > 3;) {
        at -= 3;
        halves.whole.insert(at, 1, ',');
    }
    return join(halves);
}

}  // namespace ballast::files
