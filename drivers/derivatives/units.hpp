/// Whole numbers of 10^-8 as doubles, for tables and statistics.  Not part of the door.
#pragma once

#include <ballast/base/quantity.hpp>

namespace ballast::derivatives {

inline constexpr double unit = 1e-8;

[[nodiscard]] inline double dollars(Cash cash) {
    return static_cast<double>(cash.units()) * unit;
}

}  // namespace ballast::derivatives
