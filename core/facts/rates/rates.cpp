#include <ballast/rates/rates.hpp>

#include <ballast/base/limits.hpp>
#include <ballast/math/power.hpp>

namespace ballast::rates {

Result<math::U256> compound_index(math::U256 index, math::U256 per_second, u64 elapsed) {
    const math::U256 one(ray_one);
    BALLAST_TRY(const math::U256 factor, math::power_half_up(per_second, elapsed, one));
    BALLAST_TRY(const math::U256 product, math::mul(factor, index));
    return product / one;
}

Result<Ray> accrued_index(Ray index, Ray per_second, u64 elapsed) {
    if (index.units() < ray_one || index > limits::index_max) return no(Reject::overflow);
    if (per_second.units() < ray_one) return no(Reject::overflow);
    const auto compounded =
        compound_index(math::U256(index.units()), math::U256(per_second.units()), elapsed);
    if (!compounded || *compounded > math::U256(limits::index_max.units()))
        return limits::index_max;
    return Ray::units(compounded->to_u128());
}

}  // namespace ballast::rates
