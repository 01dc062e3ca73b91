/// The loops of kernel.hpp over the lanes of lanes.hpp, once per variant: kernel_*.cpp compile this
/// file with the options of their processor, and the tag keeps their instantiations apart.
#pragma once

#include <ballast/pricing/kernel.hpp>
#include <ballast/pricing/lanes.hpp>

namespace ballast::pricing::lane {

/// Where an option stands: with s = volatility * sqrt(T) and h = |ln(F / K)| / s,
struct Place {
    double a;        ///< h - s / 2.
    double b;        ///< h + s / 2.
    double s;        ///< At least 1e-160.
    double inverse;  ///< 1 / s.
};

BALLAST_LANE Place place(double forward, double strike, double deviation) {
    const double s = greatest(deviation, 1e-160);
    const double inverse = 1.0 / s;
    const double h = least(magnitude(log_ratio(forward, strike)) * inverse, 1e5);
    return {.a = h - 0.5 * s, .b = h + 0.5 * s, .s = s, .inverse = inverse};
}

/// What all Europeans are made of; lo and hi are the lesser and the greater of forward and strike.
struct Core {
    double a;
    double b;
    double inverse;
    double weight;  ///< lo * n(a) = hi * n(b).
    double inner;   ///< lo * N(-a).
    double rest;    ///< lo * N(a).
    double outer;   ///< hi * N(-b).
    double otm;     ///< inner - outer, the option out of the money, without cancellation.
    bool above;     ///< F >= K.
};

BALLAST_LANE double weight(double lo, double a) {
    return lo * (inverse_root_2pi * exponential_of_negative(-0.5 * a * a));
}

/// The tails of both ends: lo * N(-|a|), hi * N(-b), and inner - outer where a >= -0.25.
struct Tails {
    double near;
    double outer;
    double difference;
};

BALLAST_LANE Tails tails(const Place& at, double weight) {
    // Far enough under zero, Mills' ratio is taken at -a, and nothing cancels in lo - near.
    const bool deep = at.a < -0.25;
    const double inside = deep ? -at.a : at.a;
    const double distance = deep ? at.a + at.b : at.s;
    const Mills m = mills(inside, at.b);
    const double pb = m.p + distance * m.p_slope;
    const double qb = m.q + distance * m.q_slope;
    const double scale = weight / (m.q * qb);
    return {.near = scale * (m.p * qb),
            .outer = scale * (pb * m.q),
            .difference = scale * (at.s * (m.p * m.q_slope - m.p_slope * m.q))};
}

BALLAST_LANE Core core(const Place& at, double weight, const Tails& tails, double forward,
                       double strike) {
    const double lo = least(forward, strike);
    const double other = lo - tails.near;
    const bool deep = at.a < -0.25;
    return {.a = at.a,
            .b = at.b,
            .inverse = at.inverse,
            .weight = weight,
            .inner = deep ? other : tails.near,
            .rest = deep ? tails.near : other,
            .outer = tails.outer,
            .otm = deep ? other - tails.outer : tails.difference,
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

inline constexpr std::size_t chunk = 128;

/// The cores of up to `chunk` rows.  Made in short loops, one after the other, so that a processor
/// has several rows of each in flight.
struct Cores {
    double a[chunk];
    double b[chunk];
    double s[chunk];
    double inverse[chunk];
    double weight[chunk];
    double near[chunk];
    double outer[chunk];
    double difference[chunk];

    BALLAST_LANE lane::Core at(std::size_t row, double forward, double strike) const {
        return lane::core({.a = a[row], .b = b[row], .s = s[row], .inverse = inverse[row]},
                          weight[row], {near[row], outer[row], difference[row]}, forward, strike);
    }
};

template <Variant>
void prepare(EuropeanIn in, Cores& cores, std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const lane::Place at =
            lane::place(in.forward[row], in.strike[row], in.volatility[row] * in.root[row]);
        cores.a[row] = at.a;
        cores.b[row] = at.b;
        cores.s[row] = at.s;
        cores.inverse[row] = at.inverse;
    }
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const double lo = lane::least(in.forward[row], in.strike[row]);
        cores.weight[row] = lane::weight(lo, cores.a[row]);
    }
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const lane::Tails tails =
            lane::tails({.a = cores.a[row], .b = cores.b[row], .s = cores.s[row], .inverse = 0},
                        cores.weight[row]);
        cores.near[row] = tails.near;
        cores.outer[row] = tails.outer;
        cores.difference[row] = tails.difference;
    }
}

/// The columns from row `first`.
BALLAST_LANE EuropeanIn from(const EuropeanIn& in, std::size_t first) {
    return {in.spot + first, in.forward + first,  in.strike + first, in.volatility + first,
            in.root + first, in.discount + first, in.rate + first,   in.carry + first};
}
BALLAST_LANE EuropeanOut from(const EuropeanOut& out, std::size_t first) {
    return {out.value + first, out.delta + first, out.gamma + first, out.vega + first,
            out.theta + first};
}

template <bool call>
BALLAST_LANE void european_chunk(const Cores& cores, EuropeanIn in, double* value,
                                 std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const lane::Core c = cores.at(row, in.forward[row], in.strike[row]);
        value[row] = in.discount[row] * lane::plain_value(c, call, in.forward[row], in.strike[row]);
    }
}

template <Variant variant, bool call>
void european(EuropeanIn in, double* out, std::size_t rows) {
    Cores cores;
    for (std::size_t first = 0; first < rows; first += chunk) {
        const std::size_t some = rows - first < chunk ? rows - first : chunk;
        prepare<variant>(from(in, first), cores, some);
        european_chunk<call>(cores, from(in, first), out + first, some);
    }
}

template <bool call>
BALLAST_LANE void european_greeks_chunk(const Cores& cores, EuropeanIn in, EuropeanOut out,
                                        std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const double root = in.root[row];
        const double sigma = in.volatility[row];
        const lane::Core c = cores.at(row, in.forward[row], in.strike[row]);
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

template <Variant variant, bool call>
void european_greeks(EuropeanIn in, EuropeanOut out, std::size_t rows) {
    Cores cores;
    for (std::size_t first = 0; first < rows; first += chunk) {
        const std::size_t some = rows - first < chunk ? rows - first : chunk;
        prepare<variant>(from(in, first), cores, some);
        european_greeks_chunk<call>(cores, from(in, first), from(out, first), some);
    }
}

template <bool call>
BALLAST_LANE void cash_value_chunk(const Cores& cores, EuropeanIn in, double* value,
                                   std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const double strike = in.strike[row];
        const lane::Core c = cores.at(row, in.forward[row], in.strike[row]);
        value[row] = in.discount[row] * lane::strike_leg(c, call, strike) / strike;
    }
}

template <Variant variant, bool call>
void cash_value(EuropeanIn in, double* out, std::size_t rows) {
    Cores cores;
    for (std::size_t first = 0; first < rows; first += chunk) {
        const std::size_t some = rows - first < chunk ? rows - first : chunk;
        prepare<variant>(from(in, first), cores, some);
        cash_value_chunk<call>(cores, from(in, first), out + first, some);
    }
}

template <bool call>
BALLAST_LANE void cash_chunk(const Cores& cores, EuropeanIn in, EuropeanOut out, std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const double root = in.root[row];
        const double strike = in.strike[row];
        const lane::Core c = cores.at(row, in.forward[row], in.strike[row]);
        const double scale = in.discount[row] / strike;
        const double per_spot = 1.0 / in.spot[row];
        const double slope = (call ? scale : -scale) * c.weight * c.inverse;  // S * delta.
        out.value[row] = scale * lane::strike_leg(c, call, strike);
        out.delta[row] = slope * per_spot;
        out.gamma[row] = -slope * (lane::d1(c) * c.inverse) * per_spot * per_spot;
        out.vega[row] = -slope * lane::d1(c) * root;
    }
}

template <Variant variant, bool call>
void cash(EuropeanIn in, EuropeanOut out, std::size_t rows) {
    Cores cores;
    for (std::size_t first = 0; first < rows; first += chunk) {
        const std::size_t some = rows - first < chunk ? rows - first : chunk;
        prepare<variant>(from(in, first), cores, some);
        cash_chunk<call>(cores, from(in, first), from(out, first), some);
    }
}

template <bool call>
BALLAST_LANE void asset_chunk(const Cores& cores, EuropeanIn in, EuropeanOut out,
                              std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) {
        const double root = in.root[row];
        const lane::Core c = cores.at(row, in.forward[row], in.strike[row]);
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

template <Variant variant, bool call>
void asset(EuropeanIn in, EuropeanOut out, std::size_t rows) {
    Cores cores;
    for (std::size_t first = 0; first < rows; first += chunk) {
        const std::size_t some = rows - first < chunk ? rows - first : chunk;
        prepare<variant>(from(in, first), cores, some);
        asset_chunk<call>(cores, from(in, first), from(out, first), some);
    }
}

template <Variant>
void exponential(const double* x, double* out, std::size_t rows) {
    BALLAST_COLUMNS
    for (std::size_t row = 0; row < rows; ++row) out[row] = lane::exponential(x[row]);
}

}  // namespace ballast::pricing::kernel
