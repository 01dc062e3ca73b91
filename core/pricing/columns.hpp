/// The loops of kernel.hpp over the lanes of lanes.hpp, once per variant: kernel_*.cpp compile this
/// file with the options of their processor, and the tag keeps their instantiations apart.
#pragma once

#include <ballast/pricing/kernel.hpp>
#include <ballast/pricing/lanes.hpp>

namespace ballast::pricing::lane {

/// What all Europeans are made of.  With lo and hi the lesser and the greater of forward and
/// strike, h = |ln(F / K)| / s, s = volatility * sqrt(T), a = h - s / 2, b = h + s / 2:
struct Core {
    double a;
    double b;
    double inverse;  ///< 1 / s.
    double weight;   ///< lo * n(a) = hi * n(b).
    double inner;    ///< lo * N(-a).
    double rest;     ///< lo * N(a).
    double outer;    ///< hi * N(-b).
    double otm;      ///< inner - outer, the option out of the money, without cancellation.
    bool above;      ///< F >= K.
};

BALLAST_LANE Core core(double forward, double strike, double deviation) {
    const double s = greatest(deviation, 1e-160);
    const double inverse = 1.0 / s;
    const double h = least(magnitude(log_ratio(forward, strike)) * inverse, 1e5);
    const double a = h - 0.5 * s;
    const double b = h + 0.5 * s;
    const double lo = least(forward, strike);
    // Far enough under zero, Mills' ratio is taken at -a, and nothing cancels in lo - ...
    const bool deep = a < -0.25;
    const double at = deep ? -a : a;
    const double distance = deep ? 2.0 * h : s;
    const Mills m = mills(at, b);
    const double pb = m.p + distance * m.p_slope;
    const double qb = m.q + distance * m.q_slope;
    const double weight = lo * (inverse_root_2pi * exponential(-0.5 * a * a));
    const double scale = weight / (m.q * qb);
    const double near = scale * (m.p * qb);
    const double outer = scale * (pb * m.q);
    const double difference = scale * (s * (m.p * m.q_slope - m.p_slope * m.q));
    return {.a = a,
            .b = b,
            .inverse = inverse,
            .weight = weight,
            .inner = deep ? lo - near : near,
            .rest = deep ? near : lo - near,
            .outer = outer,
            .otm = deep ? (lo - near) - outer : difference,
            .above = forward >= strike};
}

/// In or out of the money: the intrinsic value is on top.
BALLAST_LANE double plain_value(const Core& c, bool call, double forward, double strike) {
    return c.above == call ? c.otm + magnitude(forward - strike) : c.otm;
}

/// F * N(d1) of a call, F * N(-d1) of a put: what the underlying paid on exercise is worth.
BALLAST_LANE double underlying_leg(const Core& c, bool call, double forward) {
    const double above = call ? forward - c.outer : c.outer;
    const double below = call ? c.inner : c.rest;
    return c.above ? above : below;
}

/// K * N(d2) of a call, K * N(-d2) of a put.
BALLAST_LANE double strike_leg(const Core& c, bool call, double strike) {
    const double above = call ? c.rest : c.inner;
    const double below = call ? c.outer : strike - c.outer;
    return c.above ? above : below;
}

BALLAST_LANE double d1(const Core& c) {
    return c.above ? c.b : -c.a;
}
BALLAST_LANE double d2(const Core& c) {
    return c.above ? c.a : -c.b;
}

}  // namespace ballast::pricing::lane

namespace ballast::pricing::kernel {

template <Variant, bool call>
void european(EuropeanIn in, double* value, std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const double deviation = in.volatility[row] * lane::root(in.years[row]);
        const lane::Core c = lane::core(in.forward[row], in.strike[row], deviation);
        value[row] = in.discount[row] * lane::plain_value(c, call, in.forward[row], in.strike[row]);
    }
}

template <Variant, bool call>
void european_greeks(EuropeanIn in, EuropeanOut out, std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const double root = lane::root(in.years[row]);
        const double sigma = in.volatility[row];
        const lane::Core c = lane::core(in.forward[row], in.strike[row], sigma * root);
        const double discount = in.discount[row];
        const double worth = discount * lane::plain_value(c, call, in.forward[row], in.strike[row]);
        const double leg = discount * lane::underlying_leg(c, call, in.forward[row]);
        const double signed_leg = call ? leg : -leg;
        const double weight = discount * c.weight;
        const double per_spot = 1.0 / in.spot[row];
        const double curvature = weight * c.inverse;
        out.value[row] = worth;
        out.delta[row] = signed_leg * per_spot;
        out.gamma[row] = curvature * per_spot * per_spot;
        out.vega[row] = weight * root;
        out.theta[row] =
            in.rate[row] * worth - in.carry[row] * signed_leg - 0.5 * sigma * sigma * curvature;
    }
}

template <Variant, bool call>
void cash_value(EuropeanIn in, double* value, std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const double deviation = in.volatility[row] * lane::root(in.years[row]);
        const double strike = in.strike[row];
        const lane::Core c = lane::core(in.forward[row], strike, deviation);
        value[row] = in.discount[row] * lane::strike_leg(c, call, strike) / strike;
    }
}

template <Variant, bool call>
void cash(EuropeanIn in, EuropeanOut out, std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const double root = lane::root(in.years[row]);
        const double strike = in.strike[row];
        const lane::Core c = lane::core(in.forward[row], strike, in.volatility[row] * root);
        const double scale = in.discount[row] / strike;
        const double per_spot = 1.0 / in.spot[row];
        const double slope = (call ? scale : -scale) * c.weight * c.inverse;  // S * delta.
        out.value[row] = scale * lane::strike_leg(c, call, strike);
        out.delta[row] = slope * per_spot;
        out.gamma[row] = -slope * (lane::d1(c) * c.inverse) * per_spot * per_spot;
        out.vega[row] = -slope * lane::d1(c) * root;
    }
}

template <Variant, bool call>
void asset(EuropeanIn in, EuropeanOut out, std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const double root = lane::root(in.years[row]);
        const lane::Core c = lane::core(in.forward[row], in.strike[row], in.volatility[row] * root);
        const double discount = in.discount[row];
        const double per_spot = 1.0 / in.spot[row];
        const double worth = discount * lane::underlying_leg(c, call, in.forward[row]);
        const double slope = (call ? discount : -discount) * c.weight * c.inverse;
        out.value[row] = worth;
        out.delta[row] = (worth + slope) * per_spot;
        out.gamma[row] = -slope * (lane::d2(c) * c.inverse) * per_spot * per_spot;
        out.vega[row] = -slope * lane::d2(c) * root;
    }
}

template <Variant>
void exponential(const double* x, double* out, std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) out[row] = lane::exponential(x[row]);
}

}  // namespace ballast::pricing::kernel
