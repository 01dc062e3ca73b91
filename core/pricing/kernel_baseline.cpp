#include <ballast/pricing/table.hpp>

namespace ballast::pricing::kernel {

const Kernels& baseline_kernels() {
    static constexpr Kernels kernels = table<Variant::baseline>();
    return kernels;
}

}  // namespace ballast::pricing::kernel
