/// The loops of the everlasting options: docs/methods/pricing.md, section 4.  As columns.hpp.
#pragma once

#include <ballast/pricing/kernel.hpp>
#include <ballast/pricing/lanes.hpp>

namespace ballast::pricing::lane {

/// With v = sigma^2 / 2, the roots of v x (x - 1) + growth x = decay + rate.  Under the strike the
/// value behaves as (S / K)^x with the positive root, above it with the negative one.
struct Roots {
    double v;
    double near;        ///< The root of this side of the strike.
    double near_minus;  ///< That, less 1.
    double far;         ///< The other root.
    double far_minus;
    double width;  ///< v (positive root - negative root).
    double held;   ///< decay + rate: what a dollar paid for ever loses per year.
    double sign;   ///< 1 under the strike, -1 above.
    bool under;
};

BALLAST_LANE Roots roots(double sigma, double held, double growth, bool under) {
    const double v = 0.5 * sigma * sigma;
    const double e = v - growth;
    const double width = root(e * e + 4.0 * v * held);
    // Each root as the quotient of what does not cancel.
    const double n = 0.5 * (magnitude(e) + width);
    const double large = n / v;
    const double small = held / n;
    const double plus = e >= 0 ? large : small;
    const double minus = e >= 0 ? -small : -large;
    const double f = v + growth;
    const double m = 0.5 * (magnitude(f) + width);
    const double plus_minus = f >= 0 ? (held - growth) / m : m / v;
    return {.v = v,
            .near = under ? plus : minus,
            .near_minus = under ? plus_minus : minus - 1.0,
            .far = under ? minus : plus,
            .far_minus = under ? minus - 1.0 : plus_minus,
            .width = width,
            .held = held,
            .sign = under ? 1.0 : -1.0,
            .under = under};
}

/// d ln(value) / d sigma of amplitude * (S / K)^near, where the amplitude moves by `amplitude`.
BALLAST_LANE double log_vega(const Roots& r, double sigma, double growth, double amplitude,
                             double x) {
    const double inverse = 1.0 / r.width;
    const double near = -r.sign * sigma * r.near * r.near_minus * inverse * x;
    const double width = sigma * ((r.v - growth) + 2.0 * r.held) * inverse * inverse;
    return (amplitude + near) - width;
}

}  // namespace ballast::pricing::lane

namespace ballast::pricing::kernel {

template <Variant, bool call>
void everlasting(EverlastingIn in, EverlastingOut out, std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const double spot = in.spot[row];
        const double strike = in.strike[row];
        const double sigma = in.volatility[row];
        const double growth = in.growth[row];
        const double held = in.decay[row] + in.rate[row];
        const lane::Roots r = lane::roots(sigma, held, growth, spot < strike);
        const double x = lane::log_ratio(spot, strike);
        const double spot_share = in.decay[row] / (held - growth);
        const double strike_share = in.decay[row] / held;
        const double amplitude = spot_share * r.v * r.v * r.far * r.far_minus / (held * r.width);
        const double time = strike * amplitude * lane::exponential(r.near * x);
        const double slope = 4.0 / sigma + r.sign * sigma * (r.far + r.far_minus) / r.width;
        const double signed_spot = call ? spot_share : -spot_share;
        const double exercise = signed_spot * spot - (call ? strike_share : -strike_share) * strike;
        const bool inside = call ? !r.under : r.under;
        const double per_spot = 1.0 / spot;
        out.value[row] = time + (inside ? exercise : 0.0);
        out.delta[row] = time * r.near * per_spot + (inside ? signed_spot : 0.0);
        out.gamma[row] = time * r.near * r.near_minus * per_spot * per_spot;
        out.vega[row] = time * lane::log_vega(r, sigma, growth, slope, x);
    }
}

template <Variant, bool call>
void everlasting_binary(EverlastingIn in, EverlastingOut out, std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const double spot = in.spot[row];
        const double strike = in.strike[row];
        const double sigma = in.volatility[row];
        const double growth = in.growth[row];
        const double held = in.decay[row] + in.rate[row];
        const lane::Roots r = lane::roots(sigma, held, growth, spot < strike);
        const double x = lane::log_ratio(spot, strike);
        const double share = in.decay[row] / held;
        const double small =
            share * (r.v * lane::magnitude(r.far) / r.width) * lane::exponential(r.near * x);
        const double slope = 2.0 / sigma + r.sign * sigma * r.far_minus / r.width;
        const bool inside = call ? !r.under : r.under;
        const double moved = inside ? -small : small;
        const double per_spot = 1.0 / spot;
        out.value[row] = inside ? share - small : small;
        out.delta[row] = moved * r.near * per_spot;
        out.gamma[row] = moved * r.near * r.near_minus * per_spot * per_spot;
        out.vega[row] = moved * lane::log_vega(r, sigma, growth, slope, x);
    }
}

}  // namespace ballast::pricing::kernel
