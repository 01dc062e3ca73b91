#include <ballast/pricing/door.hpp>

#include <ballast/base/assert.hpp>

namespace ballast::pricing::door {

Rows::Rows(Price strike, std::span<const Point> points) : padded_(door::padded(points.size())) {
    BALLAST_ASSERT(!points.empty() && points.size() <= block);
    const double strike_units = real(strike);
    bool discounted = false;
    for (std::size_t row = 0; row < points.size(); ++row) {
        const Point& point = points[row];
        spot_[row] = real(point.spot);
        forward_[row] = real(point.forward);
        volatility_[row] = volatility_of(point);
        const double years = years_of(point.seconds);
        root_[row] = lane::root(years);
        rate_[row] = rate_of(point, years);
        discount_[row] = -rate_[row] * years;
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
