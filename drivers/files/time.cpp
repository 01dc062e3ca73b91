#include <ballast/files/time.hpp>
#include <ballast/base/limits.hpp>

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace ballast::files {
namespace {

constexpr u64 day_seconds = 86'400;

std::optional<u64> number(std::string_view text) {
    u64 value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<u64> fixed_number(std::string_view text, std::size_t at, std::size_t digits) {
    if (text.size() < at + digits) return std::nullopt;
    return number(text.substr(at, digits));
}

bool leap(u64 year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

constexpr std::array<u64, 12> month_days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

u64 days_in(u64 year, u64 month) {
    return month_days[month - 1] + (month == 2 && leap(year) ? 1 : 0);
}

// Days before 1 January of `year`, counted from 1970.
u64 days_before(u64 year) {
    const u64 past = year - 1;
    return year * 365 + past / 4 - past / 100 + past / 400 - 719'527;
}

std::optional<u64> parse_date(std::string_view text) {
    const auto year = fixed_number(text, 0, 4);
    const auto month = fixed_number(text, 5, 2);
    const auto day = fixed_number(text, 8, 2);
    if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
    if (*year < 1970 || *month < 1 || *month > 12) return std::nullopt;
    if (*day < 1 || *day > days_in(*year, *month)) return std::nullopt;
    u64 days = days_before(*year) + *day - 1;
    for (u64 before = 1; before < *month; ++before) days += days_in(*year, before);
    return days * day_seconds;
}

// HH:MM or HH:MM:SS.
std::optional<u64> parse_clock(std::string_view text) {
    if (text.size() != 5 && text.size() != 8) return std::nullopt;
    const auto hour = fixed_number(text, 0, 2);
    const auto minute = fixed_number(text, 3, 2);
    if (!hour || !minute || text[2] != ':' || *hour > 23 || *minute > 59) return std::nullopt;
    u64 second = 0;
    if (text.size() == 8) {
        const auto read = fixed_number(text, 6, 2);
        if (!read || text[5] != ':' || *read > 59) return std::nullopt;
        second = *read;
    }
    return *hour * 3600 + *minute * 60 + second;
}

}  // namespace

std::optional<u64> parse_time(std::string_view text) {
    if (const auto seconds = number(text))
        return *seconds <= limits::time_max ? seconds : std::nullopt;
    if (!text.empty() && text.back() == 'Z') text.remove_suffix(1);
    if (text.size() < 10) return std::nullopt;
    const auto date = parse_date(text.substr(0, 10));
    if (!date || text.size() == 10) return date;
    if (text[10] != 'T' && text[10] != ' ') return std::nullopt;
    const auto clock = parse_clock(text.substr(11));
    if (!clock) return std::nullopt;
    return *date + *clock;
}

std::string time_text(u64 time) {
    u64 days = time / day_seconds;
    u64 year = 1970 + days / 366;  // Never later than the true year.
    while (days_before(year + 1) <= days) ++year;
    days -= days_before(year);
    u64 month = 1;
    for (; days >= days_in(year, month); ++month) days -= days_in(year, month);
    const u64 clock = time % day_seconds;
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", year, month, days + 1, clock / 3600,
                       clock / 60 % 60, clock % 60);
}

std::string duration_text(u64 seconds) {
    struct Unit {
        u64 seconds;
        std::string_view name;
    };
    constexpr std::array<Unit, 4> units{{{day_seconds, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}}};
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (seconds < units[i].seconds) continue;
        const u64 count = seconds / units[i].seconds;
        const u64 rest = seconds % units[i].seconds;
        if (rest == 0 || i + 1 == units.size()) return fmt::format("{} {}", count, units[i].name);
        const u64 next = rest / units[i + 1].seconds;
        if (next == 0) return fmt::format("{} {}", count, units[i].name);
        return fmt::format("{} {} {} {}", count, units[i].name, next, units[i + 1].name);
    }
    return "0 s";
}

std::optional<u64> parse_duration(std::string_view text) {
    if (text.empty()) return std::nullopt;
    u64 unit = 1;
    switch (text.back()) {
        case 's': unit = 1; break;
        case 'm': unit = 60; break;
        case 'h': unit = 3600; break;
        case 'd': unit = day_seconds; break;
        default: unit = 0;
    }
    const auto count = number(unit == 0 ? text : text.substr(0, text.size() - 1));
    if (!count || *count == 0 || *count > limits::time_max) return std::nullopt;
    return *count * (unit == 0 ? 1 : unit);
}

}  // namespace ballast::files
