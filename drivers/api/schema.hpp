/// JSON Schemas of what may be asked and what is answered, and whether a value keeps to one.  Only
/// the words below are used, here and in the OpenRPC document: type, properties, required,
/// additionalProperties, items, maxItems, enum, const, minimum, maximum, maxLength, anyOf,
/// format (decimal, hex).  Others say nothing here; oneOf is left to who reads the value, and says
/// better what is wrong with it.
#pragma once

#include <ballast/base/integers.hpp>
#include <ballast/rpc/methods.hpp>

#include <optional>
#include <string>
#include <vector>

namespace ballast::api {

using rpc::Json;

namespace schema {

/// One member of an object.
struct Field {
    std::string name;
    Json type;
    std::string meaning;
    bool required = true;
};
[[nodiscard]] Field optional(std::string name, Json type, std::string meaning);

[[nodiscard]] Json record(const std::vector<Field>& fields);  ///< These members and no others.
[[nodiscard]] Json any_record();                              ///< An object with any members.
[[nodiscard]] Json map_of(const Json& value);                 ///< Any names, one type of value.
[[nodiscard]] Json list_of(const Json& item);
[[nodiscard]] Json nullable(const Json& type);
[[nodiscard]] Json decimal();  ///< "-12.5": any number, exactly.
[[nodiscard]] Json hex();      ///< Lower-case hexadecimal bytes.
[[nodiscard]] Json digest();   ///< 32 bytes of it.
[[nodiscard]] Json text(u64 longest = 1024);
[[nodiscard]] Json word(const std::vector<std::string>& words);
[[nodiscard]] Json whole(u64 least = 0, u64 most = u64{1} << 53);  ///< JSON's safe integers.
[[nodiscard]] Json boolean();

}  // namespace schema

/// What is wrong with a value.
struct Misfit {
    std::string field;     ///< "actions[2].amount"; empty: the value itself.
    Json value;            ///< What was found there.
    std::string expected;  ///< "a decimal number as a string".
};

/// The first place at which `value` does not keep to `type`, or nothing.
[[nodiscard]] std::optional<Misfit> misfit(const Json& type, const Json& value);
/// The same as an answer: error_code::params, with the field, the value and what was expected.
[[nodiscard]] rpc::Error error_of(const Misfit& misfit);

}  // namespace ballast::api
