#include <ballast/pricing/table.hpp>

namespace ballast::pricing::kernel {

const Kernels& avx512_kernels() {
    static constexpr Kernels kernels = table<Variant::avx512>();
    return kernels;
}

}  // namespace ballast::pricing::kernel
