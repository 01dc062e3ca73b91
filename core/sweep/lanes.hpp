/// Several 64-bit integers at a time.  Each kernel is a template over how many, compiled for the
/// processors whose registers hold them.  Integers only: the bits are the same from all of them.
#pragma once

#include <ballast/base/integers.hpp>

#include <cstring>
#include <utility>

// Builds that keep out of vector registers on purpose have the plain kernels alone.
#if defined(__x86_64__) && defined(__SSE2__)
#define BALLAST_SWEEP_WIDE 1
#define BALLAST_SWEEP_AVX2 [[gnu::target("avx2")]]
#define BALLAST_SWEEP_AVX512 [[gnu::target("avx512f,avx512dq,avx512bw,avx512vl")]]
#else
#define BALLAST_SWEEP_WIDE 0
#endif
/// For what is compiled into a function of each target.
#define BALLAST_SWEEP_KERNEL [[gnu::always_inline]] inline

namespace ballast::sweep {

/// Columns of a table are padded to a multiple of this.
inline constexpr u32 padding = 8;

/// Vectors go by reference: how they are passed by value depends on the target.  And they are never
/// compared, for the type of the answer would; sign bits serve instead.
template <u32 Count>
struct Vector {
    typedef i64 Signed __attribute__((vector_size(8 * Count)));
    typedef u64 Unsigned __attribute__((vector_size(8 * Count)));
};
template <u32 Count>
using Lanes64 = typename Vector<Count>::Signed;

template <class V>
BALLAST_SWEEP_KERNEL void load(V& to, const i64* from) {
    std::memcpy(&to, from, sizeof(to));
}
template <class V>
BALLAST_SWEEP_KERNEL void store(i64* to, const V& from) {
    std::memcpy(to, &from, sizeof(from));
}

/// sum + a * b modulo 2^64, which is the sum itself wherever the caller has bounded it.
template <u32 Count>
BALLAST_SWEEP_KERNEL void add_product(Lanes64<Count>& sum, const Lanes64<Count>& a, i64 b) {
    using Unsigned = typename Vector<Count>::Unsigned;
    const Unsigned product = reinterpret_cast<const Unsigned&>(a) * static_cast<u64>(b);
    reinterpret_cast<Unsigned&>(sum) += product;
}

/// The lower and the upper half of a vector of twice as many.
template <u32 Count, u32... I>
BALLAST_SWEEP_KERNEL void halve(const Lanes64<2 * Count>& whole, Lanes64<Count>& low,
                                Lanes64<Count>& high, std::integer_sequence<u32, I...>) {
    low = __builtin_shufflevector(whole, whole, I...);
    high = __builtin_shufflevector(whole, whole, (Count + I)...);
}

}  // namespace ballast::sweep
