#include <ballast/wire/words.hpp>

#include <ballast/engine/registry.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/market/suggest.hpp>

#include <algorithm>
#include <limits>

namespace ballast::wire {
namespace {

template <class Rows, class Name>
std::optional<std::string_view> at(const Rows& rows, u64 position, Name name) {
    if (position >= rows.size()) return std::nullopt;
    return std::string_view(name(rows[position]));
}

bool digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Stands for every figure that a u128 does not hold, and for the largest that it does.
constexpr u128 too_large = std::numeric_limits<u128>::max();
constexpr std::size_t text_shown = 64;  ///< Of what somebody wrote, in a sentence.

u128 appended(u128 value, char digit) {
    const auto unit = static_cast<u128>(digit - '0');
    return value > (too_large - unit) / 10 ? too_large : value * 10 + unit;
}

/// The units of digits[.digits] that begin at `start`.
files::Attempt<u128> magnitude_of(std::string_view text, std::size_t start, u32 decimals) {
    const std::string_view number = text.substr(start);
    const std::size_t point = std::min(number.find('.'), number.size());
    std::string_view fraction = number.substr(std::min(point + 1, number.size()));
    if (!digits(number.substr(0, point)) || (point != number.size() && !digits(fraction)))
        return files::fault("'{}' is no decimal number such as \"12.5\"",
                            text.substr(0, text_shown));
    fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
    if (fraction.size() > decimals)
        return files::fault("{} has more than {} digits after the point",
                            text.substr(0, text_shown), decimals);
    u128 value = 0;
    for (const char digit : number.substr(0, point)) value = appended(value, digit);
    for (const char digit : fraction) value = appended(value, digit);
    for (std::size_t i = fraction.size(); i < decimals; ++i) value = appended(value, '0');
    return value;
}

}  // namespace

std::string_view noun(List list) {
    switch (list) {
        case List::asset: return "asset";
        case List::feed: return "feed";
        case List::type: return "vault type";
        case List::publisher: return "publisher";
        case List::underlying: return "underlying";
        case List::compartment: return "compartment";
        case List::model: return "margin model";
        case List::kind: return "kind of instrument";
    }
    return {};
}

std::optional<std::string_view> name_at(const engine::Genesis& genesis, List list, u64 position) {
    const auto name = [](const auto& row) -> std::string_view { return row.name; };
    const auto& clearing = genesis.clearing;
    switch (list) {
        case List::asset: return at(genesis.assets, position, name);
        case List::feed: return at(genesis.oracle.feeds, position, name);
        case List::type:
            return at(
                genesis.types, position,
                [](const engine::TypeTerms& type) -> std::string_view { return type.vault.name; });
        case List::publisher: return at(genesis.oracle.publishers, position, name);
        case List::underlying: return at(clearing.underlyings, position, name);
        case List::compartment: return at(clearing.compartments, position, name);
        case List::model: return at(clearing.models, position, name);
        case List::kind: return at(engine::registry(), position, name);
    }
    return std::nullopt;
}

files::Attempt<u64> position_of(const engine::Genesis& genesis, List list, std::string_view name) {
    std::vector<std::string> known;
    for (u64 i = 0;; ++i) {
        const auto other = name_at(genesis, list, i);
        if (!other) break;
        if (*other == name) return i;
        known.emplace_back(*other);
    }
    if (known.empty()) return files::fault("this market has no {}", noun(list));
    return files::fault("'{}' is no {}{}", name, noun(list), market::suggestion(name, known));
}

std::string decimal_of(i128 value, u32 decimals) {
    return files::decimal_text(value, decimals, decimals);
}

std::string decimal_of(Ray value) {
    const auto whole = static_cast<i128>(value.units() / ray_one);
    const auto rest = static_cast<i128>(value.units() % ray_one);
    const std::string fraction = files::decimal_text(rest, ray_decimals, ray_decimals);
    return files::decimal_text(whole, 0, 0) + fraction.substr(1);
}

files::Attempt<i128> value_of(std::string_view text, u32 decimals, i128 most) {
    const bool negative = text.starts_with('-');
    BALLAST_TRY(const u128 magnitude, magnitude_of(text, negative ? 1 : 0, decimals));
    if (magnitude > static_cast<u128>(most))
        return files::fault("{} is too large; at most {}", text.substr(0, text_shown),
                            decimal_of(most, decimals));
    const auto value = static_cast<i128>(magnitude);
    return negative ? -value : value;
}

files::Attempt<Ray> ray_of(std::string_view text) {
    BALLAST_TRY(const u128 magnitude, magnitude_of(text, 0, ray_decimals));
    if (magnitude == too_large)
        return files::fault("{} is too large; at most {}", text.substr(0, text_shown),
                            decimal_of(Ray::units(too_large - 1)));
    return Ray::units(magnitude);
}

}  // namespace ballast::wire
