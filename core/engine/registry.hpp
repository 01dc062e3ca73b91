/// The closed list of instruments.  A series names its kind by the position here, so the order is
/// part of the format and never changes; docs/methods/instruments.md says how to add one.
#pragma once

#include <ballast/instruments/all.hpp>

#include <array>

namespace ballast::engine {

[[nodiscard]] inline auto registry() {
    return std::to_array<risk::Kind>({
        perps::kind(),
        options::kind(),
        binaries::kind(),
        everlasting::premium_kind(),
        everlasting::futures_kind(),
    });
}
using Registry = decltype(registry());

}  // namespace ballast::engine
