/// BALLAST_ASSERT states what must be true if Ballast itself is right.  It is on in every build: a
/// machine that is wrong about money stops rather than moving it.  Requests that are merely not
/// allowed are answered with a Reject instead.
#pragma once

namespace ballast {

/// Stops the process.  Kept out of line so that an assertion costs one compare and a cold branch.
[[noreturn]] void assertion_failed(const char* what, const char* file, int line) noexcept;

}  // namespace ballast

#define BALLAST_ASSERT(condition)                      \
    (__builtin_expect(static_cast<bool>(condition), 1) \
         ? static_cast<void>(0)                        \
         : ::ballast::assertion_failed(#condition, __FILE__, __LINE__))
