/// How an index compounds.  A fee per second is a factor, and what is owed is a normalised amount
/// times an index, so that time costs one multiplication per vault type and none per vault.
/// docs/methods/rates.md.
#pragma once

#include <ballast/base/quantity.hpp>
#include <ballast/math/u256.hpp>

namespace ballast::rates {

/// `index` after `elapsed` seconds at `per_second` (both 10^-27): the factor is compounded with
/// half-up rounding at every multiplication, the product with `index` is rounded down.  Digit for
/// digit the `drip` of Maker's dss (src/jug.sol).  Rejects with overflow where that reverts.
[[nodiscard]] Result<math::U256> compound_index(math::U256 index, math::U256 per_second,
                                                u64 elapsed);

/// The same for an index that never falls: where it would exceed limits::index_max it rests
/// there.  Rejects with overflow an index that is not between 1 and
/// limits::index_max already and a factor under 1.
[[nodiscard]] Result<Ray> accrued_index(Ray index, Ray per_second, u64 elapsed);

}  // namespace ballast::rates
