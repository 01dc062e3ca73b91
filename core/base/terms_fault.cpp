#include <ballast/base/terms_fault.hpp>

#include <algorithm>

namespace ballast {
namespace {

std::string digits(u128 value) {
    std::string reversed;
    do {
        reversed.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value != 0);
    std::reverse(reversed.begin(), reversed.end());
    return reversed;
}

/// `value` / 10^places.
std::string decimal(bool negative, u128 value, std::size_t places) {
    std::string all = digits(value);
    if (all.size() <= places) all.insert(0, places + 1 - all.size(), '0');
    std::string out = negative ? "-" : "";
    out.append(all, 0, all.size() - places);
    std::string fraction = all.substr(all.size() - places);
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
    if (!fraction.empty()) out.append(".").append(fraction);
    return out;
}

std::string signed_decimal(i128 value, std::size_t places) {
    const bool negative = value < 0;
    return decimal(
        negative, negative ? u128{0} - static_cast<u128>(value) : static_cast<u128>(value), places);
}

}  // namespace

std::string text(i128 value) {
    return signed_decimal(value, 0);
}
std::string text(Amount value) {
    return signed_decimal(value.units(), 8);
}
std::string text(Price value) {
    return signed_decimal(value.units(), 8);
}
std::string text(Ratio value) {
    return signed_decimal(value.units(), 9);
}
std::string text(Ray value) {
    return decimal(false, value.units(), 27);
}

std::string at(const char* list, std::size_t position) {
    std::string key = list;
    key += "[";
    key += digits(position);
    key += "]";
    return key;
}

std::optional<TermsFault> within(const std::string& place, std::optional<TermsFault> fault) {
    if (fault) fault->key.insert(0, place + ".");
    return fault;
}

}  // namespace ballast
