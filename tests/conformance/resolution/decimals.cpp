#include <ballast/conform_resolution/decimals.hpp>

#include <ballast/math/mul_div.hpp>

#include <algorithm>

namespace ballast::conformance::resolution {

i128 decimal(std::string_view text, u32 places) {
    const bool negative = text.starts_with('-');
    std::string digits;
    u32 decimals = 0;
    bool pointed = false;
    for (const char c : text.substr(negative ? 1 : 0)) {
        if (c == '.' && !pointed) {
            pointed = true;
            continue;
        }
        if (pointed && decimals == places) continue;
        digits += c;
        if (pointed) ++decimals;
    }
    digits.append(places - decimals, '0');
    const auto value = math::from_decimal(digits);
    if (!value || value->bit_width() > 127) throw Malformed("'" + std::string(text) + "'");
    const auto size = static_cast<i128>(value->to_u128());
    return negative ? -size : size;
}

i128 whole_of(const Json& object, std::string_view key) {
    if (!object.is_object() || !object.contains(key)) throw Malformed("no key " + std::string(key));
    const Json& value = object[std::string(key)];
    if (value.is_string()) return decimal(value.get<std::string>(), 0);
    if (value.is_number_unsigned()) return value.get<u64>();
    if (value.is_number_integer()) return value.get<i64>();
    if (value.is_number_float()) return static_cast<i128>(value.get<double>());
    throw Malformed(std::string(key) + " is no number");
}

std::string decimal_text(i128 value, u32 places) {
    std::string text = math::to_decimal(math::U256(math::magnitude(value)));
    if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
    if (places > 0) text.insert(text.size() - places, 1, '.');
    return value < 0 ? "-" + text : text;
}

void Near::operator()(Case& test, std::string_view what, i128 expected, i128 got) const {
    const i128 distance = expected - got;
    if (std::max(distance, -distance) > bound)
        test.fail(what, decimal_text(expected, places), decimal_text(got, places));
}

}  // namespace ballast::conformance::resolution
