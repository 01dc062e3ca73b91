/// Decimals of any length as whole numbers.
#pragma once

#include <ballast/base/quantity.hpp>
#include <ballast/conformance/json.hpp>

#include <string>
#include <string_view>

namespace ballast::conformance::resolution {

/// `text` times 10^places; decimals beyond are cut off.  Throws Malformed where it is no decimal
/// number, or exceeds 127 bits.
[[nodiscard]] i128 decimal(std::string_view text, u32 places);

/// A signed whole number, as a number or in a string; what exceeds 64 bits is as exact as the
/// double nearest to it.
[[nodiscard]] i128 whole_of(const Json& object, std::string_view key);

/// `value` as the decimal that it is 10^places times of.
[[nodiscard]] std::string decimal_text(i128 value, u32 places);

/// Fails the case unless |expected - got| <= bound; both are 10^places times what is meant.
struct Near {
    i128 bound = 0;
    u32 places = 0;
    void operator()(Case& test, std::string_view what, i128 expected, i128 got) const;
};

}  // namespace ballast::conformance::resolution
