#include <ballast/pricing/table.hpp>

namespace ballast::pricing::kernel {

const Kernels& avx2_kernels() {
    static constexpr Kernels kernels = table<Variant::avx2>();
    return kernels;
}

}  // namespace ballast::pricing::kernel
