#include <ballast/pricing/kernel.hpp>
#include <ballast/pricing/table.hpp>

#include <cpuid.h>

// The choice is made by the loader, which asks the resolver below for the address of `kernels()`:
// there is neither a variable to set nor a test on each call.  The resolver runs before anything
// else of the program, so it calls nothing and no sanitizer may look into it.
#if defined(__clang__)
#define BALLAST_BEFORE_MAIN __attribute__((used, no_sanitize("all", "coverage")))
#else
#define BALLAST_BEFORE_MAIN __attribute__((used, no_sanitize("address", "thread", "undefined")))
#endif

namespace ballast::pricing::kernel {

namespace {

// Registers that the system saves: XMM and YMM; and of AVX-512 the masks and both halves of ZMM.
constexpr u32 saved_avx2 = 0x06;
constexpr u32 saved_avx512 = 0xe6;

[[gnu::always_inline]] inline u32 saved_registers() {
    u32 low = 0;
    u32 high = 0;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

[[gnu::always_inline]] inline Variant best_variant() {
    u32 a = 0;
    u32 b = 0;
    u32 c = 0;
    u32 d = 0;
    __cpuid(0, a, b, c, d);
    if (a < 7) return Variant::baseline;
    __cpuid(1, a, b, c, d);
    const bool saves = (c & bit_OSXSAVE) != 0;
    if (!saves) return Variant::baseline;
    const u32 saved = saved_registers();
    __cpuid_count(7, 0, a, b, c, d);
    const u32 wide = bit_AVX512F | bit_AVX512DQ | bit_AVX512VL;
    if ((saved & saved_avx512) == saved_avx512 && (b & wide) == wide) return Variant::avx512;
    if ((saved & saved_avx2) == saved_avx2 && (b & bit_AVX2) != 0) return Variant::avx2;
    return Variant::baseline;
}

}  // namespace

extern "C" {
using BallastKernels = const Kernels& (*)();
BALLAST_BEFORE_MAIN static BallastKernels ballast_pricing_kernels() {
    switch (best_variant()) {
        case Variant::avx512: return avx512_kernels;
        case Variant::avx2: return avx2_kernels;
        case Variant::baseline: break;
    }
    return baseline_kernels;
}
}

const Kernels& kernels() __attribute__((ifunc("ballast_pricing_kernels")));

const Kernels& kernels(Variant variant) {
    switch (variant) {
        case Variant::avx512: return avx512_kernels();
        case Variant::avx2: return avx2_kernels();
        case Variant::baseline: break;
    }
    return baseline_kernels();
}

bool supported(Variant variant) {
    return variant <= best_variant();
}

}  // namespace ballast::pricing::kernel
