#include <ballast/pricing/pricing.hpp>

#include <ballast/pricing/door.hpp>

namespace ballast::pricing {

namespace {

// -zeta(1/2) / sqrt(2 pi).
constexpr double overshoot = 0.58259715793901067;

double at_least_a_second(u64 seconds) {
    return static_cast<double>(std::max(seconds, u64{1}));
}

double exponential_of(double x) {
    return lane::exponential(x);
}

}  // namespace

Fine shock_power(u64 seconds, u64 reference_seconds, Fine power) {
    const double log =
        lane::log_ratio(at_least_a_second(reference_seconds), at_least_a_second(seconds));
    return door::fine(exponential_of(door::real(power) * log));
}

Fine exponential(Fine x) {
    return door::fine(exponential_of(door::real(x)));
}

Fine power(Fine base, Fine exponent) {
    const double units = static_cast<double>(std::max(base.units(), i64{1}));
    return door::fine(
        exponential_of(door::real(exponent) * lane::log_ratio(units, door::fine_units)));
}

Fine log_ratio(Price a, Price b) {
    return door::fine(lane::log_ratio(door::real(a), door::real(b)));
}

Fine root_years(u64 seconds) {
    return door::fine(lane::root(static_cast<double>(seconds) / static_cast<double>(year_seconds)));
}

Price discrete_barrier(Price barrier, Fine volatility, u64 step_seconds, bool above) {
    const double sigma = std::clamp(door::real(volatility), 0.0, door::volatility_max);
    const double shift = overshoot * sigma * lane::root(door::years_of(step_seconds));
    if (shift == 0) return barrier;
    return Price::units(
        door::rounded_down(door::real(barrier) * exponential_of(above ? shift : -shift)));
}

}  // namespace ballast::pricing
