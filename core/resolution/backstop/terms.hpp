/// What the backstop pools of a market are configured to do.  Fixed at genesis.
#pragma once

#include <ballast/base/ids.hpp>
#include <ballast/base/limits.hpp>
#include <ballast/base/quantity.hpp>
#include <ballast/base/terms_fault.hpp>

#include <optional>
#include <vector>

namespace ballast::backstop {

/// Smallest remainder that may be configured: the products of product_sum.hpp fit down to here.
inline constexpr Amount remainder_lowest = Amount::units(1'000'000);

/// One pool, which stands behind one synthetic asset.
struct PoolTerms {
    AssetId asset;  ///< The synthetic: what is deposited, and what is burnt against bad positions.
    Amount remainder_min;  ///< The pool never absorbs, and never lets go, the last this many units.
    Ratio floor;  ///< The pool takes no position whose collateral is worth less than this times its
                  ///< debt.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.asset), visit(row.remainder_min), visit(row.floor);
    }
};

struct Terms {
    std::vector<PoolTerms> pools;  ///< At most one per synthetic, at most limits::assets_max.

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.pools);
    }
};

/// What is wrong with the terms of a market of `assets` assets, if anything is.
[[nodiscard]] std::optional<TermsFault> validate(const Terms& terms, u32 assets);

}  // namespace ballast::backstop
