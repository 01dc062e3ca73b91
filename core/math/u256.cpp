#include <ballast/math/u256.hpp>

#include <algorithm>

namespace ballast::math {

Result<U256> from_decimal(std::string_view digits) {
    if (digits.empty()) return no(Reject::bad_encoding);
    U256 value;
    for (const char digit : digits) {
        if (digit < '0' || digit > '9') return no(Reject::bad_encoding);
        BALLAST_TRY(const U256 tenfold, mul(value, U256(10)));
        BALLAST_TRY(value, add(tenfold, U256(static_cast<u128>(digit - '0'))));
    }
    return value;
}

std::string to_decimal(const U256& value) {
    constexpr LimbDivisor ten(10);
    std::string digits;
    Limbs<4> rest = value.limbs;
    do {
        digits.push_back(static_cast<char>('0' + ten.divide(rest)));
    } while (significant(rest) > 0);
    std::reverse(digits.begin(), digits.end());
    return digits;
}

}  // namespace ballast::math
