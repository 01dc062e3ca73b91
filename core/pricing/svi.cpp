#include <ballast/pricing/pricing.hpp>

#include <ballast/pricing/door.hpp>

namespace ballast::pricing {

namespace kernel {

double total_variance(const SviSlice& slice, double k) {
    const double x = k - slice.m;
    return slice.a + slice.b * (slice.rho * x + lane::root(x * x + slice.sigma * slice.sigma));
}

double density_sign(const SviSlice& slice, double k) {
    const double x = k - slice.m;
    const double distance = lane::root(x * x + slice.sigma * slice.sigma);
    const double w = slice.a + slice.b * (slice.rho * x + distance);
    const double first = slice.b * (slice.rho + x / distance);
    const double second = slice.b * (slice.sigma * slice.sigma) / (distance * distance * distance);
    const double tilt = 1.0 - k * first / (2.0 * w);
    return tilt * tilt - 0.25 * first * first * (1.0 / w + 0.25) + 0.5 * second;
}

}  // namespace kernel

namespace {

constexpr double moneyness_max = 43;  // ln of the greatest price over the least one.
constexpr u32 steps_per_unit = 16;    // Of u, where k = m + sigma sinh(u).
constexpr double variance_slack = 1e-12;
constexpr double density_slack = 1e-9;

kernel::SviSlice slice_of(const Svi& svi) {
    return {door::real(svi.a), door::real(svi.b), door::real(svi.rho), door::real(svi.m),
            door::real(svi.sigma)};
}

double smallest_variance(const kernel::SviSlice& slice) {
    return slice.a + slice.b * slice.sigma * lane::root(1.0 - slice.rho * slice.rho);
}

// Calls `good(k)` over the slice's grid; false as soon as it is.
template <class Good>
bool everywhere(const kernel::SviSlice& slice, Good&& good) {
    const double reach = (moneyness_max + lane::magnitude(slice.m)) / slice.sigma;
    const double range = lane::log_ratio(reach + lane::root(reach * reach + 1.0), 1.0);
    const i64 steps = static_cast<i64>(range * steps_per_unit) + 1;
    for (i64 step = -steps; step <= steps; ++step) {
        const double e =
            lane::exponential(static_cast<double>(step) / static_cast<double>(steps_per_unit));
        if (!good(slice.m + slice.sigma * (0.5 * (e - 1.0 / e)))) return false;
    }
    return true;
}

std::optional<TermsFault> fault_outside(const char* key, Fine value, Fine least, Fine most) {
    if (least <= value && value <= most) return {};
    return TermsFault{key, "is " + text(value.units()) + " units of 10^-12, must be from " +
                               text(least.units()) + " to " + text(most.units())};
}

}  // namespace

std::optional<TermsFault> validate(const Svi& svi) {
    const Fine most = Fine::units(1000 * fine_one);
    const Fine far = Fine::units(100 * fine_one);
    const Fine tilt = Fine::units(fine_one - 1);
    if (auto fault = fault_outside("a", svi.a, -most, most)) return fault;
    if (auto fault = fault_outside("b", svi.b, Fine{}, most)) return fault;
    if (auto fault = fault_outside("rho", svi.rho, -tilt, tilt)) return fault;
    if (auto fault = fault_outside("m", svi.m, -far, far)) return fault;
    if (auto fault = fault_outside("sigma", svi.sigma, Fine::units(1), far)) return fault;
    if (smallest_variance(slice_of(svi)) < 0)
        return TermsFault{"a", "makes the smallest total variance negative"};
    return {};
}

Fine svi_volatility(const Svi& svi, Price strike, Price forward, u64 seconds) {
    if (seconds == 0) return {};
    const double k = lane::log_ratio(door::real(strike), door::real(forward));
    const double variance = kernel::total_variance(slice_of(svi), k);
    if (!(variance > 0)) return {};
    return door::fine(lane::root(variance / door::years_of(seconds)));
}

Result<void> check_butterfly(const Svi& svi) {
    if (validate(svi)) return no(Reject::svi_bad_parameters);
    const kernel::SviSlice slice = slice_of(svi);
    if (slice.b * (1.0 + lane::magnitude(slice.rho)) > 2.0) return no(Reject::svi_wing_too_steep);
    const bool good = smallest_variance(slice) > 0 && everywhere(slice, [&](double k) {
                          return kernel::density_sign(slice, k) >= -density_slack;
                      });
    if (!good) return no(Reject::svi_butterfly);
    return {};
}

Result<void> check_calendar(const Svi& near, const Svi& far) {
    if (validate(near) || validate(far)) return no(Reject::svi_bad_parameters);
    const kernel::SviSlice early = slice_of(near);
    const kernel::SviSlice late = slice_of(far);
    const auto rises = [&](double k) {
        return kernel::total_variance(late, k) >= kernel::total_variance(early, k) - variance_slack;
    };
    if (!everywhere(early, rises) || !everywhere(late, rises)) return no(Reject::svi_calendar);
    return {};
}

}  // namespace ballast::pricing
