#include <ballast/replay/assumptions.hpp>
#include <ballast/files/decimal.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <type_traits>

namespace ballast::replay {

using files::Attempt;
using files::fault;

namespace {

template <class T>
inline constexpr bool is_ratio = std::is_same_v<T, Ratio>;
template <class T>
inline constexpr bool is_money = std::is_same_v<T, Amount> || std::is_same_v<T, Cash>;

template <class E>
struct Words;
template <>
struct Words<FlatCandles> {
    static constexpr std::array<std::string_view, 2> list{"silent", "report"};
};
template <>
struct Words<SlackShape> {
    static constexpr std::array<std::string_view, 2> list{"lognormal", "exponential"};
};

// How many decimals the value's unit has.
template <class T>
constexpr u32 decimals_of() {
    if constexpr (is_ratio<T>) return files::ratio_decimals;
    if constexpr (is_money<T>) return files::money_decimals;
    return 0;
}

template <class T>
std::string value_text(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
        return value;
    } else if constexpr (std::is_enum_v<T>) {
        return std::string(Words<T>::list[static_cast<std::size_t>(value)]);
    } else if constexpr (std::is_integral_v<T>) {
        return files::decimal_text(value, 0, 0);
    } else {
        return files::decimal_text(value.units(), decimals_of<T>(), decimals_of<T>());
    }
}

template <class E>
Attempt<void> assign_word(std::string_view key, E& value, std::string_view text) {
    const auto& list = Words<E>::list;
    const auto found = std::find(list.begin(), list.end(), text);
    if (found == list.end())
        return fault("{}: '{}' is neither {} nor {}", key, text, list[0], list[1]);
    value = static_cast<E>(found - list.begin());
    return {};
}

template <class T>
Attempt<void> assign_number(std::string_view key, T& value, std::string_view text, i128 lowest,
                            i128 highest) {
    constexpr u32 decimals = decimals_of<T>();
    constexpr i128 most = i128{1} << 100;
    const auto down = files::parse_decimal(text, decimals, Round::down, most);
    if (!down) return fault("{}: '{}' {}", key, text, files::phrase(down.error()));
    if (files::parse_decimal(text, decimals, Round::up, most) != down)
        return fault("{}: '{}' has more than {} digits after the point", key, text, decimals);
    if (*down < lowest || *down > highest)
        return fault("{}: {} is out of range, allowed are {} to {}", key, text,
                     files::decimal_text(lowest, decimals, decimals),
                     files::decimal_text(highest, decimals, decimals));
    if constexpr (std::is_integral_v<T>)
        value = static_cast<T>(*down);
    else
        value = T::units(static_cast<typename T::rep>(*down));
    return {};
}

template <class T>
Attempt<void> assign(std::string_view key, T& value, std::string_view text, i128 lowest,
                     i128 highest) {
    if constexpr (std::is_same_v<T, std::string>) {
        if (text.find_first_of(",\"\r\n") != std::string_view::npos)
            return fault("{}: '{}' must be a word without commas and quotes", key, text);
        value = std::string(text);
        return {};
    } else if constexpr (std::is_enum_v<T>) {
        return assign_word(key, value, text);
    } else {
        return assign_number(key, value, text, lowest, highest);
    }
}

constexpr std::string_view depth_prefix = "outside.depth.";

Attempt<void> set_depth(OutsideTerms& outside, std::string_view key, std::string_view text) {
    const std::string asset(key.substr(depth_prefix.size()));
    Cash depth;
    BALLAST_CHECK(assign_number(key, depth, text, 1, i128{1'000'000'000'000} * amount_one));
    const auto same = [&](const AssetDepth& entry) { return entry.asset == asset; };
    const auto found = std::find_if(outside.depths.begin(), outside.depths.end(), same);
    if (found == outside.depths.end())
        outside.depths.push_back({asset, depth});
    else
        found->depth = depth;
    return {};
}

}  // namespace

Attempt<bool> set_parameter(Assumptions& assumptions, std::string_view key,
                            std::string_view value) {
    if (key.starts_with(depth_prefix) && key.size() > depth_prefix.size()) {
        BALLAST_CHECK(set_depth(assumptions.outside, key, value));
        return true;
    }
    std::optional<Attempt<void>> result;
    each_parameter(assumptions,
                   [&](std::string_view name, auto& place, i128 lowest, i128 highest, const char*) {
                       if (name == key) result = assign(name, place, value, lowest, highest);
                   });
    if (!result) return false;
    if (!*result) return std::unexpected(result->error());
    return true;
}

std::vector<std::pair<std::string, std::string>> parameters(const Assumptions& assumptions) {
    std::vector<std::pair<std::string, std::string>> list;
    each_parameter(assumptions, [&](const char* name, const auto& value, i128, i128, const char*) {
        list.emplace_back(name, value_text(value));
    });
    for (const AssetDepth& entry : assumptions.outside.depths)
        list.emplace_back(std::string(depth_prefix) + entry.asset, value_text(entry.depth));
    return list;
}

std::vector<std::pair<std::string, std::string>> parameter_help() {
    const Assumptions defaults;
    std::vector<std::pair<std::string, std::string>> list;
    each_parameter(defaults,
                   [&](const char* name, const auto& value, i128, i128, const char* what) {
                       list.emplace_back(name, fmt::format("{} [{}]", what, value_text(value)));
                   });
    list.emplace_back("outside.depth.<ASSET>", "the same as outside.depth, for one asset");
    return list;
}

}  // namespace ballast::replay
