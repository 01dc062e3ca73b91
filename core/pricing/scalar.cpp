#include <ballast/pricing/kernel.hpp>
#include <ballast/pricing/lanes.hpp>

namespace ballast::pricing::kernel {

double exponential(double x) {
    return lane::exponential(x);
}

double log_ratio(double a, double b) {
    return lane::log_ratio(a, b);
}

double log_one_plus(double x) {
    return lane::log_one_plus(x);
}

double power(double base, double exponent) {
    return lane::exponential(exponent * lane::log_ratio(base, 1.0));
}

double normal(double x) {
    return lane::normal(x);
}

double normal_density(double x) {
    return lane::normal_density(x);
}

double mills(double x) {
    return lane::mills(x);
}

double log_normal(double x) {
    if (x > 0) return lane::log_one_plus(-lane::normal(-x));
    const double y = lane::least(-x, 1e5);
    return lane::log_ratio(lane::inverse_root_2pi * lane::mills(y), 1.0) - 0.5 * y * y;
}

double inverse_normal(double p) {
    const double tail = lane::least(p, 1.0 - p);
    // Abramowitz and Stegun 26.2.23, within 4.5e-4; then two steps of Halley's on ln N(-y).
    const double log = lane::log_ratio(tail, 1.0);
    const double t = lane::root(-2.0 * log);
    double y = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                       (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    for (u32 step = 0; step < 2; ++step) {
        const double ratio = lane::mills(y);
        const double excess = lane::log_ratio(lane::inverse_root_2pi * ratio, tail) - 0.5 * y * y;
        const double move = excess * ratio;
        y += move / (1.0 + 0.5 * move * (1.0 / ratio - y));
    }
    return p < 0.5 ? -y : y;
}

}  // namespace ballast::pricing::kernel
