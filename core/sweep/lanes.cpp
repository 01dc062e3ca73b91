#include <ballast/sweep/lanes.hpp>
#include <ballast/sweep/sweep.hpp>

#if BALLAST_SWEEP_WIDE
#include <cpuid.h>
#endif

namespace ballast::sweep {

#if BALLAST_SWEEP_WIDE
namespace {

constexpr u32 bit(u32 position) {
    return u32{1} << position;
}

/// Which registers the operating system saves: XCR0.
u32 saved_registers() {
    u32 low = 0;
    u32 high = 0;
    asm("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

}  // namespace

Lanes widest_lanes() {
    u32 a = 0;
    u32 b = 0;
    u32 c = 0;
    u32 d = 0;
    const u32 saves_registers = bit(27);
    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & saves_registers) == 0) return Lanes::plain;
    const u32 saved = saved_registers();
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return Lanes::plain;
    const u32 ymm = bit(1) | bit(2);
    const u32 zmm = ymm | bit(5) | bit(6) | bit(7);
    const u32 avx512 = bit(16) | bit(17) | bit(30) | bit(31);  // F, DQ, BW, VL.
    if ((saved & zmm) == zmm && (b & avx512) == avx512) return Lanes::avx512;
    return (saved & ymm) == ymm && (b & bit(5)) != 0 ? Lanes::avx2 : Lanes::plain;
}
#else
Lanes widest_lanes() {
    return Lanes::plain;
}
#endif

}  // namespace ballast::sweep
