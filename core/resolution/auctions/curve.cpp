#include <ballast/auctions/curve.hpp>

#include <ballast/math/mul_div.hpp>
#include <ballast/math/power.hpp>

#include <utility>

namespace ballast::auctions {

namespace {

using math::U256;

constexpr U256 ray{ray_one};

// top * factor / 10^27, as Maker's rmul: rounded down, and no product beyond 256 bits.
Result<U256> times_ray(const U256& top, const U256& factor) {
    BALLAST_TRY(const U256 product, math::mul(top, factor));
    return product / ray;
}

Result<U256> after_cuts(const U256& top, Ray cut, u64 cuts) {
    BALLAST_TRY(const U256 factor, math::power_half_up(U256(cut.units()), cuts, ray));
    return times_ray(top, factor);
}

}  // namespace

Result<U256> price_after(const Curve& curve, const U256& top, u64 elapsed) {
    switch (curve.kind) {
        case CurveKind::linear: {
            if (elapsed >= curve.duration_seconds) return U256();
            const U256 left(curve.duration_seconds - elapsed);
            return times_ray(top, left * ray / U256(curve.duration_seconds));
        }
        case CurveKind::stepped: return after_cuts(top, curve.cut, elapsed / curve.step_seconds);
        case CurveKind::continuous: return after_cuts(top, curve.cut, elapsed);
        case CurveKind::fixed_discount:
        case CurveKind::health_discount: return top;
    }
    std::unreachable();
}

bool needs_restart(const RestartInput& input) {
    if (input.elapsed > input.tail || input.price.zero()) return true;
    // The quotient is rounded down before it is compared, so equality of the exact ratio is not
    // "under".
    const auto part = math::mul_div(input.price, ray, input.top, Round::down);
    return part && *part < U256(input.cusp.units());
}

}  // namespace ballast::auctions
