#include <ballast/pricing/door.hpp>

#include <ballast/base/assert.hpp>

namespace ballast::pricing::door {

namespace {

struct Time {
    double years;
    double root;
    double rate_max;  ///< So that |rate * T| is at most discount_max.

    explicit Time(u64 seconds)
        : years(years_of(seconds)),
          root(lane::root(years)),
          rate_max(years > 0 ? discount_max / years : 0) {}
};

}  // namespace

Rows::Rows(Price strike, std::span<const Point> points) : padded_(door::padded(points.size())) {
    BALLAST_ASSERT(!points.empty() && points.size() <= block);
    const double strike_units = real(strike);
    bool discounted = false;
    Time time(0);
    for (std::size_t row = 0; row < points.size(); ++row) {
        const Point& point = points[row];
        spot_[row] = real(point.spot);
        forward_[row] = real(point.forward);
        volatility_[row] = volatility_of(point);
        // Most often all points look at one expiry.
        if (row == 0 || point.seconds != points[row - 1].seconds) time = Time(point.seconds);
        root_[row] = time.root;
        rate_[row] = std::clamp(real(point.rate), -time.rate_max, time.rate_max);
        discount_[row] = -rate_[row] * time.years;
        discounted = discounted || discount_[row] != 0;
    }
    for (std::size_t row = points.size(); row < padded_; ++row) {
        spot_[row] = forward_[row] = strike_units;
        volatility_[row] = root_[row] = 1;
        rate_[row] = discount_[row] = 0;
    }
    std::fill_n(strike_, padded_, strike_units);
    std::fill_n(carry_, padded_, 0.0);
    if (!discounted) {
        std::fill_n(discount_, padded_, 1.0);
        return;
    }
    double exponent[block];
    std::copy_n(discount_, padded_, exponent);
    kernel::kernels().exponential(exponent, discount_, padded_);
}

kernel::EuropeanIn Rows::in() const {
    return {spot_, forward_, strike_, volatility_, root_, discount_, rate_, carry_};
}

}  // namespace ballast::pricing::door
