#include <ballast/audit/findings.hpp>

#include <algorithm>

namespace ballast::audit {

std::string_view name(Law law) {
    constexpr std::array<std::string_view, laws> names{
        "L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9", "L10", "custody", "authority"};
    return names[static_cast<std::size_t>(law)];
}

std::string text(i128 value) {
    std::string digits;
    u128 left = value < 0 ? u128{0} - static_cast<u128>(value) : static_cast<u128>(value);
    do {
        digits.push_back(static_cast<char>('0' + static_cast<int>(left % 10)));
        left /= 10;
    } while (left != 0);
    if (value < 0) digits.push_back('-');
    std::reverse(digits.begin(), digits.end());
    return digits;
}

void Findings::add(Law law, std::string what, std::string expected, std::string found) {
    ++violated_;
    if (violations_.size() == violations_kept) return;
    violations_.push_back({law, height_, std::move(what), std::move(expected), std::move(found)});
}

}  // namespace ballast::audit
