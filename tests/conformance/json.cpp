#include <ballast/conformance/json.hpp>

#include <fstream>

namespace ballast::conformance {

using math::U256;

Json read_json(const std::filesystem::path& file) {
    std::ifstream in(file);
    Json document = Json::parse(in, nullptr, false);
    if (!document.is_object()) throw Malformed("is no JSON object");
    return document;
}

namespace {

const Json& at(const Json& object, std::string_view key) {
    if (!object.is_object() || !object.contains(key)) throw Malformed("no key " + std::string(key));
    return object[std::string(key)];
}

U256 digits(const std::string& text) {
    const auto value = math::from_decimal(text);
    if (!value) throw Malformed("'" + text + "' is no number of 256 bits");
    return *value;
}

}  // namespace

const Json& array_of(const Json& object, std::string_view key) {
    const Json& value = at(object, key);
    if (!value.is_array()) throw Malformed(std::string(key) + " is no array");
    return value;
}

std::string text_of(const Json& object, std::string_view key) {
    const Json& value = at(object, key);
    return value.is_string() ? value.get<std::string>() : value.dump();
}

U256 number_of(const Json& value) {
    return digits(value.is_string() ? value.get<std::string>() : value.dump());
}

U256 number_of(const Json& object, std::string_view key) {
    return number_of(at(object, key));
}

U256 number_or(const Json& object, std::string_view key, const U256& otherwise) {
    return object.contains(key) ? number_of(object, key) : otherwise;
}

u64 small_of(const Json& value) {
    const U256 number = number_of(value);
    if (number.bit_width() > 64) throw Malformed(math::to_decimal(number) + " exceeds 64 bits");
    return static_cast<u64>(number.to_u128());
}

u64 small_or(const Json& object, std::string_view key, u64 otherwise) {
    return object.contains(key) ? small_of(at(object, key)) : otherwise;
}

U256 scaled_of(const Json& value, const U256& unit) {
    if (value.is_string()) return digits(value.get<std::string>());
    std::string text = value.dump();  // The shortest decimals that name the number.
    const std::size_t point = text.find('.');
    if (point == std::string::npos) return digits(text) * unit;
    U256 left = unit;
    for (std::size_t i = point + 1; i < text.size(); ++i) {
        if (!(left % U256(10)).zero()) throw Malformed(text + " has too many decimals");
        left = left / U256(10);
    }
    text.erase(point, 1);
    return digits(text) * left;
}

}  // namespace ballast::conformance
