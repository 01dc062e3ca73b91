#include <ballast/conform_notional/whole.hpp>

#include <array>
#include <cctype>
#include <fstream>
#include <iterator>

namespace ballast::conformance {

using math::U256;

i128 Whole::small() const {
    if (size_.fits_u128()) {
        const auto value = math::with_sign(size_.to_u128(), negative_);
        if (value) return *value;
    }
    throw Malformed(text() + " exceeds 128 bits");
}

std::string Whole::text() const {
    std::string digits = math::to_decimal(size_);
    if (negative_) digits.insert(digits.begin(), '-');
    return digits;
}

Whole operator+(const Whole& a, const Whole& b) {
    if (a.negative_ == b.negative_) return {a.negative_, a.size_ + b.size_};
    if (a.size_ >= b.size_) return {a.negative_, a.size_ - b.size_};
    return {b.negative_, b.size_ - a.size_};
}

Whole power_of_ten(u32 exponent) {
    Whole power = 1;
    for (u32 i = 0; i < exponent; ++i) power = power * 10;
    return power;
}

Whole floored(const Whole& a, const Whole& b) {
    const Whole quotient = a / b;
    return quotient * b > a ? quotient - 1 : quotient;
}

Whole ceiled(const Whole& a, const Whole& b) {
    return -floored(-a, b);
}

Whole times_power_of_ten(const Whole& a, int exponent) {
    if (exponent >= 0) return a * power_of_ten(static_cast<u32>(exponent));
    return a / power_of_ten(static_cast<u32>(-exponent));
}

namespace {

constexpr std::size_t digits_of_a_double = 15;

bool of_a_number(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-';
}

// `text` with quotes around every whole number that a double might not hold.
std::string quoted(const std::string& text) {
    std::string out;
    bool inside = false;  // A string.
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == '"') inside = !inside;
        if (inside || !of_a_number(text[i])) {
            if (inside && text[i] == '\\') out += text[i++];
            out += text[i++];
            continue;
        }
        std::size_t end = i;
        while (end < text.size() && of_a_number(text[end])) ++end;
        const bool fraction = end < text.size() && (text[end] == '.' || text[end] == 'e');
        if (fraction) end = text.find_first_of(",]} \n", end);
        const std::string number = text.substr(i, end - i);
        const bool quote = !fraction && number.size() > digits_of_a_double;
        if (quote) out += '"';
        out += number;
        if (quote) out += '"';
        i = end;
    }
    return out;
}

Whole from_text(const std::string& text) {
    const bool negative = text.starts_with('-');
    const auto size = math::from_decimal(std::string_view(text).substr(negative ? 1 : 0));
    if (!size) throw Malformed("'" + text + "' is no whole number");
    return {negative, *size};
}

struct Named {
    std::string_view name;
    u64 value;
};
constexpr std::array<Named, 6> named{{{"MaxUint64", ~u64{0}},
                                      {"MaxUint32", ~u32{0}},
                                      {"MaxInt64", ~u64{0} >> 1},
                                      {"MaxInt32", ~u32{0} >> 1},
                                      {"OneMillion", 1'000'000},
                                      {"Usdc.Id", 0}}};

Whole from_name(const std::string& name) {
    for (const Named& one : named)
        if (name.ends_with(one.name)) return i128{one.value};
    if (name.ends_with("BtcUsd.Id")) return 1;  // Of the assets, not of the perpetuals.
    throw Malformed("'" + name + "' is no number known");
}

// The argument of a call that is a number or a call again; a token of a sign before it turns
// `negative`.
const Json& argument_of(const Json& call, bool& negative) {
    if (call.contains("call") && text_of(call, "call").ends_with("Neg")) negative = !negative;
    const Json* value = nullptr;
    for (const Json& argument : array_of(call, "args")) {
        if (argument.is_object() && argument.contains("$tok")) {
            if (text_of(argument, "$tok") == "-") negative = !negative;
        } else {
            value = &argument;
        }
    }
    if (value == nullptr) throw Malformed("a call without a number");
    return *value;
}

}  // namespace

Json read_exact(const std::filesystem::path& file) {
    std::ifstream in(file);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    Json document = Json::parse(quoted(text), nullptr, false);
    if (!document.is_object()) throw Malformed("is no JSON object");
    return document;
}

Whole whole_of(const Json& value) {
    bool negative = false;
    const Json* inner = &value;
    while (inner->is_object() && inner->contains("args")) inner = &argument_of(*inner, negative);
    Whole number;
    if (inner->is_string()) {
        number = from_text(inner->get<std::string>());
    } else if (inner->is_number_integer()) {
        number = from_text(inner->dump());
    } else if (inner->is_object() && inner->contains("$ref")) {
        number = from_name(text_of(*inner, "$ref"));
    } else {
        throw Malformed(inner->dump() + " is no whole number");
    }
    return negative ? -number : number;
}

Whole whole_of(const Json& object, std::string_view key) {
    if (!object.is_object() || !object.contains(key)) throw Malformed("no key " + std::string(key));
    return whole_of(object[std::string(key)]);
}

Whole whole_or(const Json& object, std::string_view key, const Whole& otherwise) {
    return object.is_object() && object.contains(key) ? whole_of(object, key) : otherwise;
}

}  // namespace ballast::conformance
