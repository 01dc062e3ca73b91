#include <ballast/pricing/kernel.hpp>

#include <ballast/pricing/columns.hpp>

namespace ballast::pricing::kernel {

AllGreeks all_greeks(const Contract& contract) {
    const auto [right, spot, strike, rate, yield, years, sigma] = contract;
    const bool call = right == Right::call;
    const double sign = call ? 1.0 : -1.0;
    const double carry = rate - yield;
    const double root = lane::root(years);
    const double discount = lane::exponential(-rate * years);
    const double forward = spot * lane::exponential(carry * years);
    const lane::Place at = lane::place(forward, strike, sigma * root);
    const double lesser = lane::weight(lane::least(forward, strike), at.a);
    const lane::Core c = lane::core(at, lesser, lane::tails(at, lesser), forward, strike);
    const double d1 = lane::d1(c);
    const double d2 = lane::d2(c);
    const double asset = discount * lane::underlying_leg(c, call, forward);
    const double cash = discount * lane::strike_leg(c, call, strike);
    const double price = discount * lane::plain_value(c, call, forward, strike);
    const double weight = discount * c.weight;
    const double vega = weight * root;
    const double delta = sign * asset / spot;
    const double gamma = weight * c.inverse / (spot * spot);
    const double d1_rate = carry * c.inverse - d2 / (2.0 * years);  // d d1 / d T.
    return {.price = price,
            .delta = delta,
            .gamma = gamma,
            .vega = vega,
            .theta = rate * price - carry * sign * asset - 0.5 * sigma * sigma * weight * c.inverse,
            .rho = sign * years * cash,
            .phi = -sign * years * asset,
            .vanna = -vega * d2 * c.inverse / spot,
            .volga = vega * d1 * d2 / sigma,
            .charm = yield * delta - weight / spot * d1_rate,
            .speed = -gamma / spot * (d1 * c.inverse + 1.0),
            .zomma = gamma * (d1 * d2 - 1.0) / sigma,
            .color = gamma * (yield + 1.0 / (2.0 * years) + d1 * d1_rate),
            .dual_delta = -sign * cash / strike,
            .dual_gamma = weight * c.inverse / (strike * strike)};
}

}  // namespace ballast::pricing::kernel
