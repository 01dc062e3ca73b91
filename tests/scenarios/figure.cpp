#include "figure.hpp"

#include <ballast/files/decimal.hpp>
#include <ballast/market/numbers.hpp>

namespace ballast::scenarios {
namespace {

// How a number is written: 145%, 12.34.., 12.34.
struct Manner {
    std::string_view digits;
    bool percent = false;
    bool open = false;  // More digits follow than are written.
};

Manner manner_of(std::string_view word) {
    Manner manner{word, false, false};
    if (manner.digits.ends_with('%')) {
        manner.percent = true;
        manner.digits.remove_suffix(1);
    }
    if (manner.digits.ends_with("..")) {
        manner.open = true;
        manner.digits.remove_suffix(2);
    }
    return manner;
}

u32 digits_after_point(std::string_view digits) {
    const std::size_t point = digits.find('.');
    return point == std::string_view::npos ? 0 : static_cast<u32>(digits.size() - point - 1);
}

}  // namespace

Attempt<std::string> spelled_like(const Words& place, const std::string& expected,
                                  const Figure& figure) {
    if (!figure.text.empty()) return figure.text;
    const Manner manner = manner_of(expected);
    if (manner.percent && figure.decimals < 2)
        return place.fault("expected a whole number, found '{}'", expected);
    const u32 decimals = figure.decimals - (manner.percent ? 2 : 0);
    const auto read = market::read_scaled(manner.digits, decimals);
    if (!read) return place.fault("expected a number: '{}' {}", expected, read.error().what);
    i128 found = figure.value;
    if (manner.open) {
        i128 step = 1;
        for (u32 i = digits_after_point(manner.digits); i < decimals; ++i) step *= 10;
        found -= found % step;
    }
    if (found == *read) return expected;
    return fmt::format("{}{}{}", files::decimal_text(found, decimals, decimals),
                       manner.open ? ".." : "", manner.percent ? "%" : "");
}

}  // namespace ballast::scenarios
