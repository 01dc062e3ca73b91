#include <ballast/base/assert.hpp>

namespace ballast {

// The three arguments stay in registers for a debugger or a core dump; the core itself may not
// write to a stream.
void assertion_failed(const char*, const char*, int) noexcept {
    __builtin_trap();
}

}  // namespace ballast
