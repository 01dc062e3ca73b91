/// Errors are values.  A request that is not allowed is answered with a Reject.
#pragma once

#include <ballast/base/reject.hpp>

#include <expected>
#include <utility>

namespace ballast {

template <class T>
using Result = std::expected<T, Reject>;

[[nodiscard]] inline std::unexpected<Reject> no(Reject reason) {
    return std::unexpected(reason);
}

}  // namespace ballast

#define BALLAST_JOIN_(a, b) a##b
#define BALLAST_JOIN(a, b) BALLAST_JOIN_(a, b)

/// Declares `declaration` from a Result, or returns its Reject from the enclosing function.
#define BALLAST_TRY(declaration, expression)                                                       \
    auto BALLAST_JOIN(try_, __LINE__) = (expression);                                              \
    if (!BALLAST_JOIN(try_, __LINE__)) return ::ballast::no(BALLAST_JOIN(try_, __LINE__).error()); \
    declaration = std::move(*BALLAST_JOIN(try_, __LINE__))

/// Returns the Reject of a Result<void> from the enclosing function, if there is one.
#define BALLAST_CHECK(expression)                                                            \
    if (auto BALLAST_JOIN(check_, __LINE__) = (expression); !BALLAST_JOIN(check_, __LINE__)) \
    return ::ballast::no(BALLAST_JOIN(check_, __LINE__).error())
