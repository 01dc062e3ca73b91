/// The kernels of one variant.  Only kernel_*.cpp include this: which instructions it becomes,
/// their compiler options say.
#pragma once

#include <ballast/pricing/columns.hpp>
#include <ballast/pricing/everlasting_columns.hpp>
#include <ballast/pricing/implied_columns.hpp>

namespace ballast::pricing::kernel {

[[nodiscard]] const Kernels& baseline_kernels();
[[nodiscard]] const Kernels& avx2_kernels();
[[nodiscard]] const Kernels& avx512_kernels();

template <Variant variant, bool call>
BALLAST_LANE constexpr Columns columns() {
    return {.european = european<variant, call>,
            .european_greeks = european_greeks<variant, call>,
            .cash_value = cash_value<variant, call>,
            .cash = cash<variant, call>,
            .asset = asset<variant, call>,
            .everlasting = everlasting<variant, call>,
            .everlasting_binary = everlasting_binary<variant, call>};
}

template <Variant variant>
BALLAST_LANE constexpr Kernels table() {
    return {.call = columns<variant, true>(),
            .put = columns<variant, false>(),
            .implied = implied<variant>,
            .exponential = exponential<variant>};
}

}  // namespace ballast::pricing::kernel
