/// The loop of the implied volatility: docs/methods/pricing.md, section 5.  As columns.hpp.
#pragma once

#include <ballast/pricing/kernel.hpp>
#include <ballast/pricing/lanes.hpp>

namespace ballast::pricing::lane {

/// An out-of-the-money option over the lesser of forward and strike, at one s: c, 1 - c, and
/// c' = n(a).
struct Unit {
    double a;
    double ratio;  ///< c / c'.
    double slope;  ///< c'.
    double value;  ///< c.
    double rest;   ///< 1 - c.
};

BALLAST_LANE Unit unit(double moneyness, double s) {
    const double h = least(moneyness / s, 1e5);
    const double a = h - 0.5 * s;
    const double b = h + 0.5 * s;
    const bool deep = a < -0.25;
    const double at = deep ? -a : a;
    const double distance = deep ? 2.0 * h : s;
    const Mills m = mills(at, b);
    const double pb = m.p + distance * m.p_slope;
    const double qb = m.q + distance * m.q_slope;
    const double scale = 1.0 / (m.q * qb);
    const double slope = inverse_root_2pi * exponential_of_negative(-0.5 * a * a);
    const double ratio = scale * (s * (m.p * m.q_slope - m.p_slope * m.q));
    const double both = slope * (scale * (m.p * qb + pb * m.q));
    return {.a = a,
            .ratio = ratio,
            .slope = slope,
            .value = deep ? 1.0 - both : slope * ratio,
            .rest = deep ? both : 1.0 - slope * ratio};
}

/// Which function is brought to zero, so that one step of Halley's gains the most digits.
struct Target {
    double value;
    double rest;
    bool low;   ///< Far under the point of inflection: ln c in 1 / s.
    bool high;  ///< Above it, over one half: ln(1 - c) in s.  Between: c in s.
};

BALLAST_LANE double improved(const Target& target, double moneyness, double s) {
    const Unit u = unit(moneyness, s);
    const double bend = moneyness * moneyness / (s * s * s) - 0.25 * s;  // c'' / c'.
    const double log = log_ratio(target.low ? u.ratio * inverse_root_2pi : u.rest,
                                 target.low ? target.value : target.rest);

    const double p = 1.0 / u.ratio;
    const double low_step = (log - 0.5 * u.a * u.a) / (s * s * p);
    const double low_bend = -s * (2.0 + s * (bend - p));
    const double w = u.slope / u.rest;
    const double step = target.low    ? low_step
                        : target.high ? log / w
                                      : (target.value - u.value) / u.slope;
    const double curve = target.low ? low_bend : target.high ? bend + w : bend;
    const double moved = step / (1.0 + 0.5 * step * curve);
    const double next = target.low ? s / (1.0 + s * moved) : s + moved;
    return least(greatest(next, 0.25 * s), 4.0 * s);
}

}  // namespace ballast::pricing::lane

namespace ballast::pricing::kernel {

template <Variant>
void implied(ImpliedIn in, double* deviation, std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const double x = in.moneyness[row];
        const double inflection = lane::greatest(lane::root(2.0 * x), 1e-160);
        const double anchor = lane::greatest(lane::least(inflection, x), 1e-160);
        const lane::Unit middle = lane::unit(x, inflection);
        const lane::Unit low = lane::unit(x, anchor);
        const lane::Target target{.value = in.value[row],
                                  .rest = 1.0 - in.value[row],
                                  .low = in.value[row] < low.value,
                                  .high = in.value[row] > 0.5};
        // Start where two terms of ln c in 1 / s, or of ln(1 - c) in s, meet the value; between the
        // two points where those are taken c is nearly linear.
        const double log = lane::log_ratio(target.low ? low.value : middle.rest,
                                           target.low ? target.value : target.rest);
        const double c = target.low ? anchor * anchor / low.ratio : middle.slope / middle.rest;
        const double bend = target.low ? 2.0 * x * x : 0.5;
        const double start = 2.0 * log / (c + lane::root(c * c + bend * log));
        const double linear = (target.value + 0.5 * x) * (1.0 / lane::inverse_root_2pi);
        const double upper =
            target.value < middle.value ? lane::least(linear, inflection) : inflection + start;
        double s = target.low ? anchor / (1.0 + anchor * start) : upper;
        s = lane::improved(target, x, s);
        s = lane::improved(target, x, s);
        s = lane::improved(target, x, s);
        deviation[row] = s;
    }
}

}  // namespace ballast::pricing::kernel
