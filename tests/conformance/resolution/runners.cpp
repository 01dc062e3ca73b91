#include <ballast/conformance/runners.hpp>

namespace ballast::conformance {

std::span<const Runner> resolution_runners() {
    return {};
}

}  // namespace ballast::conformance
